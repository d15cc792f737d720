"""Whoever says hands off is obeyed: pauses, Observe, the repair delay, and the end of a fight over a field."""

from __future__ import annotations

import datetime as dt
import time
from typing import TYPE_CHECKING

import pytest

from testbed.objects import (
    PAUSED,
    RECONCILE,
    Object,
    condition,
    is_ready,
    is_stalled,
    says,
    sentence,
    vmotion_adapter,
)
from testbed.waiting import wait_until

if TYPE_CHECKING:
    from collections.abc import Iterator

    from testbed.colleague import Colleague
    from testbed.kubectl import Kubectl
    from testbed.simulator import Simulator

pytestmark = pytest.mark.usefixtures("operator")

HOST = "esx01.example.com"


@pytest.fixture
def device(kubectl: Kubectl, simulator: Simulator) -> Iterator[str]:
    """Return the device of a converged adapter with an MTU of 9000; afterwards the VCenter is as it was."""
    kubectl.apply(vmotion_adapter(HOST, "10.40.0.11/24", deletionPolicy="Delete"))
    bound = kubectl.wait_until(is_ready, "vmk", "vmotion")["status"]["binding"]["device"]
    simulator.control("DELETE", "/calls")
    yield bound
    kubectl.apply(simulator.vcenter_manifest("lab"))
    kubectl.run("annotate", "vcenter", "lab", f"{PAUSED}-")
    kubectl.run("annotate", "vmk", "vmotion", f"{PAUSED}-")
    kubectl.run("delete", "vmk", "vmotion", "--timeout=20s")


def writes(simulator: Simulator) -> int:
    calls = simulator.control("GET", "/calls?host=" + HOST)
    return sum(count for method, count in calls.items() if method in {"UpdateVirtualNic", "AddVirtualNic"})


def wait_for_repair(kubectl: Kubectl, number: int) -> None:
    def is_repaired(state: Object) -> bool:
        return is_ready(state) and len(state["status"].get("driftHistory", [])) == number

    kubectl.wait_until(is_repaired, "vmk", "vmotion")


def in_seconds(seconds: float) -> str:
    return (dt.datetime.now(dt.UTC) + dt.timedelta(seconds=seconds)).isoformat(timespec="seconds")


def annotate(kubectl: Kubectl, what: str, key: str, value: str) -> None:
    kubectl.run("annotate", *what.split("/"), f"{key}={value}", "--overwrite")


@pytest.mark.parametrize("paused", ["vmk/vmotion", "vcenter/lab"])
def test_a_pause_is_shown_and_drift_stands_until_it_is_taken_back(
    kubectl: Kubectl, somebody: Colleague, simulator: Simulator, device: str, paused: str
) -> None:
    annotate(kubectl, paused, PAUSED, "true")
    kubectl.wait_until(lambda state: says(state, "Paused", "True") and is_ready(state), "vmk", "vmotion")

    somebody.set_mtu(HOST, device, 1500)

    held = kubectl.wait_until(lambda state: says(state, "Ready", "Unknown", "Paused"), "vmk", "vmotion")
    assert says(held, "Drifted", "True")
    assert says(held, "Reconciling", "False")
    assert says(held, "Stalled", "False")
    assert held["status"]["plan"]["steps"]
    if paused == "vcenter/lab":
        assert says(kubectl.get_json("vcenter", "lab"), "Paused", "True")
        assert is_ready(kubectl.get_json("vcenter", "lab"))
    assert (writes(simulator), somebody.mtu(HOST, device)) == (1, 1500)  # the colleague's own

    kubectl.run("annotate", *paused.split("/"), f"{PAUSED}-")

    repaired = kubectl.wait_until(is_ready, "vmk", "vmotion")
    assert says(repaired, "Paused", "False")
    assert somebody.mtu(HOST, device) == 9000


@pytest.mark.parametrize("paused", ["vmk/vmotion", "vcenter/lab"])
def test_a_pause_with_an_end_ends_by_itself(kubectl: Kubectl, somebody: Colleague, device: str, paused: str) -> None:
    annotate(kubectl, paused, PAUSED, in_seconds(4))
    somebody.set_mtu(HOST, device, 1500)
    kubectl.wait_until(lambda state: says(state, "Ready", "Unknown", "Paused"), "vmk", "vmotion", within=4)

    kubectl.wait_until(lambda state: is_ready(state) and says(state, "Paused", "False"), "vmk", "vmotion")
    assert somebody.mtu(HOST, device) == 9000
    if paused == "vcenter/lab":
        kubectl.wait_until(lambda state: says(state, "Paused", "False"), "vcenter", "lab")


