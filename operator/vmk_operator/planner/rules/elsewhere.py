"""An address belongs to one adapter of a network, on whatever hosts the network is."""

from collections.abc import Iterable, Iterator

from vmk_operator.api.reasons import AdvisoryReason, Reason
from vmk_operator.api.v1alpha1 import Advisory
from vmk_operator.planner.case import AdapterCase, DeclaredAdapter
from vmk_operator.planner.footprint import addresses_of
from vmk_operator.planner.rules.addresses import new_addresses
from vmk_operator.planner.segments import segment_of
from vmk_operator.planner.surroundings import Address, Rival, Surroundings
from vmk_operator.planner.verdict import Blocked


def keep_address_of_older_claim(case: AdapterCase) -> Blocked | None:
    """Refuse an address that an object on another host of the same network declares as well and has a better claim to.

    The host that has the address, or is being given it, comes first; else the older object does, then the smaller uid.
    Only one distributed port group, one opaque network, or standard port groups of one name within one cluster are
    known to be the same network. Everywhere else equal numbers may be on networks that are isolated from each other, as
    those of vSAN, vMotion and backup often are: that is advice (`AddressUsedElsewhere`), and so is an address that
    another host has without an object that declares it. The TCP/IP stack does not matter: what answers for an address
    twice is the network's business.

    Source: DESIGN §5, queue: the older claim wins; §4, routing: an address used elsewhere is advice.
    """
    segment = segment_of(case.attachment, case.host.cluster) if case.surroundings.rivals else None
    if segment is None:
        return None
    for address in _sorted(new_addresses(case)):
        for rival in case.surroundings.rivals.get(address, ()):
            if rival.segment == segment and _comes_first(rival, address, case):
                return Blocked(
                    Reason.ADDRESS_IN_USE,
                    f"{rival.key} declares the address {address} for {rival.host}, on the same network, and comes "
                    "first; declare another address, or delete one of the two objects.",
                )
    return None


def advise_address_elsewhere(case: DeclaredAdapter) -> tuple[Advisory, ...]:
    """Tell that another host of the vCenter has, or is to have, an address of this adapter.

    Link-local addresses don't count. It is told of DHCP and router advertisements too, where a server that gives one
    address twice is the cause.

    Source: DESIGN §4, routing: an address used elsewhere in the vCenter.
    """
    if not case.surroundings.sightings and not case.surroundings.rivals:
        return ()
    declared = frozenset[Address]() if case.claim.intent is None else case.claim.intent.addresses
    present = frozenset[Address]() if case.adapter is None else addresses_of(case.adapter)
    found = [(one, use) for one in _sorted(declared | present) for use in _uses(one, case.surroundings)]
    if not found:
        return ()
    address, use = found[0]
    more = f" ({len(found) - 1} more such uses)" if len(found) > 1 else ""
    return (
        Advisory(
            reason=AdvisoryReason.ADDRESS_USED_ELSEWHERE,
            message=f"{address} is also {use}{more}; unless the networks are isolated from each other, give one of "
            "the adapters another address.",
        ),
    )


def _uses(address: Address, around: Surroundings) -> Iterator[str]:
    for sighting in around.sightings.get(address, ()):
        yield f"an address of {sighting.device} on {sighting.host}"
    for rival in around.rivals.get(address, ()):
        if not rival.has_it:
            yield f"declared by {rival.key} for {rival.host}"


def _comes_first(rival: Rival, address: Address, case: AdapterCase) -> bool:
    if address in case.surroundings.promised:
        return False
    return rival.has_it or rival.seniority < case.claim.seniority


def _sorted(addresses: Iterable[Address]) -> list[Address]:
    return sorted(addresses, key=lambda one: (one.version, int(one)))
