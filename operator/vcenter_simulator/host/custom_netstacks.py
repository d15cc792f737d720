"""Stacks in the kernel, and how stacks come and go there: only esxcli does that, no call of the vSphere API.

The refusals carry esxcli's own words where they are known.
"""

from dataclasses import replace

from vcenter_simulator.host.refusals import config_fault, invalid_argument
from vcenter_simulator.host.state import DEFAULT_STACK, HostState, Netstack


def add_netstack(state: HostState, name: str, *, disabled: bool = False) -> HostState:
    """Create a stack in the kernel: a custom one, or a system stack that nothing has brought up yet.

    Args:
        state: the host before.
        name: what becomes the stack's key.
        disabled: whether it shall not run yet.

    Raises:
        Refusal: HostConfigFault when it is in the kernel already, InvalidArgument for an empty name.
    """
    if not name:
        raise invalid_argument("netstack", "The name is empty.")
    present = state.netstack(name)
    if present is not None and is_in_kernel(state, present):
        # The words that scripts look for (reference/vsphere.md 1.4).
        raise config_fault(f"Netstack instance '{name}' is already found in kernel")
    created = replace(present or Netstack(key=name, name=name), in_kernel=True, enabled=not disabled)
    return _with_netstack(state, created)


def remove_netstack(state: HostState, name: str) -> HostState:
    """Take a stack out of the kernel; a custom one is gone then, a system stack is as it was when installed.

    Raises:
        Refusal: HostConfigFault when it is not there, is the default stack or has adapters. That a host refuses the
            last, and its words, are unverified (reference/vsphere.md 1.4 and 9 (7)).
    """
    stack = _get_in_kernel(state, name)
    if name == DEFAULT_STACK:
        raise config_fault(f"Unable to remove the Netstack instance {name}: it is the default")
    if name in state.by_stack:
        devices = ", ".join(adapter.device for adapter in state.by_stack[name])
        raise config_fault(f"Unable to remove the Netstack instance {name}: it is in use by {devices}")
    if stack.is_custom:
        return replace(state, netstacks=tuple(one for one in state.netstacks if one.key != name))
    return _with_netstack(state, Netstack(key=name))


def enable_netstack(state: HostState, name: str, *, enabled: bool) -> HostState:
    """Let a stack run or not.

    Raises:
        Refusal: HostConfigFault when it is not in the kernel.
    """
    return _with_netstack(state, replace(_get_in_kernel(state, name), enabled=enabled))


def kernel_netstacks(state: HostState) -> tuple[Netstack, ...]:
    """Return the stacks that exist in the kernel, running or not."""
    return tuple(stack for stack in state.netstacks if is_in_kernel(state, stack))


def is_in_kernel(state: HostState, stack: Netstack) -> bool:
    """Say whether a stack exists in the kernel: the default one, those with adapters, those made by hand."""
    return stack.key == DEFAULT_STACK or stack.in_kernel or stack.key in state.by_stack


def without_stopped(state: HostState) -> HostState:
    """Return *state* with nothing left of what stacks ran with that are not in the kernel any more."""
    return replace(
        state,
        netstacks=tuple(
            one if is_in_kernel(state, one) else replace(one, running_connections=None) for one in state.netstacks
        ),
    )


def _get_in_kernel(state: HostState, name: str) -> Netstack:
    stack = state.netstack(name)
    if stack is None or not is_in_kernel(state, stack):
        raise config_fault(f"Unable to find a Netstack instance {name}")
    return stack


def _with_netstack(state: HostState, stack: Netstack) -> HostState:
    known = state.netstack(stack.key) is not None
    changed = tuple(stack if one.key == stack.key else one for one in state.netstacks)
    return replace(state, netstacks=changed if known else (*changed, stack))
