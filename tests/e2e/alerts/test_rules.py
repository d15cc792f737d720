"""Each alert fires when it is to and not before, as Prometheus itself evaluates what the operator exposes."""

from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING

import pytest

from e2e.alerts.history import LABELS, RULES, History, Prometheus, reporting, scraped
from vmk_operator.model.vcenter import VCenterState

if TYPE_CHECKING:
    from pathlib import Path

FINE = scraped(reporting())
DRIFTED = scraped(reporting("Repairing", drift_since_s=0.0))
STALLED = scraped(reporting("Contested", stalled=True))
AWAY = scraped(state=VCenterState.UNREACHABLE)
STANDBY = scraped(state=VCenterState.STANDBY)


@pytest.fixture
def prometheus(promtool: Path, tmp_path: Path) -> Prometheus:
    return Prometheus(promtool, tmp_path)


def test_prometheus_takes_the_rules(promtool: Path) -> None:
    command: list[str | Path] = [promtool, "check", "rules", "--lint=all", "--lint-fatal", RULES]

    checked = subprocess.run(command, capture_output=True, text=True, check=False)

    assert checked.returncode == 0, checked.stdout + checked.stderr
    assert "3 rules found" in checked.stdout


DRIFT_LASTS = {
    "exp_labels": {"severity": "warning", **LABELS},
    "exp_annotations": {
        "summary": "esx01.example.com is not as VmkAdapter infra/backup declares it",
        "description": "Somebody changed the host 17m 0s ago and it was not repaired: the object or its VCenter is in "
        "Observe, is paused, or the repair fails. kubectl describe VmkAdapter -n infra backup shows the fields.",
    },
}


def test_drift_that_stands_for_a_quarter_of_an_hour_is_told(prometheus: Prometheus) -> None:
    lasting = History().lasting(20, a=DRIFTED, b=STANDBY)

    prometheus.expect("VmkDriftLasts", lasting, minute=15, fires=[])
    prometheus.expect("VmkDriftLasts", lasting, minute=17, fires=[DRIFT_LASTS])


def test_drift_counts_from_the_hand_made_change_whichever_replica_tells_it(prometheus: Prometheus) -> None:
    handed_over = History().lasting(10, a=DRIFTED, b=STANDBY).lasting(10, a=STANDBY, b=DRIFTED)

    prometheus.expect("VmkDriftLasts", handed_over, minute=17, fires=[DRIFT_LASTS])


def test_drift_that_is_repaired_is_told_no_more(prometheus: Prometheus) -> None:
    repaired_in_time = History().lasting(14, a=DRIFTED).lasting(10, a=FINE)
    repaired_late = History().lasting(18, a=DRIFTED).lasting(10, a=FINE)

    prometheus.expect("VmkDriftLasts", repaired_in_time, minute=20, fires=[])
    prometheus.expect("VmkDriftLasts", repaired_late, minute=20, fires=[])


UNREACHABLE = {
    "exp_labels": {"severity": "critical", "vcenter": "lab"},
    "exp_annotations": {
        "summary": "Nobody watches vCenter lab",
        "description": "No replica of vmk-operator is connected: changes on its hosts are neither seen nor repaired. "
        "kubectl get vcenter lab -o wide says why.",
    },
}


def test_a_vcenter_that_no_replica_reaches_for_five_minutes_is_told(prometheus: Prometheus) -> None:
    away = History().lasting(2, a=FINE, b=STANDBY).lasting(10, a=AWAY, b=AWAY)

    prometheus.expect("VmkVCenterUnreachable", away, minute=6, fires=[])
    prometheus.expect("VmkVCenterUnreachable", away, minute=7, fires=[UNREACHABLE])


def test_a_vcenter_that_one_replica_reaches_is_fine(prometheus: Prometheus) -> None:
    reached = History().lasting(10, a=AWAY, b=FINE).lasting(10, a=FINE, b=STANDBY)

    prometheus.expect("VmkVCenterUnreachable", reached, minute=9, fires=[])
    prometheus.expect("VmkVCenterUnreachable", reached, minute=19, fires=[])


def test_a_vcenter_that_is_back_is_told_no_more(prometheus: Prometheus) -> None:
    back = History().lasting(8, a=AWAY).lasting(3, a=FINE)

    prometheus.expect("VmkVCenterUnreachable", back, minute=10, fires=[])


STALLS = {
    "exp_labels": {"severity": "warning", "reason": "Contested", **LABELS},
    "exp_annotations": {
        "summary": "VmkAdapter infra/backup waits for a person: Contested",
        "description": "The operator can't go on by itself on host esx01.example.com. kubectl describe VmkAdapter -n "
        "infra backup says what to do.",
    },
}


def test_an_object_that_waits_for_a_person_for_ten_minutes_is_told_with_the_reason(prometheus: Prometheus) -> None:
    stalled = History().lasting(2, a=FINE).lasting(20, a=STALLED, b=STANDBY)

    prometheus.expect("VmkObjectStalled", stalled, minute=11, fires=[])
    prometheus.expect("VmkObjectStalled", stalled, minute=12, fires=[STALLS])


def test_an_object_that_goes_on_is_told_no_more(prometheus: Prometheus) -> None:
    mended = History().lasting(15, a=STALLED).lasting(5, a=FINE)

    prometheus.expect("VmkObjectStalled", mended, minute=16, fires=[])


def test_a_fleet_that_is_fine_is_silent(prometheus: Prometheus) -> None:
    fine = History().lasting(60, a=FINE, b=STANDBY)

    for alert in ("VmkDriftLasts", "VmkVCenterUnreachable", "VmkObjectStalled"):
        prometheus.expect(alert, fine, minute=59, fires=[])
