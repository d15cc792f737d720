"""Who answers whom: the network between the hosts, as far as a ping can tell.

A gateway that a host is configured with exists, where there is a physical network; all gateways lead to one another.
Everything between the switches carries frames of any size.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from ipaddress import ip_address, ip_network

from vcenter_simulator.host.gateways import IPV4, IPV6
from vcenter_simulator.host.requests import DistributedSwitchFacts
from vcenter_simulator.host.routes import ANY_IPV4, ANY_IPV6, LOOPBACK, TableEntry, ipv4_table, ipv6_table
from vcenter_simulator.host.state import HostState
from vcenter_simulator.host.stations import PHYSICAL, Address, Segment, Station, station_of

OVERHEAD: Mapping[int, int] = {IPV4: 28, IPV6: 48}
"""Bytes of IP's and ICMP's headers, by version of IP."""

BEHIND_A_GATEWAY = 2
"""Hops to whatever is not on the sender's own segment."""


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


class Network:
    """The hosts that are switched on, and what is between them.

    Args:
        hosts: all of them.
        switches: the distributed switches by UUID.
    """

    def __init__(self, hosts: Iterable[HostState], switches: Mapping[str, DistributedSwitchFacts]) -> None:
        self._stations = [station_of(host, adapter, switches) for host in hosts for adapter in host.adapters]

    def probe(self, source: HostState, probe: Probe) -> Echo:
        """Send *probe* from one of the hosts."""
        own = [one for one in self._stations if one.host is source and one.adapter.netstack == probe.stack]
        if any(one.has(probe.target) for one in own):
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
        if route.gateway in (ANY_IPV4, ANY_IPV6):
            arrives = self._crosses(sender, address, probe)
        else:
            arrives = self._is_routed(sender, address, probe, ip_address(route.gateway))
        return Echo.ANSWERED if arrives else Echo.LOST

    def _crosses(self, sender: Station, address: Address, probe: Probe) -> bool:
        """Say whether somebody on the sender's own segment answers."""
        frame = min(probe.packet, sender.adapter.mtu)
        if self._is_gateway(probe.target, sender.segment):
            return frame <= sender.switch_mtu
        return any(
            one.segment == sender.segment
            and frame <= min(sender.switch_mtu, one.switch_mtu, one.adapter.mtu)
            and min(probe.packet, one.adapter.mtu) <= min(sender.switch_mtu, one.switch_mtu, sender.adapter.mtu)
            and _route(one.host, one.adapter.netstack, address, None) is not None
            for one in self._holders(probe.target)
        )

    def _is_routed(self, sender: Station, address: Address, probe: Probe, gateway: Address) -> bool:
        """Say whether somebody behind *gateway* answers."""
        frame = min(probe.packet, sender.adapter.mtu)
        if frame > sender.switch_mtu or not self._is_gateway(gateway, sender.segment):
            return False
        if probe.hops < BEHIND_A_GATEWAY:
            return False
        if self._is_gateway(probe.target, None):
            return True
        largest = probe.packet if probe.is_whole else 0  # what is too long for the last stretch is split before it
        return any(
            one.segment.place == PHYSICAL
            and largest <= min(one.switch_mtu, one.adapter.mtu)
            and _route(one.host, one.adapter.netstack, address, None) is not None
            for one in self._holders(probe.target)
        )

    def _holders(self, address: Address) -> Iterator[Station]:
        return (one for one in self._stations if one.has(address))

    def _is_gateway(self, address: Address, segment: Segment | None) -> bool:
        """Say whether *address* is a gateway on *segment*, or on any."""
        return any(
            one.segment.place == PHYSICAL and segment in (None, one.segment) and one.has_gateway(address)
            for one in self._stations
        )


def _route(host: HostState, key: str, target: Address, device: str | None) -> TableEntry | None:
    """Return the route to *target* with the longest prefix; an adapter's own gateway counts after the stack's."""
    stack = host.netstack(key)
    if stack is None or not stack.enabled:
        return None
    used = host.in_use(stack)
    table = ipv4_table(used) if target.version == IPV4 else ipv6_table(used)
    fitting = [
        one
        for one in (*table, *_own_routes(host, key, target))
        if one.device != LOOPBACK and device in (None, one.device) and target in one.network
    ]
    return max(fitting, key=lambda one: one.network.prefixlen, default=None)


def _own_routes(host: HostState, key: str, target: Address) -> Iterator[TableEntry]:
    for adapter in host.by_stack.get(key, ()):
        gateway = adapter.gateway if target.version == IPV4 else adapter.gateway6
        if gateway is not None:
            yield TableEntry(ip_network("0.0.0.0/0" if target.version == IPV4 else "::/0"), gateway, adapter.device)


def _source_address(sender: Station, target: Address, route: TableEntry) -> Address | None:
    """Return the address that a packet to *target* leaves from: one in the network of the next station, if there is."""
    fitting = list(sender.interfaces(target.version))
    next_station = target if route.gateway in (ANY_IPV4, ANY_IPV6) else ip_address(route.gateway)
    near = [one for one in fitting if next_station in one.network]
    return next((one.ip for one in (*near, *fitting)), None)
