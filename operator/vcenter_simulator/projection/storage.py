"""What of a host's storage goes over adapters: vSAN's configuration."""

from typing import Any

from pyVmomi import vim

from vcenter_simulator.host.state import HostState
from vcenter_simulator.host.vsan import vsan_devices
from vcenter_simulator.soap.references import Reference, managed_reference


def vsan_config(state: HostState, host: Reference) -> Any:
    """The host's part in vSAN, which is a network and nothing else here."""
    ports = [vim.vsan.host.ConfigInfo.NetworkInfo.PortConfig(device=device) for device in vsan_devices(state)]
    return vim.vsan.host.ConfigInfo(
        enabled=False,
        hostSystem=managed_reference(host),
        networkInfo=vim.vsan.host.ConfigInfo.NetworkInfo(port=ports),
    )
