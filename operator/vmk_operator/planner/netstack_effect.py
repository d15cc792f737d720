"""What vSphere and esxcli do to a host's TCP/IP stacks, as a part of ``effect``."""

from dataclasses import replace

from vmk_operator.model.host import DnsState, NetstackState, NetworkState, StaticRoute
from vmk_operator.model.step import CreateNetstack, RemoveNetstack, RouteChanges, UpdateNetstack
from vmk_operator.planner.dedicated import is_in_use
from vmk_operator.planner.dns import uses_dhcp
from vmk_operator.planner.gateways import shows_stack_routes

StackStep = UpdateNetstack | CreateNetstack | RemoveNetstack

DEFAULT_CONNECTIONS, DEFAULT_CONGESTION_CONTROL = 11000, "newreno"
"""What a new stack has. Source: reference/vsphere.md 1.1 (observed on all stacks; of custom ones unverified)."""


def apply_to_stacks(step: StackStep, network: NetworkState) -> NetworkState:
    """Give the network as it is once *step* is done."""
    match step:
        case UpdateNetstack():
            return _edit_netstack(step, network)
        case CreateNetstack():
            return _create_netstack(step, network)
        case RemoveNetstack():
            return _remove_netstack(step, network)


def shows_stack_step(step: StackStep, before: NetworkState, after: NetworkState) -> bool:
    """Tell whether the effect of *step* has arrived in *after*."""
    match step:
        case UpdateNetstack():
            return _shows_edit(step, before.netstack(step.key), after)
        case CreateNetstack():
            return after.netstack(step.key) is not None
        case RemoveNetstack():
            return after.netstack(step.key) is None


def _edit_netstack(step: UpdateNetstack, network: NetworkState) -> NetworkState:
    if step.dns is not None and not _may_be_from(step.dns, step.key, network):
        return network
    return replace(
        network,
        netstacks=tuple(_edited(step, stack) if stack.key == step.key else stack for stack in network.netstacks),
    )


def _edited(step: UpdateNetstack, stack: NetstackState) -> NetstackState:
    return replace(
        stack,
        routes=step.routes if step.routes is not None else stack.routes,
        dns=stack.dns if step.dns is None else _resolved(stack.dns, step.dns),
        static_routes=_rerouted(stack.static_routes, step.route_changes),
        max_connections=step.max_connections if step.max_connections is not None else stack.max_connections,
        congestion_control=step.congestion_control if step.congestion_control is not None else stack.congestion_control,
    )


def _may_be_from(dns: DnsState, stack: str, network: NetworkState) -> bool:
    """Tell whether the adapters that DNS is to come from are on the stack and use DHCP."""
    devices = {one.device for one in network.adapters if one.netstack == stack and uses_dhcp(one)}
    return all(device is None or device in devices for device in (dns.device, dns.ipv6_device))


def _resolved(present: DnsState, sent: DnsState) -> DnsState:
    # What the lease brings is not known beforehand; of one that stays, it stays.
    if not sent.dhcp:
        return sent
    return present if present.configured == sent.configured else replace(sent.configured, host_name=present.host_name)


def _rerouted(present: frozenset[StaticRoute], changes: RouteChanges | None) -> frozenset[StaticRoute]:
    return present if changes is None else (present - changes.remove) | changes.add


def _shows_edit(step: UpdateNetstack, before: NetstackState | None, network: NetworkState) -> bool:
    after = network.netstack(step.key)
    return (
        after is not None
        and (step.routes is None or shows_stack_routes(step.routes, before, after, network))
        and (step.dns is None or after.dns.configured == step.dns.configured)
        and after.static_routes == _rerouted(after.static_routes, step.route_changes)
        and (step.max_connections is None or after.max_connections == step.max_connections)
        and (step.congestion_control is None or after.congestion_control == step.congestion_control)
    )


def _create_netstack(step: CreateNetstack, network: NetworkState) -> NetworkState:
    if network.netstack(step.key) is not None:
        return network
    made = NetstackState(
        step.key,
        max_connections=DEFAULT_CONNECTIONS,
        running_max_connections=DEFAULT_CONNECTIONS,
        congestion_control=DEFAULT_CONGESTION_CONTROL,
        active=True,
    )
    return replace(network, netstacks=(*network.netstacks, made))


def _remove_netstack(step: RemoveNetstack, network: NetworkState) -> NetworkState:
    if is_in_use(step.key, network):
        return network
    return replace(network, netstacks=tuple(stack for stack in network.netstacks if stack.key != step.key))
