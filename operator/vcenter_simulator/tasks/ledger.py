"""All tasks: begun, followed, and dropped some time after they are over."""

import asyncio
import contextlib
import logging
from collections.abc import Awaitable, Callable, Iterator
from datetime import timedelta
from typing import Any
from weakref import WeakSet

from vcenter_simulator.events.log import EventLog
from vcenter_simulator.history import HistoryCollector
from vcenter_simulator.host.refusals import Refusal, invalid_state, not_supported, system_error
from vcenter_simulator.inventory.clock import Clock
from vcenter_simulator.inventory.tree import Inventory
from vcenter_simulator.properties.published import PublishedObject
from vcenter_simulator.soap.references import Reference
from vcenter_simulator.tasks.leaves import TASK
from vcenter_simulator.tasks.operations import Operation
from vcenter_simulator.tasks.selection import task_condition
from vcenter_simulator.tasks.task import State, Task

KEPT = 1_000
"""Tasks; beyond that those that are over are dropped, the oldest first."""

MOST_RECENT = 200
"""Tasks that ``recentTask`` has at most; the limit of a vCenter."""

LONGEST_TEXT = 1_000
"""Characters of a text in the fault of a task: it may repeat what a client sent."""

RECENT_FOR = timedelta(minutes=10)
"""How long a task is recent after its end."""

MANAGER_ID = "TaskManager"

Progress = Callable[[int], None]
"""Told how much of the work is done, in percent."""

Work = Callable[[Task, Progress], Awaitable[Any]]
"""What a task does: it is given the task and a function to report progress to, returns the task's result, and may
refuse."""

logger = logging.getLogger(__name__)


