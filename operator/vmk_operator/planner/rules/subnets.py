"""Two adapters of one stack in one subnet: the stack sends everything for it through one of them."""

from vmk_operator.api.reasons import AdvisoryReason
from vmk_operator.api.v1alpha1 import Advisory
from vmk_operator.model.host import AdapterState
from vmk_operator.planner.case import DeclaredAdapter
from vmk_operator.planner.intent import AdapterIntent
from vmk_operator.planner.traits import VMOTION, Subnet, carried_services, subnets_of


def advise_overlapping_subnets(case: DeclaredAdapter) -> tuple[Advisory, ...]:
    """Tell that another adapter of the same TCP/IP stack is in a subnet that overlaps with one of this adapter.

    The stack has one route for each subnet, so it sends through one of the two only, whichever the traffic is meant
    for. Nothing is said where both carry vMotion, which balances over several adapters by itself. With iSCSI port
    binding it is normal as well, and can be silenced.

    Source: DESIGN §4, routing: overlapping subnets in one stack.
    """
    intent = case.claim.intent
    if intent is None:
        return ()
    own = _subnets(case, intent)
    for other in case.scene.network.adapters:
        if other.netstack != intent.netstack or other == case.adapter or _is_multi_nic_vmotion(other, case):
            continue
        taken = subnets_of(other)
        shared = next((one for one in sorted(own, key=str) if any(_overlap(one, two) for two in taken)), None)
        if shared is not None:
            return (
                Advisory(
                    reason=AdvisoryReason.OVERLAPPING_SUBNETS,
                    message=f"{shared} is also the subnet of {other.device} on the TCP/IP stack {intent.netstack} of "
                    f"{case.scene.host.name}, which sends through one of the two only; use another subnet or another "
                    "stack, unless iSCSI port binding wants it so.",
                ),
            )
    return ()


def _subnets(case: DeclaredAdapter, intent: AdapterIntent) -> frozenset[Subnet]:
    present = frozenset[Subnet]() if case.adapter is None else subnets_of(case.adapter)
    ipv6 = () if intent.ipv6 is None else intent.ipv6.addresses or ()
    declared = (one.network for one in (intent.address, *ipv6) if one is not None and not one.is_link_local)
    return present.union(declared)


def _overlap(one: Subnet, other: Subnet) -> bool:
    return one.network_address in other or other.network_address in one


def _is_multi_nic_vmotion(other: AdapterState, case: DeclaredAdapter) -> bool:
    both = [carried_services(one, case.scene.network) for one in (other, case.adapter) if one is not None]
    return len(both) == 2 and all(VMOTION in one for one in both)  # noqa: PLR2004 - the two
