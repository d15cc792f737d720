"""Runs the steps of one host, one after the other, and trusts nothing that it has not seen.

Before a step the host is read again, unless that was done a moment ago, and the step must still be planned. Every
write is verified before the next one; a write whose answer was lost is looked for before anything else. What can't be
told ends the run.
"""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field

import structlog

from vmk_operator.engine.permit import Hold, WritePermit
from vmk_operator.engine.ports import Clock, Telemetry, VCenterConnection
from vmk_operator.engine.settings import EngineSettings
from vmk_operator.engine.settling import Expectation, refresh_if_allowed
from vmk_operator.errors import AmbiguousWriteError, BlockedError, HostAwayError, SessionLostError, TransientError
from vmk_operator.model.host import AdapterState, HostState, NetworkState
from vmk_operator.model.outcome import Outcome, Result
from vmk_operator.model.step import CreateAdapter, EsxcliStep, PlannedStep, Step, UpdateNetstack
from vmk_operator.planner.effect import created_device

log: structlog.typing.FilteringBoundLogger = structlog.get_logger()

_FIRST_PAUSE_S = 0.05
_REFRESH_AFTER_PAUSES = 4


@dataclass(slots=True)
class Run:
    """How far a run came."""

    planned_on: HostState
    """The host that the plan was made for."""
    seen: HostState
    """The host as last read."""
    outcomes: list[Outcome] = field(default_factory=list)
    """One for every step that was tried."""
    expectations: list[Expectation] = field(default_factory=list)
    """Every write that may have happened."""
    held_by: Hold | None = None
    """Why the next step was not tried."""
    outdated: bool = False
    """A fresh read showed a host on which the next step is not planned."""
    unbound: bool = False
    """An adapter was created and the API server does not know yet whose it is."""
    retry_after_s: float | None = None
    """What the other side asked for."""


@dataclass(frozen=True, slots=True)
class Hooks:
    """What the runner asks of whoever made the plan."""

    gate: Callable[[PlannedStep], WritePermit | Hold]
    """Asked at every send."""
    replan: Callable[[HostState], Sequence[PlannedStep]]
    """What would be done on a host that looks like this."""
    bind: Callable[[Outcome, HostState], Awaitable[None]]
    """Makes durable which device was created. May raise TransientError, which ends the run."""
    shown: Callable[[], HostState | None]
    """The host as the stream shows it now."""
    catch_up: Callable[[], Awaitable[bool]]
    """Lets vCenter read the host anew unless that was done; tells whether it did. May raise TransientError."""


