"""vSAN's services: vSAN's own call takes the whole list of adapters, a command line tags them one by one."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType

from vcenter_simulator.host.adapters import get_adapter, with_adapter
from vcenter_simulator.host.refusals import config_fault, invalid_argument
from vcenter_simulator.host.services import VSAN_SERVICES
from vcenter_simulator.host.state import DEFAULT_STACK, Adapter, HostState, VsanMulticast

VSAN = "vsan"
SERVICES_OF_TRAFFIC: Mapping[str, str] = MappingProxyType({"vsan": VSAN, "witness": "vsanWitness"})
"""Type of traffic in vSAN's configuration to the service that carries it."""


@dataclass(frozen=True, slots=True)
class VsanPort:
    """An adapter in vSAN's configuration."""

    device: str
    traffic: frozenset[str] = frozenset({"vsan"})
    """Types of traffic. Where none are sent it is vSAN's (the API reference, HostVsanPortConfigEx.trafficTypes)."""
    multicast: VsanMulticast | None = None


def vsan_ports(state: HostState) -> tuple[VsanPort, ...]:
    """Return the adapters that carry any of vSAN's services, as vSAN's configuration lists them."""
    return tuple(_port(adapter) for adapter in state.adapters if adapter.services & VSAN_SERVICES)


def choose_vsan_ports(state: HostState, ports: Iterable[VsanPort]) -> HostState:
    """Let *ports* carry vSAN's services, and no other adapter.

    Raises:
        Refusal: InvalidArgument for an unknown device or type of traffic, HostConfigFault for a device that is not on
            the default stack. Which faults a host gives is unverified: UpdateVsan_Task declares none
            (reference/vsphere.md 4).
    """
    for adapter in state.adapters:
        bare = replace(adapter, services=adapter.services - VSAN_SERVICES, vsan_multicast=None)
        state = state if bare == adapter else with_adapter(state, bare)
    for port in ports:
        if port.device not in state.by_device:
            place = "config.networkInfo.port.device"
            raise invalid_argument(place, f"The host has no VMkernel adapter '{port.device}'.")
        for traffic in sorted(port.traffic):
            if traffic not in SERVICES_OF_TRAFFIC:
                raise invalid_argument("config.networkInfo.port.trafficTypes", f"'{traffic}' is no vSAN traffic.")
            state = tag_for_vsan(state, SERVICES_OF_TRAFFIC[traffic], port.device)
        state = with_adapter(state, replace(state.by_device[port.device], vsan_multicast=port.multicast))
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
    left = adapter.services - {service}
    multicast = adapter.vsan_multicast if left & VSAN_SERVICES else None
    return with_adapter(state, replace(adapter, services=left, vsan_multicast=multicast))


def _port(adapter: Adapter) -> VsanPort:
    traffic = frozenset(kind for kind, service in SERVICES_OF_TRAFFIC.items() if service in adapter.services)
    return VsanPort(adapter.device, traffic, adapter.vsan_multicast)
