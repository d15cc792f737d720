"""HostVsanSystem."""

from typing import Any

from pyVmomi import vim

from vcenter_simulator.host.refusals import not_supported
from vcenter_simulator.host.state import VsanMulticast
from vcenter_simulator.host.vsan import VSAN, VsanPort, choose_vsan_ports
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
    ports = [_port(one) for one in network.port]
    return write_as_task(call, lambda host: choose_vsan_ports(host.actual, ports))


async def query_host_status(call: Call) -> Any:
    """Return the host's part in a vSAN cluster, as a host tells it on which vSAN is not enabled."""
    host_of(call)
    state = vim.vsan.host.ClusterStatus.State(state="disabled")
    return vim.vsan.host.ClusterStatus(health="unknown", nodeState=state)


def _port(sent: Any) -> VsanPort:
    multicast = sent.ipConfig
    if isinstance(multicast, vim.vsan.host.IpConfigEx):
        raise not_supported("The simulator's vSAN ports have no IPv6 multicast addresses.")
    return VsanPort(
        sent.device,
        frozenset(getattr(sent, "trafficTypes", ()) or (VSAN,)),
        None if multicast is None else VsanMulticast(multicast.upstreamIpAddress, multicast.downstreamIpAddress),
    )


METHODS: MethodTable = {"UpdateVsan_Task": update_vsan, "QueryHostStatus": query_host_status}
