"""What the engine needs from the outside, as Protocols.

``vcenter/`` and ``kube/`` implement them, ``main.py`` joins them, tests replace them. All of it runs on one event
loop; every coroutine may be cancelled at any await.
"""

from collections.abc import AsyncIterator, Mapping
from contextlib import AbstractAsyncContextManager
from datetime import datetime
from typing import Protocol

from vmk_operator.model.host import HostState
from vmk_operator.model.identity import HostRef, ObjectKey
from vmk_operator.model.precautions import Precautions
from vmk_operator.model.step import Step
from vmk_operator.model.vcenter import Credentials, InventoryDelta, ServerIdentity, VCenterConfig, VCenterReport
from vmk_operator.planner.snapshot import ManagedObject, Status


class Clock(Protocol):
    """Time as an argument."""

    def now(self) -> datetime:
        """Wall clock, aware, UTC: for people only."""

    def monotonic(self) -> float:
        """Seconds that go on during suspend (CLOCK_BOOTTIME): for every deadline."""

    async def sleep(self, seconds: float) -> None:
        """Wait; cancellable."""


class Inventory(Protocol):
    """Hosts as the stream shows them. Changes only while ``VCenterConnection.stream`` is iterated."""

    @property
    def complete(self) -> bool:
        """The first read is whole and the stream is live."""

    def host(self, ref: HostRef) -> HostState | None:
        """Find a host by its reference."""

    def find(self, name: str) -> HostState | None:
        """Find a host by its exact inventory name (compared case-insensitively, as DNS names are)."""

    def hosts(self) -> Mapping[HostRef, HostState]:
        """All hosts."""


class VCenterConnection(Protocol):
    """One session of one vCenter.

    Every method raises of ``errors``: TransientError (nothing happened), HostAwayError, SessionLostError,
    AmbiguousWriteError (writes only: it may have happened), BlockedError (refused, with a stable reason).
    """

    @property
    def user(self) -> str:
        """User of the session."""

    @property
    def session_key(self) -> str:
        """Key of the session, for ``terminate_session`` of a successor."""

    @property
    def inventory(self) -> Inventory:
        """The hosts; empty until the stream has delivered."""

    def stream(self) -> AsyncIterator[InventoryDelta]:
        """Yield every change of the inventory, forever; one long poll. Ends only by an exception.

        May yield without a change too: that the stream answers is how its age is known. Iterated once.
        """

    async def resync(self) -> None:
        """Make the stream read everything anew (a new filter), as proof against lost updates."""

    async def read_host(self, host: HostRef) -> HostState:
        """Read one host now; for the runner, never stored."""

    async def read_precautions(self, host: HostRef) -> Precautions:
        """Ask what must be known before something that a host hangs by is changed."""

    async def execute(self, host: HostRef, step: Step, *, timeout_s: float) -> str | None:
        """Do one write; answer the device for ``CreateAdapter``. Never retried inside."""

    async def refresh(self, host: HostRef) -> None:
        """``RefreshNetworkSystem``: let vCenter read the host anew."""

    async def terminate_session(self, session_key: str) -> None:
        """End another session; one that is gone already is fine."""

    async def close(self) -> None:
        """Destroy views and filters and log out; never raises for a dead vCenter, bounded in time."""


class VCenterConnector(Protocol):
    """Reaches vCenters."""

    async def probe(self, config: VCenterConfig) -> ServerIdentity:
        """Ask who is there, without a login.

        Raises:
            TransientError: nobody answers.
            BlockedError: reason ``CertificateRejected`` or ``UnsupportedVersion``.
        """

    async def connect(self, config: VCenterConfig, credentials: Credentials) -> VCenterConnection:
        """Log in. Raises as ``probe``, and LoginRejectedError."""


