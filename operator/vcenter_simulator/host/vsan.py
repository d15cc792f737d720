"""vSAN's services: HostVirtualNicManager leaves them to vSAN's own call, a command line tags them as any other."""

from dataclasses import replace

from vcenter_simulator.host.adapters import get_adapter, with_adapter
from vcenter_simulator.host.refusals import config_fault, invalid_argument
from vcenter_simulator.host.state import DEFAULT_STACK, HostState


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
