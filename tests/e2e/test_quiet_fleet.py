"""Nothing happens, so nothing is done: a converged fleet costs a long poll and Lease renewals."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

import pytest

from fleet import OBJECTS_PER_HOST
from fleet.lab import declare_fleet, fleet_lab, kubernetes_writes, wait_converged
from testbed.waiting import wait_until

if TYPE_CHECKING:
    from pathlib import Path

    from testbed.kubectl import Kubectl

HOSTS = 50
QUIET_S = 120.0  # the length of the window is what the bar of the first slice names


@pytest.mark.timeout(420)
def test_a_converged_fleet_of_fifty_hosts_is_left_alone_for_two_minutes(tmp_path: Path) -> None:
    with fleet_lab(tmp_path, hosts=HOSTS) as (lab, kubectl):
        declare_fleet(kubectl, HOSTS)
        wait_converged(kubectl, HOSTS * OBJECTS_PER_HOST, within=120)
        wait_for_the_last_event(kubectl)
        simulator = lab.simulators[0]
        before = kubernetes_writes(kubectl)
        simulator.control("DELETE", "/calls")

        threading.Event().wait(QUIET_S)

        calls = simulator.control("GET", "/calls")
        after = kubernetes_writes(kubectl)
        written = {key: count - before.get(key, 0) for key, count in after.items() if count != before.get(key, 0)}
        assert {resource for _, resource in written} <= {"leases"}, written
        assert set(calls) <= {"WaitForUpdatesEx"}, calls


def wait_for_the_last_event(kubectl: Kubectl) -> None:
    """Wait until what the convergence had to say is said: Events are sent one after the other, behind the statuses."""
    counts = [-1.0, -2.0]

    def no_more_is_said() -> bool:
        counts.append(kubernetes_writes(kubectl).get(("POST", "events"), 0))
        return counts[-1] == counts[-2] == counts[-3]

    wait_until(no_more_is_said, what="the last Event of the convergence", within=60, every=1)