class Tasks:
    """The tasks of a vCenter.

    Args:
        clock: the simulated time.
        inventory: what they work on; its journal is told about them.
        events: where it is said that they were asked for.
        kept: how many are kept.
    """

    def __init__(self, clock: Clock, inventory: Inventory, events: EventLog, kept: int = KEPT) -> None:
        self._clock = clock
        self._inventory = inventory
        self._events = events
        self._kept = kept
        self._last = 0
        self._tasks: dict[str, Task] = {}
        """By id, the oldest first."""
        self._jobs: dict[Task, asyncio.Task[None]] = {}
        self._collectors: WeakSet[HistoryCollector[Task]] = WeakSet()
        """Those that a session still has."""

    def __iter__(self) -> Iterator[Task]:
        return iter(self._tasks.values())

    def find(self, moid: str) -> PublishedObject | None:
        """Find a task that is still kept."""
        task = self._tasks.get(moid)
        return None if task is None else PublishedObject(TASK, moid, task, is_volatile=True)

    def entity_of(self, moid: str) -> str | None:
        """Return the id of the entity that a task works on; ``None`` when there is none, or no such task."""
        task = self._tasks.get(moid)
        return None if task is None or task.entity is None else task.entity.moid

    def recent(self) -> tuple[Reference, ...]:
        """Return the tasks that go on or ended a short time ago, the oldest first."""
        return tuple(task.reference for task in self._tasks.values() if self._is_recent(task))[-MOST_RECENT:]

    def begin(self, operation: Operation, entity: Reference | None, *, user: str, is_cancelable: bool = False) -> Task:
        """Queue a task and post its TaskEvent."""
        self._last += 1
        worked_on = self._inventory.find_entity(entity.moid) if entity is not None else None
        task = Task(
            key=self._last,
            operation=operation,
            entity=entity,
            entity_name=worked_on.name if worked_on is not None else None,
            user=user,
            queued_at=self._clock.now(),
            is_cancelable=is_cancelable,
            chain=self._events.next_key,
        )
        self._tasks[task.reference.moid] = task
        self._drop()
        self._events.post("TaskEvent", info=task.info, about=entity, user=user, text=f"Task: {operation.label}")
        self._inventory.journal.record(MANAGER_ID, ("recentTask",))
        self._show_on_entity(task, task.reference)
        self._show(task)
        return task

    def start(self, task: Task) -> None:
        """Note that a task is being worked on."""
        task.state = State.RUNNING
        task.started_at = self._clock.now()
        self._note_state(task)

    def progress(self, task: Task, percent: int) -> None:
        """Note how much of a task is done."""
        task.progress = percent
        self._note(task)

    def end(self, task: Task, *, result: Any = None, error: Refusal | None = None) -> None:
        """Note what came of a task: its result, or the fault that it ended with."""
        task.state = State.SUCCESS if error is None else State.ERROR
        task.completed_at = self._clock.now()
        task.result = result
        task.error = error.to_keep(LONGEST_TEXT) if error is not None else None
        self._note_state(task)

    @contextlib.contextmanager
    def ending(self, task: Task) -> Iterator[None]:
        """Let *task* end as the block does."""
        try:
            yield
        except Refusal as refusal:
            self.end(task, error=refusal)
            raise
        except BaseException:  # a cancellation, too: no task stays running without anybody who works on it
            self.end(task, error=system_error())
            raise
        self.end(task)

    def run(self, task: Task, work: Work) -> asyncio.Task[None]:
        """Work on *task* in the background; its result is what *work* returns, its error what *work* refuses with."""
        job = asyncio.get_running_loop().create_task(self._work(task, work))
        self._jobs[task] = job
        job.add_done_callback(lambda _: self._jobs.pop(task, None))
        return job

    def cancel(self, task: Task) -> None:
        """Cancel a task that allows it.

        Raises:
            Refusal: InvalidState when it is over, NotSupported when it can't be cancelled.
        """
        if task.is_over:
            raise invalid_state(f"The task {task.reference.moid} is over.")
        if not task.is_cancelable:
            raise not_supported(f"The task {task.reference.moid} can't be cancelled.")
        task.is_cancelled = True
        self._note(task)
        self._jobs[task].cancel()

    def stop(self) -> None:
        """End the work on all tasks: vCenter stops."""
        for job in list(self._jobs.values()):
            job.cancel()

    def collect(self, moid: str, spec: Any, sees: Callable[[str], bool]) -> HistoryCollector[Task]:
        """Begin to collect the tasks that fit *spec*; *sees* says whether their reader may know of an entity.

        Raises:
            Refusal: NotSupported for a condition that is not simulated.
        """
        collector = HistoryCollector(
            moid, spec, items=self._tasks.values, fits=task_condition(self._inventory, spec, sees)
        )
        self._collectors.add(collector)
        return collector

    async def _work(self, task: Task, work: Work) -> None:
        self.start(task)
        try:
            result = await work(task, lambda percent: self.progress(task, percent))
        except Refusal as refusal:
            self.end(task, error=refusal)
        except asyncio.CancelledError:
            self.end(task, error=Refusal("RequestCanceled", "The task was canceled by a user."))
            raise
        except Exception:
            # The client reads a fault in the task; the trace is for whoever runs the simulator.
            logger.exception("%s failed", task.operation.method)
            self.end(task, error=system_error())
        else:
            self.end(task, result=result)

    def _note(self, task: Task) -> None:
        self._inventory.journal.record(task.reference.moid, ("info",))

    def _note_state(self, task: Task) -> None:
        self._note(task)
        self._show(task)

    def _show(self, task: Task) -> None:
        """Tell the collectors; a vCenter does so for a task's states and not for its progress."""
        for collector in self._collectors:
            if collector.offer(task):
                self._inventory.journal.record(collector.moid, ("latestPage",))

    def _is_recent(self, task: Task) -> bool:
        return task.completed_at is None or task.completed_at >= self._clock.now() - RECENT_FOR

    def _drop(self) -> None:
        if len(self._tasks) <= self._kept:
            return
        oldest = next((task for task in self._tasks.values() if task.is_over), None)
        if oldest is not None:
            moid = oldest.reference.moid
            del self._tasks[moid]
            self._inventory.journal.record(moid, ())
            self._show_on_entity(oldest)

    def _show_on_entity(self, task: Task, *new: Reference) -> None:
        """Let what *task* works on show its recent tasks that are still kept, and *new* ones."""
        entity = self._inventory.find_entity(task.entity.moid) if task.entity is not None else None
        if entity is None:
            return
        kept = (self._tasks.get(one.moid) for one in entity.recent_tasks)
        recent = (one.reference for one in kept if one is not None and self._is_recent(one))
        self._inventory.set_recent_tasks(entity.reference.moid, (*recent, *new)[-MOST_RECENT:])
