"""A Deployment's Pod as a local process."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import pytest

from testbed.deployment import pod_command
from testbed.errors import StartError


def deployment(*extra_containers: dict[str, Any], **container: Any) -> dict[str, Any]:
    pod = {"serviceAccountName": "robot", "containers": [{"command": ["python"], **container}, *extra_containers]}
    return {"metadata": {"name": "d", "namespace": "ns"}, "spec": {"template": {"spec": pod}}}


def test_command_and_arguments_are_the_deployments() -> None:
    pod = pod_command(deployment(command=["/usr/bin/python", "-m"], args=["app", "run"]), pod_name="pod-0")
    assert pod.command == (str(Path(sys.executable).with_name("python")), "-m", "app", "run")


def test_service_account_and_namespace_are_the_deployments() -> None:
    pod = pod_command(deployment(), pod_name="pod-0")
    assert (pod.namespace, pod.service_account) == ("ns", "robot")


def test_the_environment_is_what_a_kubelet_would_give() -> None:
    environment = [
        {"name": "LEVEL", "value": "debug"},
        {"name": "EMPTY"},
        {"name": "POD", "valueFrom": {"fieldRef": {"fieldPath": "metadata.name"}}},
        {"name": "NAMESPACE", "valueFrom": {"fieldRef": {"fieldPath": "metadata.namespace"}}},
    ]
    pod = pod_command(deployment(env=environment), pod_name="pod-0")
    assert pod.environment == {"LEVEL": "debug", "EMPTY": "", "POD": "pod-0", "NAMESPACE": "ns"}


def test_a_value_that_only_a_cluster_has_is_refused() -> None:
    environment = [{"name": "KEY", "valueFrom": {"secretKeyRef": {"name": "s", "key": "k"}}}]
    with pytest.raises(StartError, match="cannot give KEY its value"):
        pod_command(deployment(env=environment), pod_name="pod-0")


def test_an_executable_that_is_not_installed_is_named() -> None:
    with pytest.raises(StartError, match="no-such-operator, which is not installed"):
        pod_command(deployment(command=["/bin/no-such-operator"]), pod_name="pod-0")


def test_a_second_container_is_refused() -> None:
    with pytest.raises(StartError, match="2 containers"):
        pod_command(deployment({"command": ["proxy"]}), pod_name="pod-0")


def test_it_has_as_long_to_end_as_the_deployment_says() -> None:
    patient = deployment()
    patient["spec"]["template"]["spec"]["terminationGracePeriodSeconds"] = 35
    assert pod_command(patient, pod_name="pod-0").grace_seconds == 35
    assert pod_command(deployment(), pod_name="pod-0").grace_seconds == 30
