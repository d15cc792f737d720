"""What a status remembers of an object's fields: once right, drifted, repaired (DESIGN §3, Drift)."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from vmk_operator.api.v1alpha1 import Applied, Drift, Repair, VmkNetstack
from vmk_operator.model.drift import Difference
from vmk_operator.model.outcome import Outcome, Result
from vmk_operator.model.step import CreateAdapter
from vmk_operator.model.vcenter import Policy
from vmk_operator.planner.intent import managed_fields
from vmk_operator.planner.snapshot import ManagedObject, Status, Subject, replaced_of
from vmk_operator.planner.static_routes import is_taken_away, own_routes, route_field
from vmk_operator.planner.verdict import Verdict

LONGEST_HISTORY = 5


@dataclass(frozen=True, slots=True)
class Memory:
    """The remembering part of a status."""

    applied: tuple[Applied, ...] = ()
    drift: tuple[Drift, ...] = ()
    history: tuple[Repair, ...] = ()


def remember(
    subject: Subject, verdict: Verdict, outcomes: Sequence[Outcome], *, now: datetime, settling: bool
) -> Memory:
    """Carry the memory of the previous status on."""
    previous = subject.status
    if is_rebuilt(previous, verdict):
        previous = previous.model_copy(update={"applied": (), "drift": (), "binding": None})
    if any(difference.field == "device" for difference in verdict.differences):
        # Nobody took from the adapter that is to come what the one that is gone had.
        previous = previous.model_copy(update={"applied": ()})
    managed = managed_fields(subject.object) | _routes_to_take_away(subject.object, previous.applied)
    kept = tuple(drift for drift in previous.drift if drift.field in managed)
    done = dict(_find_done(verdict, outcomes))
    if subject.object.metadata.deleting and verdict.unknown is None:
        return Memory(previous.applied, (), previous.drift_history)
    if verdict.unknown is not None or settling:
        return Memory(_apply(previous.applied, done, managed), kept, previous.drift_history)

    seen = {applied.field: applied.value for applied in verdict.as_declared}
    drift = () if verdict.dormant else _find_drift(previous, verdict, kept, done, now)
    return Memory(
        _apply(previous.applied, done | seen, managed),
        drift,
        (*previous.drift_history, *_find_repairs(verdict, kept, seen, now))[-LONGEST_HISTORY:],
    )


def is_rebuilt(previous: Status, verdict: Verdict) -> bool:
    """Tell whether the host is another machine than the one that the status remembers."""
    return (
        previous.binding is not None
        and verdict.host is not None
        and previous.binding.host_uuid != verdict.host.host_uuid
    )


def find_done(verdict: Verdict, outcomes: Sequence[Outcome]) -> frozenset[str]:
    """Name the fields that were written and verified, even if the observation at hand is from before."""
    return frozenset(field for field, _ in _find_done(verdict, outcomes))


def _find_done(verdict: Verdict, outcomes: Iterable[Outcome]) -> Iterable[tuple[str, str]]:
    desired = {difference.field: difference.desired for difference in verdict.differences}
    for outcome in outcomes:
        if outcome.result is not Result.DONE:
            continue
        is_creation = isinstance(outcome.planned.step, CreateAdapter)
        for change in outcome.planned.changes:
            # A step may do a part of what a field needs: the last one of them brings it to what is declared.
            if is_creation or desired.get(change.field) == change.after:
                yield change.field, change.after


def _apply(previous: Iterable[Applied], values: Mapping[str, str], managed: frozenset[str]) -> tuple[Applied, ...]:
    known = {**{applied.field: applied.value for applied in previous}, **values}
    # Which adapter is ours is the binding's to remember.
    return tuple(
        Applied(field=f, value=known[f])
        for f in sorted(known)
        if f in managed and f != "device" and not is_taken_away(f, known[f])
    )


def _routes_to_take_away(item: ManagedObject, applied: Iterable[Applied]) -> frozenset[str]:
    """Name the routes of ours, declared or not any more: an object that declares no list of them manages none."""
    if not isinstance(item, VmkNetstack) or item.spec.routes is None:
        return frozenset()
    return frozenset(route_field(one.network) for one in own_routes(applied))


def _find_drift(
    previous: Status, verdict: Verdict, kept: Iterable[Drift], done: Mapping[str, str], now: datetime
) -> tuple[Drift, ...]:
    before = {drift.field: drift for drift in kept}
    judged = {difference.field for difference in verdict.differences} | {a.field for a in verdict.as_declared}
    if verdict.observed is not None:
        judged.add("device")
    drift = {field: one for field, one in before.items() if field not in judged}
    for difference in verdict.differences:
        known = before.get(difference.field)
        if known is None and difference.field in done:
            continue
        if _is_drift(difference, known, previous, verdict):
            drift[difference.field] = Drift(
                field=difference.field,
                desired=difference.desired,
                observed=difference.observed,
                since=known.since if known is not None else now,
            )
    return tuple(drift[field] for field in sorted(drift))


def _is_drift(difference: Difference, known: Drift | None, previous: Status, verdict: Verdict) -> bool:
    """Tell what somebody changed from what was never right yet; to whoever only observes, both are drift."""
    if verdict.policy is not Policy.ENFORCE:
        return True
    if known is not None and known.desired == difference.desired:
        return True
    if difference.field == "device":
        # An adapter that is being replaced is missed by nobody.
        if replaced_of(previous) is not None:
            return False
        return previous.binding is not None and previous.binding.device is not None
    return any(one.field == difference.field and one.value == difference.desired for one in previous.applied)


def _find_repairs(
    verdict: Verdict, kept: Iterable[Drift], seen: Mapping[str, str], now: datetime
) -> tuple[Repair, ...]:
    found_again = verdict.observed is not None
    return tuple(
        Repair(field=one.field, desired=one.desired, observed=one.observed, since=one.since, repaired_at=now)
        for one in kept
        if (found_again if one.field == "device" else seen.get(one.field) == one.desired)
    )
