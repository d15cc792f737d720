"""One look at one host: gather, decide, tell, act.

The order is what makes it safe: status and finalizers that must survive a restart are written before the first
step, the slot is taken last and given back whatever happens.
"""

import asyncio
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime

import structlog

from vmk_operator.engine.context import HostMemory, SiteContext
from vmk_operator.engine.permit import Circumstances, Hold, WritePermit, check_permit
from vmk_operator.engine.policy import effective_policy
from vmk_operator.engine.ports import VCenterConnection
from vmk_operator.engine.runner import Run, StepRunner, Surroundings
from vmk_operator.engine.settling import Settling, decide
from vmk_operator.model.host import HostState
from vmk_operator.model.identity import ObjectKey
from vmk_operator.model.outcome import Outcome, Result, WaitsFor
from vmk_operator.model.step import PlannedStep
from vmk_operator.model.vcenter import Policy
from vmk_operator.planner.planning import plan_host
from vmk_operator.planner.snapshot import HostSnapshot, ManagedObject, Subject
from vmk_operator.planner.status import next_status
from vmk_operator.planner.verdict import FinalizerAction, HostPlan

log: structlog.typing.FilteringBoundLogger = structlog.get_logger()

ANNOTATION_RECONCILE = "vmkernel.dev/reconcile-requested-at"

_WOKEN_BY_EVENT = frozenset({Hold.STOPPING, Hold.OUTDATED, Hold.NOT_ENFORCED, Hold.HALTED, Hold.NOT_DELETED})
"""Holds that end by something that wakes the host anyway."""


