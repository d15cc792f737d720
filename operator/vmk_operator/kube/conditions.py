"""Conditions that move as Kubernetes tools expect: the transition time only when the status flips."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from vmk_operator.api.conditions import Condition, ConditionType

MESSAGE_LIMIT = 1024
"""Characters that the CRD allows in a message."""


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
    flipped = before is None or before.status != claim.status
    message = claim.message
    if len(message) > MESSAGE_LIMIT:
        message = message[: MESSAGE_LIMIT - 1] + "…"
    return Condition(
        type=claim.type,
        status=claim.status,
        reason=claim.reason,
        message=message,
        last_transition_time=now if before is None or flipped else before.last_transition_time,
        observed_generation=generation,
    )
