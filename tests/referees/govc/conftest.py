"""The simulators that govc drives."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from referees.govc.driving import Govc
from vcenter_simulator.fleet.default import default_fleet
from vcenter_simulator.running import start_in_thread

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture(scope="module")
def reader(govc: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Govc]:
    """Drive a simulator of three hosts that the tests of one module only read."""
    with start_in_thread(hosts=3) as simulator:
        yield Govc(govc, simulator, tmp_path_factory.mktemp("govc"))


@pytest.fixture
def writer(govc: Path, tmp_path: Path) -> Iterator[Govc]:
    """Drive a simulator of three hosts that one test has for itself."""
    fleet = default_fleet(hosts=3, clusters=1).model_copy(update={"accounts": {"reader@vsphere.local": "reading"}})
    with start_in_thread(fleet=fleet) as simulator:
        yield Govc(govc, simulator, tmp_path)
