"""Our side of Kubernetes in memory: objects, statuses, finalizers, Leases, Secrets, Events."""

import asyncio
import contextlib
import math
from collections import Counter
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from vmk_operator.api.v1alpha1.objects import FINALIZER
from vmk_operator.engine.ports import Clock
from vmk_operator.errors import BlockedError, TransientError
from vmk_operator.model.identity import ObjectKey
from vmk_operator.model.vcenter import Credentials, VCenterConfig, VCenterReport
from vmk_operator.planner.snapshot import ManagedObject, Status

if TYPE_CHECKING:
    from vmk_operator.engine.ports import DesiredListener


class FakeKube:
    """``DesiredView``, ``StatusWriter`` and ``CredentialSource`` over one set of objects."""

    def __init__(self) -> None:
        self.listener: DesiredListener | None = None
        self.objects: dict[ObjectKey, ManagedObject] = {}
        self.configs: dict[str, VCenterConfig] = {}
        self.secrets: dict[str, Credentials] = {}
        self.secrets_listed = True
        self.is_synced = True
        self.reports: dict[str, VCenterReport] = {}
        self.writes: Counter[str] = Counter()
        self.failing = 0
        """That many of the next durable writes fail."""
        self.vcenter_finalizers: set[str] = set()
        self.persisted: list[tuple[ObjectKey, Status]] = []

    # What people do

    def apply(self, *things: ManagedObject) -> None:
        """Create or edit objects, as ``kubectl apply``; the status stays what it is."""
        for thing in things:
            known = self.objects.get(thing.key)
            if known is not None:
                generation = known.metadata.generation + (known.spec != thing.spec)
                metadata = known.metadata.model_copy(
                    update={"generation": generation, "annotations": thing.metadata.annotations}
                )
                self.put(known.model_copy(update={"spec": thing.spec, "metadata": metadata}))
            else:
                self.put(thing)

    def delete(self, thing: ManagedObject) -> None:
        """Delete an object, as ``kubectl delete``."""
        known = self.objects[thing.key]
        if known.metadata.finalizers:
            when = known.metadata.creation_timestamp
            self.put(
                known.model_copy(update={"metadata": known.metadata.model_copy(update={"deletion_timestamp": when})})
            )
        else:
            del self.objects[thing.key]
            self._wake(known)

    def annotate(self, thing: ManagedObject, **annotations: str) -> None:
        known = self.objects[thing.key]
        names = {f"vmkernel.dev/{name.replace('_', '-')}": value for name, value in annotations.items()}
        metadata = known.metadata.model_copy(update={"annotations": {**known.metadata.annotations, **names}})
        self.put(known.model_copy(update={"metadata": metadata}))

    def put(self, thing: ManagedObject) -> None:
        self.objects[thing.key] = thing
        self._wake(thing)

    def put_vcenter(self, config: VCenterConfig) -> None:
        self.configs[config.name] = config
        if self.listener is not None:
            self.listener.vcenter_changed(config.name)

    def drop_vcenter(self, name: str) -> None:
        del self.configs[name]
        if self.listener is not None:
            self.listener.vcenter_changed(name)

    def put_secret(self, name: str, credentials: Credentials) -> None:
        self.secrets[name] = credentials
        if self.listener is not None:
            self.listener.secret_changed(name)

    def confirm(self) -> None:
        """The list of everything is read: every object is woken, as ``kube`` does."""
        self.is_synced = True
        assert self.listener is not None
        for name in self.configs:
            self.listener.vcenter_changed(name)
        for thing in tuple(self.objects.values()):
            self._wake(thing)

    def _wake(self, thing: ManagedObject) -> None:
        if self.listener is not None:
            binding = thing.status.binding
            self.listener.object_changed(
                vcenter=thing.spec.vcenter, host_name=thing.spec.host, host_id=binding.host_id if binding else None
            )

    # DesiredView

    @property
    def synced(self) -> bool:
        return self.is_synced

    def vcenters(self) -> Mapping[str, VCenterConfig]:
        return self.configs

    def get(self, key: ObjectKey) -> ManagedObject | None:
        return self.objects.get(key)

    def of_vcenter(self, vcenter: str) -> tuple[ManagedObject, ...]:
        return tuple(thing for thing in self.objects.values() if thing.spec.vcenter == vcenter)

    def on_host(self, vcenter: str, *, name: str, host_id: str | None) -> tuple[ManagedObject, ...]:
        return tuple(thing for thing in self.of_vcenter(vcenter) if _is_on(thing, name, host_id))

    # StatusWriter

    def publish(self, key: ObjectKey, status: Status) -> None:
        self._write("publish", key, status)

    async def persist(self, key: ObjectKey, status: Status) -> None:
        await self._durably()
        self.persisted.append((key, status))
        self._write("persist", key, status)

    def _write(self, how: str, key: ObjectKey, status: Status) -> None:
        known = self.objects.get(key)
        if known is not None and known.status != status:
            self.writes[how] += 1
            self.objects[key] = known.model_copy(update={"status": status})

    async def add_finalizer(self, key: ObjectKey) -> None:
        await self._durably()
        self._finalize(key, (FINALIZER,))

    async def release_finalizer(self, key: ObjectKey) -> None:
        await self._durably()
        self._finalize(key, ())

    def _finalize(self, key: ObjectKey, finalizers: tuple[str, ...]) -> None:
        known = self.objects.get(key)
        if known is None or known.metadata.finalizers == finalizers:
            return
        self.writes["finalizer"] += 1
        if not finalizers and known.metadata.deleting:
            del self.objects[key]
            self._wake(known)
        else:
            self.put(
                known.model_copy(update={"metadata": known.metadata.model_copy(update={"finalizers": finalizers})})
            )

    def publish_vcenter(self, report: VCenterReport) -> None:
        if self.reports.get(report.name) != report:
            self.writes["vcenter"] += 1
            self.reports[report.name] = report

    async def add_vcenter_finalizer(self, name: str, uid: str) -> None:
        del uid
        await self._durably()
        self.writes["finalizer"] += 1
        self.vcenter_finalizers.add(name)

    async def release_vcenter_finalizer(self, name: str, uid: str) -> None:
        del uid
        await self._durably()
        self.vcenter_finalizers.discard(name)
        if self.configs[name].deleting:
            self.drop_vcenter(name)

    async def _durably(self) -> None:
        await asyncio.sleep(0)
        if self.failing > 0:
            self.failing -= 1
            raise TransientError("the API server does not answer")

    # CredentialSource

    def credentials(self, secret: str) -> Credentials:
        if not self.secrets_listed:
            raise TransientError("the Secrets are not listed yet")
        if secret not in self.secrets:
            raise BlockedError("NoCredentials", f"Secret {secret} does not exist")
        return self.secrets[secret]


