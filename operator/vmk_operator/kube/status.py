"""Writes what we have to say to the API server: coalesced, bounded, and only what it does not have yet."""

import asyncio
from collections.abc import Awaitable, Callable
from weakref import WeakValueDictionary

import structlog

from vmk_operator.api.v1alpha1 import VCenterStatus, VmkAdapterStatus, VmkNetstackStatus
from vmk_operator.engine.ports import Clock
from vmk_operator.errors import BugError, TransientError
from vmk_operator.kube.backoff import Backoff
from vmk_operator.kube.client import ApiServer
from vmk_operator.kube.desired import DesiredCache
from vmk_operator.kube.invalid_spec import invalid_spec_status
from vmk_operator.kube.object_writes import GoneError, ObjectWrites
from vmk_operator.kube.parsing import OurStatus, Seen
from vmk_operator.kube.resources import Target
from vmk_operator.kube.serialise import serialise
from vmk_operator.kube.vcenter_status import vcenter_status
from vmk_operator.model.identity import ObjectKey
from vmk_operator.model.vcenter import VCenterReport, VCenterState

ManagedStatus = VmkAdapterStatus | VmkNetstackStatus

_DURABLE_PAUSES_S = (0.1, 0.5)
"""Between the attempts at a durable write, which somebody waits for."""

_log = structlog.get_logger(__name__)


