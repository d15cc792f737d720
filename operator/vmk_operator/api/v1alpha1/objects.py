"""Whole objects as they come from the API server."""

from datetime import datetime
from typing import Literal

from pydantic import Field

from vmk_operator.api.base import StatusModel
from vmk_operator.api.v1alpha1.adapter import VmkAdapterSpec
from vmk_operator.api.v1alpha1.netstack import VmkNetstackSpec
from vmk_operator.api.v1alpha1.placement import HOST_FOLLOWS_RENAME
from vmk_operator.api.v1alpha1.status import VmkAdapterStatus, VmkNetstackStatus
from vmk_operator.api.v1alpha1.vcenter import NAME_FITS_REFERENCES, VCenterSpec, VCenterStatus
from vmk_operator.model.identity import Kind, ObjectKey

FINALIZER = "vmkernel.dev/host-cleanup"
ANNOTATION_PAUSED = "vmkernel.dev/paused"
ANNOTATION_RECONCILE = "vmkernel.dev/reconcile-requested-at"
ANNOTATION_SILENCE = "vmkernel.dev/silence"
ANNOTATION_FORCE_FINALIZE = "vmkernel.dev/force-finalize"
ANNOTATION_APPROVE = "vmkernel.dev/approve"


class Metadata(StatusModel):
    """The part of ObjectMeta that we read."""

    name: str
    namespace: str = ""
    uid: str
    generation: int
    creation_timestamp: datetime
    deletion_timestamp: datetime | None = None
    finalizers: tuple[str, ...] = ()
    annotations: dict[str, str] = Field(default_factory=dict)

    @property
    def finalized(self) -> bool:
        """Our finalizer is on the object."""
        return FINALIZER in self.finalizers

    @property
    def silenced(self) -> frozenset[str]:
        """Reasons of advice that somebody silenced; a word that is no reason silences nothing."""
        words = self.annotations.get(ANNOTATION_SILENCE, "").split(",")
        return frozenset(word.strip() for word in words if word.strip())

    @property
    def deleting(self) -> bool:
        """Somebody deleted the object; it lives on only until its finalizers are gone."""
        return self.deletion_timestamp is not None


class VmkAdapter(StatusModel):
    """One VMkernel port of one host."""

    rules = (HOST_FOLLOWS_RENAME,)

    kind: Literal["VmkAdapter"] = "VmkAdapter"
    metadata: Metadata
    spec: VmkAdapterSpec
    status: VmkAdapterStatus = VmkAdapterStatus()

    @property
    def key(self) -> ObjectKey:
        """Identity of the object."""
        return ObjectKey(Kind.ADAPTER, self.metadata.namespace, self.metadata.name, self.metadata.uid)


class VmkNetstack(StatusModel):
    """One TCP/IP stack of one host."""

    rules = (HOST_FOLLOWS_RENAME,)

    kind: Literal["VmkNetstack"] = "VmkNetstack"
    metadata: Metadata
    spec: VmkNetstackSpec
    status: VmkNetstackStatus = VmkNetstackStatus()

    @property
    def key(self) -> ObjectKey:
        """Identity of the object."""
        return ObjectKey(Kind.NETSTACK, self.metadata.namespace, self.metadata.name, self.metadata.uid)


class VCenter(StatusModel):
    """One vCenter Server."""

    rules = (NAME_FITS_REFERENCES,)

    kind: Literal["VCenter"] = "VCenter"
    metadata: Metadata
    spec: VCenterSpec
    status: VCenterStatus = VCenterStatus()