def _is_on(thing: ManagedObject, name: str, host_id: str | None) -> bool:
    binding = thing.status.binding
    if binding is not None:
        return binding.host_id == host_id
    return thing.spec.host.lower() == name.lower()


@dataclass
class LeaseRecord:
    """What stands in the API server."""

    holder: str | None = None
    session: str | None = None


class FakeLeases:
    """``LeaseFactory`` of one replica over records that several replicas may share."""

    def __init__(self, clock: Clock, records: dict[str, LeaseRecord], identity: str) -> None:
        self._clock = clock
        self._records = records
        self._identity = identity
        self.leases: dict[str, FakeLease] = {}

    def lease(self, instance_uuid: str) -> "FakeLease":
        record = self._records.setdefault(instance_uuid, LeaseRecord())
        return self.leases.setdefault(instance_uuid, FakeLease(self._clock, record, self._identity))


class FakeLease:
    """Held for as long as nobody takes it away."""

    duration_s = 15.0

    def __init__(self, clock: Clock, record: LeaseRecord, identity: str) -> None:
        self._clock = clock
        self._record = record
        self._identity = identity
        self._lost = asyncio.Event()
        self._predecessor: str | None = None

    @property
    def valid_until(self) -> float:
        return self._clock.monotonic() + self.duration_s if self._record.holder == self._identity else -math.inf

    @property
    def holder(self) -> str | None:
        return self._record.holder

    def predecessor_session(self) -> str | None:
        return self._predecessor

    async def record_session(self, session_key: str) -> None:
        self._record.session = session_key

    @contextlib.asynccontextmanager
    async def keep(self) -> AsyncIterator["FakeLease"]:
        while self._record.holder not in {None, self._identity}:
            await self._clock.sleep(1.0)
        self._predecessor, self._record.holder = self._record.session, self._identity
        self._lost.clear()
        try:
            yield self
        finally:
            if self._record.holder == self._identity:
                self._record.holder = None

    async def lost(self) -> None:
        await self._lost.wait()

    def lose(self, to: str) -> None:
        """Another replica has it now."""
        self._record.holder = to
        self._lost.set()


@dataclass
class Recorder:
    """``EventRecorder`` and ``Telemetry``."""

    events: list[tuple[str, bool, str, str]] = field(default_factory=list)
    steps: Counter[tuple[str, str]] = field(default_factory=Counter)
    drift: Counter[tuple[str, str]] = field(default_factory=Counter)
    changes: list[float] = field(default_factory=list)
    repairs: list[float] = field(default_factory=list)

    def record(self, key: ObjectKey, *, warning: bool, reason: str, message: str) -> None:
        self.events.append((key.name, warning, reason, message))

    def step_finished(self, vcenter: str, *, verb: str, result: str, seconds: float) -> None:
        assert vcenter
        assert seconds >= 0
        self.steps[verb, result] += 1

    def drift_seen(self, *, kind: str, field: str) -> None:
        self.drift[kind, field] += 1

    def change_seen(self, seconds: float) -> None:
        self.changes.append(seconds)

    def repaired(self, seconds: float) -> None:
        self.repairs.append(seconds)

    def reasons(self, name: str) -> list[str]:
        """Reasons of the Events about an object, in order."""
        return [reason for who, _, reason, _ in self.events if who == name]
