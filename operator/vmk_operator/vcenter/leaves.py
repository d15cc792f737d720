"""The leaf paths that we read, what each becomes, and the filter made of them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from lxml.etree import _Element as Element

from vmk_operator.vcenter import decode, decode_vsan
from vmk_operator.vcenter.facts import ClusterFacts, HostFacts, PortGroupFacts, SwitchFacts
from vmk_operator.vcenter.vmomi import vim, vmodl

Facts = HostFacts | ClusterFacts | SwitchFacts | PortGroupFacts

HOST = "HostSystem"
CLUSTER = "ClusterComputeResource"
SWITCH = "VmwareDistributedVirtualSwitch"
PORT_GROUP = "DistributedVirtualPortgroup"

_collector = vmodl.query.PropertyCollector


@dataclass(frozen=True, slots=True)
class Leaf:
    """One property: the field of the facts type that it fills, and how."""

    field: str
    decode: Callable[[Element], Any]


@dataclass(frozen=True, slots=True)
class Kind:
    """One type of managed object that we watch."""

    managed_type: Any
    facts: type[Facts]
    leaves: Mapping[str, Leaf]
    """By path."""


KINDS: Mapping[str, Kind] = MappingProxyType(
    {
        HOST: Kind(
            vim.HostSystem,
            HostFacts,
            MappingProxyType(
                {
                    "name": Leaf("name", decode.inventory_name),
                    "summary.hardware.uuid": Leaf("uuid", decode.text),
                    "runtime.connectionState": Leaf("connection", decode.connection),
                    "summary.managementServerIp": Leaf("management_server", decode.ip),
                    "runtime.inMaintenanceMode": Leaf("in_maintenance", decode.flag),
                    "config.network.vnic": Leaf("adapters", decode.adapters),
                    "config.network.netStackInstance": Leaf("netstacks", decode.netstacks),
                    "runtime.networkRuntimeInfo.netStackInstanceRuntimeInfo": Leaf(
                        "running_netstacks", decode.running_netstacks
                    ),
                    "config.network.portgroup": Leaf("port_groups", decode.port_groups),
                    "config.network.vswitch": Leaf("switch_mtus", decode.switch_mtus),
                    "config.network.opaqueNetwork": Leaf("opaque_networks", decode.opaque_networks),
                    "config.network.ipV6Enabled": Leaf("ipv6_enabled", decode.flag),
                    "config.virtualNicManagerInfo.netConfig": Leaf("services", decode.services),
                    "config.vsanHostConfig.networkInfo.port": Leaf("vsan_ports", decode_vsan.vsan_ports),
                    "configManager.networkSystem": Leaf("network_system", decode.reference),
                    "configManager.virtualNicManager": Leaf("virtual_nic_manager", decode.reference),
                    "configManager.vsanSystem": Leaf("vsan_system", decode.reference),
                    "parent": Leaf("parent", decode.reference),
                }
            ),
        ),
        CLUSTER: Kind(
            vim.ClusterComputeResource,
            ClusterFacts,
            MappingProxyType({"name": Leaf("name", decode.inventory_name)}),
        ),
        SWITCH: Kind(
            vim.dvs.VmwareDistributedVirtualSwitch,
            SwitchFacts,
            MappingProxyType(
                {
                    "name": Leaf("name", decode.inventory_name),
                    "uuid": Leaf("uuid", decode.text),
                    "config.maxMtu": Leaf("mtu", decode.number),
                    # config.host tells the same with every host's uplinks, a hundred times the bytes
                    "summary.hostMember": Leaf("members", decode.references),
                }
            ),
        ),
        PORT_GROUP: Kind(
            vim.dvs.DistributedVirtualPortgroup,
            PortGroupFacts,
            MappingProxyType(
                {
                    "name": Leaf("name", decode.inventory_name),
                    "key": Leaf("key", decode.text),
                    "config.distributedVirtualSwitch": Leaf("switch", decode.reference),
                }
            ),
        ),
    }
)

WATCHED_TYPES = tuple(kind.managed_type for kind in KINDS.values())


def filter_of_view(view: Any) -> Any:
    """Build the filter for every watched object in a container view."""
    members = _collector.TraversalSpec(type=vim.view.ContainerView, path="view", skip=False)
    start = _collector.ObjectSpec(obj=view, skip=True, selectSet=[members])
    return _collector.FilterSpec(objectSet=[start], propSet=[_property_spec(name) for name in KINDS])


def filter_of_objects(references: Mapping[str, str]) -> Any:
    """Build the filter for single objects.

    Args:
        references: managed object id to the name of its kind.
    """
    return _collector.FilterSpec(
        objectSet=[_collector.ObjectSpec(obj=KINDS[kind].managed_type(moid)) for moid, kind in references.items()],
        propSet=[_property_spec(kind) for kind in sorted(set(references.values()))],
    )


def _property_spec(kind: str) -> Any:
    return _collector.PropertySpec(type=KINDS[kind].managed_type, all=False, pathSet=list(KINDS[kind].leaves))
