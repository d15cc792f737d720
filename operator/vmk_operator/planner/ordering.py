"""In which order the steps of one host run. Source: DESIGN §4."""

import enum
from collections.abc import Iterable
from dataclasses import dataclass

from vmk_operator.model.step import PlannedStep


class Phase(enum.IntEnum):
    """Steps of an earlier phase run first, whatever object they serve."""

    CREATE_STACK = enum.auto()
    CREATE_ADAPTER = enum.auto()
    EDIT_STACK = enum.auto()
    """After its first adapter, which activates it."""
    UPDATE_ADAPTER = enum.auto()
    EDIT_STACK_LATE = enum.auto()
    """A gateway that only an updated address reaches."""
    SELECT_SERVICE = enum.auto()
    """Before deselecting: a service that moves is never without an adapter."""
    DESELECT_SERVICE = enum.auto()
    SELECT_MANAGEMENT = enum.auto()
    """Last, because from then on the adapter is protected from changes."""
    REMOVE_ADAPTER = enum.auto()
    REMOVE_STACK = enum.auto()
    """After the last adapter on it."""


@dataclass(frozen=True, slots=True)
class PhasedStep:
    """A planned step and when it is due."""

    phase: Phase
    planned: PlannedStep


def order(steps: Iterable[PhasedStep]) -> tuple[PlannedStep, ...]:
    """Put steps in the order to run them; the same for any order of objects."""
    due = sorted(steps, key=lambda one: (one.phase, one.planned.owner, one.planned.text))
    return tuple(one.planned for one in due)
