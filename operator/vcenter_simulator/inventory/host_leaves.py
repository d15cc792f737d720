"""What a HostSystem, its network system and its virtual NIC manager publish: three views of one host."""

from collections.abc import Callable, Mapping
from typing import Any

from pyVmomi import vim

from vcenter_simulator.host.options import HOST_OPTIONS
from vcenter_simulator.host.services import selected_adapters
from vcenter_simulator.inventory.about import esxi_about
from vcenter_simulator.inventory.container_leaves import OF_THE_READER
from vcenter_simulator.inventory.hosts import HostRecord
from vcenter_simulator.projection.adapters import virtual_nics
from vcenter_simulator.projection.capabilities import network_capabilities
from vcenter_simulator.projection.hardware import (
    MEMORY_BYTES,
    bios_info,
    cpu_info,
    cpu_packages,
    hardware_summary,
    pci_devices,
    quick_stats,
    system_info,
)
from vcenter_simulator.projection.netstacks import (
    default_dns,
    default_route,
    default_route_table,
    netstack_instances,
    network_runtime,
)
from vcenter_simulator.projection.network_config import network_config
from vcenter_simulator.projection.options import all_values
from vcenter_simulator.projection.services import net_configs
from vcenter_simulator.projection.storage import storage_device, vsan_config
from vcenter_simulator.projection.switches import (
    opaque_networks,
    opaque_switches,
    physical_nics,
    proxy_switches,
    standard_portgroups,
    standard_switches,
)
from vcenter_simulator.properties.leaves import Leaves, Reader
from vcenter_simulator.soap import dynamic_types, reflection
from vcenter_simulator.soap.references import managed_reference, reference_array, typed_array

MANAGEMENT_SERVER = "10.0.0.4"
"""Address at which the hosts know this vCenter: in the default fleet they reach it by their default gateway."""

NETWORK: Mapping[str, Callable[[HostRecord], Any]] = {
    "vnic": lambda host: virtual_nics(host.seen),
    "netStackInstance": lambda host: netstack_instances(host.seen),
    "portgroup": lambda host: standard_portgroups(host.seen),
    "vswitch": lambda host: standard_switches(host.seen),
    "proxySwitch": lambda host: proxy_switches(host.seen, host.surroundings.switches),
    "pnic": lambda host: physical_nics(host.seen),
    "consoleVnic": lambda _: typed_array(vim.host.VirtualNic),
    "opaqueNetwork": lambda host: opaque_networks(host.seen),
    "opaqueSwitch": lambda host: opaque_switches(host.seen),
    "dnsConfig": lambda host: default_dns(host.seen),
    "ipRouteConfig": lambda host: default_route(host.seen),
    "routeTableInfo": lambda host: default_route_table(host.seen),
    "ipV6Enabled": lambda host: host.seen.ipv6_enabled,
    "atBootIpV6Enabled": lambda host: host.seen.ipv6_at_boot,
}
"""The leaves of HostNetworkInfo."""


def _of_config(reader: Reader) -> Reader:
    """Make *reader* say nothing while vCenter does not show the host's configuration."""
    return lambda host: reader(host) if host.is_config_readable else None


def _below(prefix: str, readers: Mapping[str, Reader]) -> dict[str, Reader]:
    return {f"{prefix}.{name}": _of_config(reader) for name, reader in readers.items()}


def _networks(host: HostRecord) -> Any:
    """The networks of the inventory that the host is on."""
    known = host.surroundings.switches
    switches = [known[member.switch_uuid] for member in host.seen.memberships]
    keys = [key for switch in switches for key in switch.portgroups]
    keys += [switch.uplinks.portgroup_key for switch in switches if switch.uplinks is not None]
    return typed_array(vim.Network, (vim.dvs.DistributedVirtualPortgroup(key) for key in keys))


