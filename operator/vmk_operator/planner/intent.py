"""What a spec asks for, in typed values. A spec that the API server should have refused is a ``Blocked``."""

from dataclasses import dataclass
from functools import lru_cache
from ipaddress import AddressValueError, IPv4Address, IPv4Interface, IPv6Address, NetmaskValueError
from typing import Literal

from vmk_operator.api.v1alpha1 import (
    Dns,
    Gateway,
    Ipv4,
    Ipv4Mode,
    Ipv6,
    PortGroup,
    Replacement,
    ReplacementRequires,
    VmkAdapter,
    VmkAdapterSpec,
    VmkNetstackSpec,
)
from vmk_operator.model.host import DEFAULT_NETSTACK, Ipv4State, StaticRoute, is_custom
from vmk_operator.planner.dns_intent import DnsIntent, managed_dns_fields, read_dns
from vmk_operator.planner.invalid_spec import invalid
from vmk_operator.planner.ipv6_intent import Ipv6Intent, read_ipv6, read_ipv6_gateway
from vmk_operator.planner.route_intent import declared_field, may_be_of_a_host, read_routes
from vmk_operator.planner.snapshot import ManagedObject
from vmk_operator.planner.verdict import Blocked

SMALLEST_MTU, LARGEST_MTU = 1280, 9000
"""In bytes. Source: reference/vsphere.md 2.2 (the UI's cap); below 1280 there is no IPv6."""
CONGESTION_CONTROLS = ("newreno", "cubic")
"""Source: vim.host.NetStackInstance.CongestionControlAlgorithmType."""
LONGEST_PREFIX_WITH_BROADCAST = 30
LONGEST_KEY = 64
"""Characters of a stack's key."""
_ADDRESSES = 8192
"""How many are kept once read: every plan reads them all again, and that was an eighth of its cost."""


@dataclass(frozen=True, slots=True)
class Ipv4Intent:
    """Desired IPv4 configuration of an adapter."""

    mode: Ipv4Mode
    address: IPv4Interface | None
    """With mode Static, and then always."""
    gateway: IPv4Address | Literal["None"] | None
    """The adapter's own; ``None`` is not managed."""

    @property
    def state(self) -> Ipv4State:
        """What is to be configured."""
        return Ipv4State(dhcp=self.mode is Ipv4Mode.DHCP, address=self.address)


@dataclass(frozen=True, slots=True)
class AdapterIntent:
    """Desired state of an adapter; ``None`` is not managed."""

    netstack: str
    port_group: PortGroup
    adopt_device: str | None
    mtu: int | None
    ipv4: Ipv4Intent | None
    ipv6: Ipv6Intent | None
    services: frozenset[str] | None
    """``None`` as well on a stack other than the default one: those imply their services."""
    replacement_requires: ReplacementRequires = ReplacementRequires.MAINTENANCE_MODE
    """What must hold before the adapter is replaced by one on another stack."""

    @property
    def address(self) -> IPv4Interface | None:
        """The static IPv4 address, if one is declared."""
        return None if self.ipv4 is None else self.ipv4.address

    @property
    def addresses(self) -> frozenset[IPv4Address | IPv6Address]:
        """All addresses that are declared one by one."""
        by_hand = () if self.ipv6 is None else self.ipv6.addresses or ()
        return frozenset(one.ip for one in (self.address, *by_hand) if one is not None)


@dataclass(frozen=True, slots=True)
class NetstackIntent:
    """Desired state of a stack; ``None`` is not managed."""

    netstack: str
    gateway: IPv4Address | Literal["None"] | None
    ipv6_gateway: IPv6Address | Literal["None"] | None
    dns: DnsIntent
    static_routes: frozenset[StaticRoute] | None
    """One for each network."""
    max_connections: int | None
    congestion_control: str | None


def read_adapter(spec: VmkAdapterSpec) -> AdapterIntent | Blocked:
    """Convert the spec of a VmkAdapter."""
    named = (spec.port_group.standard, spec.port_group.distributed, spec.port_group.opaque)
    if sum(one is not None for one in named) != 1:
        return invalid("portGroup", "several or none of standard, distributed and opaque", "name exactly one of them")
    if spec.mtu is not None and not SMALLEST_MTU <= spec.mtu <= LARGEST_MTU:
        return invalid("mtu", spec.mtu, f"use {SMALLEST_MTU} to {LARGEST_MTU} bytes")
    ipv4 = None if spec.ipv4 is None else _read_ipv4(spec.ipv4)
    if isinstance(ipv4, Blocked):
        return ipv4
    ipv6 = None if spec.ipv6 is None else read_ipv6(spec.ipv6)
    if isinstance(ipv6, Blocked):
        return ipv6
    return AdapterIntent(
        netstack=spec.netstack,
        port_group=spec.port_group,
        adopt_device=spec.adopt_device,
        mtu=spec.mtu,
        ipv4=ipv4,
        ipv6=ipv6,
        services=frozenset(spec.services) if spec.services is not None and spec.netstack == DEFAULT_NETSTACK else None,
        replacement_requires=(spec.replacement or Replacement()).requires,
    )


def read_netstack(spec: VmkNetstackSpec) -> NetstackIntent | Blocked:
    """Convert the spec of a VmkNetstack."""
    unfit = _refuse_plain_values(spec)
    if unfit is not None:
        return unfit
    gateways = _read_gateways(spec.gateway if spec.gateway is not None else Gateway())
    if isinstance(gateways, Blocked):
        return gateways
    dns = read_dns(spec.dns if spec.dns is not None else Dns(), spec.netstack)
    if isinstance(dns, Blocked):
        return dns
    routes = None if spec.routes is None else read_routes(spec.routes)
    if isinstance(routes, Blocked):
        return routes
    return NetstackIntent(
        netstack=spec.netstack,
        gateway=gateways[0],
        ipv6_gateway=gateways[1],
        dns=dns,
        static_routes=routes,
        max_connections=spec.max_connections,
        congestion_control=spec.congestion_control,
    )


