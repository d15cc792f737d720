"""Gives every host of a simulator an adapter for storage: with_pyvmomi.py READY_FILE"""

import json
import ssl
import sys
from pathlib import Path

from pyVim.connect import Disconnect, SmartConnect
from pyVmomi import vim

ready = json.loads(Path(sys.argv[1]).read_text())
address, port = ready["server"].split(":")
vcenter = SmartConnect(
    host=address,
    port=int(port),
    user=ready["username"],
    pwd=ready["password"],
    sslContext=ssl.create_default_context(cafile=ready["caFile"]),
)
content = vcenter.RetrieveContent()
view = content.viewManager.CreateContainerView(content.rootFolder, [vim.HostSystem], recursive=True)
for number, host in enumerate(view.view, start=11):
    ip = vim.host.IpConfig(dhcp=False, ipAddress=f"10.0.30.{number}", subnetMask="255.255.255.0")
    spec = vim.host.VirtualNic.Specification(ip=ip, mtu=9000)
    device = host.configManager.networkSystem.AddVirtualNic(portgroup="Storage-30", nic=spec)
    print(host.name, device, ip.ipAddress)
Disconnect(vcenter)
