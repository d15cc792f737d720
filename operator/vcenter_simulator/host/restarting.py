"""What a restart changes of a host: settings that waited for it are in force."""

from dataclasses import replace

from vcenter_simulator.host.state import HostState


def restarted(state: HostState) -> HostState:
    """Return the host as it comes up again."""
    return replace(
        state,
        ipv6_enabled=state.ipv6_at_boot,
        netstacks=tuple(replace(stack, running_connections=None) for stack in state.netstacks),
    )
