"""Fixtures of the component tests."""

from collections.abc import AsyncIterator

import pytest

from component.world import World, host


@pytest.fixture
async def world() -> AsyncIterator[World]:
    """One vCenter with one host; the engine is not started."""
    made = World()
    made.vcenter.add(host(1))
    yield made
    await made.stop()
