"""The Helm chart: the same as `deploy/`, and every value has its effect."""

from __future__ import annotations

import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from testbed.deployment import DEPLOY, NAMESPACE
from testbed.kubectl import kubectl_binary

CHART = Path(__file__).resolve().parents[3] / "charts" / "vmk-operator"

Manifest = dict[str, Any]


def by_identity(text: str) -> dict[tuple[str, str, str], Manifest]:
    found = [manifest for manifest in yaml.safe_load_all(text) if manifest]
    return {(m["kind"], m["metadata"].get("namespace", ""), m["metadata"]["name"]): m for m in found}


def rendered(helm: Path, *settings: str) -> str:
    flags = [flag for setting in settings for flag in ("--set", setting)]
    command: list[str | Path] = [helm, "template", "vmk-operator", CHART, "--namespace", NAMESPACE, *flags]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


def test_the_chart_is_what_deploy_is(helm: Path) -> None:
    kustomized = subprocess.run([kubectl_binary(), "kustomize", DEPLOY], capture_output=True, text=True, check=True)
    deploy = by_identity(kustomized.stdout)
    del deploy["Namespace", "", NAMESPACE]  # helm's own business: --create-namespace

    assert by_identity(rendered(helm, "crds.keep=false")) == deploy


def test_uninstalling_the_chart_keeps_the_definitions_unless_told_otherwise(helm: Path) -> None:
    definitions = [m for m in by_identity(rendered(helm)).values() if m["kind"] == "CustomResourceDefinition"]

    assert len(definitions) == 3
    assert all(m["metadata"]["annotations"] == {"helm.sh/resource-policy": "keep"} for m in definitions)


def test_the_chart_can_leave_the_definitions_to_somebody_else(helm: Path) -> None:
    kinds = {kind for kind, _, _ in by_identity(rendered(helm, "crds.install=false"))}

    assert "Deployment" in kinds
    assert "CustomResourceDefinition" not in kinds


def test_every_value_of_the_chart_arrives(helm: Path) -> None:
    objects = by_identity(
        rendered(
            helm,
            "image.repository=registry.example.com/vmk-operator",
            "image.tag=1.2.3",
            "image.pullPolicy=Always",
            "image.pullSecrets={registry}",
            "replicas=2",
            "resources.limits.memory=1Gi",
            "port=9090",
            "logLevel=debug",
            "fullnameOverride=vmk",
        )
    )

    deployment = objects["Deployment", NAMESPACE, "vmk"]["spec"]
    pod = deployment["template"]["spec"]
    container = pod["containers"][0]
    environment = {entry["name"]: entry.get("value") for entry in container["env"]}
    assert deployment["replicas"] == 2
    assert container["image"] == "registry.example.com/vmk-operator:1.2.3"
    assert container["imagePullPolicy"] == "Always"
    assert container["resources"]["limits"] == {"memory": "1Gi"}
    assert container["ports"] == [{"name": "http", "containerPort": 9090}]
    assert environment["VMK_OPERATOR_LISTEN"] == "0.0.0.0:9090"
    assert environment["VMK_OPERATOR_LOG_LEVEL"] == "debug"
    assert pod["imagePullSecrets"] == [{"name": "registry"}]
    assert pod["serviceAccountName"] == "vmk"
    assert objects["Service", NAMESPACE, "vmk"]["spec"]["ports"][0]["port"] == 9090
    assert {name for kind, _, name in objects if kind != "CustomResourceDefinition"} == {"vmk"}


@pytest.mark.parametrize("wrong", ["replica=2", "logLevel=loud", "port=80", "crds.enabled=true", "replicas=many"])
def test_a_value_that_the_chart_does_not_know_is_refused(helm: Path, wrong: str) -> None:
    with pytest.raises(subprocess.CalledProcessError) as refused:
        rendered(helm, wrong)

    assert "values don't meet the specifications of the schema" in refused.value.stderr


def test_the_chart_lints_without_a_complaint(helm: Path) -> None:
    answer = subprocess.run([helm, "lint", "--strict", CHART], capture_output=True, text=True, check=False)

    assert answer.returncode == 0, answer.stdout
