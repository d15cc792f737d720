"""What `deploy/` puts on a real API server, and what the operator may do there."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from testbed.control_plane import ControlPlane
from testbed.deployment import DEPLOY, NAMESPACE
from testbed.kubectl import as_yaml

if TYPE_CHECKING:
    from pathlib import Path

OPERATOR = f"system:serviceaccount:{NAMESPACE}:vmk-operator"


def test_it_applies_without_a_warning_and_a_second_time_without_a_change(deployed: ControlPlane) -> None:
    again = deployed.kubectl().try_run("apply", "-k", str(DEPLOY))

    assert again.stderr == ""
    assert {line.rsplit(" ", 1)[1] for line in again.stdout.splitlines()} == {"unchanged"}


def test_it_applies_without_a_warning_to_the_oldest_kubernetes_that_we_support(tmp_path: Path) -> None:
    with ControlPlane(tmp_path, emulated_version="1.33") as oldest:
        answer = oldest.kubectl().try_run("apply", "-k", str(DEPLOY))

    assert (answer.stderr, answer.returncode) == ("", 0)


def test_its_pod_meets_the_restricted_standard_that_its_namespace_enforces(deployed: ControlPlane) -> None:
    kubectl = deployed.kubectl(NAMESPACE)
    template = kubectl.get_json("deployment", "vmk-operator")["spec"]["template"]
    pod = {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "probe"}, "spec": template["spec"]}
    reckless = {"name": "c", "image": "i"}  # says nothing, so may run as root

    ours = kubectl.try_run("apply", "--dry-run=server", "-f", "-", stdin=as_yaml(pod))
    other = kubectl.try_run(
        "apply", "--dry-run=server", "-f", "-", stdin=as_yaml(pod | {"spec": {"containers": [reckless]}})
    )

    assert (ours.stderr, ours.stdout) == ("", "pod/probe created (server dry run)\n")
    assert 'violates PodSecurity "restricted:latest"' in other.stderr


@pytest.mark.parametrize(
    ("verb", "what", "where"),
    [
        ("watch", "vmkadapters.vmkernel.dev", "fleet"),
        ("patch", "vmkadapters.vmkernel.dev", "fleet"),
        ("patch", "vmknetstacks.vmkernel.dev/status", "fleet"),
        ("patch", "vcenters.vmkernel.dev/status", "fleet"),
        ("create", "events", "fleet"),
        ("get", "customresourcedefinitions.apiextensions.k8s.io/vcenters.vmkernel.dev", "fleet"),
        ("watch", "secrets", NAMESPACE),
        ("create", "leases.coordination.k8s.io", NAMESPACE),
        ("update", "leases.coordination.k8s.io", NAMESPACE),
    ],
)
def test_the_operator_may(deployed: ControlPlane, verb: str, what: str, where: str) -> None:
    assert may(deployed, verb, what, where) == "yes"


@pytest.mark.parametrize(
    ("verb", "what", "where"),
    [
        ("get", "secrets", "fleet"),
        ("list", "secrets", "kube-system"),
        ("create", "secrets", NAMESPACE),
        ("delete", "vmkadapters.vmkernel.dev", "fleet"),
        ("create", "vmkadapters.vmkernel.dev", "fleet"),
        ("update", "vmkadapters.vmkernel.dev", "fleet"),
        ("get", "customresourcedefinitions.apiextensions.k8s.io/others.example.com", "fleet"),
        ("patch", "customresourcedefinitions.apiextensions.k8s.io/vcenters.vmkernel.dev", "fleet"),
        ("create", "leases.coordination.k8s.io", "fleet"),
        ("get", "pods", NAMESPACE),
        ("delete", "events", "fleet"),
        ("delete", "leases.coordination.k8s.io", NAMESPACE),
    ],
)
def test_the_operator_may_not(deployed: ControlPlane, verb: str, what: str, where: str) -> None:
    assert may(deployed, verb, what, where) == "no"


def may(deployed: ControlPlane, verb: str, what: str, where: str) -> str:
    """Ask the API server; a resource may be followed by /subresource, one with a dot in it by /name."""
    resource, _, rest = what.partition("/")
    target = [resource, f"--subresource={rest}"] if rest == "status" else [what]
    answer = deployed.kubectl(where).try_run("auth", "can-i", verb, *target, f"--as={OPERATOR}")
    return answer.stdout.strip()
