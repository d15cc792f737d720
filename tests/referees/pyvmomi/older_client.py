"""A program for another Python, with an older pyVmomi: uses a vCenter and prints what it saw as JSON.

Reads from standard input what SmartConnect wants to know, and the file with the certificate's authority.
"""

import json
import ssl
import sys
from typing import Any

from pyVim.connect import Disconnect, SmartConnect
from pyVmomi import vim


def used(vcenter: Any) -> dict[str, Any]:
    content = vcenter.RetrieveContent()
    host = content.viewManager.CreateContainerView(content.rootFolder, [vim.HostSystem], recursive=True).view[0]
    network = host.configManager.networkSystem
    ip = vim.host.IpConfig(dhcp=False, ipAddress="10.0.40.77", subnetMask="255.255.255.0")
    device = network.AddVirtualNic("Backup-40", vim.host.VirtualNic.Specification(ip=ip, mtu=9000))
    network.UpdateVirtualNic(device, vim.host.VirtualNic.Specification(mtu=1400))
    adapters = {nic.device: nic.spec.mtu for nic in host.config.network.vnic}
    network.RemoveVirtualNic(device)
    # Every value of these is parsed; a type that this client does not know would end it.
    whole = [
        host.config,
        host.runtime,
        host.summary,
        host.hardware,
        host.capability,
        content.sessionManager.sessionList,
    ]
    return {
        "version": vcenter._stub.versionId,
        "server": content.about.apiVersion,
        "adapters": adapters,
        "after": [nic.device for nic in host.config.network.vnic],
        "stacks": [stack.key for stack in host.config.network.netStackInstance],
        "read": [value is not None for value in whole],
    }


def main() -> None:
    login = json.load(sys.stdin)
    trust = ssl.create_default_context(cafile=login.pop("caFile"))
    vcenter = SmartConnect(**login, sslContext=trust)
    try:
        json.dump(used(vcenter), sys.stdout)
    finally:
        Disconnect(vcenter)


if __name__ == "__main__":
    main()
