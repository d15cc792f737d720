"""Facts about a host and its distributed switches to the ``HostState`` that the engine plans on. Pure."""

from collections.abc import Iterable
from dataclasses import replace

from vmk_operator.model.host import (
    Cluster,
    DistributedPortGroup,
    DistributedSwitch,
    HostState,
    NetstackState,
    NetworkState,
    StandardPortGroup,
)
from vmk_operator.model.identity import HostRef
from vmk_operator.vcenter.elements import share
from vmk_operator.vcenter.facts import HostFacts, PortGroupFacts, SwitchFacts


def host_state(
    ref: HostRef, facts: HostFacts, switches: tuple[DistributedSwitch, ...], cluster: Cluster | None
) -> HostState:
    """Join what is known about one host."""
    return HostState(
        ref=ref,
        name=facts.name,
        uuid=facts.uuid,
        connection=facts.connection,
        in_maintenance=facts.in_maintenance,
        management_server=facts.management_server,
        network=_network(facts, switches),
        cluster=cluster,
    )


def distributed_switch(facts: SwitchFacts, port_groups: Iterable[PortGroupFacts]) -> DistributedSwitch:
    """Join a switch and its port groups, ordered by name."""
    groups = sorted((DistributedPortGroup(one.key, one.name) for one in port_groups), key=lambda one: one.name)
    return DistributedSwitch(facts.uuid, facts.name, facts.mtu, tuple(groups))


def _network(facts: HostFacts, switches: tuple[DistributedSwitch, ...]) -> NetworkState | None:
    # A host that vCenter can tell about has adapters, stacks and services. One of them missing means not told, which
    # is not the same as none.
    if facts.adapters is None or facts.netstacks is None or facts.services is None:
        return None
    return NetworkState(
        adapters=facts.adapters,
        netstacks=_with_activity(facts),
        services=facts.services,
        standard_port_groups=_standard_port_groups(facts),
        distributed_switches=switches,
        opaque_networks=facts.opaque_networks or (),
        ipv6_enabled=facts.ipv6_enabled,
        vsan_ports=facts.vsan_ports,
    )


def _with_activity(facts: HostFacts) -> tuple[NetstackState, ...]:
    running = facts.running_netstacks
    limits = dict(running) if running is not None else dict.fromkeys(one.netstack for one in facts.adapters or ())
    return share(
        tuple(
            replace(one, active=one.key in limits, running_max_connections=limits.get(one.key))
            for one in facts.netstacks or ()
        )
    )


def _standard_port_groups(facts: HostFacts) -> tuple[StandardPortGroup, ...]:
    mtus = facts.switch_mtus or {}
    return share(tuple(StandardPortGroup(name, switch, mtus.get(switch)) for name, switch in facts.port_groups or ()))
