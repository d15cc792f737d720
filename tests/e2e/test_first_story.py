"""The first slice as a user meets it: kubectl on one side, the host in vCenter on the other, the operator between."""

from __future__ import annotations

import signal
from typing import TYPE_CHECKING

import pytest

from testbed.deployment import NAMESPACE
from testbed.objects import (
    backup_adapter,
    condition,
    is_ready,
    old_vmotion_adapter,
    placed,
    says,
    vmotion_adapter,
    vmotion_stack,
)
from testbed.operator_account import SHOWN
from testbed.simulator import Simulator
from testbed.waiting import wait_until

if TYPE_CHECKING:
    from pathlib import Path

    from testbed.colleague import Colleague
    from testbed.control_plane import ControlPlane
    from testbed.kubectl import Kubectl
    from testbed.operator_process import OperatorProcess


def events_about(kubectl: Kubectl, name: str) -> list[tuple[str, str]]:
    events = kubectl.get_json("events")["items"]
    return [(event["reason"], event["message"]) for event in events if event["involvedObject"]["name"] == name]


def test_the_vcenter_is_connected_and_says_as_whom(operator: OperatorProcess, kubectl: Kubectl) -> None:
    vcenter = kubectl.wait_until(is_ready, "vcenter", "lab")

    assert condition(vcenter, "Ready")["reason"] == "Connected"
    assert vcenter["status"]["user"] == SHOWN  # who has the documented roles and no other
    assert vcenter["status"]["instanceUuid"]
    assert operator.metric("vmk_vcenter_connected", vcenter="lab") == 1
    assert operator.metric("vmk_leader", vcenter="lab") == 1


@pytest.mark.usefixtures("operator")
def test_a_dedicated_vmotion_stack_and_its_adapter_become_ready(kubectl: Kubectl, somebody: Colleague) -> None:
    kubectl.apply([vmotion_stack("esx01.example.com"), vmotion_adapter("esx01.example.com", "10.40.0.11/24")])

    adapter = kubectl.wait_until(is_ready, "vmk", "vmotion")
    stack = kubectl.wait_until(is_ready, "vns", "vmotion")

    device = adapter["status"]["binding"]["device"]
    assert somebody.mtu("esx01.example.com", device) == 9000
    assert somebody.gateway("esx01.example.com", "vmotion") == "10.40.0.1"
    assert adapter["status"]["observed"]["addresses"] == [{"address": "10.40.0.11/24", "origin": "Static"}]
    assert stack["status"]["observed"]["gateway"] == "10.40.0.1"


def test_a_change_made_by_hand_is_told_and_undone(
    operator: OperatorProcess, kubectl: Kubectl, somebody: Colleague
) -> None:
    host = "esx02.example.com"
    kubectl.apply([vmotion_stack(host), vmotion_adapter(host, "10.40.0.12/24")])
    device = kubectl.wait_until(is_ready, "vmk", "vmotion")["status"]["binding"]["device"]
    kubectl.wait_until(is_ready, "vns", "vmotion")
    seen_before = operator.metric("vmk_drift_detected_total", kind="VmkAdapter", field="mtu")

    somebody.set_mtu(host, device, 1500)

    adapter = kubectl.wait_until(lambda state: state["status"]["driftHistory"] and is_ready(state), "vmk", "vmotion")
    repair = adapter["status"]["driftHistory"][0]
    assert (repair["field"], repair["desired"], repair["observed"]) == ("mtu", "9000", "1500")
    assert somebody.mtu(host, device) == 9000
    assert operator.metric("vmk_drift_detected_total", kind="VmkAdapter", field="mtu") == seen_before + 1
    wait_until(
        lambda: {"DriftDetected", "DriftRepaired"} <= {reason for reason, _ in events_about(kubectl, "vmotion")},
        what="the Events of the drift and of its repair",
    )


