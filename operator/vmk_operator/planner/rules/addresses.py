"""An address belongs to one adapter of a host."""

from collections.abc import Iterable
from ipaddress import IPv4Address, IPv6Address

from vmk_operator.api.reasons import Reason
from vmk_operator.planner.assignment import Claim
from vmk_operator.planner.case import AdapterCase
from vmk_operator.planner.verdict import Blocked

Address = IPv4Address | IPv6Address


def keep_address_unique(case: AdapterCase) -> Blocked | None:
    """Refuse to give an adapter an address that another adapter of the host has.

    Source: DESIGN §4, routing: its address a second time on the host breaks the host.
    """
    wanted = new_addresses(case)
    if not wanted:
        return None
    own = case.adapter.device if case.adapter is not None else None
    for adapter in case.network.adapters:
        present = frozenset(one.ip for one in adapter.interfaces)
        address = None if adapter.device == own else _first(wanted & present)
        if address is not None:
            return Blocked(
                Reason.ADDRESS_IN_USE,
                f"{address} is an address of {adapter.device} on {case.host.name} already; declare another address, or "
                "take it off that adapter first.",
            )
    return None


def keep_declared_address_unique(case: AdapterCase) -> Blocked | None:
    """Refuse an address that another object declares as well: the one with an adapter wins, else the older.

    Source: DESIGN §3, identity: of two claimants the bound one stays, else the older, then the smaller uid.
    """
    wanted = new_addresses(case)
    if not wanted:
        return None
    for rival in case.claims:
        if rival.key == case.claim.key or rival.intent is None:
            continue
        address = _first(rival.intent.addresses & wanted)
        if address is None:
            continue
        if _rank(rival, case) < _rank(case.claim, case):
            same_place = rival.intent.netstack == case.intent.netstack and rival.attachment == case.attachment
            return Blocked(
                Reason.CONFLICT if same_place else Reason.ADDRESS_IN_USE,
                f"{rival.key} declares the address {address} on {case.host.name} as well and comes first; declare "
                "another address, or delete one of the two objects.",
            )
    return None


def new_addresses(case: AdapterCase) -> frozenset[Address]:
    """Name the declared addresses that the adapter would have to be given."""
    intent = case.intent
    if case.is_creation:
        return intent.addresses
    if not case.differences:
        return frozenset()
    ipv4 = {intent.address.ip} if intent.address is not None and case.differs("ipv4.address") else set()
    kept = case.present_ipv6.addresses if case.present_ipv6 is not None else ()
    ipv6 = {one for one in intent.addresses if isinstance(one, IPv6Address)} - {one.ip for one in kept}
    return frozenset[Address](ipv4 | ipv6)


def _first(addresses: Iterable[Address]) -> Address | None:
    return min(addresses, key=lambda one: (one.version, int(one)), default=None)


def _rank(claim: Claim, case: AdapterCase) -> tuple[bool, float, str]:
    return (claim.key not in case.held, *claim.seniority)
