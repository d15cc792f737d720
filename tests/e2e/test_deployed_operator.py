"""The operator as `deploy/` ships it: who it is, and what it may."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from testbed.kubectl import Kubectl

if TYPE_CHECKING:
    from testbed.control_plane import ControlPlane
    from testbed.operator_process import OperatorProcess


@pytest.fixture
def its_kubectl(operator: OperatorProcess) -> Kubectl:
    return Kubectl(operator.kubeconfig)


def test_it_is_the_service_account_of_deploy(its_kubectl: Kubectl) -> None:
    assert "system:serviceaccount:vmk-operator:vmk-operator" in its_kubectl.run("auth", "whoami")


def test_it_serves_its_metrics(operator: OperatorProcess) -> None:
    assert "vmk_" in operator.metrics()


@pytest.mark.parametrize(
    "question",
    [
        ("get", "secrets", "--namespace", "default"),
        ("list", "secrets", "--all-namespaces"),
        ("delete", "vmkadapters.vmkernel.dev", "--all-namespaces"),
        ("create", "vmkadapters.vmkernel.dev", "--all-namespaces"),
        ("create", "pods", "--namespace", "vmk-operator"),
        ("patch", "customresourcedefinitions.apiextensions.k8s.io"),
        ("escalate", "clusterroles.rbac.authorization.k8s.io"),
    ],
    ids=" ".join,
)
def test_it_may_not_do_what_it_does_not_need(its_kubectl: Kubectl, question: tuple[str, ...]) -> None:
    assert its_kubectl.try_run("auth", "can-i", *question).stdout == "no\n"


def test_it_writes_nothing_but_as_itself_and_is_never_refused(
    deployed: ControlPlane, operator: OperatorProcess
) -> None:
    kubectl = deployed.kubectl()
    kubectl.wait_until(lambda vc: vc["status"]["conditions"][0]["status"] != "Unknown", "vc", "lab", within=30)
    assert operator.running

    theirs = [write for write in deployed.audited_writes() if write.user.startswith("system:serviceaccount:vmk-")]
    # A namespace of an earlier test that goes away takes no Events any more, whoever asks.
    namespaces = kubectl.get_json("namespaces")["items"]
    alive = {each["metadata"]["name"] for each in namespaces if each["status"]["phase"] == "Active"}
    refused = [write for write in theirs if write.code == 403 and write.namespace in {"", *alive}]

    assert theirs
    assert refused == []
