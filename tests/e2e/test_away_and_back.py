"""Hosts, sessions and whole vCenters that go away and come back: told in time, nothing written, nothing lost."""

from __future__ import annotations

import json
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest

from testbed.certificates import CertificateAuthority
from testbed.colleague import Colleague, colleague
from testbed.deployment import NAMESPACE
from testbed.objects import (
    FORCE_FINALIZE,
    Object,
    backup_adapter,
    is_gone,
    is_ready,
    says,
    sentence,
    vmotion_adapter,
    vmotion_stack,
)
from testbed.operator_process import OperatorProcess
from testbed.ports import free_port
from testbed.simulator import ServerTls, Simulator
from testbed.waiting import wait_until

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from testbed.control_plane import ControlPlane
    from testbed.kubectl import Kubectl

STALE_AFTER_S = 3.0
HOST = "esx01.example.com"
OBJECTS = (("vmk", "vmotion"), ("vns", "vmotion"), ("vmk", "backup"))
WRITES = {"AddVirtualNic", "UpdateVirtualNic", "RemoveVirtualNic", "UpdateNetworkConfig", "SelectVnicForNicType"}


@dataclass
class VCenterProcess:
    """A vCenter that can be stopped and started: the same address, certificate, identity and hosts."""

    folder: Path
    tls: ServerTls
    listen: str
    simulator: Simulator
    operator: OperatorProcess

    def make(self, fleet: Path | None = None) -> Simulator:
        return Simulator(
            self.folder,
            name="vcenter-mortal",
            listen=self.listen,
            tls=self.tls,
            fleet=fleet,
            options=["--name", "mortal"],
        )

    def stop(self, *, mtu_of: str | None = None) -> None:
        """Stop it; while it is down, somebody may change the MTU of that device of the first host to 1500."""
        document = self.simulator.control("GET", "/state")
        if mtu_of is not None:
            document["datacenters"][0]["clusters"][0]["hosts"][0]["adapters"][mtu_of]["mtu"] = 1500
        state = self.folder / "state.json"
        state.write_text(json.dumps(document))
        self.simulator.stop()
        self.simulator = self.make(state)

    def writes(self) -> dict[str, int]:
        calls: dict[str, int] = self.simulator.control("GET", "/calls")
        return {method: count for method, count in calls.items() if method in WRITES}


@pytest.fixture(scope="module")
def vcenter(tmp_path_factory: pytest.TempPathFactory, deployed: ControlPlane) -> Iterator[VCenterProcess]:
    """Run a vCenter, and an operator that soon takes an observation for stale."""
    folder = tmp_path_factory.mktemp("mortal")
    authority = CertificateAuthority()
    pair = authority.server()
    tls = ServerTls(folder / "authority.pem", folder / "server.pem", folder / "server.key")
    tls.authority.write_bytes(authority.certificate)
    tls.certificate.write_bytes(pair.certificate)
    tls.key.write_bytes(pair.key)
    hasty = {"VMK_OPERATOR_STALE_AFTER": f"{STALE_AFTER_S:g}s"}
    process = OperatorProcess(deployed, folder, environment=hasty)
    mortal = VCenterProcess(folder, tls, f"127.0.0.1:{free_port()}", Simulator(folder), process)
    mortal.simulator = mortal.make()
    admin = deployed.kubectl()
    mortal.simulator.start()
    try:
        admin.apply(mortal.simulator.secret_manifest(NAMESPACE))
        with process:
            admin.apply(mortal.simulator.vcenter_manifest("lab"))
            yield mortal
            admin.run("delete", "vcenter", "lab", "--timeout=20s")
    finally:
        mortal.simulator.stop()


@pytest.fixture
def somebody(vcenter: VCenterProcess) -> Iterator[Colleague]:
    address = vcenter.simulator.address
    with colleague(address.server, address.username, address.password, str(address.ca_file)) as session:
        yield session


@pytest.fixture
def converged(kubectl: Kubectl, vcenter: VCenterProcess) -> Iterator[Kubectl]:
    """Declare the objects of one host and wait for them."""
    kubectl.apply(
        [
            vmotion_stack(HOST),
            vmotion_adapter(HOST, "10.40.0.11/24", deletionPolicy="Delete"),
            backup_adapter(HOST, "10.40.1.11/24", deletionPolicy="Delete"),
        ]
    )
    wait_for_all(kubectl, is_ready)
    vcenter.simulator.control("DELETE", "/calls")
    yield kubectl
    if not vcenter.simulator.process.running:
        vcenter.simulator.start()
    kubectl.run("delete", "vmk,vns", "--all", "--timeout=20s")


def wait_for_all(kubectl: Kubectl, predicate: Callable[[Object], bool], *, within: float = 10.0) -> list[Object]:
    return [kubectl.wait_until(predicate, *each, within=within) for each in OBJECTS]


def is_unknown(state: Object, reason: str) -> bool:
    return says(state, "Ready", "Unknown", reason) and says(state, "Drifted", "Unknown", reason)


