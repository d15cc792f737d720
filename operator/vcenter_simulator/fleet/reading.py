"""Documents to host states. A document describes what is; the rules for requests do not apply to it."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from ipaddress import IPv4Interface

from vcenter_simulator.fleet.documents import (
    AdapterDocument,
    DnsDocument,
    HostDocument,
    HostEdit,
    NetstackDocument,
    PlaceDocument,
)
from vcenter_simulator.host.adapters import with_adapter
from vcenter_simulator.host.custom_netstacks import remove_netstack
from vcenter_simulator.host.refusals import Refusal
from vcenter_simulator.host.requests import DistributedSwitchFacts
from vcenter_simulator.host.services import SERVICES
from vcenter_simulator.host.state import (
    DEFAULT_STACK,
    Adapter,
    Attachment,
    DistributedAttachment,
    Dns,
    HostState,
    Ipv4,
    Membership,
    Netstack,
    PhysicalNic,
    PortGroup,
    StandardAttachment,
    StandardSwitch,
)

Switches = Mapping[str, DistributedSwitchFacts]
"""The distributed switches that a document may name, by UUID."""


class DocumentError(ValueError):
    """A document that contradicts itself; the message is one sentence."""


def read_host(document: HostDocument, switches: Switches, new_mac: Callable[[], str]) -> HostState:
    """Return the state that *document* describes.

    Args:
        document: the description.
        switches: what the document's distributed switches are.
        new_mac: gives a MAC to adapters without one.

    Raises:
        DocumentError: when it names something that it does not have.
    """
    uuids = {facts.name: uuid for uuid, facts in switches.items()}
    unknown = next((name for name in document.distributed_switches if name not in uuids), None)
    if unknown is not None:
        raise DocumentError(f"{document.name} names a distributed switch '{unknown}' that its datacenter lacks.")
    state = HostState(
        name=document.name,
        uuid=document.uuid,
        in_maintenance=document.in_maintenance_mode,
        pnics=tuple(PhysicalNic(device, mac) for device, mac in document.pnics.items()),
        switches=tuple(
            StandardSwitch(name, switch.mtu, tuple(switch.uplinks)) for name, switch in document.switches.items()
        ),
        portgroups=tuple(
            PortGroup(name, switch, vlan)
            for switch, described in document.switches.items()
            for name, vlan in described.port_groups.items()
        ),
        memberships=tuple(
            Membership(uuids[name], tuple(uplinks)) for name, uplinks in document.distributed_switches.items()
        ),
    )
    for key, netstack in document.netstacks.items():
        state = _with_netstack(state, key, netstack)
    adapters = {
        device: _adapter(state, device, adapter, switches, new_mac) for device, adapter in document.adapters.items()
    }
    return replace(state, adapters=tuple(sorted(adapters.values(), key=lambda one: one.number)))


def edit_host(state: HostState, edit: HostEdit, switches: Switches, new_mac: Callable[[], str]) -> HostState:
    """Return *state* with the fields that *edit* has changed.

    Raises:
        DocumentError: when it names something that the host does not have.
    """
    for key, netstack in edit.netstacks.items():
        state = _with_netstack(state, key, netstack) if netstack is not None else _without_netstack(state, key)
    for device, adapter in edit.adapters.items():
        if adapter is not None:
            state = with_adapter(state, _adapter(state, device, adapter, switches, new_mac))
        elif device in state.by_device:
            state = replace(state, adapters=tuple(one for one in state.adapters if one.device != device))
        else:
            raise DocumentError(f"{state.name} has no adapter {device} to remove.")
    if edit.in_maintenance_mode is not None:
        state = replace(state, in_maintenance=edit.in_maintenance_mode)
    return state


def _adapter(
    state: HostState, device: str, document: AdapterDocument, switches: Switches, new_mac: Callable[[], str]
) -> Adapter:
    old = state.by_device.get(device)
    if old is None:
        if document.port_group is None:
            raise DocumentError(f"{device} of {state.name} needs a portGroup.")
        old = Adapter(
            device=device,
            mac=document.mac or new_mac(),
            attachment=_attachment(state, document.port_group, switches),
            netstack=document.netstack or DEFAULT_STACK,
        )
    elif document.port_group is not None:
        old = replace(old, attachment=_attachment(state, document.port_group, switches))
    netstack = document.netstack or old.netstack
    if state.netstack(netstack) is None:
        raise DocumentError(f"{device} of {state.name} names a stack '{netstack}' that the host lacks.")
    unknown = next((one for one in document.services or () if one not in SERVICES), None)
    if unknown is not None:
        raise DocumentError(f"{device} of {state.name} names a service '{unknown}' that no host has.")
    sent = document.model_fields_set
    return replace(
        old,
        mac=document.mac or old.mac,
        netstack=netstack,
        mtu=document.mtu if document.mtu is not None else old.mtu,
        tso=document.tso if document.tso is not None else old.tso,
        ipv4=_ipv4(document, old),
        gateway=document.ipv4.gateway if document.ipv4 is not None else old.gateway,
        services=frozenset(document.services or ()) if "services" in sent else old.services,
    )


def _ipv4(document: AdapterDocument, old: Adapter) -> Ipv4:
    if document.ipv4 is None:
        return old.ipv4
    if document.ipv4.address is None:
        return Ipv4(dhcp=document.ipv4.dhcp)
    interface = IPv4Interface(document.ipv4.address)
    return Ipv4(dhcp=document.ipv4.dhcp, address=str(interface.ip), netmask=str(interface.netmask))


def _attachment(state: HostState, place: PlaceDocument, switches: Switches) -> Attachment:
    if (place.standard is None) == (place.distributed is None):
        raise DocumentError("A portGroup is either standard or distributed.")
    if place.distributed is None:
        if place.standard is None or state.portgroup(place.standard) is None:
            raise DocumentError(f"{state.name} has no port group '{place.standard}'.")
        return StandardAttachment(place.standard)
    wanted = place.distributed
    for member in state.memberships:
        facts = switches[member.switch_uuid]
        for key, name in facts.portgroups.items():
            if (facts.name, name) == (wanted.switch, wanted.name):
                return DistributedAttachment(facts.uuid, key, wanted.port_key, wanted.connection_cookie)
    raise DocumentError(f"{state.name} has no port group '{wanted.name}' on a distributed switch '{wanted.switch}'.")


def _with_netstack(state: HostState, key: str, document: NetstackDocument) -> HostState:
    old = state.netstack(key)
    stack = old or Netstack(key=key, name=key, in_kernel=True)
    stack = replace(
        stack,
        name=document.name if document.name is not None else stack.name,
        gateway=document.gateway if "gateway" in document.model_fields_set else stack.gateway,
        dns=_dns(document.dns) if document.dns is not None else stack.dns,
        max_connections=document.max_connections if document.max_connections is not None else stack.max_connections,
        congestion_control=document.congestion_control or stack.congestion_control,
        in_kernel=document.in_kernel if document.in_kernel is not None else stack.in_kernel,
        enabled=document.enabled if document.enabled is not None else stack.enabled,
    )
    others = tuple(stack if one.key == key else one for one in state.netstacks)
    return replace(state, netstacks=others if old is not None else (*others, stack))


def _without_netstack(state: HostState, key: str) -> HostState:
    try:
        return remove_netstack(state, key)
    except Refusal as refusal:
        raise DocumentError(f"{state.name}: {refusal.text}") from refusal


def _dns(document: DnsDocument) -> Dns:
    return Dns(
        dhcp=document.dhcp,
        device=document.device,
        host_name=document.host_name,
        domain_name=document.domain_name,
        servers=tuple(document.servers),
        search_domains=tuple(document.search_domains),
    )
