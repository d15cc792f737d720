"""IscsiManager."""

from collections.abc import Iterable
from typing import Any

from pyVmomi import vim

from vcenter_simulator.host.iscsi import bind_vnic, candidates, card_status, get_iscsi_adapter, status_of, unbind_vnic
from vcenter_simulator.inventory.hosts import HostRecord
from vcenter_simulator.methods.calls import Call, MethodTable
from vcenter_simulator.methods.host_writes import host_of, write
from vcenter_simulator.projection.storage import iscsi_port, iscsi_status
from vcenter_simulator.soap.references import typed_array


async def query_bound_vnics(call: Call) -> Any:
    """Return the adapters that an iSCSI adapter is bound to."""
    host = host_of(call)
    return _ports(host, get_iscsi_adapter(host.actual, call.arguments["iScsiHbaName"]).bound)


async def query_candidate_nics(call: Call) -> Any:
    """Return the adapters that an iSCSI adapter could be bound to."""
    host = host_of(call)
    return _ports(host, candidates(host.actual, call.arguments["iScsiHbaName"]))


async def query_pnic_status(call: Call) -> Any:
    """Return whether iSCSI uses a network card."""
    return iscsi_status(card_status(host_of(call).actual, call.arguments["pnicDevice"]), call.version)


async def query_vnic_status(call: Call) -> Any:
    """Return whether iSCSI uses an adapter, and what is wrong with it then."""
    return iscsi_status(status_of(host_of(call).actual, call.arguments["vnicDevice"]), call.version)


async def bind(call: Call) -> None:
    """Bind an iSCSI adapter to an adapter."""
    hba, device = call.arguments["iScsiHbaName"], call.arguments["vnicDevice"]
    await write(call, lambda host: bind_vnic(host.actual, hba, device))


async def unbind(call: Call) -> None:
    """Take an iSCSI adapter off an adapter."""
    hba, device = call.arguments["iScsiHbaName"], call.arguments["vnicDevice"]
    await write(call, lambda host: unbind_vnic(host.actual, hba, device))


def _ports(host: HostRecord, devices: Iterable[str]) -> Any:
    switches = host.surroundings.switches
    return typed_array(
        vim.host.IscsiManager.IscsiPortInfo, (iscsi_port(host.actual, device, switches) for device in devices)
    )


METHODS: MethodTable = {
    "QueryBoundVnics": query_bound_vnics,
    "QueryCandidateNics": query_candidate_nics,
    "QueryVnicStatus": query_vnic_status,
    "QueryPnicStatus": query_pnic_status,
    "BindVnic": bind,
    "UnbindVnic": unbind,
}
