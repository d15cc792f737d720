"""HostVsanSystem."""

from typing import Any

from pyVmomi import vim

from vcenter_simulator.host.refusals import not_supported
from vcenter_simulator.host.vsan import choose_vsan_devices
from vcenter_simulator.methods.calls import Call, MethodTable
from vcenter_simulator.methods.host_writes import host_of, write_as_task


async def update_vsan(call: Call) -> Any:
    """Choose the adapters that carry vSAN, as a task; without a network in the configuration all stays as it is."""
    config = call.arguments["config"]
    for name in ("clusterInfo", "storageInfo", "faultDomainInfo", "vsanEsaEnabled", "vsanCyberRecoveryEnabled"):
        if getattr(config, name, None) is not None:
            raise not_supported(f"The simulator's hosts have of vSAN the network only, and no '{name}'.")
    if config.enabled:
        raise not_supported("The simulator's hosts have of vSAN the network only; it can't be enabled.")
    network = config.networkInfo
    if network is None:
        return write_as_task(call, lambda host: host.actual)
    devices = [port.device for port in network.port]
    return write_as_task(call, lambda host: choose_vsan_devices(host.actual, devices))


async def query_host_status(call: Call) -> Any:
    """Return the host's part in a vSAN cluster, as a host tells it on which vSAN is not enabled."""
    host_of(call)
    state = vim.vsan.host.ClusterStatus.State(state="disabled")
    return vim.vsan.host.ClusterStatus(health="unknown", nodeState=state)


METHODS: MethodTable = {"UpdateVsan_Task": update_vsan, "QueryHostStatus": query_host_status}
