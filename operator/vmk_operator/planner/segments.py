"""Which adapters vCenter shows to be on one network, where an address can be had by one of them only.

Equal subnets prove nothing: the numbers of an isolated network (vSAN, vMotion, backup) are used again in the next
cluster. What proves it is one distributed port group, one opaque network, or standard port groups of one name within
one cluster, where vSphere itself takes equal labels for one network when it moves a virtual machine. Standard port
groups of two clusters may be wired to anything, and so may those of standalone hosts.
"""

from dataclasses import dataclass

from vmk_operator.model.host import (
    Attachment,
    Cluster,
    DistributedAttachment,
    OpaqueAttachment,
    StandardAttachment,
)


@dataclass(frozen=True, slots=True)
class ClusterPortGroup:
    """The standard port groups of one name of a cluster's hosts."""

    cluster: str
    """Its id."""
    port_group: str


Segment = DistributedAttachment | OpaqueAttachment | ClusterPortGroup


def segment_of(attachment: Attachment | None, cluster: Cluster | None) -> Segment | None:
    """Name the network behind *attachment* of a host of *cluster*; ``None``: that can't be told."""
    if isinstance(attachment, StandardAttachment):
        return None if cluster is None else ClusterPortGroup(cluster.id, attachment.port_group)
    return attachment
