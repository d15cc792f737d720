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
from vmk_operator.engine.gate import Gate, edition
from vmk_operator.engine.grants import spend, unspent
from vmk_operator.engine.permit import Hold
from vmk_operator.engine.policy import effective_policy
from vmk_operator.engine.ports import VCenterConnection
from vmk_operator.engine.runner import Hooks, Run, StepRunner
from vmk_operator.engine.settling import Settling, decide, refresh_if_allowed
from vmk_operator.engine.subjects import Subjects
from vmk_operator.model.host import Connection, HostState
from vmk_operator.model.identity import ObjectKey
from vmk_operator.model.outcome import Outcome, Result, WaitsFor
from vmk_operator.model.step import PlannedStep
from vmk_operator.planner.footprint import addresses_given
from vmk_operator.planner.snapshot import ManagedObject, Subject
from vmk_operator.planner.status import next_status
from vmk_operator.planner.verdict import FinalizerAction, HostPlan

log: structlog.typing.FilteringBoundLogger = structlog.get_logger()

ANNOTATION_RECONCILE = "vmkernel.dev/reconcile-requested-at"

_WOKEN_BY_EVENT = frozenset({Hold.STOPPING, Hold.OUTDATED, Hold.NOT_ENFORCED, Hold.HALTED, Hold.NOT_DELETED})
"""Holds that end by something that wakes the host anyway."""
_IN_TROUBLE = frozenset({Result.RETRY, Result.UNVERIFIED})


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
        self._subjects = Subjects(
            [self._subject(t) for t in objects],
            around=lambda: replace(context.claims.around(host.ref), silenced=context.facts.config.silenced),
            teller=context.teller,
            clock=context.clock,
        )
        self._repair_dues: dict[ObjectKey, float] = {}
        self._gate = Gate(
            context,
            connection=connection,
            host=host.ref,
            subjects=self._subjects,
            repair_dues=self._repair_dues,
        )

    async def look(self) -> float | None:
        """Do what can be done now; answer when to look again, on ``Clock.monotonic``."""
        context, ref = self._context, self._host.ref
        settling = self._memory.settling
        self._subjects.take(self._memory.precautions)
        # A host that is away shows nothing to wait for: that it is away is told, and what was awaited still is.
        if settling is not None and _is_observable(self._host) and await self._is_settling(settling):
            context.slots.release(ref)
            context.received.pop(ref, None)
            return min(self._wakes)
        plan = await self._plan()
        self._find_repair_dues(plan)
        steps = self._runnable(self._host) if self._repair_dues else plan.steps
        delayed = [
            Outcome(planned, Result.WAITING, WaitsFor.REPAIR_DELAY.value)
            for planned in plan.steps
            if planned.owner in self._repair_dues
        ]
        may_run, held_back = self._may_run(steps)
        self._promise(steps, may_run=may_run)
        self._say(plan.steps, "run" if may_run else "wait" if plan.steps else "nothing")
        if may_run:
            self._memory.grants = spend(steps)
            self._subjects.grant(self._memory.grants)
        try:
            await self._tell(plan, [*delayed, *held_back], running=steps if may_run else ())
            if (received := context.received.pop(ref, None)) is not None:
                context.telemetry.change_seen(context.clock.monotonic() - received)
            await self._finalize(plan)
            if may_run and any(self._is_halted(planned) for planned in steps):
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
        grant = self._memory.grants.get(thing.key)
        return Subject(thing, self._context.teller.book.previous(thing), effective.policy, grant)

    def _monotonic(self, moment: datetime) -> float:
        return self._context.clock.monotonic() + (moment - self._started_at).total_seconds()

    # Decide

    async def _plan(self) -> HostPlan:
        """Plan, and ask for what must be known before something dangerous is done, only where that is planned."""
        self._subjects.take(None)
        plan = self._subjects.plan(self._host)
        if not plan.wants_precautions:
            return plan
        self._memory.precautions = await self._connection.read_precautions(self._host.ref)
        self._subjects.take(self._memory.precautions)
        return self._subjects.plan(self._host)

    def _is_halted(self, planned: PlannedStep) -> bool:
        return not planned.restores and self._subjects[planned.owner].status.halt is not None

    async def _is_settling(self, settling: Settling) -> bool:
        context = self._context
        if not settling.is_over(self._host):
            now = context.clock.monotonic()
            if now < settling.since + context.settings.settle_grace_s:
                self._wakes.append(settling.since + context.settings.settle_grace_s)
                return True
            if now < settling.deadline:
                plan = self._subjects.plan(settling.seen)
                for subject in self._subjects:
                    if subject.object.key in settling.owners:
                        self._subjects.tell(subject.object.key, plan, settling=True)
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

    def _find_repair_dues(self, plan: HostPlan) -> None:
        """Find the objects whose drift may stand a little longer, and until when (``Clock.monotonic``)."""
        delay_s = self._context.facts.config.repair_delay_s
        if delay_s <= 0:
            return
        now = self._context.clock.monotonic()
        for owner in {planned.owner for planned in plan.steps}:
            status = next_status(self._subjects[owner], plan.verdicts[owner], (), now=self._started_at)
            due = max((self._monotonic(drift.since) + delay_s for drift in status.drift), default=now)
            if due > now:
                self._repair_dues[owner] = due

    def _runnable(self, host: HostState) -> Sequence[PlannedStep]:
        """Plan without the objects that wait for their repair delay: what depends on them waits with them."""
        return self._subjects.plan(host, only_watching=self._repair_dues.keys()).steps

    def _may_run(self, steps: Sequence[PlannedStep]) -> tuple[bool, Sequence[Outcome]]:
        """Decide whether to run now, and with that take the slot; otherwise say what there is to say about it."""
        context, ref, trouble = self._context, self._host.ref, self._memory.trouble
        if not steps:
            trouble.clear()
            context.slots.release(ref)
            return False, ()
        if trouble.is_waiting(context.clock.monotonic(), self._circumstances()):
            self._wakes.append(trouble.due)
            context.slots.release(ref)
            return False, [outcome for outcome in trouble.outcomes if outcome.planned.owner in self._subjects]
        permit = self._gate.check(steps[0], starting=True)
        if isinstance(permit, Hold):
            self._hold(permit)
            context.slots.release(ref)
            return False, ()
        if not context.slots.acquire(ref):
            return False, [Outcome(planned, Result.WAITING, WaitsFor.SLOT.value) for planned in steps]
        return True, ()

    def _promise(self, steps: Sequence[PlannedStep], *, may_run: bool) -> None:
        """Let nobody else be given an address that is about to be given, or that a failed step may have given."""
        claims, ref = self._context.claims, self._host.ref
        if _is_observable(self._host):
            given = addresses_given(steps)
            claims.promise(ref, given if may_run else given & claims.promised(ref))

    def _hold(self, hold: Hold) -> None:
        if hold not in _WOKEN_BY_EVENT:
            self._wakes.append(self._context.clock.monotonic() + self._context.backoff.delay_s(1))

    def _circumstances(self) -> tuple[object, ...]:
        """Say what makes waiting after a failure pointless when it changes."""
        things = tuple((*edition(subject.object), _requested(subject.object)) for subject in self._subjects)
        return things, self._host.connection, self._context.facts.config.reconcile_requested_at

    # Tell

    async def _tell(self, plan: HostPlan, outcomes: Iterable[Outcome], *, running: Sequence[PlannedStep]) -> None:
        by_owner = defaultdict[ObjectKey, list[Outcome]](list)
        for outcome in outcomes:
            by_owner[outcome.planned.owner].append(outcome)
        owners = {planned.owner for planned in running}
        for key in (subject.object.key for subject in self._subjects):
            if key not in owners:
                self._subjects.tell(key, plan, by_owner[key])
        durable = (self._subjects.tell_durably(key, plan, by_owner[key], running=True) for key in owners)
        await asyncio.gather(*durable)

    async def _finalize(self, plan: HostPlan) -> None:
        context = self._context
        for subject in self._subjects:
            action = plan.verdicts[subject.object.key].finalizer
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
        runner = StepRunner(
            vcenter=context.facts.config.name,
            connection=self._connection,
            hooks=Hooks(
                gate=self._gate.check,
                replan=self._runnable,
                bind=self._bind,
                shown=self._shown,
                catch_up=self._catch_up,
            ),
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
        memory.grants = unspent(memory.grants, outcomes)
        if run.unbound or any(outcome.result in _IN_TROUBLE for outcome in outcomes):
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
        for outcome in outcomes:
            if outcome.result is Result.DONE or self._memory.trouble.is_first(outcome):
                self._context.teller.report_outcome(outcome)
            if outcome.result is Result.DONE:
                continue
            owner, plan = outcome.planned.owner, self._subjects.plan(run.seen)
            if outcome.result is Result.FAILED:
                await self._subjects.tell_durably(owner, plan, [outcome])
            else:
                self._subjects.tell(owner, plan, [outcome], settling=outcome.result is Result.UNVERIFIED)

    async def _bind(self, outcome: Outcome, after: HostState) -> None:
        await self._subjects.tell_durably(outcome.planned.owner, self._subjects.plan(after), [outcome], settling=True)

    async def _catch_up(self) -> bool:
        if self._memory.caught_up:
            return False
        await refresh_if_allowed(self._connection, self._host)
        self._memory.caught_up = True
        return True

    def _shown(self) -> HostState | None:
        return self._connection.inventory.host(self._host.ref)


def _is_observable(host: HostState) -> bool:
    return host.connection is Connection.CONNECTED and host.network is not None


def _requested(thing: ManagedObject) -> str | None:
    return thing.metadata.annotations.get(ANNOTATION_RECONCILE)
