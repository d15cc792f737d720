"""Gateways that somebody configured, told from those that came from the network: both are shown alike.

Source: reference/vsphere.md 1.1 (drift traps) and 2.5.
"""

from dataclasses import replace

from vmk_operator.model.host import NetstackState, NetworkState, RouteConfig
from vmk_operator.planner.rules.routing import is_advertised, is_learned


def shows_stack_routes(
    sent: RouteConfig, before: NetstackState | None, after: NetstackState, network: NetworkState
) -> bool:
    """Tell whether a stack shows the gateways that were sent; where none was to be, a learned one may show."""
    configured = without_learned(after, network)
    seen = RouteConfig(
        configured.ipv4_gateway if sent.ipv4_gateway is None else after.routes.ipv4_gateway,
        configured.ipv6_gateway if sent.ipv6_gateway is None else after.routes.ipv6_gateway,
    )
    return shows_routes(sent, None if before is None else before.routes, seen)


def shows_routes(sent: RouteConfig, before: RouteConfig | None, after: RouteConfig) -> bool:
    """Tell whether the gateways that were sent are seen.

    They come by lease and advertisement at any time: only what the step changed is looked for.
    """
    known = after if before is None else before
    return sent.ipv4_gateway in (after.ipv4_gateway, known.ipv4_gateway) and sent.ipv6_gateway in (
        after.ipv6_gateway,
        known.ipv6_gateway,
    )


def without_learned(stack: NetstackState, network: NetworkState) -> RouteConfig:
    """Give the gateways of *stack* that somebody configured, as far as that can be told."""
    ipv4, ipv6 = stack.routes.ipv4_gateway, stack.routes.ipv6_gateway
    return RouteConfig(
        None if ipv4 is None or is_learned(ipv4, stack.key, network) else ipv4,
        None if ipv6 is None or is_advertised(ipv6, stack.key, network) else ipv6,
    )


def without_lost_gateways(before: NetworkState, after: NetworkState) -> tuple[NetstackState, ...]:
    """Give the stacks of *before* less the gateways that came with a lease or an advertisement that is gone."""
    return tuple(replace(stack, routes=_kept_routes(stack, before, after)) for stack in before.netstacks)


def _kept_routes(stack: NetstackState, before: NetworkState, after: NetworkState) -> RouteConfig:
    given, left = without_learned(stack, before), without_learned(stack, after)
    # What was learned and no longer can be is gone.
    return RouteConfig(
        None if given.ipv4_gateway is None and left.ipv4_gateway is not None else stack.routes.ipv4_gateway,
        None if given.ipv6_gateway is None and left.ipv6_gateway is not None else stack.routes.ipv6_gateway,
    )