def _refuse_plain_values(spec: VmkNetstackSpec) -> Blocked | None:
    if not _is_key(spec.netstack):
        return invalid("netstack", repr(spec.netstack), f"use up to {LONGEST_KEY} printable ASCII characters")
    if spec.max_connections is not None and spec.max_connections < 1:
        return invalid("maxConnections", spec.max_connections, "use a number above zero")
    if spec.congestion_control is not None and spec.congestion_control not in CONGESTION_CONTROLS:
        return invalid("congestionControl", repr(spec.congestion_control), "use newreno or cubic")
    return None


def _is_key(text: str) -> bool:
    return 0 < len(text) <= LONGEST_KEY and text.isascii() and text.isprintable() and text == text.strip()


def managed_fields(item: ManagedObject) -> frozenset[str]:
    """Name the fields that the object declares, whether their values make sense or not."""
    if isinstance(item, VmkAdapter):
        spec = item.spec
        optional = {
            "mtu": spec.mtu is not None,
            "ipv4.mode": spec.ipv4 is not None,
            "ipv4.address": spec.ipv4 is not None and spec.ipv4.address is not None,
            "ipv4.gateway": spec.ipv4 is not None and spec.ipv4.gateway is not None,
            **_managed_ipv6(spec.ipv6),
            "services": spec.services is not None and spec.netstack == DEFAULT_NETSTACK,
        }
        return frozenset(
            {"device", "netstack", "portGroup"} | {name for name, declared in optional.items() if declared}
        )
    declared = {
        # A system stack is always there.
        "netstack": is_custom(item.spec.netstack),
        "gateway.ipv4": item.spec.gateway is not None and item.spec.gateway.ipv4 is not None,
        "gateway.ipv6": item.spec.gateway is not None and item.spec.gateway.ipv6 is not None,
        "maxConnections": item.spec.max_connections is not None,
        "congestionControl": item.spec.congestion_control is not None,
    }
    routes = {declared_field(route) for route in item.spec.routes or ()}
    dns = managed_dns_fields(item.spec.dns)
    return frozenset({name for name, is_declared in declared.items() if is_declared} | dns | routes)


def _managed_ipv6(ipv6: Ipv6 | None) -> dict[str, bool]:
    if ipv6 is None:
        return {}
    return {
        "ipv6.acceptRouterAdvertisements": ipv6.accept_router_advertisements is not None,
        "ipv6.dhcp": ipv6.dhcp is not None,
        "ipv6.addresses": ipv6.addresses is not None,
        "ipv6.gateway": ipv6.gateway is not None,
    }


def _read_ipv4(ipv4: Ipv4) -> Ipv4Intent | Blocked:
    if ipv4.mode not in set(Ipv4Mode):
        return invalid("ipv4.mode", repr(ipv4.mode), "use Static, DHCP or None")
    mode = Ipv4Mode(ipv4.mode)
    if (mode is Ipv4Mode.STATIC) != (ipv4.address is not None):
        return invalid("ipv4.address", repr(ipv4.address), "give it with mode Static, and only then")
    address = None if ipv4.address is None else _read_address(ipv4.address)
    if isinstance(address, Blocked):
        return address
    gateway = _read_gateway("ipv4.gateway", ipv4.gateway)
    if isinstance(gateway, Blocked):
        return gateway
    if mode is Ipv4Mode.NONE and isinstance(gateway, IPv4Address):
        return invalid("ipv4.gateway", repr(ipv4.gateway), "it needs an address, and with mode None there is none")
    return Ipv4Intent(mode, address, gateway)


@lru_cache(maxsize=_ADDRESSES)
def _read_address(text: str) -> IPv4Interface | Blocked:
    advice = "use an IPv4 address with its prefix length, for example 10.0.40.11/24"
    address, slash, prefix = text.partition("/")
    # IPv4Interface also takes a netmask and no prefix at all; the API has one way to say it.
    if not slash or not prefix.isascii() or not prefix.isdigit():
        return invalid("ipv4.address", repr(text), advice)
    try:
        interface = IPv4Interface((IPv4Address(address), int(prefix)))
    except (AddressValueError, NetmaskValueError, ValueError):
        return invalid("ipv4.address", repr(text), advice)
    if not _fits_a_host(interface):
        return invalid("ipv4.address", repr(text), "use an address that a host may have in its subnet")
    return interface


def _fits_a_host(interface: IPv4Interface) -> bool:
    address, network = interface.ip, interface.network
    if not may_be_of_a_host(address):
        return False
    has_broadcast = network.prefixlen <= LONGEST_PREFIX_WITH_BROADCAST
    return not has_broadcast or address not in (network.network_address, network.broadcast_address)


def _read_gateways(
    gateway: Gateway,
) -> tuple[IPv4Address | Literal["None"] | None, IPv6Address | Literal["None"] | None] | Blocked:
    ipv4 = _read_gateway("gateway.ipv4", gateway.ipv4)
    if isinstance(ipv4, Blocked):
        return ipv4
    ipv6 = read_ipv6_gateway("gateway.ipv6", gateway.ipv6)
    return ipv6 if isinstance(ipv6, Blocked) else (ipv4, ipv6)


def _read_gateway(field: str, text: str | None) -> IPv4Address | Literal["None"] | Blocked | None:
    if text is None:
        return None
    if text == "None":
        return "None"
    try:
        return IPv4Address(text)
    except AddressValueError:
        return invalid(field, repr(text), "use an IPv4 address, or None for exactly no gateway")
