"""vSAN's services: chosen by vSAN's own configuration, in one list of adapters that is written as a whole.

Source: reference/vsphere.md 3.2.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace

from vmk_operator.model.host import NetworkState, VsanPort
from vmk_operator.model.step import PlannedStep, UpdateVsan

TRAFFIC: Mapping[str, str] = {"vsan": "vsan", "vsanWitness": "witness"}
"""Service to the type of traffic by which vSAN's configuration knows it."""


def whole_list(network: NetworkState) -> tuple[VsanPort, ...] | None:
    """Give the list that a change starts from; ``None``: it is not whole, so whoever it lacks would lose vSAN.

    A host that does not tell the list has none as long as nothing carries vSAN.
    """
    ports = network.vsan_ports or ()
    is_whole = all(network.devices_with(service) <= carriers(ports, service) for service in TRAFFIC)
    is_fresh = all(network.adapter(port.device) is not None for port in ports)
    return ports if is_whole and is_fresh else None


def vsan_step(device: str, gained: frozenset[str], lost: frozenset[str], network: NetworkState) -> UpdateVsan:
    """Give the step by which *device* gains and loses services of vSAN, and everybody else is left alone."""
    return _planned_on(network.vsan_ports or (), UpdateVsan(device, gained, lost, ()))


def joined(steps: Iterable[PlannedStep], network: NetworkState) -> tuple[PlannedStep, ...]:
    """Let each step's list have what the steps before it do: every one was planned on the host as it is."""
    ports, result = network.vsan_ports or (), list(steps)
    for place, planned in enumerate(result):
        if isinstance(planned.step, UpdateVsan):
            step = _planned_on(ports, planned.step)
            ports, result[place] = step.ports, replace(planned, step=step)
    return tuple(result)


def without(ports: tuple[VsanPort, ...], device: str) -> tuple[VsanPort, ...]:
    """Leave an adapter out that is gone."""
    return tuple(port for port in ports if port.device != device)


def carriers(ports: Iterable[VsanPort], service: str) -> frozenset[str]:
    """Name the adapters that carry *service* in vSAN's configuration."""
    return frozenset(port.device for port in ports if TRAFFIC[service] in port.traffic)


def _planned_on(ports: tuple[VsanPort, ...], step: UpdateVsan) -> UpdateVsan:
    present = next((port for port in ports if port.device == step.device), VsanPort(step.device, frozenset()))
    gained, lost = ({TRAFFIC[service] for service in services} for services in (step.gained, step.lost))
    changed = replace(present, traffic=(present.traffic | gained) - lost)
    wanted = (*without(ports, step.device), *((changed,) if changed.traffic else ()))
    return replace(step, ports=tuple(sorted(wanted, key=lambda one: (len(one.device), one.device))))
