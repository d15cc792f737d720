"""VMkernel adapters from documents."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from ipaddress import IPv4Interface

from vcenter_simulator.fleet.adapter_documents import (
    AdapterDocument,
    Ipv6Document,
    PlaceDocument,
    VsanMulticastDocument,
)
from vcenter_simulator.fleet.errors import DocumentError
from vcenter_simulator.fleet.ranges import has_range
from vcenter_simulator.fleet.sentences import alternatives
from vcenter_simulator.host.leases import ipv4_lease
from vcenter_simulator.host.requests import DistributedSwitchFacts
from vcenter_simulator.host.state import (
    DEFAULT_STACK,
    Adapter,
    Attachment,
    DistributedAttachment,
    HostState,
    Ipv4,
    Ipv6,
    OpaqueAttachment,
    StandardAttachment,
    VsanMulticast,
)

Switches = Mapping[str, DistributedSwitchFacts]
"""The distributed switches that a document may name, by UUID."""


def read_adapter(
    state: HostState, device: str, document: AdapterDocument, switches: Switches, new_mac: Callable[[], str]
) -> Adapter:
    """Return the adapter *device* of a host with the fields that *document* has, or a new one.

    Raises:
        DocumentError: when it names something that the host does not have.
    """
    place = f"{state.name}: adapters.{device}"
    old = state.by_device.get(device)
    if old is None:
        if document.port_group is None:
            raise DocumentError(f"{place}: it needs a portGroup.")
        old = Adapter(
            device=device,
            mac=document.mac or new_mac(),
            attachment=_attachment(state, document.port_group, switches, place),
            netstack=document.netstack or DEFAULT_STACK,
        )
    elif document.port_group is not None:
        old = replace(old, attachment=_attachment(state, document.port_group, switches, place))
    netstack = document.netstack or old.netstack
    stacks = [one.key for one in state.netstacks]
    if netstack not in stacks:
        hint = alternatives(netstack, stacks)
        raise DocumentError(f"{place}.netstack: the host has no stack '{netstack}'{hint}")
    sent = document.model_fields_set
    old = replace(old, mac=document.mac or old.mac)
    return replace(
        old,
        netstack=netstack,
        mtu=document.mtu if document.mtu is not None else old.mtu,
        tso=document.tso if document.tso is not None else old.tso,
        ipv4=_ipv4(document, old, place),
        gateway=document.ipv4.gateway if document.ipv4 is not None else old.gateway,
        ipv6=_ipv6(document.ipv6) if document.ipv6 is not None else old.ipv6,
        gateway6=document.ipv6.gateway if document.ipv6 is not None else old.gateway6,
        services=_services(document, place, state.release.services) if "services" in sent else old.services,
        vsan_multicast=_multicast(document.vsan_multicast) if "vsan_multicast" in sent else old.vsan_multicast,
    )


def _multicast(document: VsanMulticastDocument | None) -> VsanMulticast | None:
    return None if document is None else VsanMulticast(document.upstream, document.downstream)


def _services(document: AdapterDocument, place: str, known: Mapping[str, bool]) -> frozenset[str]:
    for service in document.services or ():
        if service not in known:
            raise DocumentError(f"{place}.services: no host has a service '{service}'{alternatives(service, known)}")
    return frozenset(document.services or ())


def _ipv4(document: AdapterDocument, old: Adapter, place: str) -> Ipv4:
    if document.ipv4 is None:
        return old.ipv4
    if document.ipv4.address is None:
        return ipv4_lease(old.attachment, old.mac) if document.ipv4.dhcp else Ipv4()
    if has_range(document.ipv4.address):
        raise DocumentError(f"{place}.ipv4.address: only a host with a range in its name may have a range here.")
    interface = IPv4Interface(document.ipv4.address)
    return Ipv4(dhcp=document.ipv4.dhcp, address=str(interface.ip), netmask=str(interface.netmask))


def _ipv6(document: Ipv6Document) -> Ipv6:
    return Ipv6(document.auto, document.dhcp, tuple(document.addresses))


def _attachment(state: HostState, wanted: PlaceDocument, switches: Switches, place: str) -> Attachment:
    if [wanted.standard, wanted.distributed, wanted.opaque, wanted.name].count(None) != 3:  # noqa: PLR2004 - all but one
        raise DocumentError(f"{place}.portGroup: it is either standard or distributed or opaque or just a name.")
    if wanted.opaque is not None:
        network = state.opaque_network(wanted.opaque)
        if network is None:
            raise DocumentError(f"{place}.portGroup: the host has no opaque network '{wanted.opaque}'.")
        return OpaqueAttachment(network.network_id, network.kind)
    if wanted.distributed is not None:
        switch, name = wanted.distributed.switch, wanted.distributed.name
        for facts, key in _distributed(state, name, switches):
            if facts.name == switch:
                return DistributedAttachment(
                    facts.uuid, key, wanted.distributed.port_key, wanted.distributed.connection_cookie
                )
        raise DocumentError(
            f"{place}.portGroup: the host has no port group '{name}' on a distributed switch '{switch}'."
        )
    name = wanted.standard or wanted.name or ""
    if state.portgroup(name) is not None:
        return StandardAttachment(name)
    if wanted.name is not None:
        for facts, key in _distributed(state, name, switches):
            return DistributedAttachment(facts.uuid, key)
    hint = alternatives(name, [one.name for one in state.portgroups])
    raise DocumentError(f"{place}.portGroup: the host has no port group '{name}'{hint}")


def _distributed(state: HostState, name: str, switches: Switches) -> Iterator[tuple[DistributedSwitchFacts, str]]:
    """Find the distributed port groups of a name on the switches that the host is a member of, with their keys."""
    for member in state.memberships:
        facts = switches[member.switch_uuid]
        for key, known in facts.portgroups.items():
            if known == name:
                yield facts, key
