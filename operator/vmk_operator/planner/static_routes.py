"""Static routes of a stack: which of them are ours, how each is named, and what makes them as declared.

vSphere says of no route who made it. So ours are those that ``status.applied`` has: they were declared, and were seen
on the host. A route that was lost from there, or that is not seen when it is looked for, is nobody's of ours any more:
it stays where it is.
"""

from collections.abc import Iterable
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network

from vmk_operator.api.v1alpha1 import Applied
from vmk_operator.model.host import StaticRoute
from vmk_operator.model.step import RouteChanges
from vmk_operator.planner.wording import NONE, list_text

Network = IPv4Network | IPv6Network

_BEFORE, _AFTER = "routes[", "]"


def route_field(network: Network | str) -> str:
    """Name the route to *network* as a field of its own, as ``routes[10.9.0.0/16]``."""
    return f"{_BEFORE}{network}{_AFTER}"


def is_route_field(field: str) -> bool:
    """Tell whether *field* is a route."""
    return field.startswith(_BEFORE) and field.endswith(_AFTER)


def own_routes(applied: Iterable[Applied]) -> frozenset[StaticRoute]:
    """Read which routes are ours from what was once seen as declared."""
    read = (_read_own(one.field, one.value) for one in applied if is_route_field(one.field))
    return frozenset(one for one in read if one is not None)


def is_taken_away(field: str, value: str) -> bool:
    """Tell whether a field that was once ours is a route that is gone: of that there is nothing to remember."""
    return is_route_field(field) and value == NONE


def route_texts(
    declared: frozenset[StaticRoute] | None, present: frozenset[StaticRoute], own: frozenset[StaticRoute]
) -> dict[str, tuple[str, str]]:
    """Hold every declared route, and those of ours that are not declared any more, against the host."""
    if declared is None:
        return {}
    networks = {one.network for one in declared}
    texts = {one.network: (str(one.gateway), _found(one, present)) for one in declared}
    texts |= {
        one.network: (NONE, str(one.gateway) if one in present else NONE) for one in own if one.network not in networks
    }
    return {route_field(network): texts[network] for network in sorted(texts, key=_network_order)}


def route_changes(
    declared: frozenset[StaticRoute] | None, present: frozenset[StaticRoute], own: frozenset[StaticRoute]
) -> RouteChanges:
    """Tell what makes the routes as declared. Another's route to a network that is not declared is never among it."""
    if declared is None:
        return RouteChanges()
    missing = declared - present
    # A network has one gateway: the route that leads there otherwise makes room, whoever made it.
    replaced = {one for one in present if one.network in {other.network for other in missing}}
    networks = {one.network for one in declared}
    left = {one for one in own & present if one.network not in networks}
    return RouteChanges(add=missing, remove=frozenset(replaced | left))


def routes_by_network(routes: Iterable[StaticRoute]) -> list[StaticRoute]:
    """Put routes in the order in which they are told."""
    return sorted(routes, key=lambda one: (*_network_order(one.network), int(one.gateway)))


def _found(route: StaticRoute, present: frozenset[StaticRoute]) -> str:
    if route in present:
        return str(route.gateway)
    return list_text(str(one.gateway) for one in routes_by_network(present) if one.network == route.network)


def _network_order(network: Network) -> tuple[int, int, int]:
    return network.version, int(network.network_address), network.prefixlen


def _read_own(field: str, text: str) -> StaticRoute | None:
    try:
        network, gateway = ip_network(field.removeprefix(_BEFORE).removesuffix(_AFTER)), ip_address(text)
    except ValueError:  # of a release to come, or by hand
        return None
    return StaticRoute(network, gateway) if network.version == gateway.version else None
