"""Two adapters of one stack in one subnet: the stack sends everything for it through one of them."""

from vmk_operator.api.reasons import AdvisoryReason
from vmk_operator.api.v1alpha1 import Advisory
from vmk_operator.model.host import AdapterState
from vmk_operator.planner.case import DeclaredAdapter
from vmk_operator.planner.overlaps import overlap
from vmk_operator.planner.traits import VMOTION, Subnet, carried_services, subnets_of


def advise_overlapping_subnets(case: DeclaredAdapter) -> tuple[Advisory, ...]:
    """Tell that another adapter of the same TCP/IP stack is in a subnet that overlaps with one of this adapter.

    The stack has one route for each subnet, so it sends through one of the two only, whichever the traffic is meant
    for. Nothing is said where both carry vMotion, which balances over several adapters by itself. With iSCSI port
    binding it is normal as well, and can be silenced.

    Source: DESIGN §4, routing: overlapping subnets in one stack.
    """
    if case.adapter is not None:
        found = case.scene.overlaps.get(case.adapter.device, ())
        shared = next((one for one in found if not _is_multi_nic_vmotion(case.adapter, one[0], case)), None)
    else:
        shared = _first_shared_when_created(case)
    if shared is None:
        return ()
    other, subnet = shared
    return (
        Advisory(
            reason=AdvisoryReason.OVERLAPPING_SUBNETS,
            message=f"{subnet} is also the subnet of {other.device} on the TCP/IP stack {other.netstack} of "
            f"{case.scene.host.name}, which sends through one of the two only; use another subnet or another stack, "
            "unless iSCSI port binding wants it so.",
        ),
    )


def _first_shared_when_created(case: DeclaredAdapter) -> tuple[AdapterState, Subnet] | None:
    intent = case.claim.intent
    if intent is None:
        return None
    ipv6 = () if intent.ipv6 is None else intent.ipv6.addresses or ()
    declared = [one.network for one in (intent.address, *ipv6) if one is not None and not one.is_link_local]
    others = [one for one in case.scene.network.adapters if one.netstack == intent.netstack]
    both = ((other, one) for one in declared for other in others if any(overlap(one, two) for two in subnets_of(other)))
    return next(both, None)


def _is_multi_nic_vmotion(one: AdapterState, other: AdapterState, case: DeclaredAdapter) -> bool:
    return all(VMOTION in carried_services(adapter, case.scene.network) for adapter in (one, other))
