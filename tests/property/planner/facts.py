"""A whole network as single facts, so that a test can tell exactly which of them a step changed."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import fields
from typing import TYPE_CHECKING, Any

from vmk_operator.model.host import AdapterState, NetstackState, NetworkState
from vmk_operator.model.step import (
    CreateAdapter,
    CreateNetstack,
    RemoveAdapter,
    RemoveNetstack,
    Step,
    UpdateAdapter,
    UpdateNetstack,
)
from vmk_operator.planner.dedicated import is_shadowed
from vmk_operator.planner.effect import created_device

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

Fact = tuple[str, ...]
"""What it is about, for example ``("adapter", "vmk1", "mtu")``."""


def facts_of(network: NetworkState) -> Mapping[Fact, object]:
    found: dict[Fact, object] = {}
    for adapter in network.adapters:
        found |= {("adapter", adapter.device, name): value for name, value in _of_adapter(adapter)}
    for stack in network.netstacks:
        found |= {("stack", stack.key, *name): value for name, value in _of_stack(stack)}
    found |= {("service", name, device): True for name, devices in network.services for device in devices}
    found |= {("vsan", port.device): port for port in network.vsan_ports or ()}
    others = _fields(network, but=("adapters", "netstacks", "services", "vsan_ports"))
    found |= {("host", name): value for name, value in others}
    return found


def changed(before: NetworkState, after: NetworkState) -> set[Fact]:
    old, new = facts_of(before), facts_of(after)
    return {fact for fact in old.keys() | new.keys() if (fact in old, old.get(fact)) != (fact in new, new.get(fact))}


def declared_facts(step: Step, spec: Any, before: NetworkState, after: NetworkState) -> Iterator[Fact]:
    """Name the facts that a step for an object with *spec* may change, because the object declares them."""
    if isinstance(step, UpdateNetstack):
        yield from (("stack", step.key, *name) for name in _declared_by_stack(spec, step))
        return
    if isinstance(step, CreateNetstack | RemoveNetstack):
        whole = before.netstack(step.key) or after.netstack(step.key)
        assert whole is not None
        yield from (("stack", step.key, *name) for name, _ in _of_stack(whole))
        return
    if isinstance(step, CreateAdapter):
        made = created_device(step, before, after)
        assert made is not None
        yield from (("adapter", made.device, name) for name, _ in _of_adapter(made))
        yield from (("service", service, made.device) for service, _ in before.services)
        return
    if isinstance(step, RemoveAdapter):
        gone = before.adapter(step.device)
        assert gone is not None
        yield from (("adapter", step.device, name) for name, _ in _of_adapter(gone))
    else:
        yield from (("adapter", step.device, name) for name in _declared_by_adapter(spec))
    if isinstance(step, RemoveAdapter) or spec.services is not None:
        yield from (("service", service, step.device) for service, _ in before.services)
        yield "vsan", step.device


def consequences(step: Step, before: NetworkState, after: NetworkState) -> Iterator[Fact]:
    """Name the facts that vSphere changes by itself when adapters come, change or go."""
    if not isinstance(step, CreateAdapter | UpdateAdapter | RemoveAdapter):
        return
    for stack in after.netstacks:
        was = before.netstack(stack.key)
        assert was is not None
        if stack.active != was.active:
            yield from (("stack", stack.key, name) for name in ("active", "running_max_connections"))
        # What was learned, and routes that no adapter reaches any more, go; nothing comes.
        if stack.routes.ipv4_gateway is None:
            yield "stack", stack.key, "gateway", "ipv4"
        if stack.routes.ipv6_gateway is None:
            yield "stack", stack.key, "gateway", "ipv6"
        lost = was.static_routes - stack.static_routes
        yield from (("stack", stack.key, "route", str(one.network), str(one.gateway)) for one in lost)
    for adapter in after.adapters:
        yield from (
            ("service", service, adapter.device)
            for service, devices in after.services
            if adapter.device not in devices and is_shadowed(service, adapter.netstack, after)
        )


def _of_adapter(adapter: AdapterState) -> Iterator[tuple[str, object]]:
    yield from _fields(adapter, but=("routes", "ipv6"))
    yield from (("ipv4.gateway", adapter.routes.ipv4_gateway), ("ipv6.gateway", adapter.routes.ipv6_gateway))
    yield "ipv6", adapter.ipv6 is not None
    if adapter.ipv6 is not None:
        yield from ((f"ipv6.{name}", value) for name, value in _fields(adapter.ipv6))


def _of_stack(stack: NetstackState) -> Iterator[tuple[tuple[str, ...], object]]:
    yield from (((name,), value) for name, value in _fields(stack, but=("routes", "dns", "static_routes")))
    yield from ((("gateway", "ipv4"), stack.routes.ipv4_gateway), (("gateway", "ipv6"), stack.routes.ipv6_gateway))
    yield from ((("dns", name), value) for name, value in _fields(stack.dns))
    yield from ((("route", str(one.network), str(one.gateway)), True) for one in stack.static_routes)


def _fields(one: "DataclassInstance", *, but: Collection[str] = ()) -> Iterator[tuple[str, object]]:
    """Give every field, so that one that is new is compared too."""
    return ((field.name, getattr(one, field.name)) for field in fields(one) if field.name not in but)


def _declared_by_adapter(spec: Any) -> Iterator[str]:
    yield "attachment"
    if spec.mtu is not None:
        yield "mtu"
    if spec.ipv4 is not None:
        yield "ipv4"
        if spec.ipv4.gateway is not None:
            yield "ipv4.gateway"
    if spec.ipv6 is not None:
        named = (
            ("ipv6.auto", spec.ipv6.accept_router_advertisements),
            ("ipv6.dhcp", spec.ipv6.dhcp),
            ("ipv6.addresses", spec.ipv6.addresses),
            ("ipv6.gateway", spec.ipv6.gateway),
        )
        yield from (name for name, value in named if value is not None)
        # What the network gives comes and goes with the switches.
        if spec.ipv6.accept_router_advertisements is not None or spec.ipv6.dhcp is not None:
            yield "ipv6.learned"


def _declared_by_stack(spec: Any, step: UpdateNetstack) -> Iterator[tuple[str, ...]]:
    for family in ("ipv4", "ipv6"):
        if spec.gateway is not None and getattr(spec.gateway, family) is not None:
            yield "gateway", family
    by_hand = {
        name: getattr(spec.dns, name, None) for name in ("servers", "search_domains", "domain_name", "host_name")
    }
    declared = {name for name, value in by_hand.items() if value is not None}
    if spec.dns is not None and spec.dns.from_adapter is not None:
        # What was set by hand goes; the name of the host stays.
        declared = set(by_hand) - {"host_name"}
    yield from (("dns", name) for name in declared | ({"dhcp", "device", "ipv6_device"} if declared else set()))
    yield from ((name,) for name in ("max_connections", "congestion_control") if getattr(spec, name) is not None)
    yield from (("route", one.network, one.gateway) for one in spec.routes or ())
    # What else goes was declared once, or on a declared network: test_no_step_touches_what_nobody_declares.
    if step.route_changes is not None:
        yield from (("route", str(one.network), str(one.gateway)) for one in step.route_changes.remove)
