"""The entities that can't have permissions of their own.

Source: API reference, SetEntityPermissions: "the direct child folders of a datacenter ..., or a HostSystem that is part
of a ComputeResource (stand-alone host). These objects always have the same permissions as their parent."
"""

from vcenter_simulator.inventory.container_leaves import COMPUTE_RESOURCE, DATACENTER, FOLDER
from vcenter_simulator.inventory.naming import Names


def is_fixed(moid: str, names: Names) -> bool:
    """Say whether an entity always has the permissions of the one above it."""
    node, host = names.nodes.get(moid), names.hosts.get(moid)
    parent = host.parent if host is not None else node.parent if node is not None else None
    if parent is None:
        return False
    if host is not None:
        return parent.kind == COMPUTE_RESOURCE.kind_name
    return node is not None and node.reference.kind == FOLDER.kind_name and parent.kind == DATACENTER.kind_name
