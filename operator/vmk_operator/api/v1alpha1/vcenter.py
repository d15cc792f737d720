"""VCenter: one vCenter Server that the operator talks to. Cluster-scoped, the platform team's."""

import enum
from datetime import datetime
from typing import Annotated

from pydantic import Field

from vmk_operator.api.base import SpecModel, StatusModel
from vmk_operator.api.bounds import AtMost
from vmk_operator.api.conditions import Conditions
from vmk_operator.api.rules import Because, Between, OneOf, Rule
from vmk_operator.api.v1alpha1.durations import RepairDelay, ResyncPeriod
from vmk_operator.api.v1alpha1.placement import ManagementPolicy
from vmk_operator.api.v1alpha1.status import Advisories, Text
from vmk_operator.api.v1alpha1.words import Namespace, SecretName, ServerAddress

NAME_FITS_REFERENCES = Rule(
    "self.metadata.name.size() <= 63",
    "the name of a VCenter may have at most 63 characters, because spec.vcenter of other objects has room for no more",
)
"""A rule of the whole object, because it is about its name."""


class Tls(SpecModel):
    """How the vCenter's certificate is checked."""

    rules = (
        Rule(
            "!has(self.caBundle) || !self.insecureSkipVerify",
            "caBundle and insecureSkipVerify exclude each other: with insecureSkipVerify no certificate is checked",
            because=Because.FORBIDDEN,
        ),
    )

    ca_bundle: (
        Annotated[
            str,
            AtMost(65536),
            Rule(
                "self.contains('-----BEGIN CERTIFICATE-----') && self.contains('-----END CERTIFICATE-----')",
                "must be one or more certificates in PEM, from -----BEGIN CERTIFICATE----- to "
                "-----END CERTIFICATE-----, not encoded again in base64",
            ),
            Rule(
                "!self.contains('PRIVATE KEY-----')",
                "must hold certificates only; this holds a private key, which must be kept secret",
                because=Because.FORBIDDEN,  # so that the API server does not print it
            ),
        ]
        | None
    ) = None
    """Certificates to trust, PEM. The system's roots when not set."""
    insecure_skip_verify: bool = False
    """Accept any certificate. Shown in status, because it lets anybody in between read the password."""


class NamespacesFrom(enum.StrEnum):
    """Which namespaces are meant."""

    ALL = "All"
    NAMES = "Names"


class AllowedNamespaces(SpecModel):
    """Which namespaces may have objects for this vCenter."""

    rules = (
        Rule(
            "self.from != 'Names' || (has(self.names) && self.names.size() > 0)",
            "must, with from: Names, list at least one namespace",
            because=Because.REQUIRED,
            at=".names",
        ),
        Rule(
            "self.from != 'All' || !has(self.names)",
            "must, with from: All, be left out: every namespace is allowed",
            because=Because.FORBIDDEN,
            at=".names",
        ),
    )

    from_: Annotated[NamespacesFrom, OneOf()] = Field(alias="from")
    """All, or Names: those listed in names."""
    names: Annotated[tuple[Namespace, ...], AtMost(256)] | None = None
    """The namespaces, with from: Names."""


class Rollout(SpecModel):
    """How much may change at once."""

    max_concurrent_hosts: Annotated[int, Between(1, 1000, "hosts")] = 16
    """Hosts of this vCenter that are changed at the same time."""


class VCenterSpec(SpecModel):
    """How to reach a vCenter, who may use it and what may be done there."""

    server: ServerAddress
    """Address of the vCenter: host or host:port."""
    credentials_secret: SecretName
    """Name of a Secret in the operator's own namespace, with the keys username and password. Followed live."""
    tls: Tls | None = None
    """How the vCenter's certificate is checked."""
    allowed_namespaces: AllowedNamespaces
    """Which namespaces may have objects for this vCenter. Required, so that somebody decided."""
    management_policy: Annotated[ManagementPolicy, OneOf()]
    """Enforce or Observe, for every object of this vCenter; the stricter of this and the object's own wins."""
    repair_delay: RepairDelay = "0s"
    """How long a change made by hand may stand before it is repaired, for example 90s or 1h30m; at most 24h."""
    resync_period: ResyncPeriod = "15m"
    """How often everything is read anew, besides the live stream, for example 15m; from 1m to 24h."""
    rollout: Rollout = Rollout()
    """How much may change at once."""


class VCenterStatus(StatusModel):
    """What the operator knows about the vCenter."""

    observed_generation: int | None = None
    """The generation of the spec that this status is about."""
    conditions: Conditions = ()
    """Ready, Reconciling, Stalled and Paused, as kstatus reads them."""
    since: datetime | None = None
    """When the present reason of Ready began."""
    instance_uuid: Text | None = None
    """The vCenter's own identity (about.instanceUuid)."""
    version: Text | None = None
    """Version of the vCenter."""
    user: Text | None = None
    """The vCenter user of the operator's session."""
    observed_since: datetime | None = None
    """Set only while the observation is stale: the last moment at which it was live."""
    advisories: Advisories = ()
    """What is worth knowing and stops nothing."""
    last_handled_reconcile_at: Text | None = None
    """The value of the annotation vmkernel.dev/reconcile-requested-at that was acted upon last."""