class HostLook:
    """Everything that is true during one look; made anew for the next."""

    def __init__(
        self,
        context: SiteContext,
        memory: HostMemory,
        connection: VCenterConnection,
        host: HostState,
        objects: Iterable[ManagedObject],
    ) -> None:
        self._context = context
        self._memory = memory
        self._connection = connection
        self._host = host
        self._started_at = context.clock.now()
        self._wakes: list[float] = []
        self._subjects = {thing.key: self._subject(thing) for thing in objects}
        self._repair_dues: dict[ObjectKey, float] = {}

    async def look(self) -> float | None:
        """Do what can be done now; answer when to look again, on ``Clock.monotonic``."""
        context, ref = self._context, self._host.ref
        if self._memory.settling is not None and await self._is_settling(self._memory.settling):
            context.slots.release(ref)
            context.received.pop(ref, None)
            return min(self._wakes)
        plan = plan_host(HostSnapshot(tuple(self._subjects.values()), self._host))
        self._repair_dues = self._find_repair_dues(plan)
        steps = self._runnable(self._host) if self._repair_dues else plan.steps
        outcomes = [
            Outcome(planned, Result.WAITING, WaitsFor.REPAIR_DELAY.value)
            for planned in plan.steps
            if planned.owner in self._repair_dues
        ]
        may_run, held_back = self._may_run(steps)
        self._say(plan.steps, "run" if may_run else "wait" if plan.steps else "nothing")
        try:
            await self._tell(plan, [*outcomes, *held_back], running=steps if may_run else ())
            if (received := context.received.pop(ref, None)) is not None:
                context.telemetry.change_seen(context.clock.monotonic() - received)
            await self._finalize(plan)
            if may_run and any(self._subjects[planned.owner].status.halt is not None for planned in steps):
                # Telling found out that a field is contested: its object has no steps any more, the others still do.
                self._wakes.append(context.clock.monotonic())
            elif may_run:
                await self._run(steps)
        finally:
            if may_run:
                context.slots.release(ref)
        return min((*self._wakes, *self._repair_dues.values()), default=None)

    # Gather

    def _subject(self, thing: ManagedObject) -> Subject:
        effective = effective_policy(self._context.facts.config, thing, self._started_at)
        if effective.ends_at is not None:
            self._wakes.append(self._monotonic(effective.ends_at))
        return Subject(thing, self._context.teller.book.previous(thing), effective.policy)

    def _monotonic(self, moment: datetime) -> float:
        return self._context.clock.monotonic() + (moment - self._started_at).total_seconds()

    # Decide

    async def _is_settling(self, settling: Settling) -> bool:
        context = self._context
        if not settling.is_over(self._host):
            now = context.clock.monotonic()
            if now < settling.since + context.settings.settle_grace_s:
                self._wakes.append(settling.since + context.settings.settle_grace_s)
                return True
            if now < settling.deadline:
                self._tell_settling(settling)
                self._wakes.append(settling.deadline)
                return True
            next_deadline = now + context.settings.settle_timeout_s
            further = await decide(settling, self._host, self._connection, next_deadline=next_deadline)
            self._memory.settling = further
            if further is not None:
                self._wakes.append(further.deadline)
                return True
        self._memory.settling = None
        return False

    def _find_repair_dues(self, plan: HostPlan) -> dict[ObjectKey, float]:
        """Find the objects whose drift may stand a little longer, and until when (``Clock.monotonic``)."""
        delay_s = self._context.facts.config.repair_delay_s
        if delay_s <= 0:
            return {}
        dues: dict[ObjectKey, float] = {}
        now = self._context.clock.monotonic()
        for owner in {planned.owner for planned in plan.steps}:
            status = next_status(self._subjects[owner], plan.verdicts[owner], (), now=self._started_at)
            due = max((self._monotonic(drift.since) + delay_s for drift in status.drift), default=now)
            if due > now:
                dues[owner] = due
        return dues

    def _runnable(self, host: HostState) -> Sequence[PlannedStep]:
        """Plan without the objects that wait for their repair delay: what depends on them waits with them."""
        subjects = tuple(
            replace(subject, policy=Policy.OBSERVE) if key in self._repair_dues else subject
            for key, subject in self._subjects.items()
        )
        return plan_host(HostSnapshot(subjects, host)).steps

    def _may_run(self, steps: Sequence[PlannedStep]) -> tuple[bool, Sequence[Outcome]]:
        """Decide whether to run now, and with that take the slot; otherwise say what there is to say about it."""
        context, ref, now = self._context, self._host.ref, self._context.clock.monotonic()
        trouble = self._memory.trouble
        if not steps:
            trouble.clear()
            context.slots.release(ref)
            return False, ()
        if trouble.is_waiting(now, self._circumstances()):
            self._wakes.append(trouble.due)
            context.slots.release(ref)
            return False, [o for o in trouble.outcomes if o.planned.owner in self._subjects]
        permit = self._gate(steps[0], starting=True)
        if isinstance(permit, Hold):
            self._hold(permit)
            context.slots.release(ref)
            return False, ()
        if not context.slots.acquire(ref):
            return False, [Outcome(planned, Result.WAITING, WaitsFor.SLOT.value) for planned in steps]
        return True, ()

    def _gate(self, planned: PlannedStep, *, starting: bool = False) -> WritePermit | Hold:
        """Ask for a permit; when *starting*, as if the slot were held and the new status told already."""
        context, facts, subject = self._context, self._context.facts, self._subjects[planned.owner]
        now = context.clock.monotonic()
        current = context.desired.get(planned.owner)
        thing = current or subject.object
        return check_permit(
            planned,
            Circumstances(
                stopping=facts.stopping,
                lease_valid_until=facts.lease.valid_until if facts.lease is not None else float("-inf"),
                same_session=facts.connection is self._connection,
                inventory_complete=facts.live and self._connection.inventory.complete,
                desired_synced=context.desired.synced,
                object_current=current is not None and _edition(current) == _edition(subject.object),
                policy=effective_policy(facts.config, thing, context.clock.now()).policy,
                halted=not starting and subject.status.halt is not None,
                deletion_seen=thing.metadata.deleting and thing.metadata.finalized,
                repair_due=self._repair_dues.get(planned.owner),
                slot_held=starting or context.slots.holds(self._host.ref),
            ),
            now=now,
            least_s=context.settings.least_write_window_s,
        )

    def _hold(self, hold: Hold) -> None:
        if hold not in _WOKEN_BY_EVENT:
            self._wakes.append(self._context.clock.monotonic() + self._context.backoff.delay_s(1))

    def _circumstances(self) -> tuple[object, ...]:
        things = tuple((*_edition(s.object), _requested(s.object)) for s in self._subjects.values())
        return things, self._host.connection, self._context.facts.config.reconcile_requested_at

    # Tell

    async def _tell(self, plan: HostPlan, outcomes: Iterable[Outcome], *, running: Sequence[PlannedStep]) -> None:
        by_owner: defaultdict[ObjectKey, list[Outcome]] = defaultdict(list)
        for outcome in outcomes:
            by_owner[outcome.planned.owner].append(outcome)
        owners = {planned.owner for planned in running}
        for key in self._subjects.keys() - owners:
            self._subjects[key] = self._tell_one(key, plan, by_owner[key])
        await asyncio.gather(*(self._tell_durably(key, plan, by_owner[key]) for key in owners))

    def _tell_one(
        self, key: ObjectKey, plan: HostPlan, outcomes: Sequence[Outcome], *, settling: bool = False
    ) -> Subject:
        subject, now = self._subjects[key], self._context.clock.now()
        status = self._context.teller.tell(subject, plan.verdicts[key], outcomes, now=now, settling=settling)
        return replace(subject, status=status)

    async def _tell_durably(
        self, key: ObjectKey, plan: HostPlan, outcomes: Sequence[Outcome], *, settling: bool = False
    ) -> None:
        subject, teller, now = self._subjects[key], self._context.teller, self._context.clock.now()
        status = await teller.tell_durably(subject, plan.verdicts[key], outcomes, now=now, settling=settling)
        self._subjects[key] = replace(subject, status=status)

    def _tell_settling(self, settling: Settling) -> None:
        plan = plan_host(HostSnapshot(tuple(self._subjects.values()), settling.seen))
        for key in settling.owners & self._subjects.keys():
            self._subjects[key] = self._tell_one(key, plan, (), settling=True)

    async def _finalize(self, plan: HostPlan) -> None:
        context = self._context
        for key, subject in self._subjects.items():
            action = plan.verdicts[key].finalizer
            if action is FinalizerAction.RELEASE:
                await context.dependants.release(subject.object)
            elif action is FinalizerAction.ADD and context.desired.synced:
                await context.dependants.add(context.facts.config, subject.object)

    def _say(self, steps: Sequence[PlannedStep], decision: str) -> None:
        said = (decision, *(planned.text for planned in steps))
        if steps and said != self._memory.said:
            objects = sorted({str(planned.owner) for planned in steps})
            log.info("host.planned", host=self._host.name, decision=decision, objects=objects, steps=said[1:])
        self._memory.said = said

    # Act

    async def _run(self, steps: Sequence[PlannedStep]) -> None:
        context, memory = self._context, self._memory
        around = Surroundings(gate=self._gate, replan=self._runnable, bind=self._bind, shown=self._shown)
        runner = StepRunner(
            vcenter=context.facts.config.name,
            connection=self._connection,
            around=around,
            clock=context.clock,
            telemetry=context.telemetry,
            settings=context.settings,
        )
        run = await runner.run(self._host, steps)
        now = context.clock.monotonic()
        if run.expectations or run.outdated:
            memory.settling = self._settle(run, now)
            self._wakes.append(now)
        if run.held_by is not None:
            self._hold(run.held_by)
        outcomes = memory.trouble.judge(run.outcomes, most=context.settings.max_step_failures)
        if run.unbound or any(outcome.result in {Result.RETRY, Result.UNVERIFIED} for outcome in outcomes):
            memory.trouble.back_off(
                [outcome for outcome in outcomes if outcome.result is not Result.DONE],
                now=now,
                circumstances=self._circumstances(),
                backoff=context.backoff,
                retry_after_s=run.retry_after_s,
            )
            self._wakes.append(memory.trouble.due)
        elif outcomes:
            memory.trouble.rounds = 0
            self._wakes.append(now)
        await self._tell_outcomes(run, outcomes)

    def _settle(self, run: Run, now: float) -> Settling:
        return Settling(
            expectations=tuple(run.expectations),
            owners=frozenset(outcome.planned.owner for outcome in run.outcomes),
            base=self._host.network,
            seen=run.seen,
            since=now,
            deadline=now + self._context.settings.settle_timeout_s,
        )

    async def _tell_outcomes(self, run: Run, outcomes: Sequence[Outcome]) -> None:
        """Tell what did not end well at once; what did is told when the stream shows it."""
        plan = plan_host(HostSnapshot(tuple(self._subjects.values()), run.seen))
        for outcome in outcomes:
            if outcome.result is Result.DONE or self._memory.trouble.is_first(outcome):
                self._context.teller.report_outcome(outcome)
            owner = outcome.planned.owner
            if outcome.result is Result.FAILED:
                await self._tell_durably(owner, plan, [outcome])
            elif outcome.result is not Result.DONE:
                unseen = outcome.result is Result.UNVERIFIED
                self._subjects[owner] = self._tell_one(owner, plan, [outcome], settling=unseen)

    async def _bind(self, outcome: Outcome, after: HostState) -> None:
        plan = plan_host(HostSnapshot(tuple(self._subjects.values()), after))
        await self._tell_durably(outcome.planned.owner, plan, [outcome], settling=True)

    def _shown(self) -> HostState | None:
        return self._connection.inventory.host(self._host.ref)


def _edition(thing: ManagedObject) -> tuple[object, ...]:
    return thing.metadata.uid, thing.metadata.generation, thing.metadata.deleting


def _requested(thing: ManagedObject) -> str | None:
    return thing.metadata.annotations.get(ANNOTATION_RECONCILE)
