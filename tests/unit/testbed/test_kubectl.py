"""kubectl, with one that only pretends."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from testbed.errors import DeadlineError
from testbed.kubeconfig import write_kubeconfig
from testbed.kubectl import Kubectl, KubectlError, as_yaml

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def kubectl(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Kubectl:
    """Return a kubectl whose behaviour is the shell script `script`, empty at first."""
    pretender = tmp_path / "kubectl"
    pretender.write_text(f'#!/bin/sh\n. "{tmp_path}/script"\n')
    pretender.chmod(0o755)
    (tmp_path / "script").touch()
    monkeypatch.setenv("KUBEBUILDER_ASSETS", str(tmp_path))
    write_kubeconfig(tmp_path / "kubeconfig", url="https://127.0.0.1:1", ca=b"", user="token")
    return Kubectl(tmp_path / "kubeconfig", namespace="ns")


def behave(kubectl: Kubectl, script: str) -> None:
    kubectl.kubeconfig.with_name("script").write_text(script)


def test_what_it_prints_is_returned(kubectl: Kubectl) -> None:
    behave(kubectl, 'echo "$@"')
    assert kubectl.run("get", "pods") == "--namespace ns get pods\n"


def test_a_refusal_carries_what_it_said(kubectl: Kubectl) -> None:
    behave(kubectl, "echo partly; echo 'no way' >&2; exit 4")
    with pytest.raises(KubectlError, match=r"kubectl apply: exit code 4\nno way") as caught:
        kubectl.run("apply")
    assert (caught.value.code, caught.value.stdout, caught.value.stderr) == (4, "partly\n", "no way\n")


def test_it_sees_its_own_kubeconfig_and_a_cache_of_its_own(kubectl: Kubectl) -> None:
    behave(kubectl, 'echo "$KUBECONFIG" "$KUBECACHEDIR"')
    folder = kubectl.kubeconfig.parent
    assert kubectl.run("config") == f"{folder}/kubeconfig {folder}/kubectl-cache\n"


def test_several_objects_are_applied_as_documents(kubectl: Kubectl) -> None:
    behave(kubectl, "cat")
    assert kubectl.apply([{"kind": "A"}, {"kind": "B"}]) == "kind: A\n---\nkind: B\n"


def test_one_object_and_text_are_applied_as_they_are() -> None:
    assert (as_yaml({"kind": "A"}), as_yaml("kind: B")) == ("kind: A\n", "kind: B")


def test_waiting_goes_on_while_the_object_or_its_field_is_missing(kubectl: Kubectl) -> None:
    states = ("echo 'Error (NotFound)' >&2; exit 1", "echo '{}'", """echo '{"status": {"ready": true}}'""")
    counter = kubectl.kubeconfig.with_name("count")
    branches = "\n".join(f"{number}) {state};;" for number, state in enumerate(states))
    behave(kubectl, f"echo >> {counter}\ncase $(($(wc -l < {counter}) - 1)) in\n{branches}\nesac")
    state = kubectl.wait_until(lambda state: bool(state["status"]["ready"]), "vmk", "a")
    assert state == {"status": {"ready": True}}


def test_the_deadline_shows_the_last_state(kubectl: Kubectl) -> None:
    behave(kubectl, """echo '{"status": {"ready": false}}'""")
    with pytest.raises(DeadlineError, match=r'kubectl get vmk a; .*{"ready": false}'):
        kubectl.wait_until(lambda state: bool(state["status"]["ready"]), "vmk", "a", within=0.05)


def test_waiting_ends_at_any_other_refusal(kubectl: Kubectl) -> None:
    behave(kubectl, "echo Forbidden >&2; exit 1")
    with pytest.raises(KubectlError, match="Forbidden"):
        kubectl.wait_until(lambda _: True, "vmk", "a")
