"""Which object is about which adapter: one assignment for a whole host, never a guess.

The rules, in this order (DESIGN §3, Identity): a binding that still fits; ``adoptDevice``, or the declared address on
the declared port group and stack; without a declared address the only unclaimed adapter there, one with a static
address only for an object that declares no ``ipv4`` at all; else a new one. Of several claimants the bound one stays,
else the older, then the one with the smaller uid.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from vmk_operator.api.reasons import Reason
from vmk_operator.api.v1alpha1 import Binding
from vmk_operator.model.host import AdapterState, Attachment, HostState, NetworkState
from vmk_operator.model.identity import ObjectKey
from vmk_operator.planner.intent import AdapterIntent
from vmk_operator.planner.moments import Seniority
from vmk_operator.planner.verdict import Blocked


@dataclass(frozen=True, slots=True)
class Claim:
    """What an adapter object has to say about which adapter it means."""

    key: ObjectKey
    seniority: Seniority
    binding: Binding | None
    intent: AdapterIntent | None
    """``None``: the spec makes no sense, so only a binding counts."""
    attachment: Attachment | None
    """Where the declared port group is; ``None``: the host has none of that name."""


@dataclass(frozen=True, slots=True)
class Found:
    """The object is about this adapter."""

    adapter: AdapterState


@dataclass(frozen=True, slots=True)
class Missing:
    """The object's adapter does not exist."""

    was: Binding | None = None
    """The binding to an adapter of this host that is gone; ``None``: there never was one."""


Assigned = Found | Missing | Blocked


@dataclass(frozen=True, slots=True)
class Assignment:
    """The answer for every object of the host."""

    of: Mapping[ObjectKey, Assigned]
    holders: Mapping[str, ObjectKey]
    """Device to the object that has it."""
    disputed: frozenset[str] = frozenset()
    """Devices that an object names or may mean and does not have: it must not lose them before that is settled."""


def assign(claims: Iterable[Claim], host: HostState, network: NetworkState) -> Assignment:
    """Solve the assignment; the order of *claims* does not matter."""
    by_age = sorted(claims, key=lambda claim: claim.seniority)
    answers: dict[ObjectKey, Assigned] = {}
    holders: dict[str, ObjectKey] = {}

    for claim in by_age:
        bound = find_bound(claim.binding, host, network)
        if bound is not None:
            answers[claim.key] = _take(claim, bound, holders, host)

    loose = [claim for claim in by_age if claim.key not in answers]
    undecided: list[Claim] = []
    for claim in loose:
        named = _find_named(claim, host, network)
        if named is None:
            undecided.append(claim)
        else:
            answers[claim.key] = named if isinstance(named, Blocked) else _take(claim, named, holders, host)

    for claim in undecided:
        answers[claim.key] = _find_only(claim, undecided, holders, host, network)
    for key, answer in answers.items():
        if isinstance(answer, Found):
            holders[answer.adapter.device] = key
    unsettled = (claim for claim in by_age if isinstance(answers[claim.key], Blocked))
    return Assignment(answers, holders, frozenset().union(*(_meant(claim, host, network) for claim in unsettled)))


def find_bound(binding: Binding | None, host: HostState, network: NetworkState) -> AdapterState | None:
    """Find the adapter of a binding that still fits: same host hardware, same device, same MAC.

    Source: reference/vsphere.md 2.4 (a device name is given out again after a removal).
    """
    if binding is None or binding.device is None or binding.mac is None or binding.host_uuid != host.uuid:
        return None
    adapter = network.adapter(binding.device)
    return adapter if adapter is not None and adapter.mac.lower() == binding.mac.lower() else None


def find_addressed(
    intent: AdapterIntent, attachment: Attachment | None, network: NetworkState
) -> tuple[AdapterState, ...]:
    """Find the adapters with the declared address on the declared port group and stack.

    The IPv6 addresses count where no static IPv4 address is declared: any of them.
    """
    there = _there(intent, attachment, network)
    if intent.address is not None:
        wanted = intent.address.ip
        return tuple(one for one in there if one.ipv4.address is not None and one.ipv4.address.ip == wanted)
    return tuple(one for one in there if one.ipv6 is not None and intent.addresses & {a.ip for a in one.ipv6.addresses})


def _take(claim: Claim, adapter: AdapterState, holders: dict[str, ObjectKey], host: HostState) -> Assigned:
    holder = holders.setdefault(adapter.device, claim.key)
    if holder == claim.key:
        return Found(adapter)
    return Blocked(
        Reason.CONFLICT,
        f"{adapter.device} on {host.name} belongs to {holder}; delete one of the two objects, or let this one "
        "declare another adapter.",
    )


