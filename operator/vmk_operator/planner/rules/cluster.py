"""What the hosts of one cluster should have in common, so that virtual machines can move between them.

Source: Broadcom KB 432825 (other MTUs and other TCP/IP stacks at the two ends of a vMotion).
"""

from collections.abc import Iterable

from vmk_operator.api.reasons import AdvisoryReason
from vmk_operator.api.v1alpha1 import Advisory
from vmk_operator.model.host import VMOTION_NETSTACK, AdapterState, RouteConfig, StaticRoute
from vmk_operator.planner.case import DeclaredAdapter, DeclaredNetstack
from vmk_operator.planner.dedicated import IMPLIED_SERVICES, shadowed_services
from vmk_operator.planner.intent import AdapterIntent
from vmk_operator.planner.scene import Scene
from vmk_operator.planner.traits import (
    VMOTION,
    Subnet,
    carried_services,
    subnets_of,
)
from vmk_operator.planner.verdict import Blocked

_MOST_LISTED = 3


def advise_unequal_mtu(case: DeclaredAdapter) -> tuple[Advisory, ...]:
    """Tell that other hosts of the cluster carry one of the adapter's services with another MTU.

    Compared is the MTU that is declared, else the one that is there. Hosts are not named: a roll-out through the
    cluster would otherwise rewrite this on every host at every step.

    Source: DESIGN §4, routing; Broadcom KB 432825.
    """
    around, intent = case.surroundings.neighbourhood, case.claim.intent
    mtu = intent.mtu if intent is not None and intent.mtu is not None else case.adapter and case.adapter.mtu
    if around is None or intent is None or mtu is None:
        return ()
    elsewhere = {service: others for service, mtus in around.mtus.items() if (others := mtus - {mtu})}
    return tuple(
        Advisory(
            reason=AdvisoryReason.MTU_UNEQUAL,
            message=f"{service} has the MTU {mtu} on {case.scene.host.name} and {_listed(elsewhere[service])} on other "
            f"hosts of the cluster {around.cluster}, so large packets between them are lost; give them all one MTU.",
        )
        for service in (sorted(elsewhere.keys() & _services(case, intent)) if elsewhere else ())
    )


def advise_other_vmotion_stack(case: DeclaredAdapter) -> tuple[Advisory, ...]:
    """Tell that other hosts of the cluster carry vMotion on another TCP/IP stack.

    A cluster that is migrated host by host is in this state for a while, and nothing is blocked by it.

    Source: DESIGN §4, routing; Broadcom KB 432825.
    """
    around, intent = case.surroundings.neighbourhood, case.claim.intent
    if around is None or intent is None:
        return ()
    others = around.stacks.get(VMOTION, frozenset()) - {intent.netstack}
    if not others or VMOTION not in _services(case, intent):
        return ()
    return (
        Advisory(
            reason=AdvisoryReason.VMOTION_STACKS_DIFFER,
            message=f"vMotion is on the TCP/IP stack {intent.netstack} of {case.scene.host.name} and on "
            f"{_listed(others)} of other hosts of the cluster {around.cluster}; move the rest to one stack, because "
            "migrations between the two may fail.",
        ),
    )


def advise_vmotion_without_gateway(case: DeclaredNetstack) -> tuple[Advisory, ...]:
    """Tell that the vMotion stack can't reach hosts of the cluster whose vMotion is in other subnets only.

    Several adapters of one host in several subnets (multi-NIC vMotion) need no gateway, as long as every host is in
    one of them. An adapter's own gateway or a static route into such a subnet is enough.

    Source: DESIGN §4, routing: layer-3 vMotion without a gateway on the vMotion stack.
    """
    stack = case.stack
    if case.item.spec.netstack != VMOTION_NETSTACK or stack is None or isinstance(case.intent, Blocked):
        return ()
    declared = (case.intent.gateway, case.intent.ipv6_gateway)
    present = (stack.routes.ipv4_gateway, stack.routes.ipv6_gateway)
    has_gateway = any((one or other) not in {None, "None"} for one, other in zip(declared, present, strict=True))
    return () if has_gateway else _advise_unreachable(case.scene)


def advise_adapter_without_gateway(case: DeclaredAdapter) -> tuple[Advisory, ...]:
    """Tell the same of an adapter on the vMotion stack, where no VmkNetstack declares that stack.

    Source: DESIGN §4, routing: layer-3 vMotion without a gateway on the vMotion stack.
    """
    stack = case.scene.network.netstack(VMOTION_NETSTACK)
    on_stack = case.adapter is not None and case.adapter.netstack == VMOTION_NETSTACK
    if not on_stack or stack is None or VMOTION_NETSTACK in case.scene.netstack_owners:
        return ()
    has_gateway = stack.routes.ipv4_gateway is not None or stack.routes.ipv6_gateway is not None
    return () if has_gateway else _advise_unreachable(case.scene)


def _advise_unreachable(scene: Scene) -> tuple[Advisory, ...]:
    around, adapters = scene.surroundings.neighbourhood, _on_vmotion_stack(scene)
    if around is None or any(one.routes != RouteConfig() for one in adapters):
        return ()
    own = frozenset[Subnet]().union(*(subnets_of(one) for one in adapters))
    remote = {one for group in around.subnets.get(VMOTION, ()) if not group & own and own for one in group}
    unreachable = {one for one in remote if not _is_routed(one, scene)}
    if not unreachable:
        return ()
    return (
        Advisory(
            reason=AdvisoryReason.VMOTION_WITHOUT_GATEWAY,
            message=f"The TCP/IP stack {VMOTION_NETSTACK} of {scene.host.name} has no gateway, and vMotion of other "
            f"hosts of the cluster {around.cluster} is in {_listed(unreachable)}, which it can't reach; declare "
            "gateway for the stack.",
        ),
    )


def _on_vmotion_stack(scene: Scene) -> tuple[AdapterState, ...]:
    return tuple(one for one in scene.network.adapters if one.netstack == VMOTION_NETSTACK)


def _is_routed(subnet: Subnet, scene: Scene) -> bool:
    stack = scene.network.netstack(VMOTION_NETSTACK)
    routes = frozenset[StaticRoute]() if stack is None else stack.static_routes
    return any(subnet.network_address in one.network and subnet.prefixlen >= one.network.prefixlen for one in routes)


def _services(case: DeclaredAdapter, intent: AdapterIntent) -> frozenset[str]:
    """Name what the adapter carries once it is as declared."""
    implied = IMPLIED_SERVICES.get(intent.netstack)
    if implied is not None:
        return frozenset({implied})
    if intent.services is not None:
        return intent.services - shadowed_services(intent.services, intent.netstack, case.coming)
    return frozenset() if case.adapter is None else carried_services(case.adapter, case.coming)


def _listed(values: Iterable[object]) -> str:
    texts = sorted(str(one) for one in values)
    return " and ".join((*texts[:_MOST_LISTED], "others") if len(texts) > _MOST_LISTED else texts)
