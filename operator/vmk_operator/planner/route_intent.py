"""What a spec asks for of a stack's static routes, in typed values."""

from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address, ip_network

from vmk_operator.api.v1alpha1 import Route
from vmk_operator.model.host import KERNEL_NETWORKS, StaticRoute
from vmk_operator.planner.invalid_spec import invalid
from vmk_operator.planner.ipv6_intent import is_special
from vmk_operator.planner.static_routes import Network, route_field
from vmk_operator.planner.verdict import Blocked


def read_routes(routes: tuple[Route, ...]) -> frozenset[StaticRoute] | Blocked:
    """Convert the routes of a VmkNetstack, one for each network."""
    read: dict[Network, StaticRoute] = {}
    for route in routes:
        one = _read_route(route)
        if isinstance(one, Blocked):
            return one
        if one.network in read:
            return invalid("routes", f"two routes to {one.network}", "name each network once")
        read[one.network] = one
    return frozenset(read.values())


def may_be_of_a_host(address: IPv4Address) -> bool:
    """Tell whether a host or router can have *address*."""
    return not (address.is_multicast or address.is_unspecified or address.is_loopback or address.is_reserved)


def declared_field(route: Route) -> str:
    """Name a declared route as a field, whether it makes sense or not."""
    network = _read_network(route.network)
    return route_field(route.network if isinstance(network, Blocked) else network)


def _read_route(route: Route) -> StaticRoute | Blocked:
    network = _read_network(route.network)
    if isinstance(network, Blocked):
        return network
    gateway = _read_gateway(route.gateway)
    if isinstance(gateway, Blocked):
        return gateway
    if gateway.version != network.version:
        return invalid("routes.gateway", repr(route.gateway), f"use an address of the family of {network}")
    return StaticRoute(network, gateway)


def _read_gateway(text: str) -> IPv4Address | IPv6Address | Blocked:
    try:
        gateway = ip_address(text)
    except ValueError:
        return invalid("routes.gateway", repr(text), "use the address of a router")
    if isinstance(gateway, IPv6Address) and gateway.is_link_local:
        return invalid("routes.gateway", repr(text), "use one that is not link-local: vSphere takes no adapter with it")
    if not may_be_of_a_host(gateway) if isinstance(gateway, IPv4Address) else is_special(gateway):
        return invalid("routes.gateway", repr(text), "use an address that a router may have")
    return gateway


def _read_network(text: str) -> Network | Blocked:
    advice = "use a network with its prefix length, for example 10.9.0.0/16 or fd00:9::/48"
    address, slash, prefix = text.partition("/")
    # A network is also read from a netmask and from no prefix at all; the API has one way to say it.
    if not slash or not prefix.isascii() or not prefix.isdigit() or "%" in address:
        return invalid("routes.network", repr(text), advice)
    try:
        network = ip_network((ip_address(address), int(prefix)))
    except ValueError:
        return invalid("routes.network", repr(text), advice)
    if network.prefixlen == 0:
        return invalid("routes.network", repr(text), "the default routes are set by gateway.ipv4 and gateway.ipv6")
    if isinstance(network, IPv6Network) and any(network.subnet_of(one) for one in KERNEL_NETWORKS):
        return invalid("routes.network", repr(text), "the host makes the routes to link-local and multicast itself")
    return network
