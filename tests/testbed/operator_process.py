"""One replica of the operator, as a process with its ServiceAccount's token."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from prometheus_client.parser import text_string_to_metric_families

from testbed.deployment import DEPLOYMENT, NAMESPACE, read_pod
from testbed.loopback_http import answers, fetch
from testbed.ports import free_port
from testbed.process import Process
from testbed.startable import Startable

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from testbed.control_plane import ControlPlane

# Of our own environment a Pod would see none of these.
_NOT_IN_A_POD = ("KUBECONFIG", "KUBERNETES_SERVICE_HOST", "KUBERNETES_SERVICE_PORT")


class OperatorProcess(Startable):
    """What the applied Deployment would run in one Pod, with exactly the rights that `deploy/` gives it."""

    def __init__(
        self,
        control_plane: ControlPlane,
        folder: Path,
        *,
        index: int = 0,
        environment: Mapping[str, str] | None = None,
        namespace: str = NAMESPACE,
        deployment: str = DEPLOYMENT,
    ) -> None:
        """Read the Deployment and ask for a token.

        Args:
            control_plane: has `deploy/` applied to it.
            folder: where the log goes.
            index: tells replicas apart.
            environment: overrides the Deployment's.
            namespace: where the Deployment is.
            deployment: its name.

        Raises:
            KubectlError: the Deployment or its ServiceAccount is not there.
            StartError: the Pod needs something that has no counterpart outside a cluster.
        """
        folder.mkdir(parents=True, exist_ok=True)
        self.name = f"{deployment}-{index}"
        self.url = f"http://127.0.0.1:{free_port()}"
        pod = read_pod(control_plane.kubectl(), pod_name=self.name, namespace=namespace, name=deployment)
        self.kubeconfig = control_plane.service_account_kubeconfig(pod.namespace, pod.service_account)
        ours = {
            "KUBECONFIG": str(self.kubeconfig),
            "VMK_OPERATOR_LISTEN": self.url.removeprefix("http://"),
            "VMK_OPERATOR_NAMESPACE": pod.namespace,
            "HOSTNAME": self.name,  # what a container's host name is
        }
        inherited = {name: value for name, value in os.environ.items() if name not in _NOT_IN_A_POD}
        self.environment = inherited | pod.environment | ours | dict(environment or {})
        self.log = folder / f"{self.name}.log"
        self.process = Process(
            self.name, pod.command, log=self.log, environment=self.environment, within=pod.grace_seconds
        )

    @property
    def running(self) -> bool:
        """Whether it has not ended."""
        return self.process.running

    def start(self) -> None:
        """Start it and wait until it says that it is ready.

        Raises:
            StartError: it did not; the message has the end of its log.
        """
        self.launch()
        try:
            self.wait_ready()
        except BaseException:
            self.kill()
            raise

    def launch(self) -> None:
        """Start it without waiting."""
        self.process.start()

    def wait_ready(self) -> None:
        """Wait until `/readyz` says so.

        Raises:
            StartError: it did not; the message has the end of its log.
        """
        self.process.wait_ready(lambda: answers(f"{self.url}/readyz"))

    def stop(self) -> int | None:
        """Stop it as a kubelet would, and return its exit code."""
        return self.process.stop()

    def kill(self) -> None:
        """End it with SIGKILL."""
        self.process.kill()

    def restart(self) -> None:
        """Stop and start it, with the same address and log.

        Raises:
            StartError: it did not become ready.
        """
        self.stop()
        self.start()

    def metrics(self) -> str:
        """Return what `/metrics` says.

        Raises:
            OSError: it does not answer.
        """
        return fetch(f"{self.url}/metrics")

    def metric(self, series: str, /, **labels: str) -> float:
        """Add up what `/metrics` says of that name and those labels.

        Raises:
            OSError: it does not answer.
        """
        families = text_string_to_metric_families(self.metrics())
        samples = (sample for family in families for sample in family.samples)
        return sum(s.value for s in samples if s.name == series and labels.items() <= s.labels.items())
