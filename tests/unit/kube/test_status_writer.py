"""What the writer does when the API server does not do what it is asked for."""

import asyncio
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from unit.kube.samples import adapter
from vmk_operator.api.v1alpha1 import VmkAdapterStatus
from vmk_operator.errors import TransientError
from vmk_operator.kube.client import ApiStatusError
from vmk_operator.kube.desired import DesiredCache
from vmk_operator.kube.resources import Resource
from vmk_operator.kube.status import KubeStatusWriter
from vmk_operator.model.identity import Kind, ObjectKey

KEY = ObjectKey(Kind.ADAPTER, "team", "a", "u1")


class StubbornApi:
    """An API server that answers the next requests with these errors, and then does what it is asked for."""

    def __init__(self) -> None:
        self.errors: list[Exception] = []
        self.written: list[int] = []
        self.asked = 0
        self.called = asyncio.Event()
        self.gate: Callable[[], Any] | None = None
        self._version = 10

    async def patch(self, path: str, operations: list[dict[str, Any]], *, timeout_s: float | None = None) -> Any:  # noqa: ARG002 - the client's
        self.asked += 1
        self.called.set()
        if self.gate is not None:
            await self.gate()
        if self.errors:
            raise self.errors.pop(0)
        status = operations[-1]["value"]
        self.written.append(status["observedGeneration"])
        self._version += 1
        return adapter(version=self._version, status=status)


class HastyClock:
    """Time that never has to be waited for."""

    def __init__(self) -> None:
        self.slept: list[float] = []

    def now(self) -> datetime:
        return datetime(2026, 3, 1, tzinfo=UTC)

    def monotonic(self) -> float:
        return 0.0

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        await asyncio.sleep(0)


@pytest.fixture
def api() -> StubbornApi:
    return StubbornApi()


@pytest.fixture
def clock() -> HastyClock:
    return HastyClock()


@pytest.fixture
async def writer(api: StubbornApi, clock: HastyClock) -> AsyncIterator[KubeStatusWriter]:
    cache = DesiredCache()
    cache.feed(Resource.ADAPTERS, adapter())
    made = KubeStatusWriter(api, cache, clock)  # type: ignore[arg-type]  # as much of a client as it uses
    running = asyncio.create_task(made.run())
    yield made
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)


def status(number: int) -> VmkAdapterStatus:
    return VmkAdapterStatus(observed_generation=number)


@pytest.mark.parametrize(
    "error",
    [
        TransientError("no answer"),
        ApiStatusError(429, "too many", retry_after_s=0.01),
        ApiStatusError(500, "etcd"),
        ApiStatusError(503, "starting"),
        ApiStatusError(403, "a role on its way"),
    ],
)
async def test_a_published_status_is_tried_again_after(
    writer: KubeStatusWriter, api: StubbornApi, error: Exception
) -> None:
    api.errors = [error]
    writer.publish(KEY, status(2))
    assert await writer.flush(timeout_s=5)
    assert api.written == [2]


async def test_a_newer_status_replaces_one_that_waits_for_another_attempt(
    writer: KubeStatusWriter, api: StubbornApi
) -> None:
    api.errors = [TransientError("no answer")]
    writer.publish(KEY, status(2))
    await api.called.wait()
    writer.publish(KEY, status(3))
    assert await writer.flush(timeout_s=5)
    assert api.written == [3]


async def test_a_durable_status_makes_a_few_quick_attempts_and_then_says_why_not(
    writer: KubeStatusWriter, api: StubbornApi, clock: HastyClock
) -> None:
    api.errors = [TransientError("first"), TransientError("second")]
    await writer.persist(KEY, status(2))
    assert api.written == [2]
    assert clock.slept == [0.1, 0.5]
    api.errors = [ApiStatusError(500, f"attempt {number}") for number in range(3)]
    with pytest.raises(TransientError, match="attempt 2"):
        await writer.persist(KEY, status(3))


async def test_a_durable_status_waits_for_the_write_under_way_and_comes_last(
    writer: KubeStatusWriter, api: StubbornApi
) -> None:
    opened = asyncio.Event()
    api.gate = opened.wait
    writer.publish(KEY, status(2))
    await api.called.wait()
    durable = asyncio.create_task(writer.persist(KEY, status(3)))
    await asyncio.sleep(0)
    assert api.asked == 1
    opened.set()
    await durable
    assert api.written == [2, 3]


async def test_what_is_published_after_a_durable_status_is_written_after_it(
    writer: KubeStatusWriter, api: StubbornApi
) -> None:
    opened = asyncio.Event()
    api.gate = opened.wait
    durable = asyncio.create_task(writer.persist(KEY, status(2)))
    await api.called.wait()
    writer.publish(KEY, status(3))
    opened.set()
    await durable
    assert await writer.flush(timeout_s=5)
    assert api.written == [2, 3]


async def test_a_flush_that_is_not_in_time_says_so(writer: KubeStatusWriter, api: StubbornApi) -> None:
    api.gate = asyncio.Event().wait
    writer.publish(KEY, status(2))
    assert not await writer.flush(timeout_s=0.01)
