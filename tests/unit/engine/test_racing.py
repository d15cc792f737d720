import asyncio

import pytest

from vmk_operator.engine.racing import race


async def test_a_race_ends_with_its_first_and_waits_for_the_others_to_clean_up() -> None:
    cleaned: list[str] = []

    async def slow() -> None:
        try:
            await asyncio.Event().wait()
        finally:
            await asyncio.sleep(0)
            cleaned.append("slow")

    async def quick() -> None:
        await asyncio.sleep(0)

    await race(slow(), quick())

    assert cleaned == ["slow"]


async def test_a_race_raises_what_its_first_raised() -> None:
    async def failing() -> None:
        raise ValueError("first")

    with pytest.raises(ValueError, match="first"):
        await race(asyncio.Event().wait(), failing())  # type: ignore[arg-type]  # what it would return is never seen


async def test_a_cancelled_race_leaves_nobody_running() -> None:
    ended: list[str] = []

    async def runner() -> None:
        try:
            await asyncio.Event().wait()
        finally:
            ended.append("runner")

    task = asyncio.create_task(race(runner(), runner()))
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task

    assert ended == ["runner", "runner"]
