"""What the resource pool of a cluster or host publishes: a place in the tree, as there are no virtual machines."""

from pyVmomi import vim

from vcenter_simulator.inventory.container_leaves import ENTITY
from vcenter_simulator.properties.leaves import Leaves
from vcenter_simulator.soap.references import managed_reference, typed_array

ROOT_POOL_NAME = "Resources"
"""What the pool that every cluster and standalone host has is called in every vCenter."""

RESOURCE_POOL = Leaves(
    vim.ResourcePool,
    {
        **ENTITY,
        "owner": lambda node: managed_reference(node.parent),
        "resourcePool": lambda _: typed_array(vim.ResourcePool),
        "vm": lambda _: typed_array(vim.VirtualMachine),
    },
)
