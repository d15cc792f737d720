"""Conditions that move as Kubernetes tools expect: the transition time only when the status flips."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from vmk_operator.api.conditions import Condition, ConditionType


@dataclass(frozen=True, slots=True)
class Claim:
    """What one condition is to say."""

    type: ConditionType
    status: Literal["True", "False", "Unknown"]
    reason: str
    message: str = ""


def conditions(
    claims: Sequence[Claim], *, previous: Sequence[Condition], generation: int, now: datetime
) -> tuple[Condition, ...]:
    """Write the whole set anew, keeping the transition time of every condition whose status stays."""
    before = {condition.type: condition for condition in previous}
    return tuple(_condition(claim, before.get(claim.type), generation, now) for claim in claims)


def _condition(claim: Claim, before: Condition | None, generation: int, now: datetime) -> Condition:
    if before is None or before.observed_generation is None or before.status != claim.status:
        since = now  # without a generation it is the CRD's default: nobody said it yet, and its time is 1970
    else:
        since = before.last_transition_time
    return Condition(
        type=claim.type,
        status=claim.status,
        reason=claim.reason,
        message=claim.message,
        last_transition_time=since,
        observed_generation=generation,
    )
