"""govmomi's vcsim as a process of its own: the other simulator, to compare ours with."""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING

from testbed.certificates import CertificateAuthority
from testbed.errors import StartError
from testbed.process import Process
from testbed.startable import Startable

if TYPE_CHECKING:
    from pathlib import Path

USERNAME = "administrator@vsphere.local"
PASSWORD = "simulated"

_SERVING = re.compile(r"^https://(\S+)/sdk$", re.MULTILINE)


class Vcsim(Startable):
    """One vcsim on loopback and a random port, with a certificate of an authority of its own."""

    username = USERNAME
    password = PASSWORD

    def __init__(self, binary: Path, folder: Path, *, hosts: int = 3, name: str = "vcsim") -> None:
        """Prepare it.

        Args:
            binary: vcsim, as the test bed built it.
            folder: where its log, its certificates and its datastores go.
            hosts: how many ESXi hosts its one cluster has.
            name: what messages call it.
        """
        folder.mkdir(parents=True, exist_ok=True)
        self.ca_file = folder / f"{name}-ca.pem"
        self._certificate = folder / f"{name}.pem"
        self._key = folder / f"{name}.key"
        self._server: str | None = None
        account = ["-username", USERNAME, "-password", PASSWORD]
        tls = ["-certificate", str(self._certificate), "-key", str(self._key)]
        environment = os.environ | {"TMPDIR": str(folder)}  # its datastores go with our folder, whatever ends it
        self.process = Process(
            name, [binary, "-hosts", str(hosts), *account, *tls], log=folder / f"{name}.log", environment=environment
        )

    @property
    def server(self) -> str:
        """Where it serves, as host:port.

        Raises:
            StartError: it was not started.
        """
        if self._server is None:
            raise StartError(f"{self.process.name} was not started")
        return self._server

    def start(self, *, within: float = 30.0) -> None:
        """Start it and wait until it serves: it takes some 40 ms for every host.

        Raises:
            StartError: it did not serve in time.
        """
        self._write_certificates()
        self.process.log.unlink(missing_ok=True)
        self.process.start()
        try:
            self.process.wait_ready(lambda: self._serving() is not None, within=within)
        except BaseException:
            self.stop()
            raise
        self._server = self._serving()

    def stop(self) -> None:
        """Stop it."""
        self.process.stop()

    def _serving(self) -> str | None:
        match = _SERVING.search(self.process.log.read_text())
        return match[1] if match else None

    def _write_certificates(self) -> None:
        authority = CertificateAuthority()
        pair = authority.server()
        self.ca_file.write_bytes(authority.certificate)
        self._certificate.write_bytes(pair.certificate)
        self._key.touch(mode=0o600)
        self._key.write_bytes(pair.key)
