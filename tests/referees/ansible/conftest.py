"""A simulator for each module of tests, which plays one playbook."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from referees.ansible.playing import Player
from vcenter_simulator.fleet.default import default_fleet
from vcenter_simulator.running import start_in_thread

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture(scope="module")
def player(ansible: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Player]:
    """Play against a simulator of two hosts that only the tests of one module use."""
    fleet = default_fleet(hosts=2, clusters=1).model_copy(update={"accounts": {"playbook@vsphere.local": "simulated"}})
    with start_in_thread(fleet=fleet) as simulator:
        yield Player(ansible, simulator, tmp_path_factory.mktemp("ansible"))