def _find_named(claim: Claim, host: HostState, network: NetworkState) -> AdapterState | Blocked | None:
    """Find the adapter that the spec names without a doubt: by device or by address."""
    intent = claim.intent
    if intent is None or claim.attachment is None:
        return None
    if intent.adopt_device is not None and _lost(claim, host) is None:
        return _find_adopted(intent, intent.adopt_device, claim.attachment, host, network)
    adopted = network.adapter(intent.adopt_device) if intent.adopt_device is not None else None
    if adopted is not None and adopted in _there(intent, claim.attachment, network):
        return adopted
    found = find_addressed(intent, claim.attachment, network)
    if len(found) > 1:
        return _ambiguous(found, f"have the address {_name_addresses(intent)}", host)
    return found[0] if found else None


def _find_adopted(
    intent: AdapterIntent, device: str, attachment: Attachment, host: HostState, network: NetworkState
) -> AdapterState | Blocked:
    adapter = network.adapter(device)
    if adapter is None:
        present = ", ".join(sorted(one.device for one in network.adapters)) or "none"
        return Blocked(
            Reason.NO_SUCH_DEVICE,
            f"{host.name} has no adapter {device!r} to adopt; name one that exists ({present}), or take adoptDevice "
            "out to have an adapter created.",
        )
    if adapter.netstack != intent.netstack or adapter.attachment != attachment:
        return Blocked(
            Reason.NO_SUCH_DEVICE,
            f"{device} on {host.name} is on another TCP/IP stack or port group than this object declares; declare "
            "where it is, or adopt another device.",
        )
    return adapter


def _find_only(
    claim: Claim, undecided: Sequence[Claim], holders: Mapping[str, ObjectKey], host: HostState, network: NetworkState
) -> Assigned:
    """Find the only unclaimed adapter there, for an object that declares no address."""
    lost = Missing(_lost(claim, host))
    if claim.intent is None or claim.intent.addresses:
        return lost
    free = tuple(
        adapter
        for adapter in _there(claim.intent, claim.attachment, network)
        if adapter.device not in holders and not adapter.system_owned and _may_be_meant(claim.intent, adapter)
    )
    if not free:
        return lost
    seekers = [
        one for one in undecided if one.intent is not None and not one.intent.addresses and _same_place(one, claim)
    ]
    if len(free) == 1 and len(seekers) == 1:
        return Found(free[0])
    if len(seekers) > 1:
        objects = ", ".join(str(one.key) for one in seekers)
        return Blocked(
            Reason.AMBIGUOUS,
            f"{objects} declare the same place on {host.name} and no address, so which of them means "
            f"{', '.join(adapter.device for adapter in free)} can't be told; set adoptDevice or an address.",
        )
    return _ambiguous(free, "are on the declared port group and TCP/IP stack", host)


def _meant(claim: Claim, host: HostState, network: NetworkState) -> frozenset[str]:
    """Name the devices that the spec of an object without an adapter fits, or names."""
    intent = claim.intent
    if intent is None:
        return frozenset()
    if intent.adopt_device is not None and _lost(claim, host) is None:
        return frozenset({intent.adopt_device})
    fitting = find_addressed(intent, claim.attachment, network)
    if not intent.addresses:
        fitting = tuple(one for one in _there(intent, claim.attachment, network) if _may_be_meant(intent, one))
    return frozenset(one.device for one in fitting)


def _may_be_meant(intent: AdapterIntent, adapter: AdapterState) -> bool:
    """Leave out an adapter with an address of its own that the object would take away: that takes adoptDevice."""
    keeps_ipv4 = intent.ipv4 is None or adapter.ipv4.dhcp or adapter.ipv4.address is None
    is_ipv6_managed = intent.ipv6 is not None and intent.ipv6.addresses is not None
    return keeps_ipv4 and (not is_ipv6_managed or adapter.ipv6 is None or not adapter.ipv6.addresses)


def _name_addresses(intent: AdapterIntent) -> str:
    return str(intent.address) if intent.address is not None else " or ".join(sorted(map(str, intent.addresses)))


def _there(intent: AdapterIntent, attachment: Attachment | None, network: NetworkState) -> tuple[AdapterState, ...]:
    if attachment is None:
        return ()
    return tuple(a for a in network.adapters if a.netstack == intent.netstack and a.attachment == attachment)


def _same_place(one: Claim, other: Claim) -> bool:
    return (
        one.intent is not None
        and other.intent is not None
        and one.attachment == other.attachment
        and one.intent.netstack == other.intent.netstack
    )


def _lost(claim: Claim, host: HostState) -> Binding | None:
    """Give the binding to a device of this very host that no longer fits; without a MAC it was never seen there."""
    binding = claim.binding
    if binding is None or binding.device is None or binding.mac is None or binding.host_uuid != host.uuid:
        return None
    return binding


def _ambiguous(adapters: Sequence[AdapterState], have_in_common: str, host: HostState) -> Blocked:
    devices = ", ".join(adapter.device for adapter in adapters)
    return Blocked(
        Reason.AMBIGUOUS,
        f"{devices} on {host.name} all {have_in_common}, so which is meant can't be told; set adoptDevice to one of "
        "them.",
    )