def test_a_pause_that_is_over_or_false_is_none(kubectl: Kubectl, somebody: Colleague, device: str) -> None:
    annotate(kubectl, "vmk/vmotion", PAUSED, in_seconds(-60))
    annotate(kubectl, "vcenter/lab", PAUSED, "false")

    somebody.set_mtu(HOST, device, 1500)

    kubectl.wait_until(lambda state: state["status"].get("driftHistory") and is_ready(state), "vmk", "vmotion")


def test_a_pause_that_nobody_can_read_is_one(kubectl: Kubectl, device: str) -> None:
    annotate(kubectl, "vmk/vmotion", PAUSED, "until-monday")

    kubectl.wait_until(lambda state: says(state, "Paused", "True"), "vmk", "vmotion")
    assert device


def test_observe_on_the_vcenter_wins_over_enforce(
    kubectl: Kubectl, somebody: Colleague, simulator: Simulator, device: str
) -> None:
    kubectl.apply(simulator.vcenter_manifest("lab", managementPolicy="Observe"))
    kubectl.wait_until(is_ready, "vcenter", "lab")

    somebody.set_mtu(HOST, device, 1500)

    observed = kubectl.wait_until(lambda state: says(state, "Ready", "True", "Observed"), "vmk", "vmotion")
    assert condition(observed, "Drifted")["message"] == "mtu"
    assert observed["status"]["plan"].get("waitsFor") is None
    assert (writes(simulator), somebody.mtu(HOST, device)) == (1, 1500)

    kubectl.apply(simulator.vcenter_manifest("lab"))

    kubectl.wait_until(lambda state: is_ready(state) and says(state, "Drifted", "False"), "vmk", "vmotion")
    assert somebody.mtu(HOST, device) == 9000


def test_a_repair_waits_for_the_repair_delay_and_what_somebody_declares_does_not(
    kubectl: Kubectl, somebody: Colleague, simulator: Simulator, device: str
) -> None:
    kubectl.apply(simulator.vcenter_manifest("lab", repairDelay="3s"))
    kubectl.wait_until(is_ready, "vcenter", "lab")

    somebody.set_mtu(HOST, device, 1500)
    changed = time.monotonic()

    held = kubectl.wait_until(lambda state: says(state, "Ready", "False", "WaitingForRepairDelay"), "vmk", "vmotion")
    assert held["status"]["plan"]["waitsFor"] == "RepairDelay"
    assert says(held, "Reconciling", "True")
    assert says(held, "Drifted", "True")
    assert somebody.mtu(HOST, device) == 1500
    wait_until(lambda: somebody.mtu(HOST, device) == 9000, what="the repair")
    assert time.monotonic() - changed >= 3
    kubectl.wait_until(is_ready, "vmk", "vmotion")

    declared = time.monotonic()
    kubectl.apply(vmotion_adapter(HOST, "10.40.0.11/24", mtu=8000, deletionPolicy="Delete"))
    kubectl.wait_until(is_ready, "vmk", "vmotion")
    assert time.monotonic() - declared < 3


def test_a_request_to_reconcile_is_echoed_by_object_and_vcenter(kubectl: Kubectl, device: str) -> None:
    for what in ("vmk/vmotion", "vcenter/lab"):
        annotate(kubectl, what, RECONCILE, "2026-01-01T10:00:00Z")

        kubectl.wait_until(
            lambda state: state["status"].get("lastHandledReconcileAt") == "2026-01-01T10:00:00Z", *what.split("/")
        )
    assert device


def test_who_reverts_again_and_again_is_not_fought_until_somebody_asks_for_it(
    kubectl: Kubectl, somebody: Colleague, simulator: Simulator, device: str
) -> None:
    for number in (1, 2, 3):
        somebody.set_mtu(HOST, device, 1500)
        wait_for_repair(kubectl, number)
    ours_and_theirs = writes(simulator)
    assert ours_and_theirs == 6

    somebody.set_mtu(HOST, device, 1500)
    contested = kubectl.wait_until(lambda state: is_stalled(state, "Contested"), "vmk", "vmotion")

    assert "mtu" in sentence(contested)
    assert "reconcile-requested-at" in sentence(contested)
    assert says(contested, "Drifted", "True")
    somebody.set_mtu(HOST, device, 1400)  # another value is no reason to begin anew
    kubectl.wait_until(lambda state: state["status"]["drift"][0]["observed"] == "1400", "vmk", "vmotion")
    assert is_stalled(kubectl.get_json("vmk", "vmotion"), "Contested")
    assert writes(simulator) == ours_and_theirs + 2

    annotate(kubectl, "vmk/vmotion", RECONCILE, "now")

    kubectl.wait_until(lambda state: is_ready(state) and says(state, "Stalled", "False"), "vmk", "vmotion")
    assert somebody.mtu(HOST, device) == 9000
    assert writes(simulator) == ours_and_theirs + 3
