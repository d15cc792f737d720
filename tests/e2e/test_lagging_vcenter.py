"""A vCenter that shows a write only seconds later: nothing is written twice, and nothing is called drift."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from testbed.deployment import NAMESPACE
from testbed.objects import (
    Object,
    backup_adapter,
    is_ready,
    vmotion_adapter,
    vmotion_stack,
)
from testbed.operator_process import OperatorProcess
from testbed.simulator import Simulator

if TYPE_CHECKING:
    from collections.abc import Iterator

    from testbed.control_plane import ControlPlane
    from testbed.kubectl import Kubectl

LAG_S = 2.0
HOST = "esx01.example.com"
OBJECTS = (("vmk", "vmotion"), ("vns", "vmotion"), ("vmk", "backup"))


@pytest.fixture(scope="module")
def lagging(tmp_path_factory: pytest.TempPathFactory, deployed: ControlPlane) -> Iterator[Simulator]:
    folder = tmp_path_factory.mktemp("lagging")
    admin = deployed.kubectl()
    options = ["--read-lag", f"{LAG_S:g}"]
    with (
        Simulator(folder, name="vcenter-lagging", options=options) as simulator,
        OperatorProcess(deployed, folder),
    ):
        admin.apply(simulator.secret_manifest(NAMESPACE))
        admin.apply(simulator.vcenter_manifest("lab"))
        yield simulator
        admin.run("delete", "vcenter", "lab", "--timeout=20s")


def wait_for_all(kubectl: Kubectl) -> list[Object]:
    return [kubectl.wait_until(is_ready, *each, within=30) for each in OBJECTS]


def test_it_is_waited_for_and_neither_repeated_nor_mistaken_for_drift(kubectl: Kubectl, lagging: Simulator) -> None:
    stack, adapter = vmotion_stack(HOST), vmotion_adapter(HOST, "10.40.0.11/24", deletionPolicy="Delete")
    backup = backup_adapter(HOST, "10.40.1.11/24", services=["vSphereProvisioning"], deletionPolicy="Delete")
    kubectl.apply([stack, adapter, backup])
    wait_for_all(kubectl)

    stack["spec"]["gateway"]["ipv4"], adapter["spec"]["mtu"], backup["spec"]["services"] = "10.40.0.2", 8000, []
    kubectl.apply([stack, adapter, backup])

    statuses = [state["status"] for state in wait_for_all(kubectl)]
    calls = lagging.control("GET", "/calls")
    assert (calls["AddVirtualNic"], calls["UpdateVirtualNic"], calls["UpdateNetworkConfig"]) == (2, 1, 2)
    assert (calls["SelectVnicForNicType"], calls["DeselectVnicForNicType"]) == (1, 1)
    assert not any(status.get("driftHistory") or status.get("drift") for status in statuses)
    events = kubectl.get_json("events")["items"]
    assert {"DriftDetected", "DriftRepaired"}.isdisjoint(event["reason"] for event in events)

    kubectl.run("delete", "vmk", "--all", "--timeout=30s")
    assert lagging.control("GET", "/calls")["RemoveVirtualNic"] == 2


def test_a_change_by_hand_is_repaired_once(kubectl: Kubectl, lagging: Simulator) -> None:
    kubectl.apply(vmotion_adapter(HOST, "10.40.0.11/24", deletionPolicy="Delete"))
    device = kubectl.wait_until(is_ready, "vmk", "vmotion", within=30)["status"]["binding"]["device"]
    lagging.control("DELETE", "/calls")

    lagging.control("POST", f"/hosts/{HOST}/edit", {"adapters": {device: {"mtu": 1500}}})

    repaired = kubectl.wait_until(
        lambda state: is_ready(state) and state["status"].get("driftHistory"), "vmk", "vmotion", within=30
    )
    assert [(each["field"], each["observed"]) for each in repaired["status"]["driftHistory"]] == [("mtu", "1500")]
    assert lagging.control("GET", "/calls")["UpdateVirtualNic"] == 1
    kubectl.run("delete", "vmk", "vmotion", "--timeout=30s")
