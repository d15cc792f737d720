from collections.abc import AsyncIterator

import pytest

from contract.vcenter.lab import Watcher, connected, watching
from vcenter_simulator.running import Running, start
from vmk_operator.vcenter.connection import Connection


@pytest.fixture
async def simulator() -> AsyncIterator[Running]:
    async with start(hosts=3) as running:
        yield running


@pytest.fixture
async def connection(simulator: Running) -> AsyncIterator[Connection]:
    async with connected(simulator) as made:
        yield made


@pytest.fixture
async def watcher(connection: Connection) -> AsyncIterator[Watcher]:
    async with watching(connection) as made:
        yield made
