"""Which state of DESIGN §3's table an object is in, and the five conditions that say so."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from vmk_operator.api.conditions import Condition, ConditionType
from vmk_operator.api.reasons import Reason
from vmk_operator.api.v1alpha1 import Drift, PlanStatus
from vmk_operator.model.outcome import Outcome, Result, WaitsFor
from vmk_operator.model.vcenter import Policy
from vmk_operator.planner import sentences
from vmk_operator.planner.snapshot import Status, Subject
from vmk_operator.planner.verdict import Approval, Blocked, Verdict

Truth = Literal["True", "False", "Unknown"]


@dataclass(frozen=True, slots=True)
class Readiness:
    """One row of the table."""

    ready: Truth
    reason: Reason
    message: str
    reconciling: bool = False
    stalled: bool = False


@dataclass(frozen=True, slots=True)
class Situation:
    """Everything that decides the row."""

    subject: Subject
    verdict: Verdict
    outcomes: Sequence[Outcome]
    drift: tuple[Drift, ...]
    blocked: Blocked | None
    """By the verdict, or by a halt."""
    done: frozenset[str]
    settling: bool
    plan: PlanStatus | None
    """As it is told."""

    def find(self, *results: Result) -> Outcome | None:
        """Find the first outcome that ended so."""
        return next((outcome for outcome in self.outcomes if outcome.result in results), None)


def judge_readiness(situation: Situation) -> Readiness:
    """Find the row."""
    verdict = situation.verdict
    if verdict.unknown is not None:
        is_pending = verdict.unknown.reason is Reason.PENDING
        return Readiness("Unknown", verdict.unknown.reason, verdict.unknown.message, reconciling=is_pending)
    if situation.blocked is not None:
        return Readiness("False", situation.blocked.reason, situation.blocked.message, stalled=True)
    if verdict.approval is not None and not verdict.approval.is_complete and verdict.policy is Policy.ENFORCE:
        return _judge_unapproved(situation, verdict.approval)
    if situation.subject.object.metadata.deleting:
        return Readiness("False", Reason.DELETING, _tell_deletion(situation), reconciling=True)
    if verdict.policy is not Policy.ENFORCE:
        return _judge_observed(situation)
    return _judge_enforced(situation)


def _judge_unapproved(situation: Situation, approval: Approval) -> Readiness:
    if situation.settling:
        return _tell_settling(situation)
    if approval.plan is not None:
        message = sentences.tell_maintenance(situation.subject.object, situation.verdict)
        return _unready(Reason.WAITING_FOR_MAINTENANCE_MODE, message)
    id_ = "" if situation.plan is None else situation.plan.id
    message = sentences.tell_approval(situation.subject.object, situation.verdict, approval, id_)
    return Readiness("False", Reason.WAITING_FOR_APPROVAL, message)


def _judge_observed(situation: Situation) -> Readiness:
    verdict = situation.verdict
    if not situation.drift:
        return _judge_right(situation)
    message = sentences.tell_observed(verdict, situation.drift)
    if verdict.policy is Policy.PAUSED:
        return Readiness("Unknown", Reason.PAUSED, f"Paused. {message}")
    return Readiness("True", Reason.OBSERVED, message)


def _judge_enforced(situation: Situation) -> Readiness:
    verdict = situation.verdict
    if situation.settling and not _stays_right(situation):
        return _tell_settling(situation)
    if not verdict.differences:
        return _judge_right(situation)
    steps = sentences.tell_steps(verdict)
    held_up = situation.find(Result.WAITING, Result.RETRY, Result.UNVERIFIED)
    if held_up is not None:
        return _judge_held_up(situation, held_up, steps)
    if all(difference.field in situation.done for difference in verdict.differences):
        return _tell_settling(situation)
    if situation.drift:
        return _unready(Reason.REPAIRING, f"{sentences.tell_drift(situation.drift)} {steps}")
    return _unready(Reason.APPLYING, steps)


def _judge_held_up(situation: Situation, outcome: Outcome, steps: str) -> Readiness:
    if outcome.result is Result.UNVERIFIED:
        return _tell_settling(situation)
    if outcome.result is Result.RETRY:
        return _unready(Reason.RETRYING, outcome.message or steps)
    is_delay = outcome.reason == WaitsFor.REPAIR_DELAY
    reason = Reason.WAITING_FOR_REPAIR_DELAY if is_delay else Reason.WAITING_FOR_SLOT
    return _unready(reason, f"{sentences.tell_waiting(outcome)} {steps}")


def _tell_settling(situation: Situation) -> Readiness:
    unseen = situation.find(Result.UNVERIFIED)
    message = unseen.message if unseen is not None else ""
    return _unready(Reason.SETTLING, message or "Written; vCenter does not show it yet.")


def _judge_right(situation: Situation) -> Readiness:
    if situation.verdict.dormant:
        return Readiness("True", Reason.DORMANT, sentences.tell_dormant(situation.subject.object, situation.verdict))
    return Readiness("True", Reason.CONVERGED, sentences.tell_converged(situation.subject.object, situation.verdict))


def _stays_right(situation: Situation) -> bool:
    """Tell whether others' writes on the host leave this object as right as it was."""
    ready = situation.subject.status.condition(ConditionType.READY)
    return ready is not None and ready.status == "True" and not situation.verdict.differences and not situation.drift


