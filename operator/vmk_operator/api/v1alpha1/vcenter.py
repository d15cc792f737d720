"""VCenter: one vCenter Server that the operator talks to. Cluster-scoped, the platform team's."""

import enum
from datetime import datetime

from pydantic import Field

from vmk_operator.api.base import SpecModel, StatusModel
from vmk_operator.api.conditions import Condition
from vmk_operator.api.v1alpha1.placement import ManagementPolicy
from vmk_operator.api.v1alpha1.status import Advisory


class Tls(SpecModel):
    """How the vCenter's certificate is checked."""

    ca_bundle: str | None = None
    """Certificates to trust, PEM. The system's roots when not set."""
    insecure_skip_verify: bool = False
    """Accept any certificate. Shown in status, because it lets anybody in between read the password."""


class NamespacesFrom(enum.StrEnum):
    """Which namespaces are meant."""

    ALL = "All"
    NAMES = "Names"


class AllowedNamespaces(SpecModel):
    """Which namespaces may have objects for this vCenter."""

    from_: NamespacesFrom = Field(alias="from")
    """All, or Names: those listed in names."""
    names: tuple[str, ...] | None = None
    """The namespaces, with from: Names."""


class Rollout(SpecModel):
    """How much may change at once."""

    max_concurrent_hosts: int = 16
    """Hosts of this vCenter that are changed at the same time."""


class VCenterSpec(SpecModel):
    """How to reach a vCenter, who may use it and what may be done there."""

    server: str
    """Address of the vCenter: host or host:port."""
    credentials_secret: str
    """Name of a Secret in the operator's own namespace, with the keys username and password. Followed live."""
    tls: Tls | None = None
    """How the vCenter's certificate is checked."""
    allowed_namespaces: AllowedNamespaces
    """Which namespaces may have objects for this vCenter. Required, so that somebody decided."""
    management_policy: ManagementPolicy
    """Enforce or Observe, for every object of this vCenter; the stricter of this and the object's own wins."""
    repair_delay: str = "0s"
    """How long a change made by hand may stand before it is repaired, for example 90s or 1h30m."""
    resync_period: str = "15m"
    """How often everything is read anew, besides the live stream, for example 15m."""
    rollout: Rollout = Rollout()
    """How much may change at once."""


class VCenterStatus(StatusModel):
    """What the operator knows about the vCenter."""

    observed_generation: int | None = None
    conditions: tuple[Condition, ...] = ()
    instance_uuid: str | None = None
    """The vCenter's own identity (about.instanceUuid)."""
    version: str | None = None
    user: str | None = None
    """The vCenter user of the operator's session."""
    observed_since: datetime | None = None
    """Set only while the observation is stale: the last moment at which it was live."""
    advisories: tuple[Advisory, ...] = ()
    last_handled_reconcile_at: str | None = None
    """The value of the annotation vmkernel.dev/reconcile-requested-at that was acted upon last."""
