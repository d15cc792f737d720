"""An address belongs to one adapter of a host."""

from ipaddress import IPv4Address

from vmk_operator.api.reasons import Reason
from vmk_operator.planner.assignment import Claim
from vmk_operator.planner.case import AdapterCase
from vmk_operator.planner.verdict import Blocked


def keep_address_unique(case: AdapterCase) -> Blocked | None:
    """Refuse to give an adapter an address that another adapter of the host has.

    Source: DESIGN §4, routing: its address a second time on the host breaks the host.
    """
    wanted = _new_address(case)
    if wanted is None:
        return None
    own = case.adapter.device if case.adapter is not None else None
    for adapter in case.network.adapters:
        if adapter.device != own and adapter.ipv4.address is not None and adapter.ipv4.address.ip == wanted:
            return Blocked(
                Reason.ADDRESS_IN_USE,
                f"{wanted} is the address of {adapter.device} on {case.host.name} already; declare another address, "
                "or take it off that adapter first.",
            )
    return None


def keep_declared_address_unique(case: AdapterCase) -> Blocked | None:
    """Refuse an address that another object declares as well: the one with an adapter wins, else the older.

    Source: DESIGN §3, identity: of two claimants the bound one stays, else the older, then the smaller uid.
    """
    wanted = _new_address(case)
    if wanted is None:
        return None
    for rival in case.claims:
        if rival.key == case.claim.key or rival.intent is None or rival.intent.address is None:
            continue
        if rival.intent.address.ip != wanted:
            continue
        if _rank(rival, case) < _rank(case.claim, case):
            same_place = rival.intent.netstack == case.intent.netstack and rival.attachment == case.attachment
            return Blocked(
                Reason.CONFLICT if same_place else Reason.ADDRESS_IN_USE,
                f"{rival.key} declares the address {wanted} on {case.host.name} as well and comes first; declare "
                "another address, or delete one of the two objects.",
            )
    return None


def _new_address(case: AdapterCase) -> IPv4Address | None:
    if case.intent.address is None or not (case.is_creation or case.differs("ipv4.address")):
        return None
    return case.intent.address.ip


def _rank(claim: Claim, case: AdapterCase) -> tuple[bool, float, str]:
    return (claim.key not in case.held, *claim.seniority)
