"""Conditions as Kubernetes tools read them (kstatus; reference/operators.md §2)."""

import enum
from datetime import datetime
from typing import Literal

from vmk_operator.api.base import StatusModel


class ConditionType(enum.StrEnum):
    """Every object of ours has all of these, always."""

    READY = "Ready"
    RECONCILING = "Reconciling"
    STALLED = "Stalled"
    DRIFTED = "Drifted"
    PAUSED = "Paused"


class Condition(StatusModel):
    """A metav1.Condition."""

    type: str
    status: Literal["True", "False", "Unknown"]
    reason: str
    """A stable CamelCase word; part of the API."""
    message: str = ""
    last_transition_time: datetime
    """When *status* last changed; reason and message move without it."""
    observed_generation: int | None = None
