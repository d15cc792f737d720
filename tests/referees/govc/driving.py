"""Running govc as its users do: with its environment variables, over TLS, reading what it prints."""

from __future__ import annotations

import json
import os
import subprocess
import threading
from contextlib import contextmanager
from typing import IO, TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from vcenter_simulator.running import Running

HOST = "esx01.example.com"
ADMINISTRATOR = r"VSPHERE.LOCAL\Administrator"
"""How vCenter shows the account that govc logs in with."""
WITHIN_S = 60.0


class Govc:
    """govc with one vCenter.

    Args:
        binary: govc.
        simulator: the vCenter.
        home: where it keeps its sessions, when it keeps them.
    """

    def __init__(self, binary: Path, simulator: Running, home: Path) -> None:
        self.simulator = simulator
        self._binary = binary
        self._environment = {
            "GOVC_URL": simulator.url,
            "GOVC_USERNAME": simulator.username,
            "GOVC_PASSWORD": simulator.password,
            "GOVC_TLS_CA_CERTS": str(simulator.ca_file),
            "GOVC_PERSIST_SESSION": "false",
            "GOVMOMI_HOME": str(home),
            "PATH": os.defpath,
            "TZ": "UTC",
        }

    def says(self, *arguments: str, **environment: str) -> str:
        """Return what govc prints."""
        ended = self._run(arguments, environment)
        assert ended.returncode == 0, ended.stderr
        return ended.stdout

    def lines(self, *arguments: str) -> list[str]:
        """Return what govc prints, line by line, without the padding of its columns."""
        return [" ".join(line.split()) for line in self.says(*arguments).splitlines()]

    def tells(self, *arguments: str) -> Any:
        """Return what govc prints as JSON."""
        command, *rest = arguments
        return json.loads(self.says(command, "-json", *rest))

    def refuses(self, *arguments: str, **environment: str) -> str:
        """Return why govc does not do it."""
        ended = self._run(arguments, environment)
        assert ended.returncode != 0, ended.stdout
        return ended.stderr.strip().removeprefix(f"{self._binary}: ")

    def on_host(self, command: str, *arguments: str) -> list[str]:
        """Return what a command says of the first host, line by line."""
        return self.lines(command, "-host", HOST, *arguments)

    @contextmanager
    def following(self, *arguments: str) -> Iterator[IO[str]]:
        """Give what govc prints while it runs; at the end, or when it takes too long, it is stopped."""
        command: list[str | Path] = [self._binary, *arguments]
        with subprocess.Popen(command, env=self._environment, stdout=subprocess.PIPE, text=True) as process:
            assert process.stdout is not None
            deadline = threading.Timer(WITHIN_S, process.kill)
            deadline.start()
            try:
                yield process.stdout
            finally:
                deadline.cancel()
                process.kill()

    def _run(self, arguments: Sequence[str], environment: dict[str, str]) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [self._binary, *arguments],
            env=self._environment | environment,
            capture_output=True,
            text=True,
            timeout=WITHIN_S,
            check=False,
        )
