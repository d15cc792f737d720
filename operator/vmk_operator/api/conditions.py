"""Conditions as Kubernetes tools read them (kstatus; reference/operators.md §2)."""

import enum
from datetime import datetime
from typing import Annotated, Literal

from vmk_operator.api.base import StatusModel
from vmk_operator.api.bounds import CutTo
from vmk_operator.api.structural import KeyedBy


class ConditionType(enum.StrEnum):
    """Every object of ours has all of these, always."""

    READY = "Ready"
    RECONCILING = "Reconciling"
    STALLED = "Stalled"
    DRIFTED = "Drifted"
    PAUSED = "Paused"


class Condition(StatusModel):
    """A metav1.Condition."""

    type: Annotated[str, CutTo(64)]
    """Ready, Reconciling, Stalled, Drifted or Paused."""
    status: Literal["True", "False", "Unknown"]
    """Whether it is so."""
    reason: Annotated[str, CutTo(64)]
    """A stable CamelCase word; part of the API."""
    message: Annotated[str, CutTo(1024)] = ""
    """A sentence for people, with the remedy where there is one."""
    last_transition_time: datetime
    """When *status* last changed; reason and message move without it."""
    observed_generation: int | None = None
    """The generation of the spec that this condition is about."""


Conditions = Annotated[tuple[Condition, ...], CutTo(8), KeyedBy("type")]
