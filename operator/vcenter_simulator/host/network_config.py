"""UpdateNetworkConfig: any number of changes to a host's network that are made together or not at all."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

from vcenter_simulator.host.adapters import add_adapter, remove_adapter, update_adapter
from vcenter_simulator.host.behaviour import Choice
from vcenter_simulator.host.iscsi import check_removable
from vcenter_simulator.host.netstacks import edit_netstacks
from vcenter_simulator.host.portgroups import add_portgroup, remove_portgroup, update_portgroup
from vcenter_simulator.host.refusals import invalid_argument
from vcenter_simulator.host.requests import AdapterSpec, NetstackEdit, Surroundings
from vcenter_simulator.host.state import HostState
from vcenter_simulator.host.switch_requests import MembershipChange, PortGroupChange, SwitchChange
from vcenter_simulator.host.switches import add_switch, check_uplinks, edit_membership, edit_switch, remove_switch

Change = TypeVar("Change", SwitchChange, PortGroupChange)
Value = TypeVar("Value")


@dataclass(frozen=True, slots=True)
class AdapterChange:
    """One adapter of UpdateNetworkConfig."""

    operation: str
    device: str | None
    spec: AdapterSpec | None


@dataclass(frozen=True, slots=True, kw_only=True)
class NetworkChange:
    """A HostNetworkConfig."""

    switches: tuple[SwitchChange, ...] = ()
    memberships: tuple[MembershipChange, ...] = ()
    portgroups: tuple[PortGroupChange, ...] = ()
    adapters: tuple[AdapterChange, ...] = ()
    netstacks: tuple[NetstackEdit, ...] = ()
    """Those of the deprecated fields for the default stack come first."""
    ipv6_enabled: bool | None = None


def change_network(
    state: HostState, change: NetworkChange, surroundings: Surroundings, new_mac: Callable[[], str]
) -> tuple[HostState, tuple[str, ...]]:
    """Make all of *change* and return the devices that it created too.

    What adapters move to is made before, what they leave is removed after; uplinks may change hands on the way.

    Raises:
        Refusal: as the calls for single changes; nothing has changed then.
    """
    if change.ipv6_enabled is not None:
        return _with_ipv6(state, change), ()
    state = _make_places(state, change, surroundings)
    state, created = _change_adapters(state, change.adapters, surroundings, new_mac)
    for group in _doing(change.portgroups, "remove"):
        state = remove_portgroup(state, group.spec.name)
    for switch in _doing(change.switches, "remove"):
        state = remove_switch(state, switch.name)
    return edit_netstacks(check_uplinks(state), change.netstacks, surroundings), created


def check_operation(operation: str | None, parameter: str) -> str:
    """Return *operation* if entities can be changed by it.

    Raises:
        Refusal: InvalidArgument.
    """
    if operation not in ("add", "edit", "remove"):
        raise invalid_argument(f"{parameter}.changeOperation", f"'{operation}' is neither 'add', 'edit' nor 'remove'.")
    return operation


def _make_places(state: HostState, change: NetworkChange, surroundings: Surroundings) -> HostState:
    for switch in _doing(change.switches, "edit"):
        state = edit_switch(state, switch.name, _sent(switch.spec, "vswitch.spec"), surroundings)
    for member in change.memberships:
        state = edit_membership(state, member)
    for switch in _doing(change.switches, "add"):
        state = add_switch(state, switch.name, switch.spec, surroundings)
    for group in _doing(change.portgroups, "edit"):
        state = update_portgroup(state, group.spec.name, group.spec, surroundings)
    for group in _doing(change.portgroups, "add"):
        state = add_portgroup(state, group.spec)
    return state


def _change_adapters(
    state: HostState, changes: tuple[AdapterChange, ...], surroundings: Surroundings, new_mac: Callable[[], str]
) -> tuple[HostState, tuple[str, ...]]:
    # An edit may leave the IP configuration out: vmware_migrate_vmk sends none, and works on real hosts.
    lenient = replace(surroundings, behaviour=replace(surroundings.behaviour, update_without_ip=Choice.ACCEPT))
    created: list[str] = []
    for change in changes:
        if change.operation == "add":
            state, adapter = add_adapter(state, _sent(change.spec, "vnic.spec"), surroundings, mac=new_mac())
            created.append(adapter.device)
            continue
        device = _sent(change.device, "vnic.device")
        if change.operation == "remove":
            state = remove_adapter(check_removable(state, device, surroundings.behaviour), device)
        else:
            state = update_adapter(state, device, _sent(change.spec, "vnic.spec"), lenient)
    return state, tuple(created)


def _with_ipv6(state: HostState, change: NetworkChange) -> HostState:
    # The flag of the whole host must come alone, and counts from the next boot (reference/vsphere.md 1.1).
    if change != NetworkChange(ipv6_enabled=change.ipv6_enabled):
        raise invalid_argument("config.ipV6Enabled", "Nothing else can be changed together with it.")
    return replace(state, ipv6_at_boot=bool(change.ipv6_enabled))


def _doing(changes: Sequence[Change], operation: str) -> list[Change]:
    return [one for one in changes if one.operation == operation]


def _sent(value: Value | None, parameter: str) -> Value:
    if value is None:
        raise invalid_argument(f"config.{parameter}", "It is missing.")
    return value
