"""Task and TaskManager, and how a method becomes a task."""

from typing import Any

from pyVmomi import vim

from vcenter_simulator.methods import history
from vcenter_simulator.methods.calls import Call, MethodTable
from vcenter_simulator.session_objects import add_object
from vcenter_simulator.soap.references import Reference, managed_reference, typed_array
from vcenter_simulator.tasks.leaves import TASK_COLLECTOR
from vcenter_simulator.tasks.ledger import Work
from vcenter_simulator.tasks.operations import operation_of
from vcenter_simulator.tasks.task import Task


def begin_task(call: Call, entity: Reference, *, is_cancelable: bool = False) -> Task:
    """Queue a task for the called method."""
    operation = operation_of(call.target.reference.kind, call.entry.method)
    return call.vcenter.tasks.begin(operation, entity, user=call.logged_in.shown_user, is_cancelable=is_cancelable)


def run_task(call: Call, entity: Reference, work: Work, *, is_cancelable: bool = False) -> Any:
    """Let the called method go on as a task, and return the task.

    Args:
        call: the call.
        entity: what it works on.
        work: does it.
        is_cancelable: whether clients may cancel it, at any point where *work* waits.
    """
    task = begin_task(call, entity, is_cancelable=is_cancelable)
    call.vcenter.tasks.run(task, work)
    return managed_reference(task.reference)


async def cancel_task(call: Call) -> None:
    """Cancel a task that allows it."""
    call.vcenter.tasks.cancel(call.target.source)


async def create_collector_for_tasks(call: Call) -> Any:
    """Give the session a window on the history of tasks."""
    history.check_room(call, TASK_COLLECTOR)
    history.check_entity(call, call.arguments["filter"])
    session = call.logged_in
    collector = call.vcenter.tasks.collect(session.new_moid(), call.arguments["filter"], session.sight.sees)
    return managed_reference(add_object(session, TASK_COLLECTOR, collector.moid, collector).reference)


async def read_next_tasks(call: Call) -> Any:
    """Read the next newer tasks."""
    return _infos(call.target.source.read_next(call.arguments["maxCount"]))


async def read_previous_tasks(call: Call) -> Any:
    """Read the next older tasks."""
    return _infos(call.target.source.read_previous(call.arguments["maxCount"]))


def _infos(tasks: list[Task]) -> Any:
    return typed_array(vim.TaskInfo, (task.info for task in tasks))


TASK: MethodTable = {"CancelTask": cancel_task}

MANAGER: MethodTable = {"CreateCollectorForTasks": create_collector_for_tasks}

COLLECTOR: MethodTable = {
    **history.COLLECTOR,
    "ReadNextTasks": read_next_tasks,
    "ReadPreviousTasks": read_previous_tasks,
}
