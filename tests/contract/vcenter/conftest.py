from collections.abc import AsyncIterator

import pytest

from contract.vcenter.lab import Watcher, connected, watching
from vcenter_simulator.host.releases import V8
from vcenter_simulator.running import Running, start
from vcenter_simulator.vcenter import Settings
from vmk_operator.vcenter.connection import Connection


@pytest.fixture
async def simulator(request: pytest.FixtureRequest) -> AsyncIterator[Running]:
    """A vCenter of the release that a test may be parametrised by."""
    async with start(hosts=3, settings=Settings(release=getattr(request, "param", V8))) as running:
        yield running


@pytest.fixture
async def connection(simulator: Running) -> AsyncIterator[Connection]:
    async with connected(simulator) as made:
        yield made


@pytest.fixture
async def watcher(connection: Connection) -> AsyncIterator[Watcher]:
    async with watching(connection) as made:
        yield made
