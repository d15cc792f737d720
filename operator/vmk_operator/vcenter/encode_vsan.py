"""vSAN's configuration of a host's adapters, as vSphere takes it. Pure.

Source: reference/vsphere.md 3.2.
"""

from collections.abc import Iterable
from typing import Any

from vmk_operator.model.host import VsanMulticast, VsanPort
from vmk_operator.vcenter.vmomi import vim


def vsan_config(ports: Iterable[VsanPort]) -> Any:
    """Send the network alone: what else vSAN has stays as it is where it is left out."""
    network = vim.vsan.host.ConfigInfo.NetworkInfo(port=[_port(one) for one in ports])
    return vim.vsan.host.ConfigInfo(networkInfo=network)


def _port(port: VsanPort) -> Any:
    if port.traffic == {"vsan"}:  # what a port carries that names nothing
        made = vim.vsan.host.ConfigInfo.NetworkInfo.PortConfig(device=port.device)
    else:
        made = vim.vsan.host.PortConfigEx(device=port.device, trafficTypes=sorted(port.traffic))
    if port.multicast is not None:
        made.ipConfig = _multicast(port.multicast)
    return made


def _multicast(given: VsanMulticast) -> Any:
    addresses = {"upstreamIpAddress": given.upstream, "downstreamIpAddress": given.downstream}
    ipv6 = {"upstreamIpV6Address": given.upstream_ipv6, "downstreamIpV6Address": given.downstream_ipv6}
    present = {name: address for name, address in ipv6.items() if address is not None}
    make = vim.vsan.host.IpConfigEx if present else vim.vsan.host.IpConfig
    return make(**addresses, **present)
