"""`kill -9` at any moment of a roll-out, start again: everything converges and no adapter is there twice."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

import pytest

from fleet import OBJECTS_PER_HOST, host_names
from fleet.lab import declare_fleet, fleet_lab, wait_converged
from testbed.colleague import colleague

if TYPE_CHECKING:
    import random
    from pathlib import Path

HOSTS = 12
KILLS = 4
WRITE_DELAY_S = 0.15  # long enough that a kill meets writes under way


@pytest.mark.timeout(300)
def test_a_roll_out_killed_at_random_moments_converges_without_a_duplicate_adapter(
    tmp_path: Path, dice: random.Random
) -> None:
    with fleet_lab(tmp_path, hosts=HOSTS) as (lab, kubectl):
        simulator, operator = lab.simulators[0], lab.operators[0]
        address = simulator.address
        for method in ("AddVirtualNic", "UpdateNetworkConfig"):
            simulator.control("POST", "/faults", {"method": method, "action": "none", "delaySeconds": WRITE_DELAY_S})
        with colleague(address.server, address.username, address.password, str(address.ca_file)) as somebody:
            before = {host: len(somebody.devices(host)) for host in host_names(HOSTS)}
            declare_fleet(kubectl, HOSTS)
            for _ in range(KILLS):
                threading.Event().wait(dice.uniform(0.2, 1.5))
                operator.kill()
                operator.start()
            wait_converged(kubectl, HOSTS * OBJECTS_PER_HOST, within=150)
            after = {host: len(somebody.devices(host)) for host in host_names(HOSTS)}
        assert after == {host: count + 2 for host, count in before.items()}