class KubeStatusWriter:
    """Implements ``engine.ports.StatusWriter``.

    One write at a time per object, *concurrency* at a time in all. A newer status replaces one that still waits.
    """

    def __init__(self, api: ApiServer, cache: DesiredCache, clock: Clock, *, concurrency: int = 16) -> None:
        self._writes = ObjectWrites(api, cache)
        self._cache = cache
        self._clock = clock
        self._slots = asyncio.Semaphore(concurrency)
        self._concurrency = concurrency
        self._waiting: dict[Target, OurStatus] = {}
        self._ready: asyncio.Queue[Target] = asyncio.Queue()
        self._backoffs: dict[Target, Backoff] = {}
        self._one_at_a_time: WeakValueDictionary[Target, asyncio.Lock] = WeakValueDictionary()
        self._busy = 0
        self._idle = asyncio.Event()
        self._idle.set()
        cache.subscribe_invalid(self._publish_invalid)

    async def run(self) -> None:
        """Write what is published until cancelled; ``flush`` beforehand to lose nothing."""
        async with asyncio.TaskGroup() as group:
            for number in range(self._concurrency):
                group.create_task(self._work(), name=f"status writer {number}")

    async def flush(self, *, timeout_s: float) -> bool:
        """Wait until everything published is written; tell whether it was in time."""
        try:
            await asyncio.wait_for(self._idle.wait(), timeout_s)
        except TimeoutError:
            _log.warning("status.not_flushed", count=len(self._waiting) + self._busy)
            return False
        return True

    # StatusWriter

    def publish(self, key: ObjectKey, status: ManagedStatus) -> None:
        """Presentational: coalesced, written soon, retried; the last one wins."""
        self._publish(Target.of(key), status)

    async def persist(self, key: ObjectKey, status: ManagedStatus) -> None:
        """Durable: returns when the API server has it. Raises TransientError."""
        target = Target.of(key)
        self._waiting.pop(target, None)  # older than this one
        self._settle()
        await self._durably(target, lambda: self._write(target, status))

    async def add_finalizer(self, key: ObjectKey) -> None:
        """Durable, idempotent. Raises TransientError."""
        await self._add_finalizer(Target.of(key))

    async def release_finalizer(self, key: ObjectKey) -> None:
        """Durable, idempotent; an object that is gone is fine. Raises TransientError."""
        await self._release_finalizer(Target.of(key))

    def publish_vcenter(self, report: VCenterReport) -> None:
        """Presentational: status of a VCenter. A standby says nothing: the holder of the Lease does."""
        if report.state is VCenterState.STANDBY:
            return
        target = Target.vcenter(report.name, report.uid)
        previous = self._latest(target)
        if not isinstance(previous, VCenterStatus):
            previous = VCenterStatus()
        self._publish(target, vcenter_status(report, previous=previous, now=self._clock.now()))

    async def add_vcenter_finalizer(self, name: str, uid: str) -> None:
        """Durable, idempotent. Raises TransientError."""
        await self._add_finalizer(Target.vcenter(name, uid))

    async def release_vcenter_finalizer(self, name: str, uid: str) -> None:
        """Durable, idempotent; an object that is gone is fine. Raises TransientError."""
        await self._release_finalizer(Target.vcenter(name, uid))

    # Publishing

    def _publish(self, target: Target, status: OurStatus) -> None:
        known = target in self._waiting
        self._waiting[target] = status
        if not known:
            self._ready.put_nowait(target)
            self._idle.clear()

    def _publish_invalid(self, seen: Seen) -> None:
        self._publish(seen.target, invalid_spec_status(seen, self._clock.now()))

    def _latest(self, target: Target) -> OurStatus | None:
        """Find the status last said, be it written already or not."""
        if target in self._waiting:
            return self._waiting[target]
        seen = self._cache.seen(target)
        return seen.status if seen is not None else None

    async def _work(self) -> None:
        while True:
            target = await self._ready.get()
            self._busy += 1
            try:
                await self._deliver(target)
            finally:
                self._busy -= 1
                self._settle()

    async def _deliver(self, target: Target) -> None:
        async with self._alone(target):
            status = self._waiting.pop(target, None)
            if status is None:  # overtaken by a durable write
                self._backoffs.pop(target, None)
                return
            try:
                async with self._slots:
                    await self._write(target, status)
            except TransientError as error:
                self._try_later(target, status, error)
                return
            except GoneError:
                _log.debug("status.object_gone", object=str(target))
            except BugError as error:
                _log.error("status.refused", object=str(target), error=str(error))
        if self._backoffs.pop(target, None) is not None and not self._backoffs:
            _log.info("status.written_again")

    def _try_later(self, target: Target, status: OurStatus, error: TransientError) -> None:
        if not self._backoffs:  # one line per trouble, not one per object
            _log.warning("status.retrying", object=str(target), error=str(error))
        self._waiting.setdefault(target, status)
        backoff = self._backoffs.setdefault(target, Backoff(first_s=0.2, most_s=30.0))
        pause = max(backoff.next(), error.retry_after_s or 0.0)
        asyncio.get_running_loop().call_later(pause, self._ready.put_nowait, target)

    def _settle(self) -> None:
        if not self._waiting and not self._busy:
            self._idle.set()

    # Writing

    async def _write(self, target: Target, status: OurStatus) -> None:
        body = serialise(status)
        seen = self._cache.seen(target)
        if seen is not None and serialise(seen.status) == body:
            return
        await self._writes.status(target, body)

    async def _durably(self, target: Target, write: Callable[[], Awaitable[None]]) -> None:
        """Write after whatever is under way for that object; a few quick attempts."""
        async with self._alone(target), self._slots:
            for pause in (*_DURABLE_PAUSES_S, None):
                try:
                    await write()
                except TransientError:
                    if pause is None:
                        raise
                    await self._clock.sleep(pause)
                except GoneError as error:
                    raise TransientError(str(error)) from error
                else:
                    return

    async def _add_finalizer(self, target: Target) -> None:
        await self._durably(target, lambda: self._writes.add_finalizer(target))

    async def _release_finalizer(self, target: Target) -> None:
        async def release() -> None:
            try:
                await self._writes.release_finalizer(target)
            except GoneError:
                _log.debug("status.object_gone", object=str(target))

        await self._durably(target, release)

    def _alone(self, target: Target) -> asyncio.Lock:
        lock = self._one_at_a_time.get(target)
        if lock is None:
            self._one_at_a_time[target] = lock = asyncio.Lock()
        return lock
