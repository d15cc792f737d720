from collections.abc import Iterator

import pytest

from contract.simulator.client import Client, connect
from vcenter_simulator.running import Running, start_in_thread


@pytest.fixture
def simulator() -> Iterator[Running]:
    with start_in_thread(hosts=3) as running:
        yield running


@pytest.fixture
def client(simulator: Running) -> Iterator[Client]:
    with connect(simulator) as made:
        yield made
