"""Static routes and the routing table that they are a part of."""

from collections.abc import Iterator
from dataclasses import dataclass
from ipaddress import IPv4Network, IPv6Interface, IPv6Network, ip_network

from vcenter_simulator.host.gateways import IPV4, IPV6, check_gateway, gateway_in_force, is_reachable
from vcenter_simulator.host.leases import LINK_LOCAL, learned_addresses, link_local
from vcenter_simulator.host.refusals import already_exists, config_fault, invalid_argument, not_found
from vcenter_simulator.host.requests import RouteChange
from vcenter_simulator.host.state import Adapter, Route, StackInUse

ANY_IPV4, ANY_IPV6 = "0.0.0.0", "::"  # noqa: S104 - routes, not sockets
LOOPBACK = "lo0"
MULTICAST = (IPv6Network("ff01::/32"), IPv6Network("ff02::/32"))
PARAMETER = "routeTableConfig"


@dataclass(frozen=True, slots=True)
class TableEntry:
    """One line of a routing table; the gateway of a connected network is no address."""

    network: IPv4Network | IPv6Network
    gateway: str
    device: str


def changed_routes(used: StackInUse, changes: tuple[RouteChange, ...]) -> tuple[Route, ...]:
    """Return a stack's static routes after *changes*.

    Raises:
        Refusal: InvalidArgument for what is no route or no operation, AlreadyExists, NotFound, or HostConfigFault
            for a gateway out of reach. Which faults a host gives for routes is unverified (reference/vsphere.md 1.1).
    """
    stack, routes = used.stack, used.stack.routes
    for change in changes:
        if change.operation == "ignore":
            continue
        route = _checked(change)
        if change.operation == "add":
            if any(one.network == route.network for one in routes):
                raise already_exists(route.network)
            if not is_reachable(route.gateway, used.adapters):
                raise config_fault(f"The gateway {route.gateway} is in no subnet of the TCP/IP stack '{stack.key}'.")
            routes = (*routes, route)
        elif change.operation == "remove":
            if route not in routes:
                raise not_found(f"The route to {route.network} through {route.gateway}")
            routes = tuple(one for one in routes if one != route)
        else:
            raise invalid_argument(PARAMETER, f"'{change.operation}' is neither 'add', 'remove' nor 'ignore'.")
    return routes


def ipv4_table(used: StackInUse) -> Iterator[TableEntry]:
    """Return the IPv4 routes of a stack: the default route, the connected networks, the static routes."""
    adapters = used.adapters
    gateway = gateway_in_force(used, IPV4)
    if gateway is not None and adapters:
        yield TableEntry(
            IPv4Network((0, 0)), gateway.address, gateway.learned_by or _through(gateway.address, adapters)
        )
    for adapter in adapters:
        if adapter.ipv4.interface is not None:
            yield TableEntry(adapter.ipv4.interface.network, ANY_IPV4, adapter.device)
    yield from _static(used, IPV4)


def ipv6_table(used: StackInUse) -> Iterator[TableEntry]:
    """Return the IPv6 routes of a stack, with those that the kernel makes for every adapter (observed)."""
    adapters = used.adapters
    if not used.has_ipv6 or not adapters:
        return
    gateway = gateway_in_force(used, IPV6)
    if gateway is not None:
        yield TableEntry(
            IPv6Network((0, 0)), gateway.address, gateway.learned_by or _through(gateway.address, adapters)
        )
    for adapter in adapters:
        by_hand = (IPv6Interface(one) for one in adapter.ipv6.addresses)
        networks = {one.network: None for one in (*learned_addresses(adapter), *by_hand) if not one.is_link_local}
        yield from (TableEntry(network, ANY_IPV6, adapter.device) for network in networks)
    yield from _static(used, IPV6)
    yield TableEntry(LINK_LOCAL, ANY_IPV6, LOOPBACK)
    yield from (TableEntry(LINK_LOCAL, ANY_IPV6, adapter.device) for adapter in adapters)
    for multicast in MULTICAST:
        yield TableEntry(multicast, "::1", LOOPBACK)
        yield from (TableEntry(multicast, str(link_local(one.mac).ip), one.device) for one in adapters)


def _static(used: StackInUse, version: int) -> Iterator[TableEntry]:
    for route in used.stack.routes:
        network = ip_network(route.network)
        if network.version == version and is_reachable(route.gateway, used.adapters):
            yield TableEntry(network, route.gateway, _through(route.gateway, used.adapters))


def _through(gateway: str, adapters: tuple[Adapter, ...]) -> str:
    found = next((one for one in adapters if is_reachable(gateway, (one,))), adapters[0])
    return found.device


def _checked(change: RouteChange) -> Route:
    try:
        network = ip_network(change.network)
    except ValueError as error:
        raise invalid_argument(f"{PARAMETER}.route.network", f"'{change.network}' is not a network.") from error
    if network.prefixlen == 0:
        raise invalid_argument(f"{PARAMETER}.route.prefixLength", "The default route is set by ipRouteConfig.")
    return Route(str(network), check_gateway(change.gateway, network.version, f"{PARAMETER}.route.gateway"))
