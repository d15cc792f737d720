"""Who answers whom: the network between the hosts, as far as a ping can tell.

Switches with an uplink share one physical network, in which a VLAN is a segment; a switch without one is a segment of
its own host. A gateway that a host is configured with exists, where there is a physical network; all gateways lead to
one another. Everything between the switches carries frames of any size.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from ipaddress import IPv4Address, IPv4Interface, IPv6Address, IPv6Interface, ip_address, ip_network

from vcenter_simulator.host.gateways import IPV4, IPV6, gateway_in_force
from vcenter_simulator.host.leases import learned_addresses
from vcenter_simulator.host.requests import DistributedSwitchFacts
from vcenter_simulator.host.routes import ANY_IPV4, ANY_IPV6, LOOPBACK, TableEntry, ipv4_table, ipv6_table
from vcenter_simulator.host.state import Adapter, DistributedAttachment, HostState

Address = IPv4Address | IPv6Address
Interface = IPv4Interface | IPv6Interface

OVERHEAD: Mapping[int, int] = {IPV4: 28, IPV6: 48}
"""Bytes of IP's and ICMP's headers, by version of IP."""

BEHIND_A_GATEWAY = 2
"""Hops to whatever is not on the sender's own segment."""

PHYSICAL = ""
"""Where the segments are that lead out of the hosts."""


class Echo(StrEnum):
    """What becomes of an echo request."""

    ANSWERED = "answered"
    LOST = "lost"
    TOO_LONG = "too long"
    """It may not be split and does not fit the adapter."""
    NO_ROUTE = "no route"
    NO_ADDRESS = "no address"


@dataclass(frozen=True, slots=True)
class Probe:
    """An echo request."""

    target: Address
    stack: str
    device: str | None = None
    """The adapter that it must leave by; unset: the one that the routes choose."""
    size: int = 56
    """Bytes, without any header."""
    is_whole: bool = False
    """Whether it may not be split on its way."""
    hops: int = 64
    """How often it may be passed on."""

    @property
    def packet(self) -> int:
        """Bytes, with the headers."""
        return self.size + OVERHEAD[self.target.version]


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

    @property
    def interfaces(self) -> Iterator[Interface]:
        """Its addresses."""
        if self.adapter.ipv4.interface is not None:
            yield self.adapter.ipv4.interface
        if self.host.ipv6_enabled:
            yield from (IPv6Interface(one) for one in self.adapter.ipv6.addresses)
            yield from learned_addresses(self.adapter)

    @property
    def gateways(self) -> Iterator[Address]:
        """Those that its traffic may take."""
        stack = self.host.netstack(self.adapter.netstack)
        for version, own in ((IPV4, self.adapter.gateway), (IPV6, self.adapter.gateway6)):
            shared = gateway_in_force(self.host.in_use(stack), version) if stack is not None else None
            for one in (own, shared.address if shared is not None else None):
                if one is not None and _reaches(self, ip_address(one)):
                    yield ip_address(one)


