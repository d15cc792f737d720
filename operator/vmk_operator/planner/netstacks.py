"""One VmkNetstack against its stack: what differs, what is in the way, and the step."""

from collections.abc import Iterable
from dataclasses import replace

from vmk_operator.api.v1alpha1 import ObservedNetstack
from vmk_operator.model.drift import Difference
from vmk_operator.model.host import NetstackState, NetworkState, StaticRoute
from vmk_operator.model.identity import ObjectKey
from vmk_operator.model.step import FieldChange, PlannedStep, RouteChanges, UpdateNetstack
from vmk_operator.planner.case import NetstackCase
from vmk_operator.planner.dns import DNS_FIELDS, DnsSource, dns_texts, uses_dhcp, wanted_dns
from vmk_operator.planner.intent import NetstackIntent
from vmk_operator.planner.judgement import Comparison, compare_texts
from vmk_operator.planner.ordering import Phase, PhasedStep
from vmk_operator.planner.rules.disruption import is_disruptive
from vmk_operator.planner.rules.routing import is_advertised, is_learned, is_reachable
from vmk_operator.planner.static_routes import (
    is_route_field,
    is_taken_away,
    route_field,
    route_texts,
    routes_by_network,
)
from vmk_operator.planner.wording import NONE, gateway_text, value_text


def observe_netstack(stack: NetstackState) -> ObservedNetstack:
    """Describe a stack for status, managed or not."""
    ipv4, ipv6 = stack.routes.ipv4_gateway, stack.routes.ipv6_gateway
    return ObservedNetstack(
        active=stack.active,
        gateway=None if ipv4 is None else str(ipv4),
        ipv6_gateway=None if ipv6 is None else str(ipv6),
        dns_servers=stack.dns.servers,
        dns_device=stack.dns.device,
        host_name=stack.dns.host_name or None,
        routes=tuple(f"{one.network} via {one.gateway}" for one in routes_by_network(stack.static_routes)),
        max_connections=stack.max_connections,
        running_max_connections=stack.running_max_connections,
        congestion_control=stack.congestion_control,
    )


def compare_netstack(
    intent: NetstackIntent,
    stack: NetstackState,
    network: NetworkState,
    own: frozenset[StaticRoute],
    dns_source: DnsSource | None,
) -> Comparison:
    """Hold every declared setting against the stack; *own* are its routes that are ours."""
    texts: dict[str, tuple[str, str]] = {}
    if intent.gateway is not None:
        gateway = stack.routes.ipv4_gateway
        # What nobody configured can't be taken away, and is no difference to none; advise_learned_gateway tells it.
        is_none = gateway is None or (intent.gateway == NONE and is_learned(gateway, stack.key, network))
        texts["gateway.ipv4"] = (str(intent.gateway), gateway_text(None if is_none else gateway))
    if intent.ipv6_gateway is not None:
        router = stack.routes.ipv6_gateway
        is_none = router is None or (intent.ipv6_gateway == NONE and is_advertised(router, stack.key, network))
        texts["gateway.ipv6"] = (str(intent.ipv6_gateway), gateway_text(None if is_none else router))
    texts |= dns_texts(intent.dns, stack.dns, dns_source)
    texts |= route_texts(intent.static_routes, stack.static_routes, own)
    if intent.max_connections is not None:
        texts["maxConnections"] = (str(intent.max_connections), value_text(stack.max_connections))
    if intent.congestion_control is not None:
        texts["congestionControl"] = (intent.congestion_control, value_text(stack.congestion_control))
    return compare_texts(texts)


def plan_netstack(case: NetstackCase, owner: ObjectKey, *, created: NetworkState) -> tuple[PhasedStep, ...]:
    """Plan what makes the stack as declared, as one edit if that may be; the rules have agreed.

    *created* is the network with the adapters that this plan creates, and no adapter updated yet.
    """
    if not case.differences:
        return ()
    edit = _edit(case)
    if not _is_late(case, created):
        return (PhasedStep(Phase.EDIT_STACK, _planned(edit, case.differences, owner, created)),)
    late = tuple(one for one in case.differences if not is_taken_away(one.field, one.desired))
    removed, added = case.route_changes.remove, case.route_changes.add
    if not removed:
        return (PhasedStep(Phase.EDIT_STACK_LATE, _planned(edit, late, owner, created)),)
    # A host shows a route, and takes it away, for as long as an adapter reaches its gateway.
    early = UpdateNetstack(case.stack.key, route_changes=RouteChanges(remove=removed))
    gone = tuple(Difference(route_field(one.network), NONE, str(one.gateway)) for one in routes_by_network(removed))
    rest = replace(edit, route_changes=RouteChanges(add=added) if added else None)
    return (
        PhasedStep(Phase.EDIT_STACK, _planned(early, gone, owner, created)),
        PhasedStep(Phase.EDIT_STACK_LATE, _planned(rest, late, owner, created)),
    )


def _edit(case: NetstackCase) -> UpdateNetstack:
    intent, stack = case.intent, case.stack
    differing = {difference.field for difference in case.differences}
    return UpdateNetstack(
        stack.key,
        # The other family's gateway goes along: one that is left out is removed (reference/vsphere.md 1.3).
        routes=case.wanted_routes if case.differs("gateway.ipv4", "gateway.ipv6") else None,
        dns=wanted_dns(intent.dns, stack.dns, case.dns_source) if case.differs(*DNS_FIELDS) else None,
        max_connections=intent.max_connections if "maxConnections" in differing else None,
        congestion_control=intent.congestion_control if "congestionControl" in differing else None,
        route_changes=case.route_changes if any(is_route_field(field) for field in differing) else None,
    )


def _is_late(case: NetstackCase, created: NetworkState) -> bool:
    source = created.adapter(case.dns_source.device) if case.dns_source is not None and case.dns_source.device else None
    if source is not None and not uses_dhcp(source) and case.differs(*DNS_FIELDS):
        return True
    gateways = (case.new_gateway, case.new_ipv6_gateway, *(one.gateway for one in case.route_changes.add))
    return not all(one is None or is_reachable(one, case.stack.key, created) for one in gateways)


def _planned(
    step: UpdateNetstack, differences: Iterable[Difference], owner: ObjectKey, created: NetworkState
) -> PlannedStep:
    changes = tuple(FieldChange(one.field, one.observed, one.desired) for one in differences)
    what = " and ".join(f"{c.field} of stack {step.key} from {c.before} to {c.after}" for c in changes)
    return PlannedStep(step, owner, changes, is_disruptive(step, created), f"set {what}")
