"""Never cut a host off: one table of what may be done to what carries something, and the rules that go by it.

Unverifiable counts as carrying. Source: DESIGN §4; reference/vsphere.md 6 (vmware 6.5 networking guide, rollback
triggers).
"""

import enum
from collections.abc import Iterable, Mapping

from vmk_operator.api.reasons import Reason
from vmk_operator.model.host import DEFAULT_NETSTACK, AdapterState, NetworkState
from vmk_operator.planner.case import AdapterCase, HostCase, NetstackCase, RemovalCase
from vmk_operator.planner.rules.services import VSAN_SERVICES
from vmk_operator.planner.rules.way_to_vcenter import may_carry_connection, may_need_gateway
from vmk_operator.planner.verdict import Blocked, Risk

MANAGEMENT = "management"
FAULT_TOLERANCE = "faultToleranceLogging"
NVME_SERVICES = frozenset({"nvmeTcp", "nvmeRdma"})


class Touch(enum.StrEnum):
    """What a plan would do, as far as what hangs by an adapter or stack is concerned."""

    CHANGE_ADAPTER = "change any other field of an adapter"
    SELECT_SERVICES = "select more services for an adapter, and nothing else"
    TAKE_ADDRESS = "take the last address of an adapter"
    TAKE_MANAGEMENT = "deselect management for an adapter"
    REPLACE_ADAPTER = "replace an adapter by one on another stack"
    REMOVE_ADAPTER = "remove an adapter"
    CHANGE_STACK = "change any other field of a TCP/IP stack"
    DROP_GATEWAY = "take the gateway to vCenter from a TCP/IP stack"


class Load(enum.StrEnum):
    """What an adapter carries; what a stack carries is what its adapters do."""

    LAST_MANAGEMENT = "carries management alone"
    UNKNOWN_MANAGEMENT = "may carry management alone: the host does not tell what does"
    MANAGEMENT = "carries management as another adapter does"
    CONNECTION = "carries vCenter's own connection, or may"
    VSAN = "carries vSAN"
    FAULT_TOLERANCE = "carries Fault Tolerance logging"
    NVME = "carries NVMe over Fabrics"
    ISCSI = "is bound to iSCSI, or may be"


class Protection(enum.StrEnum):
    """What becomes of the plan."""

    ALLOW = "Allow"
    APPROVE = "NeedsApproval"
    REFUSE = "Refuse"


HANGS_BY_ROLLBACK = frozenset({Load.LAST_MANAGEMENT, Load.UNKNOWN_MANAGEMENT, Load.MANAGEMENT, Load.CONNECTION})
"""A mistake here cuts the host off, and only vCenter's rollback brings it back: without that it is refused."""


def _row(*, last: Protection) -> Mapping[Load, Protection]:
    """Give a row of the table: *last* is for what must not be the last to go."""
    exceptions = {Load.LAST_MANAGEMENT: last, Load.UNKNOWN_MANAGEMENT: last}
    return {load: exceptions.get(load, Protection.APPROVE) for load in Load}


LOCKOUT: Mapping[Touch, Mapping[Load, Protection]] = {
    Touch.CHANGE_ADAPTER: _row(last=Protection.APPROVE),
    # Several services of one object are selected one by one: the first must not hold up the others.
    Touch.SELECT_SERVICES: {
        load: Protection.APPROVE if load in HANGS_BY_ROLLBACK else Protection.ALLOW for load in Load
    },
    Touch.TAKE_ADDRESS: _row(last=Protection.REFUSE),
    Touch.TAKE_MANAGEMENT: _row(last=Protection.REFUSE),
    Touch.REPLACE_ADAPTER: _row(last=Protection.REFUSE),
    Touch.REMOVE_ADAPTER: _row(last=Protection.REFUSE),
    Touch.CHANGE_STACK: _row(last=Protection.APPROVE),
    Touch.DROP_GATEWAY: dict.fromkeys(Load, Protection.REFUSE),
}
"""What carries none of it may be touched freely."""


def protect_adapter(case: AdapterCase) -> Blocked | Risk | None:
    """Let nobody change without approval what the host or its storage hangs by, nor leave it without management.

    Source: reference/vsphere.md 6: address, MTU, port group and removal of the management adapter cut a host off.
    """
    if case.adapter is None or not case.differences:
        return None
    fields = ", ".join(difference.field for difference in case.differences)
    what = f"Changing {fields} of {case.adapter.device} on {case.host.name}"
    return _protect(case, touch_of_change(case, case.adapter), loads_of_adapter(case.adapter, case), what)


def protect_from_removal(case: RemovalCase) -> Blocked | Risk | None:
    """Let nobody remove without approval what the host or its storage hangs by, nor the last adapter of management.

    Source: reference/vsphere.md 6: removing the management adapter cuts a host off; a host does not refuse to remove
    an adapter in use.
    """
    what = f"Removing {case.adapter.device} from {case.host.name}"
    return _protect(case, Touch.REMOVE_ADAPTER, loads_of_adapter(case.adapter, case), what)


