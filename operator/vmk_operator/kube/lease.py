"""Leases: of all replicas one writes to a vCenter, and stops before another may begin.

The validity of a Lease is counted on CLOCK_BOOTTIME (``Clock.monotonic``) from before its renewal was sent; the
silence of another holder is counted on the same clock from when we saw its last renewal. So clocks may differ, the
API server may hang, and the machine may sleep, without two holders at a time.
"""

import asyncio
import contextlib
import math
import secrets
from collections.abc import AsyncIterator, Callable

import structlog

from vmk_operator.engine.ports import Clock
from vmk_operator.errors import TransientError
from vmk_operator.kube.client import ApiServer, ApiStatusError, Body
from vmk_operator.kube.lease_record import LeaseRecord, LeaseTimes, new_lease

_NOT_FOUND = 404
_CONFLICT = 409

_log = structlog.get_logger(__name__)


class _TakenError(Exception):
    """Somebody else holds the Lease, or it was deleted."""


class KubeLease:
    """Implements ``engine.ports.Lease`` with one object of coordination.k8s.io."""

    def __init__(
        self, api: ApiServer, clock: Clock, *, namespace: str, name: str, identity: str, times: LeaseTimes
    ) -> None:
        self._api = api
        self._clock = clock
        self._namespace = namespace
        self._name = name
        self._identity = identity
        self._times = times
        self._record: LeaseRecord | None = None
        self._valid_until = -math.inf
        self._predecessor: str | None = None
        self._own_session: str | None = None
        self._one_tenure = asyncio.Lock()
        self._one_write = asyncio.Lock()
        self._lost = asyncio.Event()
        self._lost.set()
        self._log = _log.bind(lease=name)

    @property
    def valid_until(self) -> float:
        """On ``Clock.monotonic``; in the past when not held."""
        return self._valid_until

    @property
    def holder(self) -> str | None:
        """Identity of whoever holds it, as last seen."""
        return self._record.holder if self._record is not None else None

    def predecessor_session(self) -> str | None:
        """The session key that the previous holder recorded; ``None`` also if the previous holder was this process."""
        return self._predecessor

    async def record_session(self, session_key: str) -> None:
        """Write our session key into the Lease.

        Raises:
            TransientError: it was not written, or the Lease is not ours.
        """
        try:
            await self._write(lambda record: record.with_session(session_key), self._times.request_s)
        except (_TakenError, ApiStatusError) as error:
            raise TransientError(f"the session could not be recorded in Lease {self._name}: {error}") from error
        self._own_session = session_key

    @contextlib.asynccontextmanager
    async def keep(self) -> AsyncIterator["KubeLease"]:
        """Wait until held, then renew in the background; on leaving release it."""
        async with self._one_tenure:
            try:
                await self._acquire()
                renewing = asyncio.create_task(self._renew_until_lost(), name=f"lease {self._name}")
                try:
                    yield self
                finally:
                    renewing.cancel()
                    await asyncio.gather(renewing, return_exceptions=True)
            finally:
                self._forfeit()
                await self._release()

    async def lost(self) -> None:
        """Return when the Lease is no longer held."""
        await self._lost.wait()

    # Getting hold of it

    async def _acquire(self) -> None:
        trouble = ""
        while True:
            try:
                if await self._try():
                    return
            except (TransientError, ApiStatusError) as error:
                if str(error) != trouble:
                    self._log.warning("lease.not_reached", error=str(error))
                trouble = str(error)
            await self._clock.sleep(self._times.retry_s)

    async def _try(self) -> bool:
        try:
            record = await self._read()
            sent = self._clock.monotonic()
            if record is None:
                body = new_lease(self._namespace, self._name, self._identity, self._times)
                answer = await self._api.create(self._collection, body, timeout_s=self._times.request_s)
            elif record.free(self._identity, sent, self._times.duration_s):
                body = record.taken(self._identity, self._times)
                answer = await self._api.replace(self._path, body, timeout_s=self._times.request_s)
            else:
                return False
        except ApiStatusError as error:
            if error.status == _CONFLICT:  # another replica was faster
                return False
            raise
        left_behind = record.session if record is not None else None
        self._predecessor = left_behind if left_behind != self._own_session else None
        self._see(answer)
        self._valid_until = sent + self._times.valid_s
        self._lost.clear()
        self._log.info("lease.acquired", holder=self._identity)
        return True

    # Holding it

    async def _renew_until_lost(self) -> None:
        try:
            while (left := self._valid_until - self._clock.monotonic()) > 0:
                await self._clock.sleep(min(self._times.retry_s, left))
                left = self._valid_until - self._clock.monotonic()
                if left > 0:
                    await self._renew(min(self._times.request_s, left))
            self._log.error("lease.lost", reason="it could not be renewed in time")
        except _TakenError as error:
            self._log.error("lease.lost", reason=str(error))
        finally:
            self._forfeit()

    async def _renew(self, timeout_s: float) -> None:
        try:
            self._valid_until = await self._write(lambda record: record.taken(self._identity, self._times), timeout_s)
        except (TransientError, ApiStatusError) as error:
            self._log.warning("lease.not_renewed", error=str(error))

    async def _write(self, change: Callable[[LeaseRecord], Body], timeout_s: float) -> float:
        """Change the Lease that we hold; answer until when that makes it valid."""
        async with self._one_write:
            for _ in range(2):
                if self._record is None or self._record.holder != self._identity or self._lost.is_set():
                    raise _TakenError(f"{self.holder or 'nobody'} holds it")
                sent = self._clock.monotonic()
                try:
                    self._see(await self._api.replace(self._path, change(self._record), timeout_s=timeout_s))
                except ApiStatusError as error:
                    if error.status == _NOT_FOUND:
                        raise _TakenError("it was deleted") from error
                    if error.status != _CONFLICT:
                        raise
                    # Somebody changed it: another holder, a person's label, or a write of ours whose answer was lost.
                    await self._read()
                else:
                    return sent + self._times.valid_s
            raise TransientError(f"Lease {self._name} is being changed by others")

    def _forfeit(self) -> None:
        self._valid_until = -math.inf
        self._lost.set()

    async def _release(self) -> None:
        """Leave it to the next at once, if it is still ours; best effort and bounded."""
        try:
            # Read again: after a cancelled or failed write only the API server knows what stands there.
            record = await self._read()
            if record is not None and record.holder == self._identity:
                await self._api.replace(self._path, record.released(), timeout_s=self._times.request_s)
                self._log.info("lease.released")
        except (TransientError, ApiStatusError) as error:
            self._log.warning("lease.not_released", error=str(error))

    # The object

    @property
    def _collection(self) -> str:
        return f"/apis/coordination.k8s.io/v1/namespaces/{self._namespace}/leases"

    @property
    def _path(self) -> str:
        return f"{self._collection}/{self._name}"

    async def _read(self) -> LeaseRecord | None:
        try:
            body = await self._api.get(self._path, timeout_s=self._times.request_s)
        except ApiStatusError as error:
            if error.status != _NOT_FOUND:
                raise
            self._record = None
            return None
        return self._see(body)

    def _see(self, body: Body) -> LeaseRecord:
        self._record = LeaseRecord(body, self._clock.monotonic(), self._record)
        return self._record


class KubeLeases:
    """Implements ``engine.ports.LeaseFactory``: Leases ``vmk-operator-<instanceUuid>`` in the operator's namespace."""

    def __init__(
        self, api: ApiServer, clock: Clock, *, namespace: str, identity: str, times: LeaseTimes | None = None
    ) -> None:
        self._api = api
        self._clock = clock
        self._namespace = namespace
        # Unique even if two processes are given the same name: a Lease that carries our name must be ours.
        self._identity = f"{identity}_{secrets.token_hex(4)}"
        self._times = times or LeaseTimes()
        self._leases: dict[str, KubeLease] = {}

    def lease(self, instance_uuid: str) -> KubeLease:
        """Answer the one Lease of that vCenter; a second user of it in this process waits for the first."""
        if instance_uuid not in self._leases:
            self._leases[instance_uuid] = KubeLease(
                self._api,
                self._clock,
                namespace=self._namespace,
                name=f"vmk-operator-{instance_uuid.lower()}",
                identity=self._identity,
                times=self._times,
            )
        return self._leases[instance_uuid]
