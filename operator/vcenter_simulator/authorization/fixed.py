"""The entities that can't have permissions of their own: they always have those of what they are in."""

from vcenter_simulator.inventory.naming import Names

_FIXED = frozenset(
    {
        ("Folder", "Datacenter"),
        ("HostSystem", "ComputeResource"),
        ("ResourcePool", "ComputeResource"),
        ("ResourcePool", "ClusterComputeResource"),
    }
)
"""Kind of an entity and of the one that it is directly in.

Source: API reference, SetEntityPermissions: "the direct child folders of a datacenter managed object, the root resource
pool of a ComputeResource or ClusterComputeResource, or a HostSystem that is part of a ComputeResource".
"""


def is_fixed(moid: str, names: Names) -> bool:
    """Say whether an entity always has the permissions of the one above it."""
    node, host = names.nodes.get(moid), names.hosts.get(moid)
    if host is not None:
        return host.parent is not None and ("HostSystem", host.parent.kind) in _FIXED
    if node is None or node.parent is None:
        return False
    return (node.reference.kind, node.parent.kind) in _FIXED
