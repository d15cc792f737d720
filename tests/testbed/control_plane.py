"""A Kubernetes control plane: etcd, kube-apiserver with RBAC, and kube-controller-manager."""

from __future__ import annotations

import json
import shutil
from contextlib import ExitStack
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from testbed.catalogue import CATALOGUE
from testbed.certificates import CertificateAuthority
from testbed.control_plane_files import ControlPlaneFiles
from testbed.errors import StartError
from testbed.kubeconfig import write_kubeconfig
from testbed.kubectl import Kubectl
from testbed.loopback_http import answers
from testbed.ports import free_port
from testbed.process import Process
from testbed.startable import Startable

if TYPE_CHECKING:
    from pathlib import Path

# What a cluster does by itself and the operator's objects rely on. There is no kubelet and nothing schedules: the
# Pods of a Deployment would never run.
CONTROLLERS = (
    "namespace-controller",
    "garbage-collector-controller",
    "serviceaccount-controller",
    "clusterrole-aggregation-controller",
)
SECONDS_TO_STOP = 2.0  # each: nothing is worth keeping, and the data folder goes anyway


@dataclass(frozen=True)
class AuditedWrite:
    """One write that the API server was asked for."""

    user: str
    verb: str
    resource: str
    subresource: str
    namespace: str
    name: str
    code: int


class ControlPlane(Startable):
    """One control plane on loopback and random ports, in a folder of its own."""

    def __init__(self, folder: Path, *, emulated_version: str | None = None) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.folder = folder
        self._emulated_version = emulated_version
        self._authority = CertificateAuthority()
        self._files = ControlPlaneFiles(folder)
        self._running = ExitStack()
        self.url = f"https://127.0.0.1:{free_port()}"
        self.kubeconfig = folder / "admin.kubeconfig"

    def start(self) -> None:
        """Start the three servers and wait until the API server is ready.

        Raises:
            StartError: a binary is missing, or a server did not become ready; the message has the end of its log.
        """
        self._files.write(self._authority)
        admin = self._authority.client("testbed-admin", "system:masters")
        write_kubeconfig(self.kubeconfig, url=self.url, ca=self._authority.certificate, user=admin)
        with ExitStack() as starting:
            etcd_url = f"http://127.0.0.1:{free_port()}"
            starting.callback(shutil.rmtree, self._files.etcd_data, ignore_errors=True)
            starting.enter_context(self._process("etcd", *self._files.etcd_flags(etcd_url, free_port())))
            apiserver = self._process("kube-apiserver", *self._apiserver_flags(etcd_url))
            starting.enter_context(apiserver)
            trust = self._files.client_context(admin)
            apiserver.wait_ready(lambda: answers(f"{self.url}/readyz", context=trust))
            # Not before: it gives up when the API server is not healthy within ten seconds, as on a busy machine.
            starting.enter_context(self._process("kube-controller-manager", *self._controller_flags()))
            self._running = starting.pop_all()

    def stop(self) -> None:
        """Stop the servers, the last started first, and delete their data; the logs stay."""
        self._running.close()

    def kubectl(self, namespace: str | None = None) -> Kubectl:
        """Return the administrator's kubectl."""
        return Kubectl(self.kubeconfig, namespace=namespace)

    def service_account_kubeconfig(self, namespace: str, name: str) -> Path:
        """Write a kubeconfig with a token of that ServiceAccount (TokenRequest) and return it.

        Raises:
            KubectlError: there is no such ServiceAccount.
        """
        token = self.kubectl(namespace).run("create", "token", name, "--duration", "24h").strip()
        path = self.folder / f"{namespace}.{name}.kubeconfig"
        write_kubeconfig(path, url=self.url, ca=self._authority.certificate, user=token, namespace=namespace)
        return path

    def audited_writes(self) -> list[AuditedWrite]:
        """Return every write that was answered so far, the oldest first: who wrote what, refused ones included."""
        text = self._files.audit_log.read_text() if self._files.audit_log.exists() else ""
        whole_lines = text[: text.rfind("\n") + 1].splitlines()
        return [_audited_write(json.loads(line)) for line in whole_lines]

    def _process(self, name: str, *flags: str) -> Process:
        binary = CATALOGUE[name].binary
        if not binary.exists():
            raise StartError(f"{binary} is not there; build it with: python -m testbed build")
        return Process(name, [binary, *flags], log=self.folder / f"{name}.log", within=SECONDS_TO_STOP)

    def _apiserver_flags(self, etcd_url: str) -> list[str]:
        emulated = [f"--emulated-version={self._emulated_version}"] if self._emulated_version else []
        port = self.url.rpartition(":")[2]
        return [*self._files.apiserver_flags(), f"--etcd-servers={etcd_url}", f"--secure-port={port}", *emulated]

    def _controller_flags(self) -> list[str]:
        kubeconfig = self.folder / "kube-controller-manager.kubeconfig"
        user = self._authority.client("testbed-controllers", "system:masters")
        write_kubeconfig(kubeconfig, url=self.url, ca=self._authority.certificate, user=user)
        return [
            f"--kubeconfig={kubeconfig}",
            f"--controllers={','.join(CONTROLLERS)}",
            "--leader-elect=false",
            "--secure-port=0",
        ]


def _audited_write(event: dict[str, Any]) -> AuditedWrite:
    target = event.get("objectRef", {})
    return AuditedWrite(
        user=event["user"]["username"],
        verb=event["verb"],
        resource=target.get("resource", ""),
        subresource=target.get("subresource", ""),
        namespace=target.get("namespace", ""),
        name=target.get("name", ""),
        code=event.get("responseStatus", {}).get("code", 0),
    )
