"""Time that passes only when a test says so."""

import asyncio
import heapq
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

START = datetime(2026, 3, 1, 12, 0, 0, tzinfo=UTC)
_MOST_TURNS = 1_000_000


class FakeClock:
    """``Clock`` for tests: whoever sleeps is woken by ``advance``, in order."""

    def __init__(self) -> None:
        self._now = 1000.0
        self._sequence = 0
        self._sleepers: list[tuple[float, int, asyncio.Future[None]]] = []

    def now(self) -> datetime:
        return START + timedelta(seconds=self._now - 1000.0)

    def monotonic(self) -> float:
        return self._now

    async def sleep(self, seconds: float) -> None:
        if seconds <= 0:
            await asyncio.sleep(0)
            return
        woken = asyncio.get_running_loop().create_future()
        self._sequence += 1
        heapq.heappush(self._sleepers, (self._now + seconds, self._sequence, woken))
        await woken

    @property
    def next_due(self) -> float | None:
        """When the next sleeper wakes."""
        while self._sleepers and self._sleepers[0][2].done():
            heapq.heappop(self._sleepers)
        return self._sleepers[0][0] if self._sleepers else None

    async def advance(self, seconds: float) -> None:
        """Let that much time pass; everybody who is due in between does their work at their time."""
        target = self._now + seconds
        await idle()
        while (due := self.next_due) is not None and due <= target:
            await self._wake(due)
        self._now = target
        await idle()

    async def until(self, condition: Callable[[], object], *, within_s: float = 120.0) -> None:
        """Let time pass until *condition* holds."""
        deadline = self._now + within_s
        await idle()
        while not condition():
            due = self.next_due
            assert due is not None, "nothing is left to happen, and the condition does not hold"
            assert due <= deadline, f"the condition does not hold within {within_s} s"
            await self._wake(due)

    async def _wake(self, due: float) -> None:
        _, _, woken = heapq.heappop(self._sleepers)
        self._now = max(self._now, due)
        woken.set_result(None)
        await idle()


async def idle() -> None:
    """Let everything run that can run without time passing."""
    ready = asyncio.get_running_loop()._ready  # type: ignore[attr-defined]  # asyncio has no public "nothing to do"
    for _ in range(_MOST_TURNS):
        if not ready:
            return
        await asyncio.sleep(0)
    raise AssertionError("the event loop never comes to rest")
