"""Which tasks a client asks for: a TaskFilterSpec as a condition."""

from collections.abc import Callable
from typing import Any

from vcenter_simulator.events.selection import is_by, is_within
from vcenter_simulator.host.refusals import not_supported
from vcenter_simulator.inventory.growing import ROOT
from vcenter_simulator.inventory.tree import Inventory
from vcenter_simulator.soap.references import reference_of
from vcenter_simulator.tasks.task import Task

Fits = Callable[[Task], bool]

_NOT_SIMULATED = ("activationId", "alarm", "scheduledTask", "tag", "parentTaskKey", "rootTaskKey")

_TIMES = {"queuedTime": "queued_at", "startedTime": "started_at", "completedTime": "completed_at"}


def task_condition(inventory: Inventory, spec: Any, sees: Callable[[str], bool]) -> Fits:
    """Return what a task must be to fit *spec* and to be for the one who asks.

    Args:
        inventory: what tasks work on.
        spec: what is asked for.
        sees: whether the one who asks may know of an entity.

    Raises:
        Refusal: NotSupported for a condition that is not simulated.
    """
    for name in _NOT_SIMULATED:
        if getattr(spec, name) not in (None, []):
            raise not_supported(f"The simulator's tasks can't be selected by '{name}'.")
    conditions: list[Fits] = []
    if spec.entity is not None:
        entity, recursion = reference_of(spec.entity.entity).moid, spec.entity.recursion
        conditions.append(lambda task: _works_on(inventory, task, entity, recursion))
    if spec.time is not None:
        conditions.append(lambda task: is_within(getattr(task, _TIMES[spec.time.timeType]), spec.time))
    if spec.userName is not None:
        conditions.append(lambda task: is_by(task.user, spec.userName))
    if spec.state:
        conditions.append(lambda task: task.state.value in spec.state)
    if spec.eventChainId:
        conditions.append(lambda task: task.chain in spec.eventChainId)
    conditions.append(lambda task: sees(task.entity.moid if task.entity is not None else ROOT.moid))
    return lambda task: all(fits(task) for fits in conditions)


def _works_on(inventory: Inventory, task: Task, entity: str, recursion: str) -> bool:
    if task.entity is None:
        return False
    itself = task.entity.moid == entity
    if recursion == "self" or (recursion == "all" and itself):
        return itself
    return not itself and any(one.reference.moid == entity for one in inventory.lineage(task.entity.moid))
