"""An adapter that comes into being: what it gets, by declaration or from the one whose place it takes."""

from collections.abc import Iterator

from vmk_operator.model.host import AdapterState, Ipv4State, RouteConfig
from vmk_operator.model.step import CreateAdapter, FieldChange, Ipv6Change, RemoveAdapter
from vmk_operator.planner.case import AdapterCase
from vmk_operator.planner.ipv6 import NOTHING, declared_texts, initial_ipv6
from vmk_operator.planner.ordering import Phase, PhasedStep, phased
from vmk_operator.planner.wording import ABSENT, ipv6_addresses_text, port_group_text, services_text


def plan_creation(case: AdapterCase) -> tuple[PhasedStep, ...]:
    """Plan an adapter where there is none."""
    differing = tuple(FieldChange(d.field, d.observed, d.desired) for d in case.differences)
    step, changes = _creation(case), (*differing, *_given(case))
    return (
        phased(
            Phase.CREATE_ADAPTER, step, case.claim.key, network=case.network, changes=changes, text=_text(case, step)
        ),
    )


def plan_replacement(case: AdapterCase, adapter: AdapterState) -> tuple[PhasedStep, ...]:
    """Plan an adapter in the place of one on another stack."""
    owner, network, removal, step = case.claim.key, case.network, RemoveAdapter(adapter.device), _creation(case)
    gone = (FieldChange("device", adapter.device, ABSENT),)
    differing = tuple(FieldChange(d.field, d.observed, d.desired) for d in case.differences if d.field != "services")
    removing = f"remove {adapter.device} from stack {adapter.netstack}"
    return (
        phased(Phase.REMOVE_FOR_REPLACEMENT, removal, owner, network=network, changes=gone, text=removing),
        phased(Phase.REPLACE_ADAPTER, step, owner, network=network, changes=differing, text=_text(case, step)),
    )


def _creation(case: AdapterCase) -> CreateAdapter:
    taken_over = case.adapter if case.adapter is not None else case.template
    routes = case.own_routes
    mtu = case.intent.mtu
    return CreateAdapter(
        case.intent.netstack,
        case.attachment,
        case.wanted_ipv4.configured,
        taken_over.mtu if mtu is None and taken_over is not None else mtu,
        None if routes == RouteConfig() else routes,
        initial_ipv6(case.intent.ipv6, case.network) if taken_over is None else _ipv6_taken_over(case),
    )


def _ipv6_taken_over(case: AdapterCase) -> Ipv6Change | None:
    wanted = case.wanted_ipv6
    if wanted is None or case.network.ipv6_enabled is False or (case.intent.ipv6 is None and wanted == NOTHING):
        return None
    return Ipv6Change(wanted.auto, wanted.dhcp, add=wanted.addresses)


def _given(case: AdapterCase) -> Iterator[FieldChange]:
    """Name what is declared of a new adapter, field by field."""
    intent, routes = case.intent, case.own_routes
    given = {} if intent.ipv4 is None else {"ipv4.mode": intent.ipv4.mode.value}
    optional = {"ipv4.address": intent.address, "ipv4.gateway": routes.ipv4_gateway}
    given |= {field: str(value) for field, value in optional.items() if value is not None}
    given |= {} if intent.ipv6 is None else declared_texts(intent.ipv6)
    last = {"ipv6.gateway": routes.ipv6_gateway, "mtu": intent.mtu}
    given |= {field: str(value) for field, value in last.items() if value is not None}
    return (FieldChange(field, ABSENT, value) for field, value in given.items())


def _text(case: AdapterCase, step: CreateAdapter) -> str:
    place = f"{port_group_text(case.intent.port_group)} in stack {step.netstack}"
    mtu = "" if step.mtu is None else f" and mtu {step.mtu}"
    later = f", then select {services_text(case.intent.services)} for it" if case.intent.services else ""
    return f"create an adapter on {place} {_addressing(step)}{mtu}{later}"


def _addressing(step: CreateAdapter) -> str:
    """Say where a new adapter has its addresses from."""
    texts = [_ipv4_text(step.ipv4)]
    if step.ipv6 is not None:
        texts += [ipv6_addresses_text(step.ipv6.add)] if step.ipv6.add else []
        switches = {"router advertisements": step.ipv6.auto, "DHCPv6": step.ipv6.dhcp}
        texts += [name for name, is_on in switches.items() if is_on]
    routes = step.routes or RouteConfig()
    gateways = [str(one) for one in (routes.ipv4_gateway, routes.ipv6_gateway) if one is not None]
    texts += [f"gateway {' and '.join(gateways)} of its own"] if gateways else []
    return " and ".join(texts)


def _ipv4_text(ipv4: Ipv4State) -> str:
    if ipv4.dhcp:
        return "with DHCP"
    return "without IPv4" if ipv4.address is None else f"with {ipv4.address}"
