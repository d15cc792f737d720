"""What vSphere does for a step, and whether it has done it: a pure simulation of one host's network.

The properties run plans on it, and a contract test proves it equal to encoder and simulator. A step that vSphere
would refuse leaves the network as it is.
"""

from dataclasses import replace

from vmk_operator.model.host import (
    AdapterState,
    Ipv4State,
    Ipv6State,
    NetstackState,
    NetworkState,
    RouteConfig,
    StaticRoute,
    VsanPort,
    is_custom,
)
from vmk_operator.model.step import (
    CreateAdapter,
    CreateNetstack,
    DeselectService,
    Ipv6Change,
    RemoveAdapter,
    RemoveNetstack,
    SelectService,
    Step,
    UpdateAdapter,
    UpdateNetstack,
    UpdateVsan,
)
from vmk_operator.planner.dedicated import IMPLIED_SERVICES, is_in_use, is_shadowed
from vmk_operator.planner.gateways import shows_routes, without_lost_gateways
from vmk_operator.planner.ipv6 import NOTHING
from vmk_operator.planner.netstack_effect import apply_to_stacks, shows_stack_step
from vmk_operator.planner.rules.routing import is_reachable
from vmk_operator.planner.service_effect import apply_to_services, shows_service_step, with_service
from vmk_operator.planner.vsan import without

IPV4 = 4
DEFAULT_MTU = 1500
"""What vSphere gives an adapter whose MTU nobody chose, in bytes. Source: reference/vsphere.md 2.2."""


def apply(step: Step, network: NetworkState) -> NetworkState:
    """Give the network as it is once *step* is done."""
    match step:
        case CreateAdapter():
            return _create(step, network)
        case UpdateAdapter():
            return _update(step, network)
        case RemoveAdapter():
            return _remove(step, network)
        case SelectService() | DeselectService() | UpdateVsan():
            return apply_to_services(step, network)
        case UpdateNetstack() | CreateNetstack() | RemoveNetstack():
            return apply_to_stacks(step, network)


def is_visible(step: Step, before: NetworkState, after: NetworkState) -> bool:
    """Tell whether the effect of *step*, sent when the host looked like *before*, has arrived in *after*."""
    match step:
        case CreateAdapter():
            return created_device(step, before, after) is not None
        case UpdateAdapter():
            return _shows_update(step, before.adapter(step.device), after.adapter(step.device))
        case RemoveAdapter():
            return _shows_removal(before.adapter(step.device), after.adapter(step.device))
        case SelectService() | DeselectService() | UpdateVsan():
            return shows_service_step(step, after)
        case UpdateNetstack() | CreateNetstack() | RemoveNetstack():
            return shows_stack_step(step, before, after)


def created_device(step: CreateAdapter, before: NetworkState, after: NetworkState) -> AdapterState | None:
    """Find the adapter that *step* made; ``None`` when it is not there yet or more than one could be it."""
    known = {(adapter.device, adapter.mac) for adapter in before.adapters}
    made = [
        adapter
        for adapter in after.adapters
        if (adapter.device, adapter.mac) not in known
        and adapter.netstack == step.netstack
        and adapter.attachment == step.attachment
        and adapter.ipv4.configured == step.ipv4
        and step.routes in (None, adapter.routes)
        and (step.ipv6 is None or _shows_ipv6(step.ipv6, adapter.ipv6))
        # An adapter that an earlier attempt made is ours, but it is not what this step does.
        and step.mtu in (None, adapter.mtu)
    ]
    return made[0] if len(made) == 1 else None


def _create(step: CreateAdapter, network: NetworkState) -> NetworkState:
    if network.netstack(step.netstack) is None:
        return network
    number = _lowest_free_number(network)
    adapter = AdapterState(
        device=f"vmk{number}",
        mac=_free_mac(network, number),
        netstack=step.netstack,
        attachment=step.attachment,
        mtu=step.mtu if step.mtu is not None else DEFAULT_MTU,
        ipv4=step.ipv4,
        ipv6=_with_change(None if network.ipv6_enabled is False else NOTHING, step.ipv6),
        routes=step.routes if step.routes is not None else RouteConfig(),
    )
    grown = replace(
        network,
        adapters=(*network.adapters, adapter),
        netstacks=_with_active(network, step.netstack),
        # A number that is given out again brings nothing along.
        services=tuple((service, devices - {adapter.device}) for service, devices in network.services),
        vsan_ports=_without_port(network, adapter.device),
    )
    implied = IMPLIED_SERVICES.get(step.netstack)
    if implied is None:
        return grown
    # The dedicated stack takes its service from the default stack's adapters (reference/vsphere.md 3.3).
    shadowed = {one.device for one in grown.adapters if is_shadowed(implied, one.netstack, grown)}
    return with_service(grown, implied, (grown.devices_with(implied) | {adapter.device}) - shadowed)


