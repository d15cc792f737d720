"""An adapter that is replaced by one on another stack: remembered before it goes, put back if no other comes.

Source: DESIGN §4. The memory is in the status of the object, so that it outlives a restart in between.
"""

from dataclasses import replace
from ipaddress import IPv4Address, IPv4Interface, IPv6Address, IPv6Interface

from vmk_operator.api.reasons import Reason
from vmk_operator.api.v1alpha1 import Ipv4Mode, Replaced, ReplacedIpv6
from vmk_operator.model.host import (
    DEFAULT_NETSTACK,
    AdapterState,
    Attachment,
    DistributedAttachment,
    Ipv4State,
    Ipv6State,
    NetworkState,
    OpaqueAttachment,
    RouteConfig,
    StandardAttachment,
)
from vmk_operator.model.identity import ObjectKey
from vmk_operator.model.step import CreateAdapter, FieldChange, Ipv6Change, SelectService
from vmk_operator.planner.halts import standing_halt
from vmk_operator.planner.ordering import Phase, PhasedStep, phased
from vmk_operator.planner.snapshot import Subject
from vmk_operator.planner.wording import ABSENT, address_text, mode_text, services_text

UNKNOWN_MAC = ""
"""Of an adapter that is gone nobody needs it."""


def remember_adapter(adapter: AdapterState, network: NetworkState) -> Replaced:
    """Write down everything that it takes to create *adapter* again."""
    place, ipv6 = adapter.attachment, adapter.ipv6
    gateways = adapter.routes
    return Replaced(
        device=adapter.device,
        netstack=adapter.netstack,
        standard_port_group=place.port_group if isinstance(place, StandardAttachment) else None,
        switch_uuid=place.switch_uuid if isinstance(place, DistributedAttachment) else None,
        port_group_key=place.port_group_key if isinstance(place, DistributedAttachment) else None,
        opaque_network=place.network_id if isinstance(place, OpaqueAttachment) else None,
        opaque_type=place.network_type if isinstance(place, OpaqueAttachment) else None,
        mtu=adapter.mtu,
        ipv4=mode_text(adapter.ipv4) if adapter.ipv4.dhcp else address_text(adapter.ipv4),
        gateway=None if gateways.ipv4_gateway is None else str(gateways.ipv4_gateway),
        ipv6_gateway=None if gateways.ipv6_gateway is None else str(gateways.ipv6_gateway),
        ipv6=None
        if ipv6 is None
        else ReplacedIpv6(
            accept_router_advertisements=ipv6.auto,
            dhcp=ipv6.dhcp,
            addresses=tuple(str(one) for one in ipv6.addresses),
        ),
        services=tuple(sorted(network.services_of(adapter.device))) if adapter.netstack == DEFAULT_NETSTACK else (),
        alike=tuple(sorted(one.mac for one in network.adapters if one != adapter and _is_alike(one, adapter))),
    )


def recall_adapter(replaced: Replaced) -> AdapterState | None:
    """Read what ``remember_adapter`` wrote down; ``None``: somebody else wrote there."""
    try:
        return _read(replaced)
    except ValueError:
        return None


def _read(replaced: Replaced) -> AdapterState:
    is_address = replaced.ipv4 not in (Ipv4Mode.DHCP, Ipv4Mode.NONE)
    ipv4 = Ipv4State(replaced.ipv4 == Ipv4Mode.DHCP, IPv4Interface(replaced.ipv4) if is_address else None)
    ipv6 = replaced.ipv6
    return AdapterState(
        device=replaced.device,
        mac=UNKNOWN_MAC,
        netstack=replaced.netstack,
        attachment=_place(replaced),
        mtu=replaced.mtu,
        ipv4=ipv4,
        ipv6=None
        if ipv6 is None
        else Ipv6State(
            ipv6.accept_router_advertisements,
            ipv6.dhcp,
            tuple(IPv6Interface(one) for one in ipv6.addresses),
        ),
        routes=RouteConfig(
            None if replaced.gateway is None else IPv4Address(replaced.gateway),
            None if replaced.ipv6_gateway is None else IPv6Address(replaced.ipv6_gateway),
        ),
    )


def is_to_be_put_back(subject: Subject) -> bool:
    """Tell whether a replacement of the object failed after the previous adapter was removed."""
    halt = standing_halt(subject.object, subject.status, "")
    return subject.replaced is not None and halt is not None and halt.reason == Reason.REPLACEMENT_FAILED


def put_back(
    replaced: Replaced, owner: ObjectKey, adapter: AdapterState | None, network: NetworkState
) -> tuple[PhasedStep, ...]:
    """Plan what is missing of the previous adapter; *adapter* is what there is of it by now."""
    previous = recall_adapter(replaced)
    if previous is None or previous.attachment is None:
        return ()
    if adapter is None:
        is_there = any(_is_alike(one, previous) and one.mac not in replaced.alike for one in network.adapters)
        return () if is_there else (_create_again(previous, previous.attachment, owner, network),)
    if adapter.netstack != replaced.netstack:
        return ()
    missing = frozenset(replaced.services) - network.services_of(adapter.device)
    return tuple(_select_again(service, adapter, owner, network) for service in sorted(missing))


def _is_alike(adapter: AdapterState, previous: AdapterState) -> bool:
    """Tell whether *adapter* may be *previous* that was put back already, by a process that was killed then."""
    return (adapter.netstack, adapter.attachment, adapter.ipv4.configured) == (
        previous.netstack,
        previous.attachment,
        previous.ipv4.configured,
    )


def _create_again(
    previous: AdapterState, attachment: Attachment, owner: ObjectKey, network: NetworkState
) -> PhasedStep:
    ipv6 = previous.ipv6
    step = CreateAdapter(
        previous.netstack,
        attachment,
        previous.ipv4,
        previous.mtu,
        None if previous.routes == RouteConfig() else previous.routes,
        None if ipv6 is None else Ipv6Change(ipv6.auto, ipv6.dhcp, add=ipv6.addresses),
    )
    change = FieldChange("device", ABSENT, previous.device)
    text = f"put back what was {previous.device}, on stack {previous.netstack}"
    return _restoring(phased(Phase.CREATE_ADAPTER, step, owner, network=network, changes=(change,), text=text))


def _select_again(service: str, adapter: AdapterState, owner: ObjectKey, network: NetworkState) -> PhasedStep:
    step = SelectService(adapter.device, service)
    present = network.services_of(adapter.device)
    change = FieldChange("services", services_text(present), services_text(present | {service}))
    text = f"select {service} for {adapter.device} again"
    return _restoring(phased(Phase.SELECT_SERVICE, step, owner, network=network, changes=(change,), text=text))


def _restoring(one: PhasedStep) -> PhasedStep:
    return replace(one, planned=replace(one.planned, restores=True))


def _place(replaced: Replaced) -> Attachment | None:
    if replaced.standard_port_group is not None:
        return StandardAttachment(replaced.standard_port_group)
    if replaced.switch_uuid is not None and replaced.port_group_key is not None:
        return DistributedAttachment(replaced.switch_uuid, replaced.port_group_key)
    if replaced.opaque_network is not None and replaced.opaque_type is not None:
        return OpaqueAttachment(replaced.opaque_network, replaced.opaque_type)
    return None
