"""In which order the steps of one host run. Source: DESIGN §4."""

import enum
from collections.abc import Iterable
from dataclasses import dataclass

from vmk_operator.model.host import NetworkState
from vmk_operator.model.identity import ObjectKey
from vmk_operator.model.step import FieldChange, PlannedStep, Step
from vmk_operator.planner.rules.disruption import is_disruptive


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
    SELECT_VSAN = enum.auto()
    """After all else of its adapter, which is protected from changes from then on."""
    DESELECT_VSAN = enum.auto()
    SELECT_MANAGEMENT = enum.auto()
    """Last, because from then on the adapter is protected from changes."""
    REMOVE_FOR_REPLACEMENT = enum.auto()
    REPLACE_ADAPTER = enum.auto()
    """At once after the removal: see ``order``."""
    REMOVE_ADAPTER = enum.auto()
    REMOVE_STACK = enum.auto()
    """After the last adapter on it."""


@dataclass(frozen=True, slots=True)
class PhasedStep:
    """A planned step and when it is due."""

    phase: Phase
    planned: PlannedStep


def phased(
    phase: Phase, step: Step, owner: ObjectKey, *, network: NetworkState, changes: tuple[FieldChange, ...], text: str
) -> PhasedStep:
    """Plan *step* for *owner*, on a host that looks like *network*."""
    return PhasedStep(phase, PlannedStep(step, owner, changes, is_disruptive(step, network), text))


def order(steps: Iterable[PhasedStep]) -> tuple[PlannedStep, ...]:
    """Put steps in the order to run them; the same for any order of objects.

    Replacements come one after the other, so that never more than one adapter is missing.
    """
    return tuple(one.planned for one in sorted(steps, key=_rank))


def _rank(one: PhasedStep) -> tuple[Phase, ObjectKey, Phase, str]:
    is_replacement = one.phase is Phase.REPLACE_ADAPTER
    return Phase.REMOVE_FOR_REPLACEMENT if is_replacement else one.phase, one.planned.owner, one.phase, one.planned.text
