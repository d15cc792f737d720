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
    return Condition(
        type=claim.type,
        status=claim.status,
        reason=claim.reason,
        message=claim.message,
        last_transition_time=before.last_transition_time if before and before.status == claim.status else now,
        observed_generation=generation,
    )