@pytest.mark.usefixtures("operator")
def test_a_stacks_gateway_changed_by_hand_is_put_back(kubectl: Kubectl, somebody: Colleague) -> None:
    host = "esx03.example.com"
    kubectl.apply([vmotion_stack(host), vmotion_adapter(host, "10.40.0.13/24")])
    kubectl.wait_until(is_ready, "vmk", "vmotion")
    kubectl.wait_until(is_ready, "vns", "vmotion")

    somebody.set_gateway(host, "vmotion", "10.40.0.99")

    kubectl.wait_until(lambda state: state["status"]["driftHistory"] and is_ready(state), "vns", "vmotion")
    assert somebody.gateway(host, "vmotion") == "10.40.0.1"


def test_what_is_observed_is_reported_with_the_plan_and_left_alone(
    operator: OperatorProcess, kubectl: Kubectl, somebody: Colleague, simulator: Simulator
) -> None:
    kubectl.apply(old_vmotion_adapter("esx01.example.com", mtu=1500, managementPolicy="Observe"))
    kubectl.wait_until(lambda state: says(state, "Ready", "True", "Converged"), "vmk", "old-vmotion")
    simulator.control("DELETE", "/calls")

    somebody.set_mtu("esx01.example.com", "vmk1", 1400)

    adapter = kubectl.wait_until(lambda state: says(state, "Ready", "True", "Observed"), "vmk", "old-vmotion")
    drift = adapter["status"]["drift"][0]
    assert (drift["field"], drift["desired"], drift["observed"]) == ("mtu", "1500", "1400")
    assert condition(adapter, "Drifted")["status"] == "True"
    assert any("1500" in step for step in adapter["status"]["plan"]["steps"])
    assert "waitsFor" not in adapter["status"]["plan"]
    assert operator.metric("vmk_object_drifted", name="old-vmotion") == 1
    assert somebody.mtu("esx01.example.com", "vmk1") == 1400
    assert simulator.control("GET", "/calls")["UpdateVirtualNic"] == 1  # the colleague's


def test_an_unknown_host_is_stalled_with_a_reason(operator: OperatorProcess, kubectl: Kubectl) -> None:
    kubectl.apply(backup_adapter("esx99.example.com", "10.40.1.99/24"))

    adapter = kubectl.wait_until(lambda state: says(state, "Stalled", "True", "NoSuchHost"), "vmk", "backup")

    assert says(adapter, "Ready", "False", "NoSuchHost")
    assert "esx99.example.com" in condition(adapter, "Ready")["message"]
    assert operator.metric("vmk_object_stalled", name="backup", host="esx99.example.com") == 1


@pytest.mark.usefixtures("operator")
def test_the_last_address_of_management_is_never_taken(
    kubectl: Kubectl, somebody: Colleague, simulator: Simulator
) -> None:
    simulator.control("DELETE", "/calls")
    management = placed(
        "VmkAdapter",
        "management",
        "esx01.example.com",
        "defaultTcpipStack",
        portGroup={"standard": "Management Network"},
        adoptDevice="vmk0",
        ipv4={"mode": "None"},
    )
    kubectl.apply(management)

    kubectl.wait_until(lambda state: says(state, "Stalled", "True", "LockoutProtection"), "vmk", "management")

    assert "vmk0" in somebody.devices("esx01.example.com")
    assert "UpdateVirtualNic" not in simulator.control("GET", "/calls")


@pytest.mark.usefixtures("operator")
def test_delete_removes_the_port(kubectl: Kubectl, somebody: Colleague) -> None:
    host = "esx02.example.com"
    kubectl.apply(backup_adapter(host, "10.40.1.12/24", deletionPolicy="Delete"))
    device = kubectl.wait_until(is_ready, "vmk", "backup")["status"]["binding"]["device"]
    assert device in somebody.devices(host)

    kubectl.run("delete", "vmk", "backup", "--timeout=20s")

    assert device not in somebody.devices(host)


@pytest.mark.usefixtures("operator")
def test_orphan_leaves_the_port(kubectl: Kubectl, somebody: Colleague, simulator: Simulator) -> None:
    host = "esx03.example.com"
    kubectl.apply(backup_adapter(host, "10.40.1.13/24"))
    device = kubectl.wait_until(is_ready, "vmk", "backup")["status"]["binding"]["device"]
    simulator.control("DELETE", "/calls")

    kubectl.run("delete", "vmk", "backup", "--timeout=20s")

    assert device in somebody.devices(host)
    assert "RemoveVirtualNic" not in simulator.control("GET", "/calls")


