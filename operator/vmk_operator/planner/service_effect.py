"""What vSphere does for a step that changes who carries a service, and whether it has done it."""

from dataclasses import replace

from vmk_operator.model.host import DEFAULT_NETSTACK, NetworkState
from vmk_operator.model.step import DeselectService, SelectService, UpdateVsan
from vmk_operator.planner.dedicated import IMPLIED_SERVICES, can_carry
from vmk_operator.planner.vsan import TRAFFIC, carriers

ServiceStep = SelectService | DeselectService | UpdateVsan


def apply_to_services(step: ServiceStep, network: NetworkState) -> NetworkState:
    """Give the network as it is once *step* is done."""
    match step:
        case SelectService():
            return _select(step, network)
        case DeselectService():
            return _deselect(step, network)
        case UpdateVsan():
            return _update_vsan(step, network)


def shows_service_step(step: ServiceStep, network: NetworkState) -> bool:
    """Tell whether *step* is done. Other adapters are not looked for: somebody else may have changed them since."""
    match step:
        case SelectService():
            return step.device in network.devices_with(step.service)
        case DeselectService():
            return step.device not in network.devices_with(step.service)
        case UpdateVsan():
            # In both places where it shows: of one the next plan is made, of the other the next list.
            ports = network.vsan_ports or ()
            listed = {service for service in TRAFFIC if step.device in carriers(ports, service)}
            return all(step.gained <= one and not step.lost & one for one in (network.services_of(step.device), listed))


def with_service(network: NetworkState, service: str, devices: frozenset[str]) -> NetworkState:
    """Give the network in which exactly *devices* carry a service."""
    return replace(
        network, services=tuple((name, devices if name == service else others) for name, others in network.services)
    )


def _select(step: SelectService, network: NetworkState) -> NetworkState:
    adapter = network.adapter(step.device)
    if adapter is None or not can_carry(step.service, adapter.netstack, network):
        return network
    return with_service(network, step.service, network.devices_with(step.service) | {step.device})


def _deselect(step: DeselectService, network: NetworkState) -> NetworkState:
    adapter = network.adapter(step.device)
    if adapter is None or IMPLIED_SERVICES.get(adapter.netstack) == step.service:
        return network
    return with_service(network, step.service, network.devices_with(step.service) - {step.device})


def _update_vsan(step: UpdateVsan, network: NetworkState) -> NetworkState:
    on_default = {one.device for one in network.adapters if one.netstack == DEFAULT_NETSTACK}
    if any(port.device not in on_default for port in step.ports):
        return network
    services = tuple(
        (name, carriers(step.ports, name) if name in TRAFFIC else devices) for name, devices in network.services
    )
    return replace(network, services=services, vsan_ports=step.ports)
