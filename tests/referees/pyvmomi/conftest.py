"""A simulator for each module of tests, and pyVmomi as its users have it."""

from __future__ import annotations

import ssl
from typing import TYPE_CHECKING, Any

import pytest
from pyVim.connect import SmartConnection

from vcenter_simulator.running import Running, start_in_thread

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(scope="module")
def simulator() -> Iterator[Running]:
    with start_in_thread(hosts=3) as running:
        yield running


@pytest.fixture(scope="module")
def login(simulator: Running) -> dict[str, Any]:
    """Return what SmartConnect and its relatives want to know."""
    host, _, port = simulator.server.rpartition(":")
    return {
        "host": host,
        "port": int(port),
        "user": simulator.username,
        "pwd": simulator.password,
        "sslContext": ssl.create_default_context(cafile=str(simulator.ca_file)),
    }


@pytest.fixture
def instance(login: dict[str, Any]) -> Iterator[Any]:
    """Return the service instance of a session that ends with the test."""
    with SmartConnection(**login) as connected:
        yield connected
