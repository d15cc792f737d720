"""What `deploy/` puts on a cluster, and how to run its Pod here, where there is no kubelet."""

from __future__ import annotations

import shutil
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from testbed.errors import StartError

if TYPE_CHECKING:
    from testbed.kubectl import Kubectl

DEPLOY = Path(__file__).resolve().parents[2] / "deploy"
NAMESPACE = "vmk-operator"
DEPLOYMENT = "vmk-operator"
_DEFAULT_GRACE_SECONDS = 30  # Kubernetes' own default


@dataclass(frozen=True)
class PodCommand:
    """The one container of a Deployment's Pod as a local command."""

    command: tuple[str, ...]
    environment: dict[str, str]
    namespace: str
    service_account: str
    grace_seconds: float
    """How long it may take to end before it is killed."""


def apply_deploy(kubectl: Kubectl, folder: Path = DEPLOY) -> str:
    """Apply the kustomize base and return what kubectl printed.

    Raises:
        StartError: there is no kustomization.
        KubectlError: the API server refused something.
    """
    if not (folder / "kustomization.yaml").exists():
        raise StartError(f"{folder / 'kustomization.yaml'} is not there, so there is nothing to deploy")
    return kubectl.run("apply", "--kustomize", str(folder))


def read_pod(kubectl: Kubectl, *, pod_name: str, namespace: str = NAMESPACE, name: str = DEPLOYMENT) -> PodCommand:
    """Return what the Deployment on the API server would run in a Pod of that name.

    Raises:
        KubectlError: there is no such Deployment.
        StartError: its Pod needs something that has no counterpart outside a cluster.
    """
    deployment = kubectl.in_namespace(namespace).get_json("deployment", name)
    return pod_command(deployment, pod_name=pod_name)


def pod_command(deployment: dict[str, Any], *, pod_name: str) -> PodCommand:
    """Return what a Deployment would run in a Pod of that name.

    Raises:
        StartError: its Pod needs something that has no counterpart outside a cluster.
    """
    pod = deployment["spec"]["template"]["spec"]
    containers = pod["containers"]
    if len(containers) != 1:
        raise StartError(f"the Deployment's Pod has {len(containers)} containers; the test bed runs one")
    container = containers[0]
    command = [*container.get("command", ["vmk-operator"]), *container.get("args", [])]
    namespace = deployment["metadata"]["namespace"]
    fields = {
        "metadata.name": pod_name,
        "metadata.namespace": namespace,
        "spec.serviceAccountName": pod.get("serviceAccountName", "default"),
        "spec.nodeName": "testbed",
        "status.podIP": "127.0.0.1",
    }
    return PodCommand(
        command=(_local_executable(command[0]), *command[1:]),
        environment={entry["name"]: _value(entry, fields) for entry in container.get("env", [])},
        namespace=namespace,
        service_account=fields["spec.serviceAccountName"],
        grace_seconds=pod.get("terminationGracePeriodSeconds", _DEFAULT_GRACE_SECONDS),
    )


def _value(entry: dict[str, Any], fields: dict[str, str]) -> str:
    """Return the value of one environment variable, as a kubelet would."""
    if "valueFrom" not in entry:
        return str(entry.get("value", ""))
    path = entry["valueFrom"].get("fieldRef", {}).get("fieldPath")
    if path not in fields:
        raise StartError(f"the test bed cannot give {entry['name']} its value from {entry['valueFrom']}")
    return fields[path]


def _local_executable(name: str) -> str:
    """Return where the image's executable is on this machine: beside the Python that runs the test bed."""
    beside = Path(sys.executable).with_name(Path(name).name)
    found = str(beside) if beside.exists() else shutil.which(Path(name).name)
    if found is None:
        raise StartError(f"the Deployment runs {name}, which is not installed in {beside.parent}")
    return found
