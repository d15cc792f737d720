"""Which host an object is about, and what the operator may do there."""

import enum
from typing import Annotated

from vmk_operator.api.base import SpecModel
from vmk_operator.api.rules import Because, OneOf, Rule, immutable
from vmk_operator.api.v1alpha1.words import HostName, VCenterName


class ManagementPolicy(enum.StrEnum):
    """Whether differences are repaired or only reported."""

    ENFORCE = "Enforce"
    OBSERVE = "Observe"


class DeletionPolicy(enum.StrEnum):
    """What deleting the object does on the host."""

    ORPHAN = "Orphan"
    DELETE = "Delete"


HOST_FOLLOWS_RENAME = Rule(
    "self.spec.host == oldSelf.spec.host || (has(self.status) && has(self.status.binding) && "
    "self.spec.host == self.status.binding.hostName)",
    "is immutable, except to follow a rename of the host that this object is bound to "
    "(status.binding.hostName); for another host create another object",
    because=Because.FORBIDDEN,
    at=".spec.host",
)
"""A rule of the whole object, because it needs the status."""


class PlacedSpec(SpecModel):
    """The part of a spec that VmkNetstack and VmkAdapter have in common."""

    vcenter: Annotated[
        VCenterName, immutable("is immutable: create another object for the other vCenter and delete this one")
    ]
    """Name of the VCenter object. Immutable."""
    host: HostName
    """Name of the host in vCenter's inventory. Immutable, except to follow a rename of the bound host."""
    management_policy: Annotated[ManagementPolicy, OneOf()] = ManagementPolicy.ENFORCE
    """Enforce repairs differences; Observe only reports them. With the VCenter's own, the stricter wins."""
    deletion_policy: Annotated[DeletionPolicy, OneOf()] = DeletionPolicy.ORPHAN
    """Orphan leaves the host as it is when this object is deleted; Delete removes what the object is bound to."""
