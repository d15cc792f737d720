"""The test bed itself, on real servers: what every other end-to-end test takes for granted."""

from __future__ import annotations

import signal
import subprocess
import sys
from typing import TYPE_CHECKING

import psutil
import pytest

from testbed.control_plane import ControlPlane
from testbed.errors import DeadlineError, StartError
from testbed.kubectl import Kubectl, KubectlError
from testbed.waiting import wait_until

if TYPE_CHECKING:
    from pathlib import Path

SERVERS = {"etcd", "kube-apiserver", "kube-controller-manager"}
READER = """
apiVersion: v1
kind: ServiceAccount
metadata: {name: reader}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata: {name: reader}
rules: [{apiGroups: [""], resources: [configmaps], verbs: [get, list]}]
---
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: {name: reader}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: reader}
subjects: [{kind: ServiceAccount, name: reader}]
"""
CONTROL_PLANE_ALONE = ("--no-operator", "--no-simulator", "--no-deploy")


def servers_below(process: psutil.Process) -> list[psutil.Process]:
    """Return the control plane's processes below that one."""
    return [child for child in process.children(recursive=True) if any(name in program_of(child) for name in SERVERS)]


def program_of(process: psutil.Process) -> str:
    """Return what a process runs; one that has ended since it was listed runs nothing."""
    try:
        return process.exe()
    except psutil.NoSuchProcess:
        return ""


@pytest.fixture
def reader(control_plane: ControlPlane, kubectl: Kubectl, namespace: str) -> Kubectl:
    kubectl.apply(READER)
    return Kubectl(control_plane.service_account_kubeconfig(namespace, "reader"))


def test_a_service_accounts_token_may_what_its_role_says(kubectl: Kubectl, reader: Kubectl) -> None:
    kubectl.run("create", "configmap", "found")

    names = [item["metadata"]["name"] for item in reader.get_json("configmaps")["items"]]

    assert "found" in names


@pytest.mark.parametrize(
    "refused", [("create", "configmap", "new"), ("get", "secrets"), ("get", "configmaps", "--all-namespaces")]
)
def test_a_service_accounts_token_may_nothing_else(reader: Kubectl, refused: tuple[str, ...]) -> None:
    with pytest.raises(KubectlError, match=r"(?i)forbidden"):
        reader.run(*refused)


def test_the_audit_log_says_who_wrote_what(
    control_plane: ControlPlane, kubectl: Kubectl, reader: Kubectl, namespace: str
) -> None:
    kubectl.run("create", "configmap", "mine")
    reader.try_run("create", "configmap", "theirs")

    seen = {
        (write.user, write.verb, write.name, write.code)
        for write in control_plane.audited_writes()
        if write.namespace == namespace and write.resource == "configmaps"
    }

    assert ("testbed-admin", "create", "mine", 201) in seen
    assert (f"system:serviceaccount:{namespace}:reader", "create", "", 403) in seen


def test_an_owned_object_goes_with_its_owner(kubectl: Kubectl) -> None:
    kubectl.run("create", "configmap", "owner")
    uid = kubectl.get_json("configmap", "owner")["metadata"]["uid"]
    owner = {"apiVersion": "v1", "kind": "ConfigMap", "name": "owner", "uid": uid}
    kubectl.apply({"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "owned", "ownerReferences": [owner]}})

    kubectl.run("delete", "configmap", "owner")

    wait_until(
        lambda: "NotFound" in kubectl.try_run("get", "configmap", "owned").stderr, what="the owned one to go", within=20
    )


def test_waiting_for_what_never_comes_says_what_was_seen(kubectl: Kubectl) -> None:
    with pytest.raises(DeadlineError, match='configmaps "nobody" not found'):
        kubectl.wait_until(lambda _: True, "configmap", "nobody", within=0.1)


def test_it_behaves_as_an_older_kubernetes_when_asked(tmp_path: Path) -> None:
    with ControlPlane(tmp_path, emulated_version="1.33") as old:
        assert '"emulationMinor": "33"' in old.kubectl().run("get", "--raw", "/version")


def three_more_than(before: set[int]) -> list[psutil.Process]:
    """Return the new servers once all are there: a process has its name only some time after it began."""
    started = [process for process in servers_below(psutil.Process()) if process.pid not in before]
    return started if len(started) == len(SERVERS) else []


def test_a_stopped_control_plane_leaves_no_process_and_no_data(tmp_path: Path) -> None:
    here = psutil.Process()
    before = {process.pid for process in servers_below(here)}
    with ControlPlane(tmp_path):
        started = wait_until(lambda: three_more_than(before), what="three servers")

    assert not any(process.is_running() for process in started)
    assert not (tmp_path / "etcd-data").exists()


def test_a_server_that_cannot_start_is_named_with_its_last_words(tmp_path: Path) -> None:
    here = psutil.Process()
    before = {process.pid for process in servers_below(here)}
    with pytest.raises(StartError, match=r"(?s)kube-apiserver ended with exit code.*log: .*emulat"):
        ControlPlane(tmp_path, emulated_version="0.1").start()

    assert {process.pid for process in servers_below(here)} == before


def test_run_gives_the_command_its_cluster_and_passes_its_exit_code_on(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("TMPDIR", str(tmp_path))  # where it keeps the logs of what failed
    script = "kubectl get namespace default --output name && exit 7"

    answer = subprocess.run(
        [sys.executable, "-m", "testbed", "run", *CONTROL_PLANE_ALONE, "--", "bash", "-c", script],
        capture_output=True,
        text=True,
        check=False,
    )

    assert (answer.stdout, answer.returncode) == ("namespace/default\n", 7)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_whatever_ends_the_test_bed_ends_its_servers(
    number: signal.Signals, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    command = ["bash", "-c", f"touch {tmp_path}/up; exec sleep 1000"]
    run = subprocess.Popen(
        [sys.executable, "-m", "testbed", "run", *CONTROL_PLANE_ALONE, "--", *command], stderr=subprocess.DEVNULL
    )
    try:
        wait_until((tmp_path / "up").exists, what="the command to run", within=30)
        # The last of them was started a moment ago, by a launcher that becomes it.
        wait_until(lambda: len(servers_below(psutil.Process(run.pid))) == len(SERVERS), what="all servers", within=10)
        servers = servers_below(psutil.Process(run.pid))
        run.send_signal(number)
        run.wait(20)
    finally:
        run.kill()
        run.wait()

    gone = (psutil.STATUS_ZOMBIE, psutil.STATUS_DEAD)  # of the container's init, where it does not reap
    wait_until(
        lambda: all(not server.is_running() or server.status() in gone for server in servers),
        what="the servers to end",
    )
