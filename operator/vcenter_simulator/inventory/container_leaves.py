"""What folders and datacenters publish, and what every object of the tree does."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from pyVmomi import vim

from vcenter_simulator.inventory.distributed import DistributedPortgroup, DistributedSwitch
from vcenter_simulator.properties.leaves import Leaves, Reader
from vcenter_simulator.soap.references import Reference, managed_reference, reference_array, typed_array
from vcenter_simulator.soap.schema import list_of

if TYPE_CHECKING:
    from vcenter_simulator.inventory.hosts import HostRecord


@dataclass(eq=False)
class Node:
    """An object that has a place in the tree; hosts of a switch are set on the switch's node and its port groups'."""

    name: str
    reference: Reference
    parent: Reference | None = None
    children: list[Reference] = field(default_factory=list)
    parts: dict[str, Reference] = field(default_factory=dict)
    """What is always below it, by property: a datacenter's folders, the resource pool of a cluster or host."""
    hosts: list[Reference] = field(default_factory=list)
    networks: list[Reference] = field(default_factory=list)
    switch: DistributedSwitch | None = None
    portgroup: DistributedPortgroup | None = None
    switch_reference: Reference | None = None
    child_types: tuple[type[Any], ...] = ()
    recent_tasks: tuple[Reference, ...] = ()
    members: list["HostRecord"] = field(default_factory=list)
    """The hosts of a cluster or a standalone host, also on its resource pool."""


# Read by vcenter_simulator.authorization.sight: they come from who may do what, and not from the entity.
OF_THE_READER: Mapping[str, Reader] = {"effectiveRole": lambda _: None, "permission": lambda _: None}

ENTITY: Mapping[str, Reader] = {
    **OF_THE_READER,
    "name": lambda node: node.name,
    "parent": lambda node: managed_reference(node.parent) if node.parent is not None else None,
    "overallStatus": lambda _: vim.ManagedEntity.Status("green"),
    "configStatus": lambda _: vim.ManagedEntity.Status("green"),
    "recentTask": lambda node: reference_array(vim.Task, node.recent_tasks),
}
"""What every managed entity has."""


def part(name: str) -> Reader:
    """Return a reader of what is always below an object."""
    return lambda node: managed_reference(node.parts[name])


FOLDER = Leaves(
    vim.Folder,
    {
        **ENTITY,
        "childType": lambda node: list_of(vim.Folder, "childType", node.child_types),
        "childEntity": lambda node: reference_array(vim.ManagedEntity, node.children),
    },
)

DATACENTER = Leaves(
    vim.Datacenter,
    {
        **ENTITY,
        **{name: part(name) for name in ("vmFolder", "hostFolder", "datastoreFolder", "networkFolder")},
        "network": lambda node: reference_array(vim.Network, node.networks),
        "datastore": lambda _: typed_array(vim.Datastore),
    },
)
