"""vSAN's services: vSAN's own call takes the whole list of adapters, a command line tags them one by one."""

from collections.abc import Iterable
from dataclasses import replace

from vcenter_simulator.host.adapters import get_adapter, with_adapter
from vcenter_simulator.host.refusals import config_fault, invalid_argument
from vcenter_simulator.host.state import DEFAULT_STACK, HostState

VSAN = "vsan"


def vsan_devices(state: HostState) -> tuple[str, ...]:
    """Return the devices that carry vSAN."""
    return tuple(adapter.device for adapter in state.adapters if VSAN in adapter.services)


def choose_vsan_devices(state: HostState, devices: Iterable[str]) -> HostState:
    """Let *devices* carry vSAN, and no other.

    Raises:
        Refusal: InvalidArgument for an unknown device, HostConfigFault for one that is not on the default stack.
            Which faults a host gives is unverified: UpdateVsan_Task declares none (reference/vsphere.md 4).
    """
    for device in vsan_devices(state):
        state = untag_for_vsan(state, VSAN, device)
    for device in devices:
        if device not in state.by_device:
            raise invalid_argument("config.networkInfo.port.device", f"The host has no VMkernel adapter '{device}'.")
        state = tag_for_vsan(state, VSAN, device)
    return state


def tag_for_vsan(state: HostState, service: str, device: str) -> HostState:
    """Let *device* carry one of vSAN's services.

    Raises:
        Refusal: NotFound for an unknown device, HostConfigFault for one that is not on the default stack.
    """
    adapter = get_adapter(state, device)
    if adapter.netstack != DEFAULT_STACK:
        raise config_fault(f"{device} is on the stack {adapter.netstack}, whose adapters carry no '{service}'.")
    return with_adapter(state, replace(adapter, services=adapter.services | {service}))


def untag_for_vsan(state: HostState, service: str, device: str) -> HostState:
    """Take one of vSAN's services from *device*.

    Raises:
        Refusal: NotFound for an unknown device, InvalidArgument for one without the service.
    """
    adapter = get_adapter(state, device)
    if service not in adapter.services:
        raise invalid_argument("device", f"{device} is not selected for '{service}'.")
    return with_adapter(state, replace(adapter, services=adapter.services - {service}))