HOST = Leaves(
    vim.HostSystem,
    {
        **OF_THE_READER,
        "name": lambda host: host.seen.name,
        "parent": lambda host: managed_reference(host.parent),
        "overallStatus": lambda _: vim.ManagedEntity.Status("green"),
        "configStatus": lambda _: vim.ManagedEntity.Status("green"),
        "recentTask": lambda host: reference_array(vim.Task, host.recent_tasks),
        "runtime.connectionState": lambda host: vim.HostSystem.ConnectionState(host.connection.value),
        "runtime.powerState": lambda _: vim.HostSystem.PowerState("poweredOn"),
        "runtime.standbyMode": lambda _: "none",
        "runtime.inMaintenanceMode": lambda host: host.seen.in_maintenance,
        "runtime.networkRuntimeInfo.netStackInstanceRuntimeInfo": _of_config(lambda host: network_runtime(host.seen)),
        "summary.host": lambda host: managed_reference(host.reference),
        "summary.hardware": lambda host: hardware_summary(host.seen),
        "summary.runtime.connectionState": lambda host: vim.HostSystem.ConnectionState(host.connection.value),
        "summary.runtime.powerState": lambda _: vim.HostSystem.PowerState("poweredOn"),
        "summary.runtime.inMaintenanceMode": lambda host: host.seen.in_maintenance,
        "summary.config.name": lambda host: host.seen.name,
        "summary.config.port": lambda _: 443,
        "summary.config.product": lambda host: esxi_about(host.seen.release),
        "summary.config.vmotionEnabled": lambda host: bool(selected_adapters(host.seen, "vmotion")),
        "summary.config.faultToleranceEnabled": lambda _: False,
        "summary.quickStats": lambda _: quick_stats(),
        "summary.overallStatus": lambda _: vim.ManagedEntity.Status("green"),
        "summary.rebootRequired": lambda _: False,
        "summary.managementServerIp": lambda _: MANAGEMENT_SERVER,
        "hardware.systemInfo": lambda host: system_info(host.seen),
        "hardware.cpuInfo": lambda _: cpu_info(),
        "hardware.cpuPkg": lambda _: cpu_packages(),
        "hardware.memorySize": lambda _: MEMORY_BYTES,
        "hardware.smcPresent": lambda _: False,
        "hardware.pciDevice": lambda host: pci_devices(host.seen),
        "hardware.biosInfo": lambda _: bios_info(),
        "capability": lambda _: vim.host.Capability(
            multipleNetworkStackInstanceSupported=True,
            gatewayOnNicSupported=True,
            vmotionSupported=True,
            maintenanceModeSupported=True,
            nicTeamingSupported=True,
            vlanTaggingSupported=True,
            provisioningNicSelectionSupported=True,
            vrNfcNicSelectionSupported=True,
            hbrNicSelectionSupported=True,
        ),
        "configManager": lambda host: vim.host.ConfigManager(
            networkSystem=managed_reference(host.network_system),
            virtualNicManager=managed_reference(host.nic_manager),
            storageSystem=managed_reference(host.storage_system),
            iscsiManager=managed_reference(host.iscsi_manager),
            vsanSystem=managed_reference(host.vsan_system),
            advancedOption=managed_reference(host.advanced_options),
        ),
        "config.host": _of_config(lambda host: managed_reference(host.reference)),
        "config.product": _of_config(lambda host: esxi_about(host.seen.release)),
        "config.option": _of_config(lambda host: all_values(HOST_OPTIONS, host.seen.options)),
        "config.capabilities": _of_config(lambda _: network_capabilities()),
        **_below("config.network", NETWORK),
        **_below("config.virtualNicManagerInfo", {"netConfig": lambda host: net_configs(host.seen)}),
        "config.storageDevice": _of_config(lambda host: storage_device(host.seen)),
        "config.vsanHostConfig": _of_config(lambda host: vsan_config(host.seen, host.reference)),
        "vm": lambda _: typed_array(vim.VirtualMachine),
        "datastore": lambda _: typed_array(vim.Datastore),
        "network": _networks,
    },
)

