"""Says what became of an object: status, Events, metrics. Decides nothing but what is news."""

from collections.abc import Callable, Sequence
from datetime import datetime

import structlog

from vmk_operator.engine.ports import EventRecorder, StatusWriter, Telemetry
from vmk_operator.engine.statuses import StatusBook
from vmk_operator.engine.transitions import Note, compare_status, describe_outcome
from vmk_operator.errors import TransientError
from vmk_operator.model.drift import field_of_spec
from vmk_operator.model.identity import ObjectKey
from vmk_operator.model.outcome import Outcome
from vmk_operator.planner.snapshot import Status, Subject
from vmk_operator.planner.status import next_status
from vmk_operator.planner.verdict import FinalizerAction, Verdict

log: structlog.typing.FilteringBoundLogger = structlog.get_logger()


class Teller:
    """Computes the next status of objects and hands out what follows from it."""

    def __init__(
        self,
        *,
        book: StatusBook,
        writer: StatusWriter,
        events: EventRecorder,
        telemetry: Telemetry,
        may_tell: Callable[[], bool],
    ) -> None:
        """Prepare; *may_tell* says whether this replica has the say at the moment."""
        self.book = book
        self._may_tell = may_tell
        self._writer = writer
        self._events = events
        self._telemetry = telemetry

    def tell(
        self,
        subject: Subject,
        verdict: Verdict,
        outcomes: Sequence[Outcome] = (),
        *,
        now: datetime,
        settling: bool = False,
    ) -> Status:
        """Compute and publish the status that follows; answer it. Changes nothing where we have no say."""
        if not self._may_tell():
            return subject.status
        status, is_news = self._compute(subject, verdict, outcomes, now=now, settling=settling)
        if is_news:
            self._writer.publish(subject.object.key, status)
        return status

    async def tell_durably(
        self,
        subject: Subject,
        verdict: Verdict,
        outcomes: Sequence[Outcome] = (),
        *,
        now: datetime,
        settling: bool = False,
        running: bool = False,
    ) -> Status:
        """Compute the status that follows, and return when the API server has what must survive a restart of it.

        Raises:
            TransientError: it has not, or we have no say; in the first case the status is published besides.
        """
        if not self._may_tell():
            raise TransientError("Another replica may have the Lease: status is its business now.")
        status, is_news = self._compute(subject, verdict, outcomes, now=now, settling=settling, running=running)
        key = subject.object.key
        if self.book.is_durable(subject.object, status):
            if is_news:
                self._writer.publish(key, status)
            return status
        try:
            await self._writer.persist(key, status)
        except TransientError:
            self._writer.publish(key, status)
            raise
        self.book.persisted(key, status)
        return status

    def report_outcome(self, outcome: Outcome) -> None:
        """Emit the Event of one step."""
        note = describe_outcome(outcome)
        if note is not None:
            self._record(outcome.planned.owner, note)

    def _compute(
        self,
        subject: Subject,
        verdict: Verdict,
        outcomes: Sequence[Outcome],
        *,
        now: datetime,
        settling: bool,
        running: bool = False,
    ) -> tuple[Status, bool]:
        thing = subject.object
        before = subject.status
        status = next_status(subject, verdict, tuple(outcomes), now=now, settling=settling, running=running)
        self.book.record(thing, status)
        transition = compare_status(before, status)
        for note in transition.notes:
            self._record(thing.key, note)
        for field in transition.drifted:
            self._telemetry.drift_seen(kind=thing.key.kind.value, field=field_of_spec(field))
        for seconds in transition.repaired_after_s:
            self._telemetry.repaired(seconds)
        # An object that is let go has no more use for a status, and may be gone before it arrives.
        let_go = verdict.finalizer is FinalizerAction.RELEASE and thing.metadata.deleting
        # Also when somebody else wrote to the status: the writer knows best whether there is anything to write.
        return status, (status != before or status != thing.status) and not let_go

    def _record(self, key: ObjectKey, note: Note) -> None:
        level = log.warning if note.warning else log.info
        level("object.event", object=str(key), reason=note.reason, message=note.message)
        self._events.record(key, warning=note.warning, reason=note.reason, message=note.message)
