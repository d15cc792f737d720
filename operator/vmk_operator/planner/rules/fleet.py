"""What is worth knowing about all hosts of a vCenter: what dedicated TCP/IP stacks would buy, and what does not fit.

Every message counts the hosts and names the first few, so that its length does not grow with the fleet.
"""

from collections.abc import Iterable, Mapping, Sequence

from vmk_operator.api.reasons import AdvisoryReason
from vmk_operator.api.v1alpha1 import Advisory
from vmk_operator.model.host import DEFAULT_NETSTACK, PROVISIONING_NETSTACK, VMOTION_NETSTACK
from vmk_operator.planner.dedicated import DEDICATED_STACKS
from vmk_operator.planner.fleet import Fleet, FleetCluster, Hosts
from vmk_operator.planner.traits import (
    PROVISIONING,
    VMOTION,
    ServiceMtu,
    ServiceOffThere,
    ServiceStack,
    ServiceSubnets,
    ServiceWithoutGateway,
    Subnet,
    Trait,
)

_NAMED = 3


def advise_vmotion_stack(fleet: Fleet) -> tuple[Advisory, ...]:
    """Tell which hosts run vMotion on the default stack, and what the vMotion stack would buy there.

    Where their vMotion adapters are in several networks, only the gateway of the default stack connects them, which
    management uses as well. The vMotion stack has a gateway of its own, which routed and cross-vCenter migration needs,
    its own DNS, routing table, buffers and sockets. To move a host, create a VmkAdapter on the vMotion stack; its first
    adapter there takes vMotion away from the adapters of the default stack.

    Source: reference/vsphere.md 3.3 (docs.vmware.com vSphere 8.0, the vMotion TCP/IP stack).
    """
    hosts = fleet.traits.get(ServiceStack(VMOTION, DEFAULT_NETSTACK))
    if hosts is None:
        return ()
    networks = _count_networks(fleet.traits, (DEFAULT_NETSTACK,))
    if networks > 1:
        return (
            Advisory(
                reason=AdvisoryReason.VMOTION_ON_DEFAULT_STACK,
                message=f"vMotion runs on the default TCP/IP stack of {hosts}, in {networks} networks that only the "
                "gateway of the default stack connects; the stack vmotion would have a gateway of its own there, for "
                "routed and cross-vCenter migration, and its own DNS. Its first adapter on a host takes vMotion away "
                "from the adapters of the default stack.",
            ),
        )
    return (
        Advisory(
            reason=AdvisoryReason.VMOTION_ON_DEFAULT_STACK,
            message=f"vMotion runs on the default TCP/IP stack of {hosts}; the stack vmotion would keep it apart from "
            "management there, with its own DNS, and with a gateway of its own should migration be routed or go to "
            "another vCenter. Its first adapter on a host takes vMotion away from the adapters of the default stack.",
        ),
    )


def advise_provisioning_stack(fleet: Fleet) -> tuple[Advisory, ...]:
    """Tell which hosts run Provisioning on the default stack, and what the Provisioning stack would buy there.

    Cold migration, clones and snapshots move whole disks. On the Provisioning stack they are kept apart from management
    and have their own gateway and DNS. Only hosts with an adapter that is selected for Provisioning are meant; the
    others send that traffic through their management adapter. To move a host, create a VmkAdapter on the stack.

    Source: reference/vsphere.md 3.3 (docs.vmware.com vSphere 8.0, the Provisioning TCP/IP stack).
    """
    hosts = fleet.traits.get(ServiceStack(PROVISIONING, DEFAULT_NETSTACK))
    if hosts is None:
        return ()
    return (
        Advisory(
            reason=AdvisoryReason.PROVISIONING_ON_DEFAULT_STACK,
            message=f"Provisioning (cold migration, clones, snapshots) runs on the default TCP/IP stack of {hosts}; "
            f"the stack {PROVISIONING_NETSTACK} would keep it apart from management there, with its own gateway and "
            "DNS. Its first adapter on a host takes Provisioning away from the adapters of the default stack.",
        ),
    )


def advise_shadowed_selection(fleet: Fleet) -> tuple[Advisory, ...]:
    """Tell on which hosts a service is still selected for the default stack, though its dedicated stack has taken it.

    The selection has no effect, and misleads whoever reads it in vCenter. Take the service out of `services` of the
    VmkAdapter there, or deselect it by hand.

    Source: reference/vsphere.md 3.3.
    """
    return tuple(
        Advisory(
            reason=AdvisoryReason.SERVICE_SHADOWED,
            message=f"{service} is selected for adapters of the default TCP/IP stack of {hosts}, and is off there "
            f"because the stack {stack} is in use; deselect it once the migration is final.",
        )
        for service, stack in sorted(DEDICATED_STACKS.items())
        if (hosts := fleet.traits.get(ServiceOffThere(service))) is not None
    )


