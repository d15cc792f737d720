"""One task, and its TaskInfo."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from pyVmomi import VmomiSupport, vim

from vcenter_simulator.host.refusals import Refusal
from vcenter_simulator.soap.encode import fault_object
from vcenter_simulator.soap.references import Reference, managed_reference
from vcenter_simulator.soap.versions import NEWEST
from vcenter_simulator.tasks.operations import Operation

KIND = "Task"

# Its stubs hide the function.
_metadata: Any = VmomiSupport


class State(StrEnum):
    """How far a task is."""

    QUEUED = "queued"
    RUNNING = "running"
    SUCCESS = "success"
    ERROR = "error"


@dataclass(eq=False, kw_only=True)
class Task:
    """One task."""

    key: int
    operation: Operation
    entity: Reference | None
    entity_name: str | None
    user: str
    """Who asked for it; empty for vCenter itself."""
    queued_at: datetime
    is_cancelable: bool
    chain: int
    """The key of the event that says that it was asked for; what follows from it is in the same chain."""
    state: State = State.QUEUED
    started_at: datetime | None = None
    completed_at: datetime | None = None
    progress: int | None = None
    """Percent, while it is running."""
    result: Any = None
    error: Refusal | None = None
    is_cancelled: bool = False
    """Whether somebody asked to cancel it."""

    @property
    def reference(self) -> Reference:
        """Its managed object."""
        return Reference(KIND, f"task-{self.key}")

    @property
    def is_over(self) -> bool:
        """Whether nothing more comes of it."""
        return self.state in (State.SUCCESS, State.ERROR)

    @property
    def info(self) -> Any:
        """Its TaskInfo as it is now."""
        return vim.TaskInfo(
            key=self.reference.moid,
            task=managed_reference(self.reference),
            name=_metadata.GuessWsdlMethod(self.operation.method),
            descriptionId=self.operation.description_id,
            entity=managed_reference(self.entity) if self.entity is not None else None,
            entityName=self.entity_name,
            state=vim.TaskInfo.State(self.state.value),
            cancelled=self.is_cancelled,
            cancelable=self.is_cancelable and not self.is_over,
            error=fault_object(self.error, NEWEST) if self.error is not None else None,
            result=self.result,
            progress=self.progress if self.state is State.RUNNING else None,
            reason=vim.TaskReasonUser(userName=self.user) if self.user else vim.TaskReasonSystem(),
            queueTime=self.queued_at,
            startTime=self.started_at,
            completeTime=self.completed_at,
            eventChainId=self.chain,
        )
