"""What tasks do: the methods behind them, with vCenter's names and words for them."""

from collections.abc import Mapping
from dataclasses import dataclass

from vcenter_simulator.soap.references import managed_type, methods_of


@dataclass(frozen=True, slots=True)
class Operation:
    """One method as tasks name it."""

    method: str
    """Its WSDL name, for example ``EnterMaintenanceMode_Task``."""
    description_id: str
    """For example ``HostSystem.enterMaintenanceMode``."""

    @property
    def label(self) -> str:
        """A few words; where vCenter has none it shows the method's name."""
        return WORDS.get(self.description_id, (self.description_id.rpartition(".")[2],))[0]


WORDS: Mapping[str, tuple[str, str]] = {
    "host.NetworkSystem.addVirtualNic": ("Add virtual NIC", "Add a virtual host or service console NIC"),
    "host.NetworkSystem.updateVirtualNic": ("Update virtual NIC", "Configure virtual host or VMkernel NIC"),
    "host.NetworkSystem.removeVirtualNic": ("Remove virtual NIC", "Remove a virtual host or service console NIC"),
    "host.NetworkSystem.updateNetworkConfig": ("Update network configuration", "Network configuration information"),
    "host.NetworkSystem.updateDnsConfig": ("Update DNS configuration", "Update the DNS configuration for the host"),
    "host.NetworkSystem.updateIpRouteConfig": ("Update IP route configuration", "Update IP route configuration"),
    "host.NetworkSystem.updateIpRouteTableConfig": (
        "Update IP route table configuration",
        "Applies the IP route table configuration for the host",
    ),
    "host.NetworkSystem.addVirtualSwitch": ("Add virtual switch", "Add a new virtual switch to the system"),
    "host.NetworkSystem.updateVirtualSwitch": (
        "Update virtual switch",
        "Updates the properties of the virtual switch",
    ),
    "host.NetworkSystem.removeVirtualSwitch": (
        "Remove virtual switch",
        "Remove an existing virtual switch from the system",
    ),
    "host.NetworkSystem.addPortGroup": ("Add port group", "Add a port group to the virtual switch"),
    "host.NetworkSystem.updatePortGroup": (
        "Reconfigure port group",
        "Reconfigure a port group on the virtual switch",
    ),
    "host.NetworkSystem.removePortGroup": ("Remove port group", "Remove a port group from the virtual switch"),
    "host.VirtualNicManager.selectVnic": (
        "Select virtual NIC",
        "Select the virtual NIC to be used for the specified NIC type",
    ),
    "host.VirtualNicManager.deselectVnic": (
        "Deselect virtual NIC",
        "Deselect the virtual NIC used for the specified NIC type",
    ),
    "host.VsanSystem.update": ("Update vSAN configuration", "Updates the vSAN configuration for this host"),
    "host.IscsiManager.bindVnic": ("Add virtual NIC to iSCSI Adapter", "Add virtual NIC to iSCSI Adapter"),
    "host.IscsiManager.unbindVnic": ("Remove virtual NIC from iSCSI Adapter", "Remove virtual NIC from iSCSI Adapter"),
    "option.OptionManager.updateValues": ("Update option values", "Updates one or more properties"),
    "dvs.VmwareDistributedVirtualSwitch.addPortgroups": (
        "Add distributed port groups",
        "Creates one or more distributed port groups in the distributed switch",
    ),
    "dvs.VmwareDistributedVirtualSwitch.addPortgroup": (
        "Create a distributed port group",
        "Creates a distributed port group in the distributed switch",
    ),
    "dvs.DistributedVirtualPortgroup.reconfigure": (
        "Reconfigure distributed port group",
        "Reconfigures the distributed port group",
    ),
    "dvs.DistributedVirtualPortgroup.destroy": ("Delete distributed port group", "Removes the distributed port group"),
    "HostSystem.reconnect": ("Reconnect host", "Reconnects to a host"),
    "HostSystem.disconnect": ("Disconnect host", "Disconnects from a host"),
    "HostSystem.enterMaintenanceMode": ("Enter maintenance mode", "Puts the host in maintenance mode"),
    "HostSystem.exitMaintenanceMode": ("Exit maintenance mode", "Disables maintenance mode"),
}
"""Label and summary by description id, as govmomi's capture of a vCenter's TaskManager has them."""


def operation_of(kind: str, method: str) -> Operation:
    """Return the operation that *method*, by its WSDL name, of a kind of managed object is."""
    info = methods_of(kind)[method]
    owner = str(getattr(managed_type(kind), "__name__", kind)).removeprefix("vim.")
    return Operation(method, f"{owner}.{info.name[0].lower()}{info.name[1:]}")