@pytest.mark.parametrize("state", ["disconnected", "notResponding"])
def test_of_a_host_that_is_away_nothing_is_known_and_nothing_written_until_it_is_back(
    converged: Kubectl, vcenter: VCenterProcess, somebody: Colleague, state: str
) -> None:
    device = converged.get_json("vmk", "vmotion")["status"]["binding"]["device"]
    vcenter.simulator.control("POST", f"/hosts/{HOST}/connection", {"state": state})
    away = wait_for_all(converged, lambda each: is_unknown(each, "HostAway"))
    assert all(HOST in sentence(each) for each in away)
    assert all(says(each, "Stalled", "False") for each in away)
    vcenter.simulator.control("POST", f"/hosts/{HOST}/edit", {"published": False, "adapters": {device: {"mtu": 1500}}})
    converged.apply(backup_adapter(HOST, "10.40.1.11/24", mtu=1400, deletionPolicy="Delete"))
    converged.wait_until(lambda each: is_unknown(each, "HostAway"), "vmk", "backup")
    assert vcenter.writes() == {}

    vcenter.simulator.control("POST", f"/hosts/{HOST}/connection", {"state": "connected"})

    wait_for_all(converged, is_ready)
    assert somebody.mtu(HOST, device) == 9000
    assert vcenter.writes() == {"UpdateVirtualNic": 2}


def test_a_stopped_vcenter_is_told_at_once_its_objects_become_unknown_when_stale_and_all_recovers(
    converged: Kubectl, vcenter: VCenterProcess
) -> None:
    converged.wait_until(is_ready, "vcenter", "lab")
    before = {each: converged.get_json(*each)["metadata"]["resourceVersion"] for each in OBJECTS}

    stopped = time.monotonic()
    vcenter.stop()

    away = converged.wait_until(lambda state: says(state, "Ready", "False", "Unreachable"), "vcenter", "lab", within=3)
    assert away["status"]["observedSince"]
    if time.monotonic() - stopped < STALE_AFTER_S - 1:
        assert {each: converged.get_json(*each)["metadata"]["resourceVersion"] for each in OBJECTS} == before
    wait_for_all(converged, lambda each: is_unknown(each, "VCenterAway"), within=STALE_AFTER_S + 5)
    assert time.monotonic() - stopped >= STALE_AFTER_S

    vcenter.simulator.start()

    back = converged.wait_until(is_ready, "vcenter", "lab", within=40)
    assert "observedSince" not in back["status"]
    wait_for_all(converged, is_ready)
    assert vcenter.writes() == {}


def test_what_was_changed_while_the_vcenter_was_away_is_found_and_put_right(
    converged: Kubectl, vcenter: VCenterProcess
) -> None:
    device = converged.get_json("vmk", "vmotion")["status"]["binding"]["device"]

    vcenter.stop(mtu_of=device)
    converged.wait_until(lambda state: says(state, "Ready", "False", "Unreachable"), "vcenter", "lab")
    vcenter.simulator.start()

    repaired = converged.wait_until(
        lambda state: is_ready(state) and state["status"].get("driftHistory"), "vmk", "vmotion", within=40
    )
    assert [each["observed"] for each in repaired["status"]["driftHistory"]] == ["1500"]
    assert vcenter.writes() == {"UpdateVirtualNic": 1}


def test_a_deletion_waits_for_a_vcenter_that_is_away_and_says_so_unless_a_person_lets_go(
    converged: Kubectl, vcenter: VCenterProcess
) -> None:
    device = converged.get_json("vmk", "backup")["status"]["binding"]["device"]
    vcenter.stop()
    converged.wait_until(lambda state: says(state, "Ready", "False", "Unreachable"), "vcenter", "lab")

    converged.run("delete", "vmk", "vmotion", "backup", "--wait=false")

    for name in ("vmotion", "backup"):
        waiting = converged.wait_until(lambda state: is_unknown(state, "VCenterAway"), "vmk", name, within=2)
        assert "The deletion of this object waits" in sentence(waiting)
        assert "force-finalize" in sentence(waiting)
    converged.run("annotate", "vmk", "vmotion", f"{FORCE_FINALIZE}=true")
    wait_until(lambda: is_gone(converged, "vmk", "vmotion"), what="the one that was let go", within=2)

    vcenter.simulator.start()

    wait_until(lambda: is_gone(converged, "vmk", "backup"), what="the other one", within=40)
    host = vcenter.simulator.control("GET", "/state")["datacenters"][0]["clusters"][0]["hosts"][0]
    assert device not in host["adapters"]
    assert vcenter.writes() == {"RemoveVirtualNic": 1}


def test_an_expired_session_costs_one_login_and_writes_no_object(converged: Kubectl, vcenter: VCenterProcess) -> None:
    before = {each: converged.get_json(*each)["metadata"]["resourceVersion"] for each in OBJECTS}

    vcenter.simulator.control("POST", "/sessions/expire")

    wait_until(lambda: vcenter.simulator.control("GET", "/sessions"), what="a new login")
    converged.wait_until(is_ready, "vcenter", "lab")
    assert {each: converged.get_json(*each)["metadata"]["resourceVersion"] for each in OBJECTS} == before
    calls = vcenter.simulator.control("GET", "/calls")
    assert calls["Login"] == 1
    assert vcenter.writes() == {}


def test_a_session_that_an_administrator_ends_is_replaced_by_one_new_login_and_nothing_is_lost(
    converged: Kubectl, vcenter: VCenterProcess, somebody: Colleague
) -> None:
    sessions = vcenter.simulator.control("GET", "/sessions")
    ours = next(each["key"] for each in sessions if each["userAgent"].startswith("vmk-operator/"))
    device = converged.get_json("vmk", "vmotion")["status"]["binding"]["device"]
    vcenter.simulator.control("DELETE", "/calls")

    somebody.end_session(ours)
    somebody.set_mtu(HOST, device, 1500)

    converged.wait_until(
        lambda state: is_ready(state) and len(state["status"].get("driftHistory", [])) == 1, "vmk", "vmotion"
    )
    assert somebody.mtu(HOST, device) == 9000
    assert vcenter.simulator.control("GET", "/calls")["Login"] == 1
    assert is_ready(converged.get_json("vcenter", "lab"))
