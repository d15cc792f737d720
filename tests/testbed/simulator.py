"""A vCenter simulator as a process of its own."""

from __future__ import annotations

import json
import os
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml

from testbed import operator_account
from testbed.errors import StartError
from testbed.loopback_http import fetch
from testbed.process import Process
from testbed.startable import Startable

if TYPE_CHECKING:
    from collections.abc import Sequence


@dataclass(frozen=True)
class ServerTls:
    """The files of a serving certificate that a test made."""

    authority: Path
    certificate: Path
    key: Path


@dataclass(frozen=True)
class Address:
    """What the simulator says when it serves."""

    url: str
    server: str
    """host:port, as a VCenter's spec.server wants it."""
    control: str
    """The URL of the control port."""
    ca_file: Path
    username: str
    """The administrator's, whom tests and colleagues log in as."""
    password: str


class Simulator(Startable):
    """One simulated vCenter on loopback and random ports."""

    def __init__(
        self,
        folder: Path,
        *,
        name: str = "vcenter-1",
        hosts: int = 3,
        clusters: int = 1,
        fleet: Path | None = None,
        listen: str = "127.0.0.1:0",
        tls: ServerTls | None = None,
        options: Sequence[str | Path] = (),
    ) -> None:
        """Prepare it.

        Args:
            folder: where its log and its ready file go.
            name: of the process, and of the Secret with its credentials.
            hosts: how many ESXi hosts it has.
            clusters: how many clusters they are spread over.
            fleet: a file with another fleet instead.
            listen: where it serves; port 0 is any free one.
            tls: its certificate; one of its own making if None.
            options: further ones of `vcenter-simulator`.
        """
        folder.mkdir(parents=True, exist_ok=True)
        self.name = name
        self._ready_file = folder / f"{name}.json"
        self._address: Address | None = None
        command = Path(sys.executable).with_name("vcenter-simulator")
        any_port = "127.0.0.1:0"
        flags: list[str | Path] = ["--listen", listen, "--control", any_port, "--ready-file", self._ready_file]
        if tls is not None:
            flags += ["--certificate", tls.certificate, "--key", tls.key]
        access_file = folder / f"{name}-access.yaml"
        access_file.write_text(yaml.safe_dump(operator_account.access(operator_account.documented_grants())))
        flags += ["--access", access_file]
        self._tls = tls
        size = ["--fleet", fleet] if fleet is not None else ["--hosts", str(hosts), "--clusters", str(clusters)]
        environment = os.environ | {"TMPDIR": str(folder)}  # its certificates go with our folder, whatever ends it
        log = folder / f"{name}.log"
        self.process = Process(name, [command, *size, *flags, *options], log=log, environment=environment, within=5.0)

    @property
    def address(self) -> Address:
        """Where it serves and with which credentials.

        Raises:
            StartError: it was not started.
        """
        if self._address is None:
            raise StartError(f"{self.name} was not started")
        return self._address

    def start(self) -> None:
        """Start it and wait until it serves.

        Raises:
            StartError: it did not; the message has the end of its log.
        """
        self.launch()
        try:
            self.wait_ready()
        except BaseException:
            self.stop()
            raise

    def launch(self) -> None:
        """Start it without waiting, so that other servers can start meanwhile."""
        self._ready_file.unlink(missing_ok=True)
        self.process.start()

    def wait_ready(self) -> None:
        """Wait until it serves.

        Raises:
            StartError: it did not; the message has the end of its log.
        """
        self.process.wait_ready(lambda: _whole_json(self._ready_file) is not None)
        said = _whole_json(self._ready_file) or {}
        try:
            self._address = Address(
                url=said["url"],
                server=said["server"],
                control=said["control"],
                ca_file=Path(said["caFile"]) if self._tls is None else self._tls.authority,
                username=said["username"],
                password=said["password"],
            )
        except KeyError as error:
            raise StartError(f"{self.name} left {error} out of its ready file {self._ready_file}") from error

    def stop(self) -> None:
        """Stop it."""
        self.process.stop()

    def control(self, method: str, path: str, body: Any = None) -> Any:
        """Ask the control port and return its JSON answer, None if it answers nothing.

        Raises:
            OSError: it refused; an `HTTPError` carries its answer as a note.
        """
        text = fetch(self.address.control + path, method=method, body=body)
        return json.loads(text) if text else None

    def lacked(self) -> list[str]:
        """Return the methods that the operator's account was refused for want of a privilege."""
        calls = self.control("GET", f"/journal?user={operator_account.USERNAME}&writes=false")
        return [one["method"] for one in calls if one["outcome"] == "NoPermission" and one["faultRule"] is None]

    def vcenter_manifest(self, name: str, **spec: Any) -> dict[str, Any]:
        """Return a VCenter object for it that every namespace may use; `spec` adds to the spec and overrides it."""
        return {
            "apiVersion": "vmkernel.dev/v1alpha1",
            "kind": "VCenter",
            "metadata": {"name": name},
            "spec": {
                "server": self.address.server,
                "credentialsSecret": self.name,
                "tls": {"caBundle": self.address.ca_file.read_text()},
                "allowedNamespaces": {"from": "All"},
                "managementPolicy": "Enforce",
                **spec,
            },
        }

    def secret_manifest(self, namespace: str) -> dict[str, Any]:
        """Return the Secret for the operator: its account has the privileges that we document, and no other."""
        return {
            "apiVersion": "v1",
            "kind": "Secret",
            "metadata": {"name": self.name, "namespace": namespace},
            "stringData": {"username": operator_account.USERNAME, "password": operator_account.PASSWORD},
        }


def _whole_json(path: Path) -> dict[str, Any] | None:
    """Return the object in that file, None while it is missing or half written."""
    try:
        content: dict[str, Any] = json.loads(path.read_text())
    except (FileNotFoundError, json.JSONDecodeError):
        return None
    return content
