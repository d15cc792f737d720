"""One VmkAdapter against its adapter: what differs, what is in the way, and the steps."""

from dataclasses import replace
from ipaddress import IPv4Address

from vmk_operator.api.v1alpha1 import Ipv4Mode, ObservedAdapter, ObservedAddress
from vmk_operator.model.drift import Difference
from vmk_operator.model.host import DEFAULT_NETSTACK, AdapterState, Attachment, NetworkState, RouteConfig
from vmk_operator.model.step import (
    CreateAdapter,
    DeselectService,
    FieldChange,
    PlannedStep,
    SelectService,
    Step,
    UpdateAdapter,
)
from vmk_operator.planner import rulebook
from vmk_operator.planner.assignment import Missing
from vmk_operator.planner.case import AdapterCase
from vmk_operator.planner.intent import AdapterIntent, Ipv4Intent
from vmk_operator.planner.judgement import Comparison, compare_texts
from vmk_operator.planner.ordering import Phase, PhasedStep
from vmk_operator.planner.rules.dedicated import IMPLIED_SERVICES, shadowed_services
from vmk_operator.planner.rules.disruption import is_disruptive
from vmk_operator.planner.rules.lockout import MANAGEMENT
from vmk_operator.planner.rules.rule import first_refusal
from vmk_operator.planner.verdict import Blocked
from vmk_operator.planner.wording import (
    ABSENT,
    PRESENT,
    address_text,
    attachment_text,
    gateway_text,
    mode_text,
    port_group_text,
    services_text,
)


def observe_adapter(adapter: AdapterState, network: NetworkState) -> ObservedAdapter:
    """Describe an adapter for status, managed or not."""
    implied = IMPLIED_SERVICES.get(adapter.netstack)
    services = network.services_of(adapter.device) | (frozenset() if implied is None else {implied})
    address = adapter.ipv4.address
    return ObservedAdapter(
        netstack=adapter.netstack,
        port_group=attachment_text(adapter.attachment, network),
        mtu=adapter.mtu,
        addresses=()
        if address is None
        else (ObservedAddress(address=str(address), origin="DHCP" if adapter.ipv4.dhcp else "Static"),),
        gateway=None if adapter.routes.ipv4_gateway is None else str(adapter.routes.ipv4_gateway),
        services=tuple(sorted(services)),
    )


def compare_missing(missing: Missing) -> Comparison:
    """Tell that there is no adapter: the one that was lost, or any at all."""
    wanted = PRESENT if missing.was is None or missing.was.device is None else missing.was.device
    return Comparison(differences=(Difference("device", wanted, ABSENT),))


def compare_adapter(
    intent: AdapterIntent,
    adapter: AdapterState,
    attachment: Attachment | None,
    *,
    network: NetworkState,
    coming: NetworkState,
) -> Comparison:
    """Hold every declared field against the adapter.

    *attachment* is where the declared port group is, if the host has it; *coming* the network with the adapters that
    this plan creates, because a dedicated stack about to be used counts.
    """
    texts = {
        "netstack": (intent.netstack, adapter.netstack),
        "portGroup": _port_group_texts(intent, adapter, attachment, network),
    }
    if intent.mtu is not None:
        texts["mtu"] = (str(intent.mtu), str(adapter.mtu))
    if intent.ipv4 is not None:
        texts |= _ipv4_texts(intent.ipv4, adapter)
    if intent.services is not None and adapter.netstack == DEFAULT_NETSTACK:
        # What a dedicated stack carries instead is neither missed nor in the way (reference/vsphere.md 3.3).
        shadowed = shadowed_services(intent.services, adapter.netstack, coming)
        seen = network.services_of(adapter.device)
        texts["services"] = (services_text(intent.services - shadowed), services_text(seen - shadowed))
    return compare_texts(texts)


def check_adapter(case: AdapterCase) -> Blocked | None:
    """Ask every rule whether what differs may be changed."""
    return first_refusal(rulebook.ADAPTER_CHANGES, case)


def plan_adapter(case: AdapterCase) -> tuple[PhasedStep, ...]:
    """Plan what makes the adapter as declared; the rules have agreed."""
    if case.adapter is None:
        return _plan_creation(case)
    return (*_plan_update(case, case.adapter), *_plan_services(case, case.adapter))


def _port_group_texts(
    intent: AdapterIntent, adapter: AdapterState, attachment: Attachment | None, network: NetworkState
) -> tuple[str, str]:
    desired = port_group_text(intent.port_group)
    # Names may be equal where the things are not, for example on a standard and a distributed switch.
    if attachment is not None and adapter.attachment == attachment:
        return desired, desired
    seen = attachment_text(adapter.attachment, network)
    return desired, seen if seen != desired else f"another {seen}"


