"""How hosts and Kubernetes objects are named in our own code."""

import enum
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, order=True)
class HostRef:
    """One host of one vCenter; the key of the work queue.

    A host keeps its reference through a rename, so the reference is never built from a name.
    """

    vcenter: str
    """vCenter's ``about.instanceUuid``."""
    moid: str
    """Managed object id, for example ``host-30``."""


class Kind(enum.StrEnum):
    """Our namespaced kinds."""

    NETSTACK = "VmkNetstack"
    ADAPTER = "VmkAdapter"


@dataclass(frozen=True, slots=True, order=True)
class ObjectKey:
    """One Kubernetes object of ours. The uid makes a re-created object another object."""

    kind: Kind
    namespace: str
    name: str
    uid: str

    def __str__(self) -> str:
        """Name the object as kubectl users do."""
        return f"{self.kind} {self.namespace}/{self.name}"