def advise_mixed_clusters(fleet: Fleet) -> tuple[Advisory, ...]:
    """Tell in which clusters vMotion is on one TCP/IP stack here and on another there.

    A cluster that is migrated host by host is in this state for a while. Go on until all hosts are on one stack.

    Source: DESIGN §4, routing; Broadcom KB 432825.
    """
    mixed = [(one.name, found) for one in fleet.clusters if len(found := _stacks(one)) > 1]
    if not mixed:
        return ()
    cluster, stacks = mixed[0]
    where = " and on ".join(f"{stack} of {hosts}" for stack, hosts in stacks.items())
    return (
        Advisory(
            reason=AdvisoryReason.VMOTION_STACKS_DIFFER,
            message=f"vMotion is on different TCP/IP stacks within {_clusters(mixed)}, in {cluster} on {where}; "
            "migrations between them may fail until all are on one stack.",
        ),
    )


def advise_unequal_mtus(fleet: Fleet) -> tuple[Advisory, ...]:
    """Tell in which clusters a service has one MTU here and another there.

    Large packets between such hosts are lost. Declare one `mtu` for the adapters of the service.

    Source: DESIGN §4, routing; Broadcom KB 432825.
    """
    unequal = [(one.name, found) for one in fleet.clusters if (found := _several_mtus(one))]
    if not unequal:
        return ()
    cluster, services = unequal[0]
    service, mtus = services[0]
    where = " and ".join(f"{mtu} on {hosts}" for mtu, hosts in mtus.items())
    return (
        Advisory(
            reason=AdvisoryReason.MTU_UNEQUAL,
            message=f"A service has several MTUs within {_clusters(unequal)}, in {cluster} {service} has {where}; "
            "large packets between them are lost until all have one.",
        ),
    )


def advise_gateway_of_vmotion_stack(fleet: Fleet) -> tuple[Advisory, ...]:
    """Tell on which hosts the vMotion stack has no way out, though vMotion of the vCenter is in several networks.

    Migrations from one network to another, as between clusters, need a gateway: declare `gateway` in a VmkNetstack.
    Adapters in several subnets of one host (multi-NIC vMotion) are one network, and a static route is a way out.

    Source: DESIGN §4, routing: layer-3 vMotion without a gateway on the vMotion stack.
    """
    hosts = fleet.traits.get(ServiceWithoutGateway(VMOTION))
    networks = _count_networks(fleet.traits, (DEFAULT_NETSTACK, VMOTION_NETSTACK))
    if hosts is None or networks <= 1:
        return ()
    return (
        Advisory(
            reason=AdvisoryReason.VMOTION_WITHOUT_GATEWAY,
            message=f"The TCP/IP stack {VMOTION_NETSTACK} of {hosts} has no gateway, and vMotion of this vCenter is in "
            f"{networks} networks, between which these hosts can't migrate; declare gateway for the stack.",
        ),
    )


def _count_networks(traits: Iterable[Trait], stacks: tuple[str, ...]) -> int:
    """Count the networks that carry vMotion on *stacks*: hosts with a subnet in common are in one."""
    networks: list[frozenset[Subnet]] = []
    for one in traits:
        if isinstance(one, ServiceSubnets) and one.service == VMOTION and one.stack in stacks:
            joined = [network for network in networks if network & one.subnets]
            networks = [network for network in networks if not network & one.subnets]
            networks.append(one.subnets.union(*joined))
    return len(networks)


def _stacks(cluster: FleetCluster) -> Mapping[str, Hosts]:
    found = {
        one.stack: hosts
        for one, hosts in cluster.traits.items()
        if isinstance(one, ServiceStack) and one.service == VMOTION
    }
    return dict(sorted(found.items()))


def _several_mtus(cluster: FleetCluster) -> list[tuple[str, Mapping[int, Hosts]]]:
    """Name the services that have several, each with the hosts that have which."""
    services: dict[str, dict[int, Hosts]] = {}
    for one, hosts in cluster.traits.items():
        if isinstance(one, ServiceMtu):
            services.setdefault(one.service, {})[one.mtu] = hosts
    return [(service, dict(sorted(mtus.items()))) for service, mtus in sorted(services.items()) if len(mtus) > 1]


def _clusters(found: Sequence[tuple[str, object]]) -> str:
    names = ", ".join(name for name, _ in found[:_NAMED])
    unnamed = ", …" if len(found) > _NAMED else ""
    return f"{len(found)} {'cluster' if len(found) == 1 else 'clusters'} ({names}{unnamed})"
