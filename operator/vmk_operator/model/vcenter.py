"""What the operator is told about a vCenter, and what it has to say about one."""

import enum
from dataclasses import dataclass
from datetime import datetime

from vmk_operator.model.identity import HostRef


class Policy(enum.StrEnum):
    """What may be done to a host on behalf of an object. Ordered: the later the stricter."""

    ENFORCE = "Enforce"
    OBSERVE = "Observe"
    PAUSED = "Paused"
    """As Observe, by the annotation ``vmkernel.dev/paused``."""


@dataclass(frozen=True, slots=True)
class VCenterConfig:
    """One ``VCenter`` object, decided on and converted; the engine never sees the API model."""

    name: str
    uid: str
    generation: int
    created_at: datetime
    server: str
    """``host[:port]``."""
    credentials_secret: str
    ca_bundle: str | None
    insecure_skip_verify: bool
    allowed_namespaces: frozenset[str] | None
    """``None``: all."""
    policy: Policy
    """Never ``PAUSED``: see *paused*."""
    paused: str | None
    """The raw value of ``vmkernel.dev/paused``: ``true`` or the end as RFC 3339."""
    repair_delay_s: float
    resync_period_s: float
    max_concurrent_hosts: int
    reconcile_requested_at: str | None = None
    deleting: bool = False
    silenced: frozenset[str] = frozenset()
    """Reasons of advice that nobody wants to read, about the vCenter and its objects."""

    def allows(self, namespace: str) -> bool:
        """Tell whether objects of *namespace* may name this vCenter."""
        return self.allowed_namespaces is None or namespace in self.allowed_namespaces


@dataclass(frozen=True, slots=True)
class Credentials:
    """A user and a password. Equal credentials are the same attempt."""

    username: str
    password: str

    def __repr__(self) -> str:
        """Keep the password out of every log and traceback."""
        return f"Credentials(username={self.username!r}, password=…)"


class VCenterState(enum.StrEnum):
    """Where the connection to one vCenter stands; the reason of its Ready condition."""

    # A VCenter that is deleted and still needed says InUse: objects with deletionPolicy Delete wait for it
    CONNECTED = "Connected"  # Session, inventory stream and Lease are ours; writes may be permitted.
    STANDBY = "Standby"  # Another replica holds the Lease of this vCenter; it writes the status, this one does not.
    CONNECTING = "Connecting"  # On the way.
    UNREACHABLE = "Unreachable"  # No connection, or none that lasts; tried again with back-off.
    CERTIFICATE_REJECTED = "CertificateRejected"  # The certificate is not trusted, expired or another host's.
    LOGIN_REJECTED = "LoginRejected"  # Wrong credentials; not tried again until the Secret or the spec changes.
    NO_CREDENTIALS = "NoCredentials"  # The Secret or one of its keys is missing.
    DUPLICATE = "DuplicateVCenter"  # Another VCenter object is the same vCenter.
    UNSUPPORTED = "UnsupportedVersion"  # Its API is older than what this operator needs.
    DELETING = "Deleting"  # The object is deleted.


@dataclass(frozen=True, slots=True)
class FleetAdvice:
    """Something worth knowing about the hosts of a vCenter."""

    reason: str
    """A stable CamelCase word."""
    message: str


@dataclass(frozen=True, slots=True)
class VCenterReport:
    """What the engine knows about one vCenter; ``kube`` turns it into status, ``observability`` into metrics."""

    name: str
    uid: str
    generation: int
    state: VCenterState
    message: str
    """One sentence, with the remedy where there is one."""
    instance_uuid: str | None = None
    version: str | None = None
    user: str | None = None
    tls_verified: bool = True
    paused: bool = False
    stale_since: datetime | None = None
    """Set only while the observation is not live."""
    hosts: int = 0
    reconcile_requested_at: str | None = None
    """Echo of the annotation, once acted upon."""
    in_use_by: int = 0
    """Finalised objects that still need this vCenter."""
    advice: tuple[FleetAdvice, ...] | None = None
    """``None``: the hosts are not observed, and what was said last stands."""
    silenced: frozenset[str] = frozenset()
    """Reasons of advice that are not to be told."""


@dataclass(frozen=True, slots=True)
class ServerIdentity:
    """What a vCenter tells before any login."""

    instance_uuid: str
    version: str
    """For people, for example ``8.0.3``."""


@dataclass(frozen=True, slots=True)
class InventoryDelta:
    """One answer of the inventory stream, already merged into the inventory."""

    changed: frozenset[HostRef]
    """Hosts that are new, gone or look different."""
    complete: bool
    """The first read is whole: from now on an absent host is really absent."""
