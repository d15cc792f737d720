"""What a new status means to people who were not looking: Events, and figures for the metrics. Pure."""

from dataclasses import dataclass

from vmk_operator.model.event import EventReason
from vmk_operator.model.outcome import Outcome, Result, WaitsFor
from vmk_operator.planner.snapshot import Status


@dataclass(frozen=True, slots=True)
class Note:
    """One Kubernetes Event."""

    warning: bool
    reason: str
    message: str


@dataclass(frozen=True, slots=True)
class Transition:
    """The difference between two statuses of one object."""

    notes: tuple[Note, ...]
    drifted: tuple[str, ...]
    """Fields that somebody else turned out to have changed."""
    repaired_after_s: tuple[float, ...]
    """How long each drift lasted that is over now by a repair."""


def compare_status(before: Status, after: Status) -> Transition:
    """Tell what happened between two statuses."""
    known = {(drift.field, drift.since) for drift in before.drift}
    drifts = [drift for drift in after.drift if (drift.field, drift.since) not in known]
    past = {(repair.field, repair.repaired_at) for repair in before.drift_history}
    repairs = [repair for repair in after.drift_history if (repair.field, repair.repaired_at) not in past]
    notes = [
        Note(
            warning=True,
            reason=EventReason.DRIFT_DETECTED,
            message=f"{drift.field} is {drift.observed}, declared is {drift.desired}.",
        )
        for drift in drifts
    ]
    notes += [
        Note(
            warning=False,
            reason=EventReason.DRIFT_REPAIRED,
            message=f"{repair.field} was {repair.observed} and is {repair.desired} again.",
        )
        for repair in repairs
    ]
    notes += [note for note in (_new_stall(before, after), _new_wait(before, after)) if note is not None]
    return Transition(
        tuple(notes),
        tuple(drift.field for drift in drifts),
        tuple((repair.repaired_at - repair.since).total_seconds() for repair in repairs),
    )


def describe_outcome(outcome: Outcome) -> Note | None:
    """Make the Event of one step; ``None`` for a step that is not over, or whose failure the stall will tell."""
    if outcome.result is Result.DONE:
        device = f" ({outcome.device})" if outcome.device else ""
        return Note(warning=False, reason=EventReason.CHANGED, message=f"Done: {outcome.planned.text}{device}.")
    if outcome.result in {Result.RETRY, Result.UNVERIFIED}:
        return Note(warning=True, reason=outcome.reason, message=f"{outcome.planned.text}: {outcome.message}")
    return None


def _new_wait(before: Status, after: Status) -> Note | None:
    """Tell that a person is waited for, once for every plan."""
    plan = after.plan
    if plan is None or plan.waits_for != WaitsFor.APPROVAL or (before.plan is not None and before.plan.id == plan.id):
        return None
    ready = after.condition("Ready")
    return None if ready is None else Note(warning=True, reason=ready.reason, message=ready.message)


def _new_stall(before: Status, after: Status) -> Note | None:
    was, stalled = before.condition("Stalled"), after.condition("Stalled")
    if stalled is None or stalled.status != "True":
        return None
    if was is not None and was.status == "True" and was.reason == stalled.reason:
        return None
    return Note(warning=True, reason=stalled.reason, message=stalled.message)