def _unready(reason: Reason, message: str) -> Readiness:
    return Readiness("False", reason, message, reconciling=True)


def _tell_deletion(situation: Situation) -> str:
    verdict = situation.verdict
    if verdict.deletion_waits is not None:
        return verdict.deletion_waits
    held_up = situation.find(Result.WAITING, Result.RETRY, Result.UNVERIFIED)
    if held_up is not None:
        told = sentences.tell_waiting(held_up) if held_up.result is Result.WAITING else held_up.message
        return f"{told} {sentences.tell_steps(verdict)}".strip()
    return sentences.tell_steps(verdict) if verdict.steps else "Nothing on the host is left to remove."


def write_conditions(
    subject: Subject, verdict: Verdict, readiness: Readiness, drift: Sequence[Drift], *, now: datetime
) -> tuple[Condition, ...]:
    """Write the whole set anew; a transition time moves only when its status flips."""
    told: dict[ConditionType, _Said] = {
        ConditionType.READY: (readiness.ready, readiness.reason, readiness.message),
        ConditionType.RECONCILING: _flag(readiness, readiness.reconciling, Reason.NOT_RECONCILING),
        ConditionType.STALLED: _flag(readiness, readiness.stalled, Reason.NOT_STALLED),
        ConditionType.DRIFTED: _tell_drifted(verdict, drift),
        ConditionType.PAUSED: _tell_paused(verdict),
    }
    return tuple(_write(subject, kind, said, now) for kind, said in told.items())


_Said = tuple[Truth, Reason, str]


def _flag(readiness: Readiness, raised: bool, otherwise: Reason) -> _Said:  # noqa: FBT001 - the value that is told
    return ("True", readiness.reason, readiness.message) if raised else ("False", otherwise, "")


def _tell_drifted(verdict: Verdict, drift: Sequence[Drift]) -> _Said:
    if verdict.unknown is not None:
        return "Unknown", verdict.unknown.reason, verdict.unknown.message
    if drift:
        return "True", Reason.DRIFTED, ", ".join(one.field for one in drift)
    return "False", Reason.NO_DRIFT, ""


def _tell_paused(verdict: Verdict) -> _Said:
    if verdict.policy is Policy.PAUSED:
        return "True", Reason.PAUSED, "Paused by the annotation vmkernel.dev/paused on this object or its VCenter."
    return "False", Reason.NOT_PAUSED, ""


def _write(subject: Subject, kind: ConditionType, said: _Said, now: datetime) -> Condition:
    status, reason, message = said
    before = _condition_before(subject.status, kind)
    return Condition(
        type=kind,
        status=status,
        reason=reason,
        message=message,
        last_transition_time=before.last_transition_time if before is not None and before.status == status else now,
        observed_generation=subject.object.metadata.generation,
    )


def _condition_before(status: Status, kind: ConditionType) -> Condition | None:
    # What the CRD defaults to was never a state of ours: its times mean nothing.
    return status.condition(kind) if status.observed_generation is not None else None
