"""The whole status of an object, from the previous one and what is true now (DESIGN §3, Status)."""

from collections.abc import Sequence
from datetime import datetime

from vmk_operator.api.conditions import ConditionType
from vmk_operator.api.reasons import Reason
from vmk_operator.api.v1alpha1 import (
    Binding,
    Drift,
    Halt,
    PlanStatus,
    Replaced,
    VmkAdapter,
    VmkAdapterStatus,
    VmkNetstack,
    VmkNetstackStatus,
)
from vmk_operator.model.outcome import Outcome, Result, WaitsFor
from vmk_operator.model.step import CreateAdapter
from vmk_operator.model.vcenter import Policy
from vmk_operator.planner.approval import tell_plan_id
from vmk_operator.planner.halts import explain_halt, latest_request, pending_request, standing_halt
from vmk_operator.planner.memory import Memory, find_done, remember
from vmk_operator.planner.moments import unix_seconds
from vmk_operator.planner.readiness import Readiness, Situation, judge_readiness, write_conditions
from vmk_operator.planner.snapshot import Status, Subject
from vmk_operator.planner.verdict import Blocked, Verdict

CONTEST_REPAIRS = 3
CONTEST_WINDOW_S = 600.0


def next_status(
    subject: Subject,
    verdict: Verdict,
    outcomes: Sequence[Outcome],
    *,
    now: datetime,
    settling: bool = False,
    running: bool = False,
) -> Status:
    """Compute the status that follows; equal to the previous one when nothing changed.

    *outcomes* are of this object's steps. While *settling* the observation may be from before our own write: no drift
    begins or ends, and no plan is told. When *running*, the steps are about to be sent: that ends an approval. Steps of
    an object whose next status has a halt must not be run.
    """
    previous, request = subject.status, latest_request(subject.object)
    memory = remember(subject, verdict, outcomes, now=now, settling=settling)
    halt = _choose_halt(subject, verdict, outcomes, memory, now=now, settling=settling)
    blocked = _choose_block(verdict, halt)
    plan = _tell_plan(subject, verdict, outcomes, now=now, settling=settling, stalled=blocked is not None)
    readiness = judge_readiness(
        Situation(
            subject=subject,
            verdict=verdict,
            outcomes=outcomes,
            drift=memory.drift,
            blocked=blocked,
            done=find_done(verdict, outcomes),
            settling=settling,
            plan=plan,
        )
    )
    status = (VmkAdapterStatus if isinstance(subject.object, VmkAdapter) else VmkNetstackStatus)(
        observed_generation=subject.object.metadata.generation,
        conditions=write_conditions(subject, verdict, readiness, memory.drift, now=now),
        since=_since(previous, readiness, now),
        binding=_bind(verdict, outcomes),
        applied=memory.applied,
        drift=memory.drift,
        drift_history=memory.history,
        plan=None if running else plan,
        last_approved_plan=_spend(subject, verdict) if running else previous.last_approved_plan,
        advisories=verdict.advisories if verdict.unknown is None else previous.advisories,
        halt=halt,
        last_handled_reconcile_at=previous.last_handled_reconcile_at if request is None else request,
    )
    observed = verdict.observed if verdict.unknown is None else previous.observed
    if isinstance(subject.object, VmkNetstack):
        return status.model_copy(update={"observed": observed})
    replaced = _remember_replaced(subject, verdict, halt, settling=settling, running=running)
    return status.model_copy(update={"observed": observed, "replaced": replaced})


def _remember_replaced(
    subject: Subject, verdict: Verdict, halt: Halt | None, *, settling: bool, running: bool
) -> Replaced | None:
    """Carry the memory of a removed adapter on until there is an adapter again and nothing is left to put back."""
    if running and verdict.replaces is not None:
        return verdict.replaces
    has_failed = halt is not None and halt.reason == Reason.REPLACEMENT_FAILED
    is_over = verdict.observed is not None and not (settling or running or has_failed)
    return None if is_over else subject.replaced


def _choose_halt(
    subject: Subject,
    verdict: Verdict,
    outcomes: Sequence[Outcome],
    memory: Memory,
    *,
    now: datetime,
    settling: bool,
) -> Halt | None:
    failed = next((outcome for outcome in outcomes if outcome.result is Result.FAILED), None)
    if failed is not None:
        return _halt_by(failed, subject, verdict)
    halt = standing_halt(subject.object, subject.status, verdict.fingerprint)
    if halt is not None:
        return halt
    if settling or verdict.policy is not Policy.ENFORCE or pending_request(subject.object, subject.status) is not None:
        return None
    contested = _find_contested(subject.status, memory, now)
    if contested is None:
        return None
    where = verdict.host.host_name if verdict.host is not None else subject.object.spec.host
    message = (
        f"{contested.field} on {where} was repaired {CONTEST_REPAIRS} times within ten minutes and is "
        f"{contested.observed} again, declared is {contested.desired}; find out who changes it (driftHistory), then "
        "set the annotation vmkernel.dev/reconcile-requested-at to the present time."
    )
    return _halt(subject, verdict, Reason.CONTESTED, message)