class StepRunner:
    """Runs steps on one host over one connection."""

    def __init__(
        self,
        *,
        vcenter: str,
        connection: VCenterConnection,
        hooks: Hooks,
        clock: Clock,
        telemetry: Telemetry,
        settings: EngineSettings,
    ) -> None:
        self._vcenter = vcenter
        self._connection = connection
        self._hooks = hooks
        self._clock = clock
        self._telemetry = telemetry
        self._settings = settings
        self._read_at = float("-inf")

    async def run(self, host: HostState, steps: Sequence[PlannedStep]) -> Run:
        """Run *steps*, planned on *host*, until one is held back or does not end well."""
        run = Run(planned_on=host, seen=host)
        for planned in steps:
            outcome = await self._step(planned, run)
            if outcome is None:
                break
            run.outcomes.append(outcome)
            if outcome.result is not Result.DONE or not await self._make_durable(outcome, run):
                break
        return run

    async def _make_durable(self, outcome: Outcome, run: Run) -> bool:
        if not isinstance(outcome.planned.step, CreateAdapter):
            return True
        try:
            await self._hooks.bind(outcome, run.seen)
        except TransientError as error:
            log.warning("binding.not_durable", host=run.seen.name, object=str(outcome.planned.owner), error=str(error))
            run.unbound = True
            return False
        return True

    async def _step(self, planned: PlannedStep, run: Run) -> Outcome | None:
        """Try one step; ``None`` when it is not tried at all."""
        started = self._clock.monotonic()
        try:
            permit = await self._prepare(planned, run)
            if permit is None:
                return None
            outcome = await self._send(planned, run, permit)
        except TransientError as error:
            run.retry_after_s = error.retry_after_s
            outcome = Outcome(planned, Result.RETRY, _retry_reason(error), str(error))
        except BlockedError as error:
            outcome = Outcome(planned, Result.FAILED, error.reason, str(error))
        seconds = self._clock.monotonic() - started
        verb = type(planned.step).__name__
        self._telemetry.step_finished(self._vcenter, verb=verb, result=outcome.result.value, seconds=seconds)
        log.info(
            "step.finished",
            host=run.seen.name,
            object=str(planned.owner),
            step=planned.text,
            result=outcome.result.value,
            reason=outcome.reason or None,
            message=outcome.message or None,
            device=outcome.device,
            seconds=round(seconds, 3),
        )
        return outcome

    async def _prepare(self, planned: PlannedStep, run: Run) -> WritePermit | None:
        permit = self._hooks.gate(planned)
        if isinstance(permit, WritePermit):
            # A process that was killed may have made the adapter a moment ago, and vCenter may lag behind the host.
            caught_up = not _may_be_repeated(planned.step) and await self._hooks.catch_up()
            if caught_up or self._must_reread():
                run.seen = await self._connection.read_host(run.seen.ref)
                self._read_at = self._clock.monotonic()
            # Also when an earlier step was the one that read: the plan was made on what the stream showed.
            if not self._is_still_planned(planned, run):
                log.warning("step.outdated", host=run.seen.name, object=str(planned.owner), step=planned.text)
                run.outdated = True
                return None
            # Reading took time: the Lease may have come closer to its end.
            permit = self._hooks.gate(planned)
        if isinstance(permit, Hold):
            log.info("step.held", host=run.seen.name, object=str(planned.owner), step=planned.text, reason=permit.value)
            run.held_by = permit
            return None
        return permit

    def _must_reread(self) -> bool:
        # Also before a step that disturbs nobody: it carries whole sub-objects, and what in them is not ours to decide
        # must be what the host has now, not what the stream showed a moment ago.
        return self._clock.monotonic() - self._read_at > self._settings.reread_after_s

    def _is_still_planned(self, planned: PlannedStep, run: Run) -> bool:
        # The same host gives the same plan: only another one is planned anew.
        if run.seen == run.planned_on:
            return True
        return run.seen.network is not None and any(
            one.step == planned.step and one.owner == planned.owner for one in self._hooks.replan(run.seen)
        )

    async def _send(self, planned: PlannedStep, run: Run, permit: WritePermit) -> Outcome:
        before = run.seen.network
        if before is None:
            return Outcome(planned, Result.RETRY, "HostAway", f"vCenter shows no configuration of {run.seen.name}.")
        ref, lost = run.seen.ref, ""
        expected = Expectation(planned.step, before)
        timeout_s = permit.timeout_s(self._clock.monotonic(), self._settings.write_timeout_s)
        try:
            await self._connection.execute(ref, planned.step, timeout_s=timeout_s)
        except AmbiguousWriteError as error:
            lost = str(error)
        except TransientError as error:
            if await self._has_failed(expected, error, run):
                raise
            lost = str(error)
        run.expectations.append(expected)
        try:
            if lost or isinstance(planned.step, EsxcliStep):  # which vCenter only relayed
                await refresh_if_allowed(self._connection, run.seen)
            after = await self._find_effect(expected, run)
        except (TransientError, BlockedError) as error:
            return Outcome(planned, Result.UNVERIFIED, "Unverified", f"Sent, but the host can't be read: {error}")
        if after is None or after.network is None:
            return Outcome(planned, Result.UNVERIFIED, "Unverified", lost or "Sent, but its effect is not seen yet.")
        run.seen = after
        created = _created(planned.step, before, after.network)
        return Outcome(
            planned, Result.DONE, device=created.device if created else None, mac=created.mac if created else None
        )

    async def _has_failed(self, expected: Expectation, error: TransientError, run: Run) -> bool:
        """Look behind a failure: a host may have made the adapter or route before something else failed.

        vCenter may lag behind its host, so the look before the next try is not enough.
        """
        if _may_be_repeated(expected.step) or isinstance(error, HostAwayError | SessionLostError):
            return True
        try:
            await refresh_if_allowed(self._connection, run.seen)
            return not expected.is_met(await self._connection.read_host(run.seen.ref))
        except (TransientError, BlockedError):
            return False  # nobody knows, so the effect is looked for like that of a lost answer

    async def _find_effect(self, expected: Expectation, run: Run) -> HostState | None:
        """Look for the effect of a write until it is seen or the time is over."""
        deadline = self._clock.monotonic() + self._settings.verify_timeout_s
        pause_s, pauses = _FIRST_PAUSE_S, 0
        while True:
            shown = self._hooks.shown()
            if shown is not None and expected.is_met(shown):
                return shown
            after = await self._connection.read_host(run.seen.ref)
            self._read_at = self._clock.monotonic()
            if expected.is_met(after):
                return after
            if self._clock.monotonic() + pause_s > deadline:
                return None
            if pauses == _REFRESH_AFTER_PAUSES:
                await refresh_if_allowed(self._connection, run.seen)
            await self._clock.sleep(pause_s)
            pause_s, pauses = pause_s * 2, pauses + 1


def _may_be_repeated(step: Step) -> bool:
    """Tell whether *step* may be sent twice: a second adapter is one too many, and a second route is refused."""
    return not isinstance(step, CreateAdapter) and not (isinstance(step, UpdateNetstack) and step.route_changes)


def _created(step: Step, before: NetworkState, after: NetworkState) -> AdapterState | None:
    return created_device(step, before, after) if isinstance(step, CreateAdapter) else None


def _retry_reason(error: TransientError) -> str:
    if isinstance(error, HostAwayError):
        return "HostAway"
    if isinstance(error, SessionLostError):
        return "SessionLost"
    return "Retrying"
