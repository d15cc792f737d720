"""How the test bed runs a Deployment's Pod, with a stand-in for the operator that says what it sees."""

from __future__ import annotations

import json
import textwrap
from typing import TYPE_CHECKING, Any

import pytest

from testbed.errors import StartError
from testbed.kubectl import Kubectl, KubectlError
from testbed.loopback_http import fetch
from testbed.operator_process import OperatorProcess

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from testbed.control_plane import ControlPlane

# It is ready at once and answers every request with its environment; SIGTERM ends it with 0.
STAND_IN = textwrap.dedent("""
    import http.server, json, os, signal, sys
    class Answer(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            self.send_response(200)
            self.end_headers()
            self.wfile.write(json.dumps(dict(os.environ)).encode())
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    host, port = os.environ["VMK_OPERATOR_LISTEN"].split(":")
    http.server.HTTPServer((host, int(port)), Answer).serve_forever()
""")


def manifests(code: str) -> list[dict[str, Any]]:
    container = {
        "name": "main",
        "image": "stand-in",
        "command": ["python", "-c", code],
        "env": [{"name": "COLOUR", "value": "red"}, {"name": "VMK_OPERATOR_LISTEN", "value": "0.0.0.0:8080"}],
    }
    pod = {"serviceAccountName": "robot", "containers": [container]}
    labels = {"app": "stand-in"}
    template = {"metadata": {"labels": labels}, "spec": pod}
    spec = {"selector": {"matchLabels": labels}, "template": template}
    return [
        {"apiVersion": "v1", "kind": "ServiceAccount", "metadata": {"name": "robot"}},
        {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "stand-in"}, "spec": spec},
    ]


@pytest.fixture
def replica(
    control_plane: ControlPlane, kubectl: Kubectl, namespace: str, tmp_path: Path
) -> Callable[..., OperatorProcess]:
    def make(code: str = STAND_IN, **options: Any) -> OperatorProcess:
        kubectl.apply(manifests(code))
        return OperatorProcess(control_plane, tmp_path, namespace=namespace, deployment="stand-in", **options)

    return make


def seen_by(process: OperatorProcess) -> dict[str, str]:
    environment: dict[str, str] = json.loads(fetch(process.url))
    return environment


def test_it_runs_with_the_deployments_environment_on_a_loopback_port(replica: Callable[..., OperatorProcess]) -> None:
    with replica() as running:
        environment = seen_by(running)
    assert environment["COLOUR"] == "red"
    assert environment["VMK_OPERATOR_LISTEN"].startswith("127.0.0.1:")


def test_an_override_wins_over_the_deployments_environment(replica: Callable[..., OperatorProcess]) -> None:
    with replica(environment={"COLOUR": "blue"}) as running:
        assert seen_by(running)["COLOUR"] == "blue"


def test_it_is_its_service_account_and_nobody_else(
    replica: Callable[..., OperatorProcess], kubectl: Kubectl, namespace: str
) -> None:
    with replica() as running:
        theirs = Kubectl(running.kubeconfig)
    assert f"system:serviceaccount:{namespace}:robot" in theirs.run("auth", "whoami")
    with pytest.raises(KubectlError, match=r"(?i)forbidden"):
        theirs.run("get", "secrets")
    kubectl.run("get", "secrets")


def test_two_replicas_have_names_ports_and_logs_of_their_own(replica: Callable[..., OperatorProcess]) -> None:
    with replica(index=0) as first, replica(index=1) as second:
        assert first.url != second.url
        assert first.log != second.log
        assert [seen_by(each)["HOSTNAME"] for each in (first, second)] == ["stand-in-0", "stand-in-1"]


def test_it_stops_in_order_and_starts_again_at_the_same_address(replica: Callable[..., OperatorProcess]) -> None:
    with replica() as running:
        before = running.process.pid
        assert running.stop() == 0
        assert not running.running
        running.start()
        assert running.process.pid != before
        assert seen_by(running)


def test_it_starts_again_after_it_was_killed(replica: Callable[..., OperatorProcess]) -> None:
    with replica() as running:
        running.kill()
        assert not running.running
        running.restart()
        assert seen_by(running)


def test_one_that_cannot_start_is_reported_with_the_end_of_its_log(replica: Callable[..., OperatorProcess]) -> None:
    with pytest.raises(StartError, match=r"(?s)stand-in-0 ended with exit code 1.*log: .*no CRDs"):
        replica("raise SystemExit('no CRDs')").start()