def _halt_by(failed: Outcome, subject: Subject, verdict: Verdict) -> Halt:
    told = f"{failed.planned.text}: {failed.message}"
    if subject.replaced is not None and isinstance(failed.planned.step, CreateAdapter):
        device = subject.replaced.device
        if failed.planned.restores:
            return _halt(subject, verdict, Reason.RESTORE_FAILED, f"{device} could not be put back. {told}")
        return _halt(subject, verdict, Reason.REPLACEMENT_FAILED, f"{device} is put back as it was. {told}")
    reason = failed.reason if failed.reason in set(Reason) else Reason.REFUSED
    return _halt(subject, verdict, reason, told)


def _halt(subject: Subject, verdict: Verdict, reason: str, message: str) -> Halt:
    return Halt(
        reason=reason,
        message=message,
        generation=subject.object.metadata.generation,
        observed_fingerprint=verdict.fingerprint,
    )


def _find_contested(previous: Status, memory: Memory, now: datetime) -> Drift | None:
    """Find a field that somebody has just changed again. A drift that goes on was allowed its attempt before."""
    earliest = unix_seconds(now) - CONTEST_WINDOW_S
    known = {(drift.field, drift.observed) for drift in previous.drift}
    for drift in memory.drift:
        repairs = [r for r in memory.history if r.field == drift.field and unix_seconds(r.repaired_at) >= earliest]
        if (drift.field, drift.observed) not in known and len(repairs) >= CONTEST_REPAIRS:
            return drift
    return None


def _choose_block(verdict: Verdict, halt: Halt | None) -> Blocked | None:
    if verdict.blocked is not None or halt is None or verdict.policy is not Policy.ENFORCE:
        return verdict.blocked
    return explain_halt(halt)


def _since(previous: Status, readiness: Readiness, now: datetime) -> datetime:
    ready = previous.condition(ConditionType.READY)
    same = ready is not None and ready.reason == readiness.reason and previous.since is not None
    return previous.since if same and previous.since is not None else now


def _bind(verdict: Verdict, outcomes: Sequence[Outcome]) -> Binding | None:
    """Take the device that an adapter was created as, unless it is seen already."""
    if verdict.host is None or verdict.observed is not None:
        return verdict.binding
    for outcome in outcomes:
        if isinstance(outcome.planned.step, CreateAdapter) and outcome.device is not None:
            return verdict.host.model_copy(update={"device": outcome.device, "mac": outcome.mac})
    return verdict.binding


def _tell_plan(
    subject: Subject,
    verdict: Verdict,
    outcomes: Sequence[Outcome],
    *,
    now: datetime,
    settling: bool,
    stalled: bool,
) -> PlanStatus | None:
    """Tell what would be done but may not be, under the policy or yet."""
    previous = subject.status.plan
    enforced = verdict.policy is Policy.ENFORCE
    if settling:
        return None if enforced else previous
    waits_for = _waits_for(verdict, outcomes) if enforced else None
    # What is approved stays told until it runs, whatever else holds it up.
    is_told = not enforced or waits_for is not None or (verdict.approval is not None and subject.grant is None)
    if not verdict.steps or stalled or not is_told or verdict.unknown is not None:
        return None
    id_, since = tell_plan_id(subject.status, verdict.content, now)
    return PlanStatus(
        id=id_,
        since=since,
        waits_for=waits_for,
        steps=tuple(planned.text for planned in verdict.steps),
    )


def _spend(subject: Subject, verdict: Verdict) -> str | None:
    approved = None if verdict.approval is None else verdict.approval.plan
    return subject.status.last_approved_plan if approved is None else approved


def _waits_for(verdict: Verdict, outcomes: Sequence[Outcome]) -> str | None:
    approval = verdict.approval
    if approval is not None and not approval.is_complete:
        return WaitsFor.APPROVAL if approval.plan is None else WaitsFor.MAINTENANCE_MODE
    waiting = next((outcome for outcome in outcomes if outcome.result is Result.WAITING), None)
    return None if waiting is None else waiting.reason