NETWORK_SYSTEM = Leaves(
    vim.host.NetworkSystem,
    {
        **_below("networkInfo", NETWORK),
        "capabilities": _of_config(lambda _: network_capabilities()),
        "networkConfig": _of_config(lambda host: network_config(host.seen, host.surroundings.switches)),
        "dnsConfig": _of_config(lambda host: default_dns(host.seen)),
        "ipRouteConfig": _of_config(lambda host: default_route(host.seen)),
    },
)

NIC_MANAGER = Leaves(vim.host.VirtualNicManager, _below("info", {"netConfig": lambda host: net_configs(host.seen)}))

METHOD_EXECUTER = Leaves(reflection.MANAGED_TYPES[reflection.EXECUTER], {})

TYPE_MANAGER = Leaves(dynamic_types.MANAGED_TYPES[dynamic_types.TYPE_MANAGER], {})

_NETSTACK_VIEWS = ("netStackInstance", "dnsConfig", "ipRouteConfig", "routeTableInfo")
_ADAPTER_VIEWS = ("vnic", "portgroup", *_NETSTACK_VIEWS)
_RUNTIME = "runtime.networkRuntimeInfo.netStackInstanceRuntimeInfo"

HOST_LEAVES_OF: Mapping[str, tuple[str, ...]] = {
    "name": ("name", "summary.config.name"),
    "uuid": ("hardware.systemInfo", "summary.hardware"),
    "adapters": (
        *(f"config.network.{name}" for name in _ADAPTER_VIEWS),
        "config.virtualNicManagerInfo.netConfig",
        "config.vsanHostConfig",
        _RUNTIME,
        "summary.config.vmotionEnabled",
    ),
    "netstacks": (*(f"config.network.{name}" for name in _NETSTACK_VIEWS), _RUNTIME),
    "ipv6_enabled": (
        *(f"config.network.{name}" for name in (*_ADAPTER_VIEWS, "ipV6Enabled")),
        "config.virtualNicManagerInfo.netConfig",
        _RUNTIME,
    ),
    "fabric_mtu": (),
    "opaque_networks": ("config.network.opaqueNetwork", "config.network.opaqueSwitch"),
    "opaque_uplinks": ("config.network.opaqueSwitch",),
    "iscsi": ("config.storageDevice",),
    "ipv6_at_boot": ("config.network.atBootIpV6Enabled",),
    "switches": ("config.network.vswitch", "config.network.portgroup"),
    "portgroups": ("config.network.portgroup", "config.network.vswitch"),
    "memberships": ("config.network.proxySwitch", "network"),
    "pnics": ("config.network.pnic", "hardware.pciDevice", "summary.hardware"),
    "release": ("config.product", "summary.config.product"),
    "options": ("config.option",),
    "in_maintenance": ("runtime.inMaintenanceMode", "summary.runtime.inMaintenanceMode"),
    "connection": ("runtime.connectionState", "summary.runtime.connectionState"),
}
"""Field of the host's state to the leaves of its HostSystem that may change with it."""


def network_leaves_of(fields: frozenset[str]) -> set[str]:
    """Return the leaves of a network system that may change with *fields* of the host's state."""
    prefix = "config.network."
    inside = {leaf.removeprefix(prefix) for name in fields for leaf in HOST_LEAVES_OF[name] if leaf.startswith(prefix)}
    whole = {"networkConfig"} if inside else set()
    return {f"networkInfo.{name}" for name in inside} | (inside & {"dnsConfig", "ipRouteConfig"}) | whole


def nic_manager_leaves_of(fields: frozenset[str]) -> set[str]:
    """Return the leaves of a virtual NIC manager that may change with *fields* of the host's state."""
    return {"info.netConfig"} if fields & {"adapters", "ipv6_enabled"} else set()
