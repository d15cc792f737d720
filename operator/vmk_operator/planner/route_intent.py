"""What a spec asks for of a stack's static routes, in typed values."""

from ipaddress import AddressValueError, IPv4Address, IPv4Network

from vmk_operator.api.v1alpha1 import Route
from vmk_operator.model.host import StaticRoute
from vmk_operator.planner.invalid_spec import invalid
from vmk_operator.planner.verdict import Blocked


def read_routes(routes: tuple[Route, ...]) -> frozenset[StaticRoute] | Blocked:
    """Convert the routes of a VmkNetstack, one for each network."""
    read: dict[IPv4Network, StaticRoute] = {}
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


def _read_route(route: Route) -> StaticRoute | Blocked:
    network = _read_network(route.network)
    if isinstance(network, Blocked):
        return network
    try:
        gateway = IPv4Address(route.gateway)
    except AddressValueError:
        return invalid("routes.gateway", repr(route.gateway), "use the IPv4 address of a router")
    if not may_be_of_a_host(gateway):
        return invalid("routes.gateway", repr(route.gateway), "use an address that a router may have")
    return StaticRoute(network, gateway)


def _read_network(text: str) -> IPv4Network | Blocked:
    advice = "use an IPv4 network with its prefix length, for example 10.9.0.0/16"
    address, slash, prefix = text.partition("/")
    # IPv4Network also takes a netmask and no prefix at all; the API has one way to say it.
    if not slash or not prefix.isascii() or not prefix.isdigit():
        return invalid("routes.network", repr(text), advice)
    try:
        network = IPv4Network((IPv4Address(address), int(prefix)))
    except ValueError:
        return invalid("routes.network", repr(text), advice)
    if network.prefixlen == 0:
        return invalid("routes.network", repr(text), "the default route is set by gateway.ipv4")
    return network
