"""HostVirtualNicManager."""

from typing import Any

from vcenter_simulator.host.services import check_service, deselect_adapter, select_adapter
from vcenter_simulator.methods.calls import Call, MethodTable
from vcenter_simulator.methods.host_writes import host_of, write
from vcenter_simulator.projection.services import net_config


async def query_net_config(call: Call) -> Any:
    """Return one service with its adapters, from the host itself and not from what vCenter has seen."""
    host = host_of(call)
    return net_config(host.actual, check_service(host.actual, call.arguments["nicType"]))


async def select_vnic(call: Call) -> None:
    """Let an adapter carry a service."""
    service, device = call.arguments["nicType"], call.arguments["device"]
    await write(call, lambda host: select_adapter(host.actual, service, device, host.behaviour))


async def deselect_vnic(call: Call) -> None:
    """Take a service from an adapter."""
    service, device = call.arguments["nicType"], call.arguments["device"]
    await write(call, lambda host: deselect_adapter(host.actual, service, device))


METHODS: MethodTable = {
    "QueryNetConfig": query_net_config,
    "SelectVnicForNicType": select_vnic,
    "DeselectVnicForNicType": deselect_vnic,
}
