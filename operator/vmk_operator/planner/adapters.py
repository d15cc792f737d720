"""One VmkAdapter against its adapter: what differs, what is in the way, and the steps."""

from collections.abc import Iterator, Mapping

from vmk_operator.api.v1alpha1 import ObservedAdapter, ObservedAddress
from vmk_operator.model.drift import Difference
from vmk_operator.model.host import DEFAULT_NETSTACK, AdapterState, Attachment, NetworkState
from vmk_operator.model.step import (
    DeselectService,
    FieldChange,
    Ipv6Change,
    SelectService,
    Step,
    UpdateAdapter,
)
from vmk_operator.planner.assignment import Missing
from vmk_operator.planner.case import AdapterCase
from vmk_operator.planner.creation import plan_creation, plan_replacement
from vmk_operator.planner.dedicated import IMPLIED_SERVICES, shadowed_services
from vmk_operator.planner.intent import AdapterIntent, Ipv4Intent
from vmk_operator.planner.ipv6 import CONFIGURATION_FIELDS, ipv6_change, ipv6_texts
from vmk_operator.planner.judgement import Comparison, compare_texts
from vmk_operator.planner.ordering import Phase, PhasedStep, phased
from vmk_operator.planner.rules.lockout import MANAGEMENT
from vmk_operator.planner.vsan import TRAFFIC, vsan_step
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

ORIGINS: Mapping[str, str] = {
    "dhcp": "DHCP",
    "linklayer": "RouterAdvertisement",
    "random": "RouterAdvertisement",
}
"""vSphere's words for where an IPv6 address comes from, and ours. Source: reference/vsphere.md 2.5."""


def observe_adapter(adapter: AdapterState, network: NetworkState) -> ObservedAdapter:
    """Describe an adapter for status, managed or not."""
    implied = IMPLIED_SERVICES.get(adapter.netstack)
    services = network.services_of(adapter.device) | (frozenset() if implied is None else {implied})
    ipv4, ipv6 = adapter.routes.ipv4_gateway, adapter.routes.ipv6_gateway
    return ObservedAdapter(
        netstack=adapter.netstack,
        port_group=attachment_text(adapter.attachment, network),
        mtu=adapter.mtu,
        addresses=tuple(_observe_addresses(adapter)),
        gateway=None if ipv4 is None else str(ipv4),
        ipv6_gateway=None if ipv6 is None else str(ipv6),
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
    if intent.ipv6 is not None:
        texts |= ipv6_texts(intent.ipv6, adapter, network)
    if intent.services is not None and adapter.netstack == DEFAULT_NETSTACK:
        # What a dedicated stack carries instead is neither missed nor in the way (reference/vsphere.md 3.3).
        shadowed = shadowed_services(intent.services, adapter.netstack, coming)
        seen = network.services_of(adapter.device)
        texts["services"] = (services_text(intent.services - shadowed), services_text(seen - shadowed))
    return compare_texts(texts)


def plan_adapter(case: AdapterCase) -> tuple[PhasedStep, ...]:
    """Plan what makes the adapter as declared; the rules have agreed."""
    if case.adapter is None:
        return plan_creation(case)
    if case.is_replacement:
        return plan_replacement(case, case.adapter)
    return (*_plan_update(case, case.adapter), *_plan_services(case, case.adapter))


def _observe_addresses(adapter: AdapterState) -> Iterator[ObservedAddress]:
    if adapter.ipv4.address is not None:
        origin = "DHCP" if adapter.ipv4.dhcp else "Static"
        yield ObservedAddress(address=str(adapter.ipv4.address), origin=origin)
    if adapter.ipv6 is not None:
        for address in adapter.ipv6.addresses:
            yield ObservedAddress(address=str(address), origin="Static")
        for learned in adapter.ipv6.learned:
            yield ObservedAddress(address=str(learned.address), origin=ORIGINS.get(learned.origin, "Other"))


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


def _plan_update(case: AdapterCase, adapter: AdapterState) -> tuple[PhasedStep, ...]:
    changes = tuple(
        FieldChange(d.field, d.observed, d.desired)
        for d in case.differences
        if d.field not in ("device", "netstack", "services")
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
        routes=case.own_routes if case.differs("ipv4.gateway", "ipv6.gateway") else None,
        ipv6=_ipv6_change(case),
    )
    what = " and ".join(f"{c.field} of {adapter.device} from {c.before} to {c.after}" for c in changes)
    return (
        phased(Phase.UPDATE_ADAPTER, step, case.claim.key, network=case.network, changes=changes, text=f"set {what}"),
    )


def _ipv6_change(case: AdapterCase) -> Ipv6Change | None:
    present, wanted = case.present_ipv6, case.wanted_ipv6
    if present is None or wanted is None or not case.differs(*CONFIGURATION_FIELDS):
        return None
    return ipv6_change(present, wanted)


def _plan_services(case: AdapterCase, adapter: AdapterState) -> tuple[PhasedStep, ...]:
    if case.intent.services is None or not case.differs("services"):
        return ()
    shadowed = shadowed_services(case.intent.services, adapter.netstack, case.coming)
    wanted, present = case.intent.services - shadowed, case.network.services_of(adapter.device) - shadowed
    steps = []
    for phase, gained, lost in _service_turns(wanted - present, present - wanted):
        after = (present | gained) - lost
        change = FieldChange("services", services_text(present), services_text(after))
        verbs = {"select": gained, "deselect": lost}
        what = " and ".join(f"{verb} {services_text(services)}" for verb, services in verbs.items() if services)
        step = _service_step(adapter.device, gained, lost, case.network)
        text = f"{what} for {adapter.device}"
        steps.append(phased(phase, step, case.claim.key, network=case.network, changes=(change,), text=text))
        present = after
    return tuple(steps)


def _service_turns(
    gained: frozenset[str], lost: frozenset[str]
) -> Iterator[tuple[Phase, frozenset[str], frozenset[str]]]:
    """Give what is selected and deselected one after the other, and when.

    vSAN and management come last: from then on the adapter is protected from changes.
    """
    none, vsan = frozenset[str](), frozenset(TRAFFIC)
    yield from ((Phase.SELECT_SERVICE, frozenset({one}), none) for one in sorted(gained - vsan - {MANAGEMENT}))
    yield from ((Phase.DESELECT_SERVICE, none, frozenset({one})) for one in sorted(lost - vsan))
    if (gained | lost) & vsan:
        yield Phase.DESELECT_VSAN if lost & vsan else Phase.SELECT_VSAN, gained & vsan, lost & vsan
    if MANAGEMENT in gained:
        yield Phase.SELECT_MANAGEMENT, frozenset({MANAGEMENT}), none


def _service_step(device: str, gained: frozenset[str], lost: frozenset[str], network: NetworkState) -> Step:
    if (gained | lost) & TRAFFIC.keys():
        return vsan_step(device, gained, lost, network)
    (service,) = gained | lost
    return SelectService(device, service) if gained else DeselectService(device, service)
