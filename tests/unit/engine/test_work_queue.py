import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from component.fake_clock import FakeClock, idle
from vmk_operator.engine.work_queue import WorkQueue


class Bench:
    """A queue of words whose work takes as long as the test says."""

    def __init__(self, *, workers: int = 4, takes_s: float = 0.0) -> None:
        self.clock = FakeClock()
        self.takes_s = takes_s
        self.began: list[str] = []
        self.under_way: set[str] = set()
        self.most_under_way = 0
        self.answers: Callable[[str], float | None] = lambda _: None
        self.queue: WorkQueue[str] = WorkQueue(clock=self.clock, work=self._work, workers=lambda: workers)

    async def _work(self, key: str) -> float | None:
        assert key not in self.under_way, "one key worked on twice at the same time"
        self.began.append(key)
        self.under_way.add(key)
        self.most_under_way = max(self.most_under_way, len(self.under_way))
        await self.clock.sleep(self.takes_s)
        self.under_way.discard(key)
        return self.answers(key)

    @asynccontextmanager
    async def running(self) -> AsyncIterator[WorkQueue[str]]:
        task = asyncio.create_task(self.queue.run())
        yield self.queue
        self.queue.stop()
        await self.clock.until(task.done)
        await task


async def test_a_key_that_waits_already_is_not_queued_twice() -> None:
    bench = Bench()
    bench.queue.add("a")
    bench.queue.add("a")

    async with bench.running():
        await idle()

    assert bench.began == ["a"]


async def test_a_key_that_is_asked_for_while_it_is_worked_on_runs_once_more() -> None:
    bench = Bench(takes_s=1.0)

    async with bench.running() as queue:
        queue.add("a")
        await bench.clock.advance(0.5)
        queue.add("a")
        queue.add("a")
        assert queue.depth == 1
        await bench.clock.advance(5)

    assert bench.began == ["a", "a"]


async def test_keys_are_served_in_the_order_in_which_they_came() -> None:
    bench = Bench(workers=1, takes_s=1.0)

    async with bench.running() as queue:
        for key in "abc":
            queue.add(key)
        await bench.clock.advance(0.5)
        queue.add("a")
        await bench.clock.advance(5)

    assert bench.began == ["a", "b", "c", "a"]


async def test_no_more_keys_are_worked_on_than_there_are_workers() -> None:
    bench = Bench(workers=3, takes_s=1.0)

    async with bench.running() as queue:
        for number in range(10):
            queue.add(str(number))
        await bench.clock.advance(20)

    assert (bench.most_under_way, len(bench.began)) == (3, 10)


async def test_of_two_times_the_earlier_one_counts() -> None:
    bench = Bench()
    start = bench.clock.monotonic()

    async with bench.running() as queue:
        queue.add_at("a", start + 60)
        queue.add_at("a", start + 10)
        queue.add_at("a", start + 30)
        await bench.clock.advance(9)
        assert bench.began == []
        await bench.clock.advance(1)
        assert bench.began == ["a"]
        await bench.clock.advance(100)

    assert bench.began == ["a"]


async def test_whoever_works_on_a_key_says_when_it_is_looked_at_again() -> None:
    bench = Bench()
    bench.answers = lambda _: bench.clock.monotonic() + 10 if len(bench.began) < 3 else None

    async with bench.running() as queue:
        queue.add("a")
        await bench.clock.advance(100)

    assert bench.began == ["a", "a", "a"]


async def test_an_earlier_look_replaces_the_time_that_was_set() -> None:
    bench = Bench()

    async with bench.running() as queue:
        queue.add_at("a", bench.clock.monotonic() + 10)
        queue.add("a")
        await bench.clock.advance(100)

    assert bench.began == ["a"]


async def test_a_time_that_has_passed_means_now() -> None:
    bench = Bench()

    async with bench.running() as queue:
        queue.add_at("a", bench.clock.monotonic() - 1)
        await idle()

    assert bench.began == ["a"]


async def test_an_idle_queue_waits_for_nothing() -> None:
    bench = Bench()

    async with bench.running() as queue:
        queue.add("a")
        await idle()
        assert bench.clock.next_due is None


async def test_a_stop_finishes_what_is_under_way_and_starts_nothing_else() -> None:
    bench = Bench(workers=1, takes_s=5.0)

    async with bench.running() as queue:
        queue.add("a")
        queue.add("b")
        await bench.clock.advance(1)

    assert (bench.began, bench.under_way) == (["a"], set())
