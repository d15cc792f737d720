"""Keys that wait for work: coalesced, in order of arrival, one worker per key at a time.

A key says *where* something happened, never *what*: whoever works on it looks at everything anew and answers when to
look again. So a wake-up that comes while the key waits is the same wake-up, and one that comes while it is worked on
makes it run once more.
"""

import asyncio
import heapq
from collections import deque
from collections.abc import Awaitable, Callable, Hashable
from typing import Generic, TypeVar

from vmk_operator.engine.ports import Clock

K = TypeVar("K", bound=Hashable)


class WorkQueue(Generic[K]):
    """A queue with its own workers. Everything happens on one event loop."""

    def __init__(
        self, *, clock: Clock, work: Callable[[K], Awaitable[float | None]], workers: Callable[[], int]
    ) -> None:
        """Prepare; nothing runs before ``run``.

        Args:
            clock: What delays are counted on.
            work: Works on one key and answers when to look again (``Clock.monotonic``) or ``None``. Must not raise.
            workers: How many keys may be worked on at the same time, asked anew each time.
        """
        self._clock = clock
        self._work = work
        self._workers = workers
        self._ready: deque[K] = deque()
        self._queued: set[K] = set()
        self._busy: set[K] = set()
        self._again: set[K] = set()
        self._due: dict[K, float] = {}
        self._heap: list[tuple[float, int, K]] = []
        self._sequence = 0
        self._tasks: asyncio.TaskGroup | None = None
        self._timer: asyncio.Task[None] | None = None
        self._timer_due = 0.0
        self._stop = asyncio.Event()

    @property
    def depth(self) -> int:
        """Keys that are ready and not yet worked on."""
        return len(self._ready) + len(self._again)

    def add(self, key: K) -> None:
        """Look at *key* as soon as a worker is free."""
        if key in self._busy:
            self._again.add(key)
        elif key not in self._queued:
            self._queued.add(key)
            self._ready.append(key)
            self._dispatch()

    def add_at(self, key: K, due: float) -> None:
        """Look at *key* at that time, or earlier if anything else asks for it."""
        if due <= self._clock.monotonic():
            self.add(key)
            return
        if due >= self._due.get(key, due + 1):
            return
        self._due[key] = due
        self._sequence += 1
        heapq.heappush(self._heap, (due, self._sequence, key))
        self._arm()

    async def run(self) -> None:
        """Work until ``stop``, then finish what is under way."""
        async with asyncio.TaskGroup() as tasks:
            self._tasks = tasks
            self._arm()
            self._dispatch()
            try:
                await self._stop.wait()
            finally:
                # Whoever adds a key from now on only leaves a note that nobody reads.
                self._tasks = None
                if self._timer is not None:
                    self._timer.cancel()

    def stop(self) -> None:
        """Start no other key."""
        self._stop.set()

    def _dispatch(self) -> None:
        while self._tasks is not None and not self._stop.is_set() and self._ready and self._has_free_worker():
            key = self._ready.popleft()
            self._queued.discard(key)
            # Whoever works on it says anew when to look again.
            self._due.pop(key, None)
            self._busy.add(key)
            self._tasks.create_task(self._work_on(key))

    def _has_free_worker(self) -> bool:
        return len(self._busy) < self._workers()

    async def _work_on(self, key: K) -> None:
        try:
            due = await self._work(key)
        finally:
            self._busy.discard(key)
        if key in self._again:
            self._again.discard(key)
            self.add(key)
        elif due is not None:
            self.add_at(key, due)
        self._dispatch()

    def _arm(self) -> None:
        while self._heap and self._due.get(self._heap[0][2]) != self._heap[0][0]:
            heapq.heappop(self._heap)
        if self._tasks is None or not self._heap:
            return
        due = self._heap[0][0]
        if self._timer is not None and not self._timer.done():
            if self._timer_due <= due:
                return
            self._timer.cancel()
        self._timer_due = due
        self._timer = self._tasks.create_task(self._ring(due))

    async def _ring(self, due: float) -> None:
        await self._clock.sleep(due - self._clock.monotonic())
        self._timer = None
        now = self._clock.monotonic()
        while self._heap and self._heap[0][0] <= now:
            at, _, key = heapq.heappop(self._heap)
            if self._due.get(key) == at:
                del self._due[key]
                self.add(key)
        self._arm()
