"""What Prometheus would have scraped from the operator, minute by minute, in the words of promtool's rule tests."""

from __future__ import annotations

import json
import subprocess
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml
from prometheus_client.parser import text_string_to_metric_families

from vmk_operator.model.identity import Kind, ObjectKey
from vmk_operator.model.telemetry import EngineSnapshot, ObjectReport, VCenterTelemetry
from vmk_operator.model.vcenter import VCenterReport, VCenterState
from vmk_operator.observability.metrics import Metrics

RULES = Path(__file__).resolve().parents[3] / "deploy" / "prometheus" / "rules.yaml"
KEY = ObjectKey(Kind.ADAPTER, "infra", "backup", "uid")
LABELS = {
    "vcenter": "lab",
    "host": "esx01.example.com",
    "kind": "VmkAdapter",
    "namespace": "infra",
    "name": "backup",
}
"""Of the one object that there is."""

Series = tuple[str, frozenset[tuple[str, str]]]


def reporting(
    reason: str = "Converged", *, stalled: bool = False, drift_since_s: float | None = None
) -> dict[ObjectKey, ObjectReport]:
    """What a leader tells of the one object."""
    drifted = drift_since_s is not None
    report = ObjectReport(
        key=KEY,
        vcenter="lab",
        host="esx01.example.com",
        ready="True" if reason == "Converged" else "False",
        reason=reason,
        stalled=stalled,
        drifted=drifted,
        drift_fields=("mtu",) if drifted else (),
        drift_since_s=drift_since_s,
    )
    return {KEY: report}


def scraped(
    objects: dict[ObjectKey, ObjectReport] | None = None, *, state: VCenterState = VCenterState.CONNECTED
) -> dict[Series, float]:
    """Everything that one replica answers a scrape."""
    report = VCenterReport(name="lab", uid="uid", generation=1, state=state, message="")
    leading = state is VCenterState.CONNECTED
    telemetry = VCenterTelemetry(report=report, leading=leading, observed_age_s=1.0, queue_depth=0, hosts_busy=0)
    text = Metrics(version="0").render(EngineSnapshot(revision=1, objects=objects or {}, vcenters=(telemetry,)))
    return {
        (sample.name, frozenset(sample.labels.items())): sample.value
        for family in text_string_to_metric_families(text.decode())
        for sample in family.samples
        if sample.name.startswith("vmk_")
    }


@dataclass
class History:
    """One scrape a minute, of every replica."""

    values: dict[Series, list[str]] = field(default_factory=dict)
    minutes: int = 0

    def lasting(self, minutes: int, **replicas: dict[Series, float]) -> History:
        """Go on for *minutes* with these answers; a series that is in none of them ends."""
        now = {
            (name, labels | {("pod", pod)}): value
            for pod, answer in replicas.items()
            for (name, labels), value in answer.items()
        }
        for series in self.values.keys() | now.keys():
            told = self.values.setdefault(series, ["_"] * self.minutes)
            if series in now:
                told += [repr(now[series])] * minutes
            else:
                # Prometheus marks the end of a series at the first scrape without it.
                told += ["stale" if told and told[-1] not in ("_", "stale") else "_"] + ["_"] * (minutes - 1)
        self.minutes += minutes
        return self

    def input_series(self) -> list[dict[str, str]]:
        """Write the series as promtool reads them."""
        return [
            {
                "series": f"{name}{{{','.join(f'{key}={json.dumps(value)}' for key, value in sorted(labels))}}}",
                "values": " ".join(values),
            }
            for (name, labels), values in self.values.items()
        ]


@dataclass(frozen=True)
class Prometheus:
    """Prometheus' own evaluation of our rules."""

    promtool: Path
    folder: Path

    def expect(self, alert: str, history: History, *, minute: int, fires: list[dict[str, Any]]) -> None:
        """Fail unless exactly *fires* (exp_labels and exp_annotations) fire of *alert* in that minute."""
        assert minute <= history.minutes
        expected = {"eval_time": f"{minute}m", "alertname": alert, "exp_alerts": fires}
        test = {"interval": "1m", "input_series": history.input_series(), "alert_rule_test": [expected]}
        document = {"rule_files": [str(RULES)], "evaluation_interval": "1m", "tests": [test]}
        path = self.folder / "test.yaml"
        path.write_text(yaml.safe_dump(document, sort_keys=False))
        ran = subprocess.run([self.promtool, "test", "rules", path], capture_output=True, text=True, check=False)
        assert ran.returncode == 0, ran.stdout + ran.stderr
