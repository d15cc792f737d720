"""UpdateNetworkConfig's netStackSpec as a function from state to state."""

from dataclasses import replace

from vcenter_simulator.host.addressing import is_reachable
from vcenter_simulator.host.behaviour import Choice
from vcenter_simulator.host.custom_netstacks import is_in_kernel
from vcenter_simulator.host.refusals import config_fault, invalid_argument, not_found, not_supported
from vcenter_simulator.host.requests import Gateway, NetstackEdit, Surroundings
from vcenter_simulator.host.state import HostState, Netstack

ALGORITHMS = ("newreno", "cubic")
FEWEST_CONNECTIONS, MOST_CONNECTIONS = 1, 262144


def edit_netstacks(state: HostState, edits: tuple[NetstackEdit, ...], surroundings: Surroundings) -> HostState:
    """Apply all of *edits* or none: what an edit leaves out stays, what it has is replaced as a whole.

    Raises:
        Refusal: NotFound for an unknown stack, NotSupported for any operation but edit, InvalidArgument for a wrong
            value, HostConfigFault for a gateway out of reach and for a stack that may not be edited while inactive.
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
    changed = replace(
        stack,
        name=edit.name if edit.name is not None else stack.name,
        gateway=_gateway(state, stack, edit.gateway),
        dns=edit.dns if edit.dns is not None else stack.dns,
        max_connections=_connections(stack, edit.max_connections),
        congestion_control=_algorithm(stack, edit.congestion_control),
    )
    return replace(state, netstacks=tuple(changed if one.key == edit.key else one for one in state.netstacks))


def _gateway(state: HostState, stack: Netstack, sent: Gateway | None) -> str | None:
    if sent is None:
        return stack.gateway
    # An empty gateway in a route configuration that was sent is a removal (community.vmware issue 1120).
    if not sent.address:
        return None
    adapters = state.by_stack.get(stack.key, ())
    if not is_reachable(sent.address, adapters, "netStackSpec.ipRouteConfig.defaultGateway") and adapters:
        raise config_fault(f"The gateway {sent.address} is in no subnet of the TCP/IP stack '{stack.key}'.")
    return sent.address


def _connections(stack: Netstack, sent: int | None) -> int:
    if sent is None:
        return stack.max_connections
    if not FEWEST_CONNECTIONS <= sent <= MOST_CONNECTIONS:
        raise invalid_argument(
            "netStackSpec.requestedMaxNumberOfConnections",
            f"{sent} is outside {FEWEST_CONNECTIONS} to {MOST_CONNECTIONS}.",
        )
    return sent


def _algorithm(stack: Netstack, sent: str | None) -> str:
    if sent is None:
        return stack.congestion_control
    if sent not in ALGORITHMS:
        raise invalid_argument("netStackSpec.congestionControlAlgorithm", f"'{sent}' is not an algorithm.")
    return sent
