"""Objects that name a VCenter which does not exist: all that can be done is to say so."""

import structlog

from vmk_operator.engine.backoff import Backoff
from vmk_operator.engine.placement import NamedHost, Placement
from vmk_operator.engine.policy import effective_policy
from vmk_operator.engine.ports import Clock, DesiredView, StatusWriter
from vmk_operator.engine.telling import Teller
from vmk_operator.engine.work_queue import WorkQueue
from vmk_operator.errors import TransientError
from vmk_operator.planner.planning import plan_host
from vmk_operator.planner.snapshot import (
    Absence,
    HostSnapshot,
    Reason,
    Subject,
)
from vmk_operator.planner.verdict import FinalizerAction

log: structlog.typing.FilteringBoundLogger = structlog.get_logger()

_WORKERS = 4

HomelessKey = tuple[str, NamedHost]
"""VCenter and host, as the objects name them."""


class Homeless:
    """Their queue and its worker."""

    def __init__(
        self, *, desired: DesiredView, writer: StatusWriter, teller: Teller, clock: Clock, backoff: Backoff
    ) -> None:
        self._desired = desired
        self._writer = writer
        self._teller = teller
        self._clock = clock
        self._backoff = backoff
        self._placements: dict[str, Placement] = {}
        self._failures = 0
        self._queue: WorkQueue[HomelessKey] = WorkQueue(clock=clock, work=self._work, workers=lambda: _WORKERS)

    async def run(self) -> None:
        """Work until ``stop``."""
        await self._queue.run()

    def stop(self) -> None:
        """Start nothing else."""
        self._queue.stop()

    def object_changed(self, vcenter: str, host_name: str, host_id: str | None) -> None:
        """Look at the objects of a host that name *vcenter*."""
        self._queue.add((vcenter, NamedHost(host_name.lower(), host_id)))

    def vcenter_gone(self, vcenter: str) -> None:
        """Look at every object that names *vcenter*."""
        for key in self._placement(vcenter).everything():
            if isinstance(key, NamedHost):
                self._queue.add((vcenter, key))

    async def _work(self, key: HomelessKey) -> float | None:
        vcenter, host = key
        # A VCenter that is only not seen yet must not be reported missing; the confirmed list wakes every object.
        if not self._desired.synced or vcenter in self._desired.vcenters():
            self._placement(vcenter).judged(host, ())
            return None
        try:
            await self._tell(vcenter, host)
        except TransientError as error:
            log.warning("homeless.again", vcenter=vcenter, host=host.name, error=str(error))
            self._failures += 1
            return self._clock.monotonic() + self._backoff.delay_s(self._failures)
        self._failures = 0
        return None

    async def _tell(self, vcenter: str, host: NamedHost) -> None:
        things, now = self._placement(vcenter).objects_named(host), self._clock.now()
        for gone in self._placement(vcenter).judged(host, things):
            if self._desired.get(gone) is None:
                self._teller.book.forget(gone)
        absence = Absence(Reason.NO_SUCH_VCENTER, f"There is no VCenter {vcenter}; create it or correct spec.vcenter.")
        for thing in things:
            subject = Subject(thing, self._teller.book.previous(thing), effective_policy(None, thing, now).policy)
            verdict = plan_host(HostSnapshot((subject,), absence)).verdicts[thing.key]
            self._teller.tell(subject, verdict, now=now)
            if verdict.finalizer is FinalizerAction.RELEASE:
                await self._writer.release_finalizer(thing.key)

    def _placement(self, vcenter: str) -> Placement:
        return self._placements.setdefault(vcenter, Placement(vcenter=vcenter, desired=self._desired))