class Network:
    """The hosts that are switched on, and what is between them.

    Args:
        hosts: all of them.
        switches: the distributed switches by UUID.
    """

    def __init__(self, hosts: Iterable[HostState], switches: Mapping[str, DistributedSwitchFacts]) -> None:
        self._stations = [_station(host, adapter, switches) for host in hosts for adapter in host.adapters]

    def probe(self, source: HostState, probe: Probe) -> Echo:
        """Send *probe* from one of the hosts."""
        own = [one for one in self._stations if one.host is source and one.adapter.netstack == probe.stack]
        if any(probe.target == interface.ip for one in own for interface in one.interfaces):
            return Echo.ANSWERED
        route = _route(source, probe.stack, probe.target, probe.device)
        if route is None:
            return Echo.NO_ROUTE
        sender = next(one for one in own if one.adapter.device == route.device)
        address = _source_address(sender, probe.target, route)
        if address is None:
            return Echo.NO_ADDRESS
        if probe.is_whole and probe.packet > sender.adapter.mtu:
            return Echo.TOO_LONG
        arrives = self._crosses if route.gateway in (ANY_IPV4, ANY_IPV6) else self._is_routed
        return Echo.ANSWERED if arrives(sender, address, probe, route) else Echo.LOST

    def _crosses(self, sender: Station, address: Address, probe: Probe, _: TableEntry) -> bool:
        """Say whether somebody on the sender's own segment answers."""
        frame = min(probe.packet, sender.adapter.mtu)
        if (sender.segment, probe.target) in self._gateways:
            return frame <= sender.switch_mtu
        return any(
            one.segment == sender.segment
            and frame <= min(sender.switch_mtu, one.switch_mtu, one.adapter.mtu)
            and min(probe.packet, one.adapter.mtu) <= min(sender.switch_mtu, one.switch_mtu, sender.adapter.mtu)
            and _route(one.host, one.adapter.netstack, address, None) is not None
            for one in self._by_address.get(probe.target, ())
        )

    def _is_routed(self, sender: Station, address: Address, probe: Probe, route: TableEntry) -> bool:
        """Say whether somebody behind the gateway answers."""
        frame = min(probe.packet, sender.adapter.mtu)
        if (sender.segment, ip_address(route.gateway)) not in self._gateways or frame > sender.switch_mtu:
            return False
        if probe.hops < BEHIND_A_GATEWAY:
            return False
        if any(gateway == probe.target for _, gateway in self._gateways):
            return True
        largest = probe.packet if probe.is_whole else 0  # what is too long for the last stretch is split before it
        return any(
            one.segment.place == PHYSICAL
            and largest <= min(one.switch_mtu, one.adapter.mtu)
            and _route(one.host, one.adapter.netstack, address, None) is not None
            for one in self._by_address.get(probe.target, ())
        )

    @cached_property
    def _by_address(self) -> Mapping[Address, list[Station]]:
        found: dict[Address, list[Station]] = {}
        for one in self._stations:
            for interface in one.interfaces:
                found.setdefault(interface.ip, []).append(one)
        return found

    @cached_property
    def _gateways(self) -> frozenset[tuple[Segment, Address]]:
        physical = [one for one in self._stations if one.segment.place == PHYSICAL]
        return frozenset((one.segment, gateway) for one in physical for gateway in one.gateways)


def _station(host: HostState, adapter: Adapter, switches: Mapping[str, DistributedSwitchFacts]) -> Station:
    attachment = adapter.attachment
    if isinstance(attachment, DistributedAttachment):
        facts = switches[attachment.switch_uuid]
        uplinks = next((one.uplinks for one in host.memberships if one.switch_uuid == facts.uuid), ())
        name, mtu, vlan = facts.uuid, facts.mtu, facts.vlans.get(attachment.portgroup_key, 0)
    else:
        group = host.portgroup(attachment.portgroup)
        switch = host.switch(group.switch) if group is not None else None
        uplinks = switch.uplinks if switch is not None else ()
        name, mtu, vlan = attachment.portgroup, 0, group.vlan if group is not None else 0
        if switch is not None:
            name, mtu = switch.name, switch.mtu
    return Station(host, adapter, Segment(PHYSICAL if uplinks else f"{host.uuid}/{name}", vlan), mtu)


def _route(host: HostState, key: str, target: Address, device: str | None) -> TableEntry | None:
    """Return the route to *target* with the longest prefix; an adapter's own gateway counts where it is asked for."""
    stack = host.netstack(key)
    if stack is None or not stack.enabled:
        return None
    used = host.in_use(stack)
    table = ipv4_table(used) if target.version == IPV4 else ipv6_table(used)
    usable = [one for one in (*table, *_own_routes(host, key, target)) if one.device in (device, *host.by_device)]
    fitting = [
        one for one in usable if one.device != LOOPBACK and device in (None, one.device) and target in one.network
    ]
    return max(fitting, key=lambda one: one.network.prefixlen, default=None)


def _own_routes(host: HostState, key: str, target: Address) -> Iterator[TableEntry]:
    for adapter in host.by_stack.get(key, ()):
        gateway = adapter.gateway if target.version == IPV4 else adapter.gateway6
        if gateway is not None:
            yield TableEntry(ip_network("0.0.0.0/0" if target.version == IPV4 else "::/0"), gateway, adapter.device)


def _source_address(sender: Station, target: Address, route: TableEntry) -> Address | None:
    """Return the address that a packet to *target* leaves from: one in the network of the next station, if there is."""
    fitting = [one for one in sender.interfaces if one.version == target.version]
    next_station = target if route.gateway in (ANY_IPV4, ANY_IPV6) else ip_address(route.gateway)
    near = [one for one in fitting if next_station in one.network]
    return next((one.ip for one in (*near, *fitting)), None)


def _reaches(station: Station, address: Address) -> bool:
    return any(one.version == address.version and address in one.network for one in station.interfaces)
