"""The whole of it: a control plane, vCenters, `deploy/` applied, the operator running."""

from __future__ import annotations

import os
import sys
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from testbed import operator_account
from testbed.control_plane import ControlPlane
from testbed.deployment import NAMESPACE, apply_deploy
from testbed.kubectl import kubectl_binary, kubectl_environment
from testbed.operator_process import OperatorProcess
from testbed.simulator import Simulator
from testbed.startable import Startable

if TYPE_CHECKING:
    from collections.abc import Sequence


@dataclass(frozen=True)
class Extent:
    """How much of it there is."""

    hosts: int = 3
    """Of each vCenter."""
    clusters: int = 1
    """Of each vCenter."""
    vcenters: int = 1
    replicas: int = 1
    """Of the operator."""
    deploy: bool = True
    """Whether `deploy/` is applied; without it there is no operator either."""
    emulated_version: str | None = None
    """The Kubernetes version that the API server behaves as."""


class Lab(Startable):
    """Everything that an `Extent` asks for, in one folder."""

    def __init__(self, folder: Path, extent: Extent) -> None:
        self._folder = folder
        self._extent = extent
        self._running = ExitStack()
        self.control_plane = ControlPlane(folder, emulated_version=extent.emulated_version)
        self.simulators = [
            Simulator(folder, name=f"vcenter-{number}", hosts=extent.hosts, clusters=extent.clusters)
            for number in range(1, extent.vcenters + 1)
        ]
        self.operators: list[OperatorProcess] = []

    def start(self) -> None:
        """Start all of it and wait until it is ready.

        Raises:
            StartError: something did not become ready; the message has the end of its log.
            KubectlError: `deploy/` was refused.
        """
        with ExitStack() as starting:
            for simulator in self.simulators:
                starting.callback(simulator.stop)
                simulator.launch()
            starting.enter_context(self.control_plane)
            for simulator in self.simulators:
                simulator.wait_ready()
            if self._extent.deploy:
                self._deploy()
                for index in range(self._extent.replicas):
                    operator = OperatorProcess(self.control_plane, self._folder, index=index)
                    self.operators.append(operator)
                    starting.callback(operator.stop)
                    operator.launch()
                for operator in self.operators:
                    operator.wait_ready()
            self._running = starting.pop_all()

    def stop(self) -> None:
        """Stop all of it, the operator first: it finishes its step and logs out."""
        self._running.close()

    def environment(self) -> dict[str, str]:
        """Return the environment for a command: ours, and where everything is."""
        addresses = [simulator.address for simulator in self.simulators]
        return (
            os.environ
            | kubectl_environment(self.control_plane.kubeconfig)
            | {
                "PATH": search_path(self._folder),
                "VCENTER_SERVER": _listed([address.server for address in addresses]),
                "VCENTER_USERNAME": _listed([address.username for address in addresses]),
                "VCENTER_PASSWORD": _listed([address.password for address in addresses]),
                "OPERATOR_USERNAME": operator_account.USERNAME,
                "OPERATOR_PASSWORD": operator_account.PASSWORD,
                "VCENTER_CA_FILE": _listed([str(address.ca_file) for address in addresses]),
                "SIMULATOR_CONTROL": _listed([address.control for address in addresses]),
                "OPERATOR_METRICS": _listed([f"{operator.url}/metrics" for operator in self.operators]),
            }
        )

    def _deploy(self) -> None:
        kubectl = self.control_plane.kubectl()
        apply_deploy(kubectl)
        if self.simulators:
            kubectl.apply([simulator.secret_manifest(NAMESPACE) for simulator in self.simulators])


def search_path(folder: Path) -> str:
    """Return a PATH that begins with our kubectl and ends with the project's own commands.

    Args:
        folder: gets a `bin` with kubectl in it.
    """
    programs = folder / "bin"
    kubectl = programs / "kubectl"
    if not kubectl.exists():
        programs.mkdir(parents=True, exist_ok=True)
        kubectl.symlink_to(kubectl_binary())
    return os.pathsep.join([str(programs), os.environ.get("PATH", os.defpath), str(Path(sys.executable).parent)])


def _listed(values: Sequence[str]) -> str:
    return ",".join(values)
