"""Which adapter carries which service, and the dedicated stacks that settle the question by themselves."""

from dataclasses import replace

from vcenter_simulator.host.behaviour import Behaviour, DefaultStackService
from vcenter_simulator.host.refusals import config_fault, invalid_argument, not_supported
from vcenter_simulator.host.state import DEDICATED_SERVICES, DEFAULT_STACK, Adapter, HostState

VSAN_SERVICES = frozenset({"vsan", "vsanWitness"})


def selected_adapters(state: HostState, service: str) -> tuple[Adapter, ...]:
    """Return the adapters that carry *service*: those that were selected and those whose stack implies it."""
    return tuple(
        adapter
        for adapter in state.adapters
        if service in adapter.services or DEDICATED_SERVICES.get(adapter.netstack) == service
    )


def candidate_adapters(state: HostState, service: str) -> tuple[Adapter, ...]:
    """Return the adapters that could carry *service*: the default stack's and those of its dedicated stack."""
    return tuple(
        adapter
        for adapter in state.adapters
        if adapter.netstack == DEFAULT_STACK or DEDICATED_SERVICES.get(adapter.netstack) == service
    )


def check_service(state: HostState, service: str) -> str:
    """Return *service* if the host knows it.

    Raises:
        Refusal: InvalidArgument.
    """
    if service not in state.release.services:
        raise invalid_argument("nicType", f"'{service}' is not a service of this host.")
    return service


def select_adapter(state: HostState, service: str, device: str, behaviour: Behaviour) -> HostState:
    """Let *device* carry *service*; where only one adapter may, it takes over.

    Raises:
        Refusal: InvalidArgument for an unknown service or device, NotSupported for vSAN, HostConfigFault where the
            stacks forbid it.
    """
    adapter = _check(state, service, device)
    if DEDICATED_SERVICES.get(adapter.netstack) == service:
        return state
    if adapter.netstack != DEFAULT_STACK:
        raise config_fault(f"{device} is on the stack {adapter.netstack}, whose adapters carry no '{service}'.")
    if behaviour.default_stack_service is DefaultStackService.OFF and is_dedicated_in_use(state, service):
        raise config_fault(f"'{service}' is on its dedicated TCP/IP stack and can't be enabled for {device}.")
    alone = not state.release.services[service]
    return replace(
        state,
        adapters=tuple(
            replace(one, services=one.services | {service})
            if one.device == device
            else replace(one, services=one.services - {service})
            if alone
            else one
            for one in state.adapters
        ),
    )


def deselect_adapter(state: HostState, service: str, device: str) -> HostState:
    """Take *service* from *device*.

    Raises:
        Refusal: InvalidArgument for an unknown service or device or one that is not selected, NotSupported for vSAN,
            HostConfigFault for what a dedicated stack implies.
    """
    adapter = _check(state, service, device)
    if DEDICATED_SERVICES.get(adapter.netstack) == service:
        raise config_fault(f"{device} carries '{service}' because it is on the stack {adapter.netstack}.")
    if service not in adapter.services:
        raise invalid_argument("device", f"{device} is not selected for '{service}'.")
    return replace(
        state,
        adapters=tuple(
            replace(one, services=one.services - {service}) if one.device == device else one for one in state.adapters
        ),
    )


def is_dedicated_in_use(state: HostState, service: str) -> bool:
    """Say whether *service* has a stack of its own on this host with an adapter in it."""
    return any(stack in state.by_stack for stack, implied in DEDICATED_SERVICES.items() if implied == service)


def shadow_services(state: HostState, behaviour: Behaviour) -> HostState:
    """Take from the default stack's adapters what a dedicated stack in use carries, if the host does that visibly."""
    if behaviour.default_stack_service is DefaultStackService.SHADOWED:
        return state
    gone = {service for service in DEDICATED_SERVICES.values() if is_dedicated_in_use(state, service)}
    if not any(one.services & gone for one in state.adapters):
        return state
    return replace(state, adapters=tuple(replace(one, services=one.services - gone) for one in state.adapters))


def _check(state: HostState, service: str, device: str) -> Adapter:
    check_service(state, service)
    if service in VSAN_SERVICES:
        raise not_supported("VSAN interfaces must be selected using vim.host.VsanSystem")
    adapter = state.by_device.get(device)
    if adapter is None:
        raise invalid_argument("device", f"The host has no VMkernel adapter '{device}'.")
    return adapter