class Lease(Protocol):
    """The right to write to one vCenter."""

    @property
    def valid_until(self) -> float:
        """On ``Clock.monotonic``; in the past when not held."""

    @property
    def holder(self) -> str | None:
        """Identity of whoever holds it, as last seen."""

    def predecessor_session(self) -> str | None:
        """The vCenter session key that the previous holder recorded, to be terminated before the first write."""

    async def record_session(self, session_key: str) -> None:
        """Write our session key into the Lease."""

    def keep(self) -> AbstractAsyncContextManager["Lease"]:
        """Wait until held, then renew in the background; on leaving release it."""

    async def lost(self) -> None:
        """Return when the Lease is no longer held."""


class LeaseFactory(Protocol):
    """Makes the Lease of a vCenter."""

    def lease(self, instance_uuid: str) -> Lease:
        """One Lease per ``about.instanceUuid``."""


class DesiredView(Protocol):
    """Our Kubernetes objects as last seen. Reads only, on the engine's loop."""

    @property
    def synced(self) -> bool:
        """A full list was confirmed since the start or the last gap; until then nothing is deleted.

        When this becomes true, the listener is told of every object, and so goes on with what had to wait.
        """

    def vcenters(self) -> Mapping[str, VCenterConfig]:
        """All VCenter objects by name."""

    def get(self, key: ObjectKey) -> ManagedObject | None:
        """One object."""

    def of_vcenter(self, vcenter: str) -> tuple[ManagedObject, ...]:
        """Every object whose ``spec.vcenter`` is that name."""

    def on_host(self, vcenter: str, *, name: str, host_id: str | None) -> tuple[ManagedObject, ...]:
        """Objects whose binding is that host id, and unbound ones that name that host (case-insensitively)."""


class StatusWriter(Protocol):
    """Writes what we have to say to the API server. Writes nothing when nothing changed."""

    def publish(self, key: ObjectKey, status: Status) -> None:
        """Presentational: coalesced, written soon, retried; the last one wins."""

    async def persist(self, key: ObjectKey, status: Status) -> None:
        """Durable: returns when the API server has it. Raises TransientError."""

    async def add_finalizer(self, key: ObjectKey) -> None:
        """Durable, idempotent. Raises TransientError."""

    async def release_finalizer(self, key: ObjectKey) -> None:
        """Durable, idempotent; an object that is gone is fine. Raises TransientError."""

    def publish_vcenter(self, report: VCenterReport) -> None:
        """Presentational: status of a VCenter."""

    async def add_vcenter_finalizer(self, name: str, uid: str) -> None:
        """Durable, idempotent."""

    async def release_vcenter_finalizer(self, name: str, uid: str) -> None:
        """Durable, idempotent."""


class CredentialSource(Protocol):
    """Secrets of the operator's own namespace, followed live."""

    def credentials(self, secret: str) -> Credentials:
        """Answer what the Secret holds now.

        Raises:
            TransientError: the Secrets were not listed yet.
            BlockedError: reason ``NoCredentials``, naming the missing Secret or key.
        """


class EventRecorder(Protocol):
    """Kubernetes Events; best effort, deduplicated."""

    def record(self, key: ObjectKey, *, warning: bool, reason: str, message: str) -> None:
        """Emit one Event about an object, on transitions only."""


class Telemetry(Protocol):
    """What happened, for metrics. Never raises, never blocks."""

    def step_finished(self, vcenter: str, *, verb: str, result: str, seconds: float) -> None:
        """One step ended."""

    def drift_seen(self, *, kind: str, field: str) -> None:
        """A field turned out to be changed by somebody else."""

    def change_seen(self, seconds: float) -> None:
        """Time from receiving a host's change to having its objects' new status computed."""

    def repaired(self, seconds: float) -> None:
        """Time from seeing a drift to having verified its repair."""


class DesiredListener(Protocol):
    """What ``kube`` tells the engine; called on the engine's loop, cheap, never raises.

    May be called before ``Engine.run``: nothing that was told is lost.
    """

    def vcenter_changed(self, name: str) -> None:
        """A VCenter object came, changed (not only its status) or went."""

    def object_changed(self, *, vcenter: str, host_name: str, host_id: str | None) -> None:
        """An object that names this host came, changed (not only its status) or went."""

    def secret_changed(self, name: str) -> None:
        """A Secret of the operator's namespace came, changed or went."""
