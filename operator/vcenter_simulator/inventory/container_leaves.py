"""What folders, datacenters, clusters and distributed switches publish."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from pyVmomi import vim

from vcenter_simulator.inventory.distributed import DistributedPortgroup, DistributedSwitch
from vcenter_simulator.properties.leaves import Leaves, Reader
from vcenter_simulator.soap.references import Reference, managed_reference, typed_array

CREATED = datetime(2026, 1, 1, tzinfo=UTC)


@dataclass(eq=False)
class Node:
    """An object that has a place in the tree; hosts of a switch are set on the switch's node and its port groups'."""

    name: str
    reference: Reference
    parent: Reference | None = None
    children: list[Reference] = field(default_factory=list)
    parts: dict[str, Reference] = field(default_factory=dict)
    """A datacenter's own folders by property."""
    hosts: list[Reference] = field(default_factory=list)
    networks: list[Reference] = field(default_factory=list)
    switch: DistributedSwitch | None = None
    portgroup: DistributedPortgroup | None = None
    switch_reference: Reference | None = None
    child_types: tuple[type[Any], ...] = ()
    recent_tasks: tuple[Reference, ...] = ()


_ENTITY: dict[str, Reader] = {
    "name": lambda node: node.name,
    "parent": lambda node: managed_reference(node.parent) if node.parent is not None else None,
    "overallStatus": lambda _: vim.ManagedEntity.Status("green"),
    "configStatus": lambda _: vim.ManagedEntity.Status("green"),
    "recentTask": lambda node: _references(vim.Task, node.recent_tasks),
}


def _type_names(types: tuple[type[Any], ...]) -> Any:
    return vim.Folder._GetPropertyInfo("childType").type(types)  # noqa: SLF001 - the type of a list of type names


def _references(item_type: Any, references: Iterable[Reference]) -> Any:
    return typed_array(item_type, (managed_reference(one) for one in references))


def _part(name: str) -> Reader:
    return lambda node: managed_reference(node.parts[name])


FOLDER = Leaves(
    vim.Folder,
    {
        **_ENTITY,
        "childType": lambda node: _type_names(node.child_types),
        "childEntity": lambda node: _references(vim.ManagedEntity, node.children),
    },
)

DATACENTER = Leaves(
    vim.Datacenter,
    {
        **_ENTITY,
        **{name: _part(name) for name in ("vmFolder", "hostFolder", "datastoreFolder", "networkFolder")},
        "network": lambda node: _references(vim.Network, node.networks),
        "datastore": lambda _: typed_array(vim.Datastore),
    },
)

_COMPUTE: dict[str, Reader] = {
    **_ENTITY,
    "host": lambda node: _references(vim.HostSystem, node.children),
    "network": lambda node: _references(vim.Network, node.networks),
    "datastore": lambda _: typed_array(vim.Datastore),
}

CLUSTER = Leaves(vim.ClusterComputeResource, _COMPUTE)

COMPUTE_RESOURCE = Leaves(vim.ComputeResource, _COMPUTE)


def _switch_config(node: Node) -> Any:
    switch = node.switch
    if switch is None:
        return None
    return vim.dvs.VmwareDistributedVirtualSwitch.ConfigInfo(
        uuid=switch.uuid,
        name=switch.name,
        numStandalonePorts=0,
        numPorts=switch.ports,
        maxPorts=2147483647,
        uplinkPortPolicy=vim.DistributedVirtualSwitch.NameArrayUplinkPortPolicy(
            uplinkPortName=["Uplink 1", "Uplink 2"]
        ),
        defaultPortConfig=vim.dvs.VmwareDistributedVirtualSwitch.VmwarePortConfigPolicy(),
        host=[_member(one) for one in node.hosts],
        productInfo=vim.dvs.ProductSpec(name="DVS", vendor="VMware, Inc.", version="8.0.3"),
        configVersion="1",
        contact=vim.DistributedVirtualSwitch.ContactInfo(),
        createTime=CREATED,
        networkResourceManagementEnabled=True,
        maxMtu=switch.mtu,
    )


def _member(host: Reference) -> Any:
    return vim.dvs.HostMember(
        config=vim.dvs.HostMember.ConfigInfo(
            host=managed_reference(host),
            maxProxySwitchPorts=512,
            backing=vim.dvs.HostMember.PnicBacking(),
        ),
        status="green",
        productInfo=vim.dvs.ProductSpec(name="esx", vendor="VMware, Inc.", version="8.0.3"),
    )


def _portgroup_config(node: Node) -> Any:
    group = node.portgroup
    if group is None or node.switch_reference is None:
        return None
    return vim.dvs.DistributedVirtualPortgroup.ConfigInfo(
        key=group.key,
        name=group.name,
        numPorts=len(group.free) + len(group.held),
        distributedVirtualSwitch=managed_reference(node.switch_reference),
        defaultPortConfig=vim.dvs.VmwareDistributedVirtualSwitch.VmwarePortConfigPolicy(
            vlan=vim.dvs.VmwareDistributedVirtualSwitch.VlanIdSpec(inherited=False, vlanId=group.vlan)
        ),
        type="earlyBinding",
        policy=vim.dvs.VmwareDistributedVirtualSwitch.VMwarePortgroupPolicy(),
        autoExpand=True,
    )


SWITCH = Leaves(
    vim.dvs.VmwareDistributedVirtualSwitch,
    {
        **_ENTITY,
        "uuid": lambda node: node.switch.uuid,
        "portgroup": lambda node: _references(vim.dvs.DistributedVirtualPortgroup, node.networks),
        "summary": lambda node: vim.DistributedVirtualSwitch.Summary(
            name=node.name,
            uuid=node.switch.uuid,
            numPorts=node.switch.ports,
            hostMember=_references(vim.HostSystem, node.hosts),  # typed: a client may ask for it alone
            portgroupName=[group.name for group in node.switch.portgroups.values()],
        ),
        "config": _switch_config,
    },
    {"config": vim.dvs.VmwareDistributedVirtualSwitch.ConfigInfo},
)

PORTGROUP = Leaves(
    vim.dvs.DistributedVirtualPortgroup,
    {
        **_ENTITY,
        "key": lambda node: node.portgroup.key,
        "host": lambda node: _references(vim.HostSystem, node.hosts),
        "vm": lambda _: typed_array(vim.VirtualMachine),
        "summary": lambda node: vim.Network.Summary(
            network=managed_reference(node.reference), name=node.name, accessible=True, ipPoolName=""
        ),
        "config": _portgroup_config,
    },
)
