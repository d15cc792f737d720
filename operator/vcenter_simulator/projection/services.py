"""Services and the adapters that carry them, as VirtualNicManagerNetConfig."""

from typing import Any

from pyVmomi import vim

from vcenter_simulator.host.services import candidate_adapters, selected_adapters
from vcenter_simulator.host.state import Adapter, HostState
from vcenter_simulator.projection.adapters import virtual_nic
from vcenter_simulator.soap.objects import altered, made
from vcenter_simulator.soap.references import typed_array

# pyVmomi looks a name up anew whenever it is used.
_VIRTUAL_NIC = vim.host.VirtualNic
_NET_CONFIG = vim.host.VirtualNicManager.NetConfig


def net_configs(state: HostState) -> Any:
    """Every service with its candidates and what is selected."""
    nics = _by_device(state)
    return typed_array(_NET_CONFIG, (_net_config(state, service, nics) for service in state.release.services))


def net_config(state: HostState, service: str) -> Any:
    """One service."""
    return _net_config(state, service, _by_device(state))


def _by_device(state: HostState) -> dict[str, Any]:
    """By far the dearest part of the answer: every service repeats every adapter, so all of them alter one."""
    return {adapter.device: virtual_nic(adapter, has_ipv6=state.ipv6_enabled) for adapter in state.adapters}


def _net_config(state: HostState, service: str, nics: dict[str, Any]) -> Any:
    """Keys are the service's name before the adapter's key (observed on ESXi 8.0.3)."""
    return made(
        _NET_CONFIG,
        nicType=service,
        multiSelectAllowed=state.release.services[service],
        candidateVnic=typed_array(
            _VIRTUAL_NIC,
            [altered(nics[one.device], key=_key(service, one)) for one in candidate_adapters(state, service)],
        ),
        selectedVnic=[_key(service, one) for one in selected_adapters(state, service)],
    )


def _key(service: str, adapter: Adapter) -> str:
    return f"{service}.{adapter.key}"
