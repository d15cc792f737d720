"""Two things at once, until the first of them ends."""

import asyncio
from collections.abc import Coroutine
from typing import Any


async def race(*runners: Coroutine[Any, Any, None]) -> None:
    """Run all of them until one ends; the others are cancelled and awaited. Raises what the first one raised."""
    tasks = [asyncio.create_task(runner) for runner in runners]
    try:
        done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in tasks:
            task.cancel()
        endings = await asyncio.gather(*tasks, return_exceptions=True)
    for task, ending in zip(tasks, endings, strict=True):
        if task in done and isinstance(ending, BaseException):
            raise ending
