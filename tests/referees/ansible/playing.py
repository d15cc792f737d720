"""`ansible-playbook` against a simulator, over TLS that it verifies."""

from __future__ import annotations

import json
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from vcenter_simulator.running import Running

FOLDER = Path(__file__).parent
_NOT_OF_THE_MODULE = {"action", "exception", "invocation"}

Results = dict[str, dict[str, Any]]
"""What the module of each task returned, by the name of the task."""


@dataclass(frozen=True)
class Player:
    """Plays playbooks of this folder; whoever does not say otherwise in a task logs in to the simulator."""

    ansible_playbook: Path
    simulator: Running
    home: Path

    def play(self, playbook: str) -> Results:
        """Play it to its end.

        Raises:
            AssertionError: Ansible gave up; the message has what it said.
        """
        command = [self.ansible_playbook, FOLDER / playbook]
        ended = subprocess.run(
            command, cwd=self.home, env=self._environment(), capture_output=True, text=True, check=False
        )
        assert ended.returncode == 0, f"{playbook}: exit code {ended.returncode}\n{ended.stdout}\n{ended.stderr}"
        plays = json.loads(ended.stdout)["plays"]
        return {task["task"]["name"]: _returned(task) for play in plays for task in play["tasks"]}

    def _environment(self) -> dict[str, str]:
        """Nothing of the user's own settings, and the login where community.vmware looks for it."""
        address, _, port = self.simulator.server.rpartition(":")
        return {
            "ANSIBLE_CONFIG": str(FOLDER / "ansible.cfg"),
            "ANSIBLE_HOME": str(self.home),
            "HOME": str(self.home),
            "LC_ALL": "C.UTF-8",
            "PATH": "/usr/bin:/bin",
            "SSL_CERT_FILE": str(self.simulator.ca_file),
            "VMWARE_HOST": address,
            "VMWARE_PORT": port,
            "VMWARE_USER": self.simulator.username,
            "VMWARE_PASSWORD": self.simulator.password,
        }


def _returned(task: dict[str, Any]) -> dict[str, Any]:
    (result,) = task["hosts"].values()
    return {name: value for name, value in result.items() if name not in _NOT_OF_THE_MODULE and name[0] != "_"}
