"""Which host an object is about, and what the operator may do there."""

import enum

from vmk_operator.api.base import SpecModel


class ManagementPolicy(enum.StrEnum):
    """Whether differences are repaired or only reported."""

    ENFORCE = "Enforce"
    OBSERVE = "Observe"


class DeletionPolicy(enum.StrEnum):
    """What deleting the object does on the host."""

    ORPHAN = "Orphan"
    DELETE = "Delete"


class PlacedSpec(SpecModel):
    """The part of a spec that VmkNetstack and VmkAdapter have in common."""

    vcenter: str
    """Name of the VCenter object. Immutable."""
    host: str
    """Name of the host in vCenter's inventory. Immutable, except to follow a rename of the bound host."""
    management_policy: ManagementPolicy = ManagementPolicy.ENFORCE
    """Enforce repairs differences; Observe only reports them. With the VCenter's own, the stricter wins."""
    deletion_policy: DeletionPolicy = DeletionPolicy.ORPHAN
    """Orphan leaves the host as it is when this object is deleted; Delete removes what the object is bound to."""