def _ipv4_texts(wanted: Ipv4Intent, adapter: AdapterState) -> dict[str, tuple[str, str]]:
    texts = {"ipv4.mode": (wanted.mode.value, mode_text(adapter.ipv4))}
    if wanted.address is not None:
        texts["ipv4.address"] = (str(wanted.address), address_text(adapter.ipv4))
    if wanted.gateway is not None:
        texts["ipv4.gateway"] = (str(wanted.gateway), gateway_text(adapter.routes.ipv4_gateway))
    return texts


def _plan_creation(case: AdapterCase) -> tuple[PhasedStep, ...]:
    intent = case.intent
    if intent.ipv4 is None:
        return ()
    place = f"{port_group_text(intent.port_group)} in stack {intent.netstack}"
    later = f", then select {services_text(intent.services)} for it" if intent.services else ""
    own_gateway = intent.ipv4.gateway if isinstance(intent.ipv4.gateway, IPv4Address) else None
    ipv4 = {"ipv4.mode": intent.ipv4.mode.value, "ipv4.address": intent.address, "ipv4.gateway": own_gateway}
    given = {field: str(value) for field, value in {**ipv4, "mtu": intent.mtu}.items() if value is not None}
    changes = [*(FieldChange(d.field, d.observed, d.desired) for d in case.differences)]
    changes += [FieldChange(field, ABSENT, value) for field, value in given.items()]
    address = {Ipv4Mode.STATIC: f"with {intent.address}", Ipv4Mode.DHCP: "with DHCP", Ipv4Mode.NONE: "without IPv4"}
    gateway = "" if own_gateway is None else f" and gateway {own_gateway} of its own"
    mtu = "" if intent.mtu is None else f" and mtu {intent.mtu}"
    return (
        _phased(
            Phase.CREATE_ADAPTER,
            CreateAdapter(
                intent.netstack,
                case.attachment,
                intent.ipv4.state,
                intent.mtu,
                None if own_gateway is None else RouteConfig(own_gateway),
            ),
            case,
            tuple(changes),
            f"create an adapter on {place} {address[intent.ipv4.mode]}{gateway}{mtu}{later}",
        ),
    )


def _plan_update(case: AdapterCase, adapter: AdapterState) -> tuple[PhasedStep, ...]:
    changes = tuple(
        FieldChange(d.field, d.observed, d.desired)
        for d in case.differences
        if d.field in ("portGroup", "mtu", "ipv4.mode", "ipv4.address", "ipv4.gateway")
    )
    if not changes:
        return ()
    # The IP configuration goes along even when only the MTU differs (reference/vsphere.md 2.1).
    step = UpdateAdapter(
        adapter.device,
        case.wanted_ipv4.configured,
        mtu=case.intent.mtu if case.differs("mtu") else None,
        attachment=case.attachment if case.differs("portGroup") else None,
        # The other family's gateway goes along: one that is left out is removed (reference/vsphere.md 2.6).
        routes=replace(adapter.routes, ipv4_gateway=case.own_gateway) if case.differs("ipv4.gateway") else None,
    )
    what = " and ".join(f"{c.field} of {adapter.device} from {c.before} to {c.after}" for c in changes)
    return (_phased(Phase.UPDATE_ADAPTER, step, case, changes, f"set {what}"),)


def _plan_services(case: AdapterCase, adapter: AdapterState) -> tuple[PhasedStep, ...]:
    if case.intent.services is None or not case.differs("services"):
        return ()
    shadowed = shadowed_services(case.intent.services, adapter.netstack, case.coming)
    wanted, present = case.intent.services - shadowed, case.network.services_of(adapter.device) - shadowed
    missing = wanted - present
    # Management comes last: from then on the adapter is protected from changes.
    turns = [
        *((Phase.SELECT_SERVICE, service) for service in sorted(missing - {MANAGEMENT})),
        *((Phase.DESELECT_SERVICE, service) for service in sorted(present - wanted)),
        *((Phase.SELECT_MANAGEMENT, service) for service in sorted(missing & {MANAGEMENT})),
    ]
    steps = []
    for phase, service in turns:
        is_deselection = phase is Phase.DESELECT_SERVICE
        after = present - {service} if is_deselection else present | {service}
        step = (DeselectService if is_deselection else SelectService)(adapter.device, service)
        verb = "deselect" if is_deselection else "select"
        change = FieldChange("services", services_text(present), services_text(after))
        steps.append(_phased(phase, step, case, (change,), f"{verb} {service} for {adapter.device}"))
        present = after
    return tuple(steps)


def _phased(phase: Phase, step: Step, case: AdapterCase, changes: tuple[FieldChange, ...], text: str) -> PhasedStep:
    return PhasedStep(phase, PlannedStep(step, case.claim.key, changes, is_disruptive(step, case.network), text))