def protect_stack(case: NetstackCase) -> Blocked | Risk | None:
    """Let nobody change without approval the stack that management or storage is routed by, nor cut off vCenter.

    Source: reference/vsphere.md 6 (DNS and routing changes trigger the rollback) and 1.3 (community.vmware issue 1120).
    """
    if not case.differences:
        return None
    fields = ", ".join(difference.field for difference in case.differences)
    what = f"Changing {fields} of the TCP/IP stack {case.stack.key} of {case.host.name}"
    touch = Touch.DROP_GATEWAY if _drops_gateway(case) else Touch.CHANGE_STACK
    return _protect(case, touch, loads_of_stack(case), what)


def touch_of_change(case: AdapterCase, adapter: AdapterState) -> Touch:
    """Name the most dangerous thing that the changes of an adapter do."""
    if case.differs("netstack"):
        return Touch.REPLACE_ADAPTER
    if _loses_addresses(case, adapter):
        return Touch.TAKE_ADDRESS
    taken = case.network.services_of(adapter.device) - (case.intent.services or frozenset())
    if not case.differs("services"):
        return Touch.CHANGE_ADAPTER
    if MANAGEMENT in taken:
        return Touch.TAKE_MANAGEMENT
    is_all = {difference.field for difference in case.differences} == {"services"}
    return Touch.SELECT_SERVICES if is_all and not taken else Touch.CHANGE_ADAPTER


def loads_of_adapter(adapter: AdapterState, case: HostCase) -> frozenset[Load]:
    """Name everything that an adapter carries, or may carry."""
    services, iscsi_bound = case.network.services_of(adapter.device), case.precautions.iscsi_bound
    carried = {
        Load.CONNECTION: may_carry_connection(adapter, case.host, case.network),
        Load.VSAN: bool(services & VSAN_SERVICES),
        Load.FAULT_TOLERANCE: FAULT_TOLERANCE in services,
        Load.NVME: bool(services & NVME_SERVICES),
        Load.ISCSI: iscsi_bound is None or adapter.device in iscsi_bound,
    }
    loads = {load for load, is_carried in carried.items() if is_carried}
    return frozenset(loads | _management_load(adapter, case.network))


def loads_of_stack(case: NetstackCase) -> frozenset[Load]:
    """Name everything that a stack routes, or may route; the default one routes management on every host."""
    own = {Load.MANAGEMENT} if case.stack.key == DEFAULT_NETSTACK else set()
    on_stack = (one for one in case.network.adapters if one.netstack == case.stack.key)
    return frozenset(own.union(*(loads_of_adapter(one, case) for one in on_stack)))


def _management_load(adapter: AdapterState, network: NetworkState) -> set[Load]:
    selected = network.devices_with(MANAGEMENT)
    # A device that does not exist, in a list that is older than the adapters, tells nothing.
    carriers = {one.device for one in network.adapters if one.device in selected}
    if not carriers:
        return {Load.UNKNOWN_MANAGEMENT}
    if adapter.device not in carriers:
        return set()
    return {Load.LAST_MANAGEMENT} if carriers == {adapter.device} else {Load.MANAGEMENT}


def _loses_addresses(case: AdapterCase, adapter: AdapterState) -> bool:
    """Tell whether the adapter has an address now and is to have neither one nor a way to get one."""
    ipv4, ipv6 = case.wanted_ipv4, case.wanted_ipv6
    gets_one = ipv4.dhcp or ipv4.address is not None or bool(ipv6 and (ipv6.auto or ipv6.dhcp or ipv6.addresses))
    return bool(adapter.interfaces) and not gets_one


def _drops_gateway(case: NetstackCase) -> bool:
    if case.stack.key != DEFAULT_NETSTACK:
        return False
    present, wanted = case.stack.routes, case.wanted_routes
    gone = {
        4: present.ipv4_gateway is not None and wanted.ipv4_gateway is None,
        6: present.ipv6_gateway is not None and wanted.ipv6_gateway is None,
    }
    return any(lost and may_need_gateway(case.host, case.network, version=version) for version, lost in gone.items())


def _protect(case: HostCase, touch: Touch, loads: frozenset[Load], what: str) -> Blocked | Risk | None:
    """Look it up in the table; the worst of what is carried decides."""
    loads = frozenset(load for load in loads if LOCKOUT[touch][load] is not Protection.ALLOW)
    if not loads:
        return None
    protected = {load for load in loads if LOCKOUT[touch][load] is Protection.REFUSE}
    if protected:
        return Blocked(
            Reason.LOCKOUT_PROTECTION,
            f"{what} is refused: that would {touch} which {_joined(protected)}, and the host could be cut off. "
            "Give another adapter that task first, or change it by hand in vCenter.",
        )
    vital = loads & HANGS_BY_ROLLBACK
    rollback = case.precautions.rollback
    if vital and not rollback:
        state = "does not tell whether it takes" if rollback is None else "does not take"
        return Blocked(
            Reason.LOCKOUT_PROTECTION,
            f"{what} is refused: it touches what {_joined(vital)}, and vCenter {state} back what cuts a host off "
            "(config.vpxd.network.rollback); switch that on, or change it by hand.",
        )
    return Risk(Reason.WAITING_FOR_APPROVAL, f"{what} touches what {_joined(loads)}.")


def _joined(loads: Iterable[Load]) -> str:
    named = set(loads)
    return " and ".join(load for load in Load if load in named)
