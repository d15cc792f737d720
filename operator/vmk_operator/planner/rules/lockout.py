"""Never cut a host off: what carries management, or might, is not touched.

The bluntest form: management is what the host's ``management`` service selects, and where that can't be told, every
adapter counts as carrying it. Source: reference/vsphere.md 6 (vmware 6.5 networking guide, rollback triggers).
"""

from vmk_operator.api.reasons import Reason
from vmk_operator.model.host import DEFAULT_NETSTACK, AdapterState, NetworkState
from vmk_operator.planner.case import AdapterCase, NetstackCase
from vmk_operator.planner.verdict import Blocked

MANAGEMENT = "management"
_REMEDY = "Change it by hand in vCenter, or leave the field undeclared."


def protect_management_adapter(case: AdapterCase) -> Blocked | None:
    """Refuse every change of an adapter that carries management, or of which that can't be told.

    Source: reference/vsphere.md 6: address, MTU, port group and removal of the management adapter cut a host off.
    """
    if case.adapter is None or not case.differences:
        return None
    risk = _risk(case.adapter, case.network)
    if risk is None:
        return None
    fields = ", ".join(difference.field for difference in case.differences)
    return Blocked(
        Reason.LOCKOUT_PROTECTION,
        f"Changing {fields} of {case.adapter.device} on {case.host.name} is refused: {risk}, and a mistake would cut "
        f"the host off. {_REMEDY}",
    )


def protect_from_removal(adapter: AdapterState, network: NetworkState, host: str) -> Blocked | None:
    """Refuse to remove an adapter that carries management, or of which that can't be told.

    Source: reference/vsphere.md 6: removing the management adapter cuts a host off.
    """
    risk = _risk(adapter, network)
    if risk is None:
        return None
    return Blocked(
        Reason.LOCKOUT_PROTECTION,
        f"Removing {adapter.device} from {host} is refused: {risk}, and the host could be cut off. Remove it by hand "
        "in vCenter, or set deletionPolicy to Orphan to leave it.",
    )


def protect_default_stack(case: NetstackCase) -> Blocked | None:
    """Refuse every change of the default stack: management and vCenter's own connection are routed by it.

    Source: reference/vsphere.md 6 (routing changes trigger the rollback) and 1.3 (community.vmware issue 1120).
    """
    if case.stack.key != DEFAULT_NETSTACK or not case.differences:
        return None
    fields = ", ".join(difference.field for difference in case.differences)
    return Blocked(
        Reason.LOCKOUT_PROTECTION,
        f"Changing {fields} of the default TCP/IP stack of {case.host.name} is refused: management is routed by it, "
        f"and a mistake would cut the host off. {_REMEDY}",
    )


def _risk(adapter: AdapterState, network: NetworkState) -> str | None:
    carriers = network.devices_with(MANAGEMENT)
    if adapter.device in carriers:
        return f"{adapter.device} carries management"
    # A device that does not exist, in a list that is older than the adapters, tells nothing.
    if not any(one.device in carriers for one in network.adapters):
        return "the host does not tell which adapter carries management"
    return None
