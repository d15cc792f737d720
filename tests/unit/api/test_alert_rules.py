"""The alert rules rest on metrics and labels that the operator has."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml

from vmk_operator.model.identity import Kind, ObjectKey
from vmk_operator.model.telemetry import EngineSnapshot, ObjectReport, VCenterTelemetry
from vmk_operator.model.vcenter import VCenterReport, VCenterState
from vmk_operator.observability.metrics import Metrics

RULES = Path(__file__).resolve().parents[3] / "deploy" / "prometheus" / "rules.yaml"
ALERTS = [rule for group in yaml.safe_load(RULES.read_text())["groups"] for rule in group["rules"]]


@pytest.fixture(scope="module")
def exposed() -> dict[str, set[str]]:
    """Names and labels of a scrape with one object of each kind of trouble."""
    key = ObjectKey(Kind.ADAPTER, "fleet", "esx01", "uid")
    report = ObjectReport(
        key=key,
        vcenter="lab",
        host="esx01.example.com",
        ready="False",
        reason="Contested",
        stalled=True,
        drifted=True,
        drift_fields=("mtu",),
        drift_since_s=1.0,
    )
    vcenter = VCenterReport(name="lab", uid="uid", generation=1, state=VCenterState.UNREACHABLE, message="")
    telemetry = VCenterTelemetry(report=vcenter, leading=True, observed_age_s=1.0, queue_depth=0, hosts_busy=0)
    snapshot = EngineSnapshot(revision=1, objects={key: report}, vcenters=(telemetry,))
    text = Metrics(version="0").render(snapshot).decode()
    series = re.findall(r"^(\w+)\{(.*)\} ", text, re.MULTILINE)
    return {name: set(re.findall(r'(\w+)="', labels)) for name, labels in series}


def test_there_are_three_alerts() -> None:
    assert [rule["alert"] for rule in ALERTS] == ["VmkDriftLasts", "VmkVCenterUnreachable", "VmkObjectStalled"]


@pytest.mark.parametrize("rule", ALERTS, ids=lambda rule: rule["alert"])
def test_an_alert_rests_on_what_is_exposed(exposed: dict[str, set[str]], rule: dict[str, str]) -> None:
    metrics = set(re.findall(r"\bvmk_\w+", rule["expr"]))
    grouped = {label for group in re.findall(r"(?:by|on) \(([^)]*)\)", rule["expr"]) for label in group.split(", ")}

    assert metrics
    assert metrics <= exposed.keys()
    assert grouped <= set.union(*(exposed[metric] for metric in metrics))


@pytest.mark.parametrize("rule", ALERTS, ids=lambda rule: rule["alert"])
def test_an_alert_says_only_what_its_labels_know(rule: dict[str, dict[str, str]]) -> None:
    kept = re.search(r"by \(([^)]*)\)", str(rule["expr"]))
    assert kept is not None
    used = set(re.findall(r"\$labels\.(\w+)", " ".join(rule["annotations"].values())))

    assert used <= set(kept[1].split(", "))
