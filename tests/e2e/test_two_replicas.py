"""Two replicas of the operator and one Lease per vCenter: of the two one writes, whatever happens to the other."""

from __future__ import annotations

import itertools
import signal
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

import pytest
from prometheus_client.parser import text_string_to_metric_families

from fleet import dedicated_stacks, host_names
from fleet.lab import fleet_lab, wait_converged
from testbed.colleague import colleague
from testbed.objects import is_ready
from testbed.waiting import wait_until

if TYPE_CHECKING:
    from collections.abc import Iterator

    from testbed.kubectl import Kubectl
    from testbed.lab import Lab
    from testbed.operator_process import OperatorProcess
    from testbed.simulator import Simulator

HOSTS_PER_TEST = 8
TESTS = 4
LEASE_S = 15.0
WRITE_DELAY_S = 0.2  # long enough that what happens meets writes under way

pytestmark = pytest.mark.timeout(240)

Write = dict[str, Any]


@dataclass
class Share:
    """Two replicas, and the hosts of one test."""

    lab: Lab
    kubectl: Kubectl
    hosts: list[str]

    @property
    def simulator(self) -> Simulator:
        return self.lab.simulators[0]

    def roll_out(self) -> None:
        self.kubectl.apply(dedicated_stacks("lab", "fleet", self.hosts))

    def roll_out_and_wait_for_a_write(self) -> None:
        for method in ("AddVirtualNic", "UpdateNetworkConfig"):
            delay = {"method": method, "action": "none", "delaySeconds": WRITE_DELAY_S}
            self.simulator.control("POST", "/faults", delay)
        self.roll_out()
        wait_until(self.writes, what="the first write", within=20)

    def wait_converged(self) -> None:
        objects = self.kubectl.get_json("vmkadapters,vmknetstacks")["items"]
        wait_converged(self.kubectl, len(objects), within=60)

    def leader_and_other(self) -> tuple[OperatorProcess, OperatorProcess]:
        first, second = self.lab.operators
        wait_until(lambda: leads(first) != leads(second), what="one leader", within=2 * LEASE_S)
        return (first, second) if leads(first) else (second, first)

    def operators_sessions(self) -> list[str]:
        sessions = self.simulator.control("GET", "/sessions")
        return [each["key"] for each in sessions if each["userAgent"].startswith("vmk-operator/")]

    def writes(self) -> list[Write]:
        """Return the writes to the hosts of this test, the oldest first."""
        journal: list[Write] = self.simulator.control("GET", "/journal")
        return [write for write in journal if write["host"] in self.hosts]

    def sessions_of_writes(self) -> list[str]:
        """Return the sessions that wrote, the first writer first."""
        return list(dict.fromkeys(write["session"] for write in self.writes()))

    def assert_no_two_writers(self) -> None:
        """Check that on no host a write began while one of another session was under way, or after it was replaced."""
        for host in self.hosts:
            writes = [write for write in self.writes() if write["host"] == host]
            for earlier, later in itertools.pairwise(writes):
                assert earlier["end"] is not None, earlier
                ended, began = (datetime.fromisoformat(moment) for moment in (earlier["end"], later["start"]))
                assert earlier["session"] == later["session"] or ended <= began, (earlier, later)
        done = [write["session"] for write in self.writes() if write["outcome"] == "ok"]
        assert [session for session, _ in itertools.groupby(done)] == list(dict.fromkeys(done))


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Lab, Kubectl]]:
    """Run a lab with two replicas and a VCenter that one of them has connected."""
    hosts = HOSTS_PER_TEST * TESTS
    with fleet_lab(tmp_path_factory.mktemp("lab"), hosts=hosts, replicas=2) as (running, kubectl):
        kubectl.wait_until(is_ready, "vcenter", "lab", within=20)
        yield running, kubectl


@pytest.fixture
def share(lab: tuple[Lab, Kubectl]) -> Iterator[Share]:
    """Return hosts that no other test has; afterwards both replicas run."""
    running, kubectl = lab
    free = host_names(HOSTS_PER_TEST * TESTS)
    taken = {item["spec"]["host"] for item in kubectl.get_json("vmkadapters")["items"]}
    yield Share(running, kubectl, [host for host in free if host not in taken][:HOSTS_PER_TEST])
    running.simulators[0].control("DELETE", "/faults")
    for operator in running.operators:
        if not operator.running:
            operator.start()


def leads(operator: OperatorProcess) -> bool:
    """Ask whether it holds the Lease; one that hangs or is gone does not say so."""
    try:
        families = text_string_to_metric_families(operator.metrics())
    except OSError:
        return False
    return any(s.value == 1 for family in families for s in family.samples if s.name == "vmk_leader")


def test_one_writes_and_the_other_writes_and_tells_nothing(share: Share) -> None:
    leader, other = share.leader_and_other()

    share.roll_out()
    share.wait_converged()

    assert share.sessions_of_writes() == share.operators_sessions()
    assert "step.finished" in leader.log.read_text()
    assert "step.finished" not in other.log.read_text()
    assert is_ready(share.kubectl.get_json("vcenter", "lab"))


def test_a_killed_leader_is_succeeded_its_session_ended_and_no_write_of_the_two_overlaps(share: Share) -> None:
    address = share.simulator.address
    leader, other = share.leader_and_other()
    predecessors = share.operators_sessions()
    with colleague(address.server, address.username, address.password, str(address.ca_file)) as somebody:
        before = {host: len(somebody.devices(host)) for host in share.hosts}
        share.roll_out_and_wait_for_a_write()

        leader.kill()

        wait_until(lambda: leads(other), what="the other replica to take over", within=2 * LEASE_S)
        share.wait_converged()
        after = {host: len(somebody.devices(host)) for host in share.hosts}
    assert after == {host: count + 2 for host, count in before.items()}
    share.assert_no_two_writers()
    assert share.sessions_of_writes() == [*predecessors, *share.operators_sessions()]


def test_a_leader_that_hangs_is_succeeded_and_writes_nothing_when_it_wakes(share: Share) -> None:
    leader, other = share.leader_and_other()
    predecessors = share.operators_sessions()
    share.roll_out_and_wait_for_a_write()

    leader.process.send_signal(signal.SIGSTOP)
    try:
        wait_until(lambda: leads(other), what="the other replica to take over", within=2 * LEASE_S)
        wait_until(
            lambda: not set(predecessors) & set(share.operators_sessions()),
            what="the end of the predecessor's session",
        )
    finally:
        leader.process.send_signal(signal.SIGCONT)

    share.wait_converged()
    share.assert_no_two_writers()
    assert leads(other)
    assert not leads(leader)


def test_a_leader_that_is_asked_to_stop_finishes_its_steps_and_hands_over_at_once(share: Share) -> None:
    leader, other = share.leader_and_other()
    share.roll_out_and_wait_for_a_write()

    assert leader.stop() == 0

    wait_until(lambda: leads(other), what="the other replica to take over", within=3)
    share.wait_converged()
    share.assert_no_two_writers()
    assert {write["outcome"] for write in share.writes()} == {"ok"}
