"""A simulator that runs in a thread, as a test sees it."""

import ssl
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from functools import cached_property
from pathlib import Path
from typing import Any

from pyVim.connect import Disconnect, SmartConnect

from vcenter_simulator.running import Running, start_in_thread
from vcenter_simulator.testing.control_client import ControlClient
from vcenter_simulator.testing.options import start_arguments

RECENT = 30
"""Requests that a report of a failed test has room for."""


class SimulatedVCenter:
    """A vCenter to test against.

    Args:
        running: the simulator.
        ca_file: the certificate of the authority that signed its own.
        stack: what ends with it.
    """

    def __init__(self, running: Running, ca_file: Path, stack: ExitStack) -> None:
        self.url = running.url
        """``https://host:port/sdk``."""
        self.server = running.server
        """``host:port``."""
        self.host, _, port = running.server.rpartition(":")
        self.port = int(port)
        self.username = running.username
        self.password = running.password
        self.ca_file = ca_file
        self.control = ControlClient(running.control_url)
        """Faults, sessions, the clock, the state, and who called what."""
        self._stack = stack

    @cached_property
    def ssl_context(self) -> ssl.SSLContext:
        """A context that trusts this vCenter and nobody else."""
        return ssl.create_default_context(cafile=str(self.ca_file))

    def connect(self, username: str | None = None, password: str | None = None) -> Any:
        """Log in with pyVmomi and return the ``ServiceInstance``; it is logged out when the simulator ends."""
        instance = SmartConnect(
            host=self.host,
            port=self.port,
            user=username or self.username,
            pwd=password or self.password,
            sslContext=self.ssl_context,
        )
        self._stack.callback(_disconnect, instance)
        return instance

    @cached_property
    def service_instance(self) -> Any:
        """A ``ServiceInstance`` of pyVmomi's that is logged in."""
        return self.connect()

    @property
    def content(self) -> Any:
        """The service content of :attr:`service_instance`."""
        return self.service_instance.RetrieveContent()

    def recent_requests(self) -> str:
        """Return the last requests, a line for each, for the report of a test that fails."""
        try:
            return "\n".join(map(_line, self.control.journal(writes=False, limit=RECENT)))
        except OSError as error:
            return f"The control port does not answer: {error}"


@contextmanager
def simulated_vcenter(folder: Path = Path(), **options: Any) -> Iterator[SimulatedVCenter]:
    """Run a simulator as long as the block runs.

    Args:
        folder: what the path of a fleet is relative to.
        options: those of the command, except for where it serves: ``hosts``, ``clusters``, ``fleet`` and ``access``
            (a path, or a dictionary), ``write_latency``, ``updates="indexed"`` and so on.

    Raises:
        OptionError: when an option makes no sense.
        DocumentError: when the fleet contradicts itself.
    """
    with start_in_thread(**start_arguments(options, folder)) as running, ExitStack() as stack:
        if running.ca_file is None:
            raise TypeError("a simulator with a certificate of somebody else's has no authority to trust")
        yield SimulatedVCenter(running, running.ca_file, stack)


def _disconnect(instance: Any) -> None:
    Disconnect(instance)
    instance._stub.DropConnections()  # noqa: SLF001 - pyVmomi keeps its sockets open otherwise


def _line(request: dict[str, Any]) -> str:
    who = (request["start"], request["user"] or "-", request["host"] or "-")
    changes = (f"{one['path']}: {one['before']} -> {one['after']}" for one in request["changes"])
    return " ".join((*who, request["method"], request["outcome"] or "…", *changes))