def _update(step: UpdateAdapter, network: NetworkState) -> NetworkState:
    changed = replace(
        network,
        adapters=tuple(
            replace(
                adapter,
                mtu=step.mtu if step.mtu is not None else adapter.mtu,
                attachment=step.attachment if step.attachment is not None else adapter.attachment,
                ipv4=_merged(adapter.ipv4, step.ipv4),
                ipv6=_with_change(adapter.ipv6, step.ipv6),
                routes=step.routes if step.routes is not None else adapter.routes,
            )
            if adapter.device == step.device
            else adapter
            for adapter in network.adapters
        ),
    )
    return _without_lost_routes(replace(changed, netstacks=without_lost_gateways(network, changed)))


def _merged(present: Ipv4State, sent: Ipv4State) -> Ipv4State:
    # With DHCP before and after, the lease stays.
    return present if present.configured == sent else sent


def _with_change(present: Ipv6State | None, change: Ipv6Change | None) -> Ipv6State | None:
    if change is None or present is None:
        return present
    named = {one.ip for one in (*change.add, *change.remove)}
    kept = (one for one in present.addresses if one.ip not in named)
    auto = present.auto if change.auto is None else change.auto
    dhcp = present.dhcp if change.dhcp is None else change.dhcp
    # What the network gives goes with the switch that asked for it.
    learned = present.learned if (auto, dhcp) == (present.auto, present.dhcp) else ()
    return Ipv6State(auto, dhcp, tuple(sorted((*kept, *change.add))), learned)


def _remove(step: RemoveAdapter, network: NetworkState) -> NetworkState:
    gone = network.adapter(step.device)
    if gone is None:
        return network
    shrunk = replace(
        network,
        adapters=tuple(adapter for adapter in network.adapters if adapter.device != step.device),
        services=tuple((service, devices - {step.device}) for service, devices in network.services),
        vsan_ports=_without_port(network, step.device),
    )
    left = _without_lost_routes(replace(shrunk, netstacks=without_lost_gateways(network, shrunk)))
    stays = is_custom(gone.netstack) or is_in_use(gone.netstack, left)
    return replace(left, netstacks=_with_active(left, gone.netstack, active=stays))


def _without_port(network: NetworkState, device: str) -> tuple[VsanPort, ...] | None:
    return None if network.vsan_ports is None else without(network.vsan_ports, device)


def _shows_update(step: UpdateAdapter, before: AdapterState | None, after: AdapterState | None) -> bool:
    # What was sent only to stay as it was is not looked for: somebody else may have changed it since.
    is_kept = before is not None and before.ipv4.configured == step.ipv4
    return (
        after is not None
        and (step.mtu is None or after.mtu == step.mtu)
        and (step.attachment is None or after.attachment == step.attachment)
        and (step.routes is None or shows_routes(step.routes, None if before is None else before.routes, after.routes))
        and (is_kept or after.ipv4.configured == step.ipv4)
        and (step.ipv6 is None or _shows_ipv6(step.ipv6, after.ipv6))
    )


def _shows_ipv6(change: Ipv6Change, after: Ipv6State | None) -> bool:
    # Other addresses are not looked for: somebody else may have added one since.
    return (
        after is not None
        and change.auto in (None, after.auto)
        and change.dhcp in (None, after.dhcp)
        and set(change.add) <= set(after.addresses)
        and not set(change.remove) & set(after.addresses)
    )


def _shows_removal(before: AdapterState | None, after: AdapterState | None) -> bool:
    # The number of a removed adapter is given out again: another MAC is another adapter, and so is another stack.
    return after is None or (before is not None and (after.mac, after.netstack) != (before.mac, before.netstack))


def _without_lost_routes(network: NetworkState) -> NetworkState:
    """A static route is in force as long as an adapter reaches its gateway."""
    return replace(
        network,
        netstacks=tuple(
            replace(
                stack,
                static_routes=frozenset(
                    one for one in stack.static_routes if _may_be_in_force(one, stack.key, network)
                ),
            )
            for stack in network.netstacks
        ),
    )


def _may_be_in_force(route: StaticRoute, stack: str, network: NetworkState) -> bool:
    # Of DHCP nobody knows what it reaches.
    is_leased = any(one.ipv4.dhcp for one in network.adapters if one.netstack == stack)
    return (is_leased and route.gateway.version == IPV4) or is_reachable(route.gateway, stack, network)


def _lowest_free_number(network: NetworkState) -> int:
    taken = {adapter.device for adapter in network.adapters}
    return next(number for number in range(len(taken) + 1) if f"vmk{number}" not in taken)


def _free_mac(network: NetworkState, number: int) -> str:
    taken = {adapter.mac.lower() for adapter in network.adapters}
    candidates = (f"00:50:56:6{n >> 16 & 0xF:x}:{n >> 8 & 0xFF:02x}:{n & 0xFF:02x}" for n in range(number, 1 << 20))
    return next(mac for mac in candidates if mac not in taken)


def _with_active(network: NetworkState, key: str, *, active: bool = True) -> tuple[NetstackState, ...]:
    return tuple(_switched(stack, active=active) if stack.key == key else stack for stack in network.netstacks)


def _switched(stack: NetstackState, *, active: bool) -> NetstackState:
    if active == stack.active:
        return stack
    # What is requested is in force from the start of a stack.
    return replace(stack, active=active, running_max_connections=stack.max_connections if active else None)
