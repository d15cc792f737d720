"""What adapters are plugged into, from documents: network cards, switches and port groups of a host."""

from collections.abc import Callable
from dataclasses import replace

from vcenter_simulator.fleet.adapters import Switches
from vcenter_simulator.fleet.errors import DocumentError
from vcenter_simulator.fleet.host_documents import HostDocument, HostEdit, OpaqueSwitchDocument, StandardSwitchEdit
from vcenter_simulator.fleet.places import place
from vcenter_simulator.fleet.sentences import alternatives
from vcenter_simulator.host.equipment import Membership, OpaqueNetwork, PhysicalNic, PortGroup, StandardSwitch
from vcenter_simulator.host.portgroups import in_switch_order
from vcenter_simulator.host.state import DistributedAttachment, HostState, OpaqueAttachment, StandardAttachment


def read_pnics(document: HostDocument, new_mac: Callable[[], str]) -> tuple[PhysicalNic, ...]:
    """Return the network cards: those that are listed, and those that are only uplinks of a switch."""
    uplinks = [
        *(device for switch in document.switches.values() for device in switch.uplinks),
        *(device for devices in document.distributed_switches.values() for device in devices),
        *(document.opaque_switch.uplinks if document.opaque_switch is not None else ()),
    ]
    macs = dict.fromkeys(sorted(set(uplinks) - document.pnics.keys()))
    return tuple(PhysicalNic(device, mac or new_mac()) for device, mac in {**document.pnics, **macs}.items())


def read_opaque_networks(switch: OpaqueSwitchDocument) -> tuple[OpaqueNetwork, ...]:
    """Return the networks that something besides vSphere manages."""
    return tuple(OpaqueNetwork(network_id, name) for network_id, name in switch.networks.items())


def switch_uuid(host: str, name: str, switches: Switches) -> str:
    """Return the UUID of the distributed switch that a host names.

    Raises:
        DocumentError: when the datacenter has no such switch.
    """
    uuids = {facts.name: uuid for uuid, facts in switches.items()}
    if name not in uuids:
        where = place(("distributedSwitches", name))
        raise DocumentError(f"{host}: {where}: its datacenter has no such switch{alternatives(name, uuids)}")
    return uuids[name]


def edit_hardware(state: HostState, edit: HostEdit, switches: Switches) -> HostState:
    """Return *state* with the network cards, switches and port groups that *edit* has changed.

    Raises:
        DocumentError: when it names something that the host does not have.
    """
    for device, mac in edit.pnics.items():
        others = tuple(one for one in state.pnics if one.device != device)
        _check_there(state, ("pnics", device), is_there=mac is not None or len(others) < len(state.pnics))
        state = replace(state, pnics=(*others, PhysicalNic(device, mac)) if mac is not None else others)
    for name, switch in edit.switches.items():
        state = _with_switch(state, name, switch) if switch is not None else _without_switch(state, name)
    for name, uplinks in edit.distributed_switches.items():
        uuid = switch_uuid(state.name, name, switches)
        memberships = tuple(one for one in state.memberships if one.switch_uuid != uuid)
        if uplinks is not None:
            memberships = (*memberships, Membership(uuid, tuple(uplinks)))
        state = replace(state, memberships=memberships)
    if edit.opaque_switch is not None:
        networks = read_opaque_networks(edit.opaque_switch)
        state = replace(state, opaque_uplinks=tuple(edit.opaque_switch.uplinks), opaque_networks=networks)
    return in_switch_order(state)


def check_plugged(state: HostState) -> None:
    """See that adapters and switches are plugged into what the host has.

    Raises:
        DocumentError: when an edit took away what something is plugged into.
    """
    members = {one.switch_uuid for one in state.memberships}
    for adapter in state.adapters:
        at = adapter.attachment
        if isinstance(at, StandardAttachment) and state.portgroup(at.portgroup) is None:
            raise DocumentError(f"{state.name}: adapters.{adapter.device} is on the port group '{at.portgroup}'.")
        if isinstance(at, DistributedAttachment) and at.switch_uuid not in members:
            raise DocumentError(f"{state.name}: adapters.{adapter.device} is on a distributed switch that goes away.")
        if isinstance(at, OpaqueAttachment) and state.opaque_network(at.network_id) is None:
            raise DocumentError(f"{state.name}: adapters.{adapter.device} is on the opaque network '{at.network_id}'.")
    devices = {one.device for one in state.pnics}
    uplinks = [*(one.uplinks for one in state.switches), *(one.uplinks for one in state.memberships)]
    uplinks.append(state.opaque_uplinks)
    unknown = next((device for one in uplinks for device in one if device not in devices), None)
    if unknown is not None:
        raise DocumentError(f"{state.name}: an uplink is '{unknown}', and the host has no such network card.")


def _with_switch(state: HostState, name: str, edit: StandardSwitchEdit) -> HostState:
    old = state.switch(name) or StandardSwitch(name)
    switch = replace(
        old,
        mtu=edit.mtu if edit.mtu is not None else old.mtu,
        uplinks=tuple(edit.uplinks) if edit.uplinks is not None else old.uplinks,
    )
    known = state.switch(name) is not None
    switches = tuple(switch if one.name == name else one for one in state.switches)
    state = replace(state, switches=switches if known else (*switches, switch))
    for group, vlan in edit.port_groups.items():
        others = tuple(one for one in state.portgroups if one.name != group)
        where = ("switches", name, "portGroups", group)
        _check_there(state, where, is_there=vlan is not None or len(others) < len(state.portgroups))
        state = replace(state, portgroups=(*others, PortGroup(group, name, vlan)) if vlan is not None else others)
    return state


def _without_switch(state: HostState, name: str) -> HostState:
    _check_there(state, ("switches", name), is_there=state.switch(name) is not None)
    return replace(
        state,
        switches=tuple(one for one in state.switches if one.name != name),
        portgroups=tuple(one for one in state.portgroups if one.switch != name),
    )


def _check_there(state: HostState, where: tuple[str, ...], *, is_there: bool) -> None:
    if not is_there:
        raise DocumentError(f"{state.name}: {place(where)}: the host has none to remove.")
