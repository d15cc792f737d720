"""UpdateNetworkConfig's netStackSpec as a function from state to state."""

from dataclasses import replace

from vcenter_simulator.host.behaviour import Choice
from vcenter_simulator.host.custom_netstacks import is_in_kernel
from vcenter_simulator.host.gateways import IPV4, IPV6, check_gateway, gateway_in_force, is_reachable
from vcenter_simulator.host.refusals import config_fault, invalid_argument, invalid_state, not_found, not_supported
from vcenter_simulator.host.requests import Gateway, NetstackEdit, Surroundings
from vcenter_simulator.host.routes import changed_routes
from vcenter_simulator.host.state import Dns, HostState, Netstack, StackInUse

ALGORITHMS = ("newreno", "cubic")
PARAMETER = "netStackSpec.ipRouteConfig"
FEWEST_CONNECTIONS, MOST_CONNECTIONS = 1, 262144


def edit_netstacks(state: HostState, edits: tuple[NetstackEdit, ...], surroundings: Surroundings) -> HostState:
    """Apply all of *edits* or none: what an edit leaves out stays, what it has is replaced as a whole.

    Raises:
        Refusal: NotFound for an unknown stack, route or source of DNS, NotSupported for any operation but edit,
            InvalidArgument for a wrong value, InvalidState for IPv6 on a host without, AlreadyExists for a route
            that is there, HostConfigFault for a gateway out of reach and for a stack that may not be edited while
            inactive.
    """
    for edit in edits:
        state = _edit_one(state, edit, surroundings)
    return state


def _edit_one(state: HostState, edit: NetstackEdit, surroundings: Surroundings) -> HostState:
    if edit.operation != "edit":
        raise not_supported(f"A TCP/IP stack can't be changed by the operation '{edit.operation}', only by 'edit'.")
    stack = state.netstack(edit.key)
    if stack is None:
        raise not_found(f"The TCP/IP stack '{edit.key}'")
    if not is_in_kernel(state, stack) and surroundings.behaviour.edit_inactive_stack is Choice.REFUSE:
        raise config_fault(f"The TCP/IP stack '{edit.key}' is not active.")
    if edit.name is not None and edit.name != stack.name and not stack.is_custom:
        raise not_supported(f"The system stack '{edit.key}' can't be renamed.")
    _check_ipv6(state, edit)
    used = state.in_use(stack)
    changed = replace(
        stack,
        name=edit.name if edit.name is not None else stack.name,
        gateway=_gateway(used, edit.gateway, IPV4),
        gateway6=_gateway(used, edit.gateway6, IPV6),
        routes=changed_routes(used, edit.routes),
        dns=_dns(state, stack, edit.dns),
        congestion_control=_algorithm(stack, edit.congestion_control),
    )
    changed = _limited(changed, _connections(stack, edit.max_connections), is_running=is_in_kernel(state, stack))
    return replace(state, netstacks=tuple(changed if one.key == edit.key else one for one in state.netstacks))


def _gateway(used: StackInUse, sent: Gateway | None, version: int) -> str | None:
    stack = used.stack
    kept = stack.gateway if version == IPV4 else stack.gateway6
    if sent is None:
        return kept
    # An empty gateway in a route configuration that was sent is a removal (community.vmware issue 1120).
    if not sent.address:
        return None
    wanted = check_gateway(sent.address, version, PARAMETER)
    # What was learned from the network and is only sent back stays learned.
    effective = gateway_in_force(used, version)
    if effective is not None and effective.learned_by is not None and wanted == effective.address:
        return None
    if used.adapters and not is_reachable(wanted, used.adapters):
        raise config_fault(f"The gateway {wanted} is in no subnet of the TCP/IP stack '{stack.key}'.")
    return wanted


def _check_ipv6(state: HostState, edit: NetstackEdit) -> None:
    wanted = (edit.gateway6.address if edit.gateway6 is not None else None, *(one.gateway for one in edit.routes))
    if not state.ipv6_enabled and any(one and ":" in one for one in wanted):
        raise invalid_state("The host has IPv6 switched off.")


def _dns(state: HostState, stack: Netstack, sent: Dns | None) -> Dns:
    if sent is None or not sent.dhcp:
        return sent or stack.dns
    for device in (sent.device, sent.device6):
        if device is None:
            continue
        adapter = state.by_device.get(device)
        if adapter is None or adapter.netstack != stack.key:
            raise not_found(f"The VMkernel adapter '{device}' of the TCP/IP stack '{stack.key}'")
        if not (adapter.ipv4.dhcp or adapter.ipv6.dhcp):
            raise invalid_argument("dnsConfig.virtualNicDevice", f"{device} does not use DHCP.")
    # The names and servers that come along are reflections of a lease; those that were set before are gone.
    return Dns(dhcp=True, device=sent.device, device6=sent.device6, host_name=stack.dns.host_name)


def _connections(stack: Netstack, sent: int | None) -> int:
    if sent is None:
        return stack.max_connections
    if not FEWEST_CONNECTIONS <= sent <= MOST_CONNECTIONS:
        raise invalid_argument(
            "netStackSpec.requestedMaxNumberOfConnections",
            f"{sent} is outside {FEWEST_CONNECTIONS} to {MOST_CONNECTIONS}.",
        )
    return sent


def _limited(stack: Netstack, wanted: int, *, is_running: bool) -> Netstack:
    """A stack that runs keeps the limit that it was started with. That a host does so is unverified."""
    kept = stack.connections_in_force if is_running else wanted
    return replace(stack, max_connections=wanted, running_connections=None if kept == wanted else kept)


def _algorithm(stack: Netstack, sent: str | None) -> str:
    if sent is None:
        return stack.congestion_control
    if sent not in ALGORITHMS:
        raise invalid_argument("netStackSpec.congestionControlAlgorithm", f"'{sent}' is not an algorithm.")
    return sent
