"""What tasks, the task manager and the task history collectors publish."""

from functools import cache
from typing import Any

from pyVmomi import vim

from vcenter_simulator.history import MOST_COLLECTORS
from vcenter_simulator.properties.leaves import Leaves
from vcenter_simulator.soap.references import reference_array, typed_array
from vcenter_simulator.tasks.operations import WORDS

_STATES = {
    "queued": ("Queued", "Task is queued"),
    "running": ("Running", "Task is in progress"),
    "success": ("Success", "Task completed successfully"),
    "error": ("Error", "Task completed with a failure"),
}
_REASONS = {
    "TaskReasonUser": ("User task", "Task started by a specific user"),
    "TaskReasonSystem": ("System task", "Task started by the server"),
}


@cache
def _description() -> Any:
    return vim.TaskDescription(
        methodInfo=[_described(vim.ElementDescription, *one) for one in WORDS.items()],
        state=[_described(vim.ElementDescription, *one) for one in _STATES.items()],
        reason=[_described(vim.TypeDescription, getattr(vim, name), words) for name, words in _REASONS.items()],
    )


def _described(kind: Any, key: Any, words: tuple[str, str]) -> Any:
    label, summary = words
    return kind(key=key, label=label, summary=summary)


TASK = Leaves(vim.Task, {"info": lambda task: task.info})

TASK_MANAGER = Leaves(
    vim.TaskManager,
    {
        "recentTask": lambda tasks: reference_array(vim.Task, tasks.recent()),
        "description": lambda _: _description(),
        "maxCollector": lambda _: MOST_COLLECTORS,
    },
)

TASK_COLLECTOR = Leaves(
    vim.TaskHistoryCollector,
    {
        "filter": lambda collector: collector.spec,
        "latestPage": lambda collector: typed_array(vim.TaskInfo, (task.info for task in collector.latest_page)),
    },
)