def test_a_wrong_password_is_tried_once_and_told_until_the_secret_is_put_right(
    operator: OperatorProcess, kubectl: Kubectl, tmp_path: Path
) -> None:
    with Simulator(tmp_path, name="vcenter-2", hosts=1) as other:
        secret = other.secret_manifest(NAMESPACE)
        wrong = secret | {"stringData": {**secret["stringData"], "password": "not-this"}}
        kubectl.in_namespace(NAMESPACE).apply(wrong)
        kubectl.apply(other.vcenter_manifest("other"))

        vcenter = kubectl.wait_until(lambda state: says(state, "Stalled", "True", "LoginRejected"), "vcenter", "other")

        assert says(vcenter, "Ready", "False", "LoginRejected")
        assert operator.metric("vmk_vcenter_state", vcenter="other", state="LoginRejected") == 1
        assert other.control("GET", "/calls")["Login"] == 1

        kubectl.in_namespace(NAMESPACE).apply(secret)

        kubectl.wait_until(lambda state: says(state, "Ready", "True", "Connected"), "vcenter", "other")
        kubectl.run("delete", "vcenter", "other", "--timeout=20s")


def test_a_stopped_operator_has_logged_out_and_released_its_lease(
    operator: OperatorProcess, kubectl: Kubectl, simulator: Simulator, deployed: ControlPlane
) -> None:
    uuid = kubectl.wait_until(is_ready, "vcenter", "lab")["status"]["instanceUuid"]
    leases = deployed.kubectl(NAMESPACE)
    held = [item for item in leases.get_json("leases")["items"] if uuid in item["metadata"]["name"]]
    assert held[0]["spec"]["holderIdentity"]
    assert simulator.control("GET", "/sessions")

    code = operator.stop()

    assert code == 0
    assert simulator.control("GET", "/sessions") == []
    assert not leases.get_json("lease", held[0]["metadata"]["name"])["spec"].get("holderIdentity")
    operator.start()
    kubectl.wait_until(is_ready, "vcenter", "lab")


def test_a_step_under_way_is_finished_before_the_operator_stops(
    operator: OperatorProcess, kubectl: Kubectl, somebody: Colleague, simulator: Simulator
) -> None:
    host = "esx01.example.com"
    simulator.control("POST", "/faults", {"method": "AddVirtualNic", "action": "none", "delaySeconds": 2, "count": 1})
    simulator.control("DELETE", "/calls")
    kubectl.apply(backup_adapter(host, "10.40.1.11/24"))
    wait_until(lambda: "AddVirtualNic" in simulator.control("GET", "/calls"), what="the write to be under way")

    assert operator.stop() == 0

    binding = kubectl.get_json("vmk", "backup")["status"]["binding"]
    assert binding["device"] in somebody.devices(host)
    operator.start()
    kubectl.wait_until(is_ready, "vmk", "backup")


def test_a_second_signal_ends_the_operator_at_once(
    operator: OperatorProcess, kubectl: Kubectl, simulator: Simulator
) -> None:
    simulator.control("POST", "/faults", {"method": "AddVirtualNic", "action": "hang", "count": 1})
    simulator.control("DELETE", "/calls")
    kubectl.apply(backup_adapter("esx02.example.com", "10.40.1.22/24"))
    wait_until(lambda: "AddVirtualNic" in simulator.control("GET", "/calls"), what="the write to hang")

    said_before = operator.log.read_text()
    operator.process.terminate()
    wait_until(
        lambda: "operator.stopping" in operator.log.read_text().removeprefix(said_before), what="the first signal"
    )
    operator.process.terminate()

    wait_until(lambda: not operator.running, what="the process to end", within=2)
    assert operator.stop() == 128 + signal.SIGTERM
    simulator.control("DELETE", "/faults")
    operator.start()
    kubectl.wait_until(is_ready, "vmk", "backup", within=30)
