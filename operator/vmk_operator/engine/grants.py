"""Approvals that a run spends, and what is left of them when it ends before its plan does."""

from collections.abc import Mapping, Sequence

from vmk_operator.model.identity import ObjectKey
from vmk_operator.model.outcome import Outcome, Result
from vmk_operator.model.step import PlannedStep
from vmk_operator.planner.snapshot import Grant


def spend(steps: Sequence[PlannedStep]) -> dict[ObjectKey, Grant]:
    """Give the approvals that running *steps* spends."""
    approvals = {planned.owner: planned.approval for planned in steps if planned.approval is not None}
    return {
        owner: Grant(approval, tuple(planned.step for planned in steps if planned.owner == owner))
        for owner, approval in approvals.items()
    }


def unspent(grants: Mapping[ObjectKey, Grant], outcomes: Sequence[Outcome]) -> dict[ObjectKey, Grant]:
    """Keep the approval of who has steps left: none of them failed, and of none it is unknown what became of it."""
    left = dict(grants)
    for owner, grant in grants.items():
        results = [outcome.result for outcome in outcomes if outcome.planned.owner == owner]
        if set(results) - {Result.DONE, Result.RETRY} or results.count(Result.DONE) == len(grant.steps):
            del left[owner]
    return left
