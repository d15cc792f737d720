"""Adapters at their places: the segment that each is on, and the addresses and gateways that it has there.

Switches with an uplink share one physical network, in which a VLAN is a segment; a switch without one is a segment of
its own host.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Interface, IPv6Address, IPv6Interface, ip_address

from vcenter_simulator.host.attachments import OPAQUE_MTU
from vcenter_simulator.host.gateways import IPV4, gateway_in_force
from vcenter_simulator.host.leases import learned_addresses
from vcenter_simulator.host.requests import DistributedSwitchFacts
from vcenter_simulator.host.state import Adapter, DistributedAttachment, HostState, OpaqueAttachment

Address = IPv4Address | IPv6Address
Interface = IPv4Interface | IPv6Interface

PHYSICAL = ""
"""Where the segments are that lead out of the hosts."""


@dataclass(frozen=True, slots=True)
class Segment:
    """What a broadcast reaches."""

    place: str
    """Empty for the physical network, else a host and its switch."""
    vlan: int


@dataclass(frozen=True, slots=True)
class Station:
    """An adapter at its place."""

    host: HostState
    adapter: Adapter
    segment: Segment
    switch_mtu: int

    def interfaces(self, version: int) -> Iterator[Interface]:
        """Return its addresses of one version of IP."""
        if version == IPV4:
            if self.adapter.ipv4.interface is not None:
                yield self.adapter.ipv4.interface
        elif self.host.ipv6_enabled:
            yield from (IPv6Interface(one) for one in self.adapter.ipv6.addresses)
            yield from learned_addresses(self.adapter)

    def has(self, address: Address) -> bool:
        """Say whether *address* is one of its own."""
        if address.version == IPV4:
            # There are thousands of stations, and making addresses of texts takes longer than comparing the texts.
            return self.adapter.ipv4.address == str(address)
        return any(address == one.ip for one in self.interfaces(address.version))

    def reaches(self, address: Address) -> bool:
        """Say whether *address* is in the network of one of its own."""
        return any(address in one.network for one in self.interfaces(address.version))

    def has_gateway(self, address: Address) -> bool:
        """Say whether its traffic may take *address* as a gateway: its own, or its stack's within its networks."""
        adapter, text = self.adapter, str(address)
        if text == (adapter.gateway if address.version == IPV4 else adapter.gateway6):
            return True
        stack = self.host.netstack(adapter.netstack)
        shared = gateway_in_force(self.host.in_use(stack), address.version) if stack is not None else None
        return shared is not None and text == str(ip_address(shared.address)) and self.reaches(address)


def station_of(host: HostState, adapter: Adapter, switches: Mapping[str, DistributedSwitchFacts]) -> Station:
    """Put *adapter* at its place.

    Args:
        host: the host that it is in.
        adapter: the adapter.
        switches: the distributed switches by UUID.
    """
    attachment = adapter.attachment
    if isinstance(attachment, DistributedAttachment):
        facts = switches[attachment.switch_uuid]
        uplinks = next((one.uplinks for one in host.memberships if one.switch_uuid == facts.uuid), ())
        vlan = facts.vlans.get(attachment.portgroup_key, 0)
        return Station(host, adapter, _segment(host, facts.uuid, uplinks, vlan), facts.mtu)
    if isinstance(attachment, OpaqueAttachment):
        # Whatever carries it, nothing else is on it.
        return Station(host, adapter, Segment(f"opaque/{attachment.network_id}", 0), OPAQUE_MTU)
    group = host.portgroup(attachment.portgroup)
    switch = host.switch(group.switch) if group is not None else None
    if group is None or switch is None:
        # A port group that is gone from under its adapter carries nothing.
        return Station(host, adapter, _segment(host, attachment.portgroup, (), 0), 0)
    return Station(host, adapter, _segment(host, switch.name, switch.uplinks, group.vlan), switch.mtu)


def _segment(host: HostState, switch: str, uplinks: tuple[str, ...], vlan: int) -> Segment:
    return Segment(PHYSICAL if uplinks else f"{host.uuid}/{switch}", vlan)
