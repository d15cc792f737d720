"""Both simulators, one after the other, and a session with each."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from referees.vcsim.vcenters import Client, VCenter
from testbed.vcsim import Vcsim
from vcenter_simulator.running import start_in_thread

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

HOSTS = 5


@pytest.fixture(scope="session", params=["simulator", "vcsim"])
def vcenter(request: pytest.FixtureRequest, vcsim: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[VCenter]:
    """Run one of the two with five hosts in one cluster."""
    if request.param == "simulator":
        with start_in_thread(hosts=HOSTS) as ours:
            assert ours.ca_file is not None
            yield VCenter(ours.server, ours.ca_file, ours.username, ours.password, is_ours=True)
    else:
        with Vcsim(vcsim, tmp_path_factory.mktemp("vcsim"), hosts=HOSTS) as theirs:
            yield VCenter(theirs.server, theirs.ca_file, theirs.username, theirs.password, is_ours=False)


@pytest.fixture
def client(vcenter: VCenter) -> Iterator[Client]:
    """Be logged in."""
    with vcenter.login() as made:
        yield made
