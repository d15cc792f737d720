"""What a host hangs by, as a user meets it: told, approved with kubectl, done once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from testbed.objects import backup_adapter, condition, is_ready, placed, says
from testbed.waiting import wait_until

if TYPE_CHECKING:
    from testbed.colleague import Colleague
    from testbed.kubectl import Kubectl
    from testbed.simulator import Simulator

HOST = "esx01.example.com"


def management(**spec: Any) -> dict[str, Any]:
    place = {"standard": "Management Network"}
    return placed("VmkAdapter", "management", HOST, "defaultTcpipStack", portGroup=place, adoptDevice="vmk0", **spec)


def waiting(kubectl: Kubectl, name: str, reason: str = "WaitingForApproval") -> dict[str, Any]:
    return kubectl.wait_until(lambda state: says(state, "Ready", "False", reason), "vmk", name)


def approve(kubectl: Kubectl, adapter: dict[str, Any]) -> None:
    """Do as the message says."""
    name, plan = adapter["metadata"]["name"], adapter["status"]["plan"]["id"]
    assert f"vmkernel.dev/approve={plan}" in condition(adapter, "Ready")["message"]
    kubectl.run("annotate", "--overwrite", "vmk", name, f"vmkernel.dev/approve={plan}")


@pytest.mark.usefixtures("operator")
def test_a_change_of_management_waits_for_approval_and_is_made_once(
    kubectl: Kubectl, somebody: Colleague, simulator: Simulator
) -> None:
    simulator.control("DELETE", "/calls")
    kubectl.apply(management(mtu=1400))

    adapter = waiting(kubectl, "management")
    assert adapter["status"]["plan"]["waitsFor"] == "Approval"
    assert adapter["status"]["plan"]["steps"] == ["set mtu of vmk0 from 1500 to 1400"]
    assert "carries management alone" in condition(adapter, "Ready")["message"]
    assert "UpdateVirtualNic" not in simulator.control("GET", "/calls")

    approve(kubectl, adapter)
    kubectl.wait_until(is_ready, "vmk", "management")
    assert somebody.mtu(HOST, "vmk0") == 1400
    assert simulator.control("GET", "/calls")["UpdateVirtualNic"] == 1

    # The approval is spent: what a colleague changes now is told, and waits for another one.
    somebody.set_mtu(HOST, "vmk0", 1500)
    again = waiting(kubectl, "management")
    assert again["status"]["plan"]["id"] != adapter["status"]["plan"]["id"]
    assert [one["field"] for one in again["status"]["drift"]] == ["mtu"]
    assert somebody.mtu(HOST, "vmk0") == 1500


@pytest.mark.usefixtures("operator")
def test_an_adapter_moves_to_another_stack_with_approval_in_maintenance_mode(
    kubectl: Kubectl, somebody: Colleague
) -> None:
    host = "esx02.example.com"
    kubectl.apply(backup_adapter(host, "10.40.1.12/24"))
    device = kubectl.wait_until(is_ready, "vmk", "backup")["status"]["binding"]["device"]

    moved = backup_adapter(host, "10.40.1.12/24")
    moved["spec"] |= {"netstack": "vmotion"}
    kubectl.apply(moved)
    adapter = waiting(kubectl, "backup")
    assert adapter["status"]["plan"]["steps"][0] == f"remove {device} from stack defaultTcpipStack"

    approve(kubectl, adapter)
    approved = waiting(kubectl, "backup", "WaitingForMaintenanceMode")
    assert approved["status"]["plan"]["waitsFor"] == "MaintenanceMode"
    assert somebody.netstack(host, device) == "defaultTcpipStack"

    somebody.enter_maintenance_mode(host)
    replaced = kubectl.wait_until(is_ready, "vmk", "backup")
    assert somebody.netstack(host, replaced["status"]["binding"]["device"]) == "vmotion"
    assert replaced["status"]["observed"]["netstack"] == "vmotion"
    assert "replaced" not in replaced["status"]


@pytest.mark.usefixtures("operator")
def test_a_replacement_that_the_host_refuses_puts_the_adapter_back(
    kubectl: Kubectl, somebody: Colleague, simulator: Simulator
) -> None:
    host = "esx03.example.com"
    kubectl.apply(backup_adapter(host, "10.40.1.13/24"))
    kubectl.wait_until(is_ready, "vmk", "backup")
    moved = backup_adapter(host, "10.40.1.13/24")
    moved["spec"] |= {"netstack": "vmotion", "replacement": {"requires": "None"}}
    kubectl.apply(moved)
    adapter = waiting(kubectl, "backup")
    rule = {"method": "AddVirtualNic", "host": host, "count": 1, "action": "fault", "fault": "AlreadyExists"}
    simulator.control("POST", "/faults", rule)

    approve(kubectl, adapter)
    failed = kubectl.wait_until(lambda state: says(state, "Stalled", "True", "ReplacementFailed"), "vmk", "backup")

    assert "is put back as it was" in condition(failed, "Stalled")["message"]
    wait_until(
        lambda: "10.40.1.13" in {somebody.address(host, device) for device in somebody.devices(host)},
        what="the previous adapter",
        within=10,
    )
