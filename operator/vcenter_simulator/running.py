"""Starting and stopping a simulator: in this event loop, or in a thread for blocking clients."""

import asyncio
import contextlib
import ssl
import tempfile
import threading
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from pathlib import Path

from aiohttp import web

from vcenter_simulator.certificates import CertificateFiles, make_certificates
from vcenter_simulator.connections import runner_of
from vcenter_simulator.control.endpoint import ControlEndpoint
from vcenter_simulator.control.operations import Control
from vcenter_simulator.fleet.access import with_access
from vcenter_simulator.fleet.default import default_fleet
from vcenter_simulator.fleet.documents import AccessDocument, FleetDocument
from vcenter_simulator.server import SoapEndpoint
from vcenter_simulator.vcenter import Settings, VCenter

STOP_GRACE_S = 2.0
"""How long calls under way may take to end when the simulator stops."""


@dataclass(frozen=True, slots=True)
class Running:
    """A simulator that serves."""

    vcenter: VCenter
    control: Control
    """What the control port does, for callers in the same event loop."""
    server: str
    """``host:port``."""
    control_url: str
    ca_file: Path | None
    """``None`` when the certificate was given and not made."""

    @property
    def url(self) -> str:
        """The SOAP address."""
        return f"https://{self.server}/sdk"

    @property
    def username(self) -> str:
        """The account to log in with."""
        return self.vcenter.settings.username

    @property
    def password(self) -> str:
        """Its password."""
        return self.vcenter.settings.password

    def ready_document(self) -> dict[str, str | None]:
        """Return what the ready file tells."""
        return {
            "url": self.url,
            "server": self.server,
            "control": self.control_url,
            "caFile": str(self.ca_file) if self.ca_file is not None else None,
            "username": self.username,
            "password": self.password,
        }


@contextlib.asynccontextmanager
async def start(
    *,
    hosts: int = 3,
    clusters: int = 1,
    fleet: FleetDocument | None = None,
    access: AccessDocument | None = None,
    settings: Settings | None = None,
    listen: tuple[str, int] = ("127.0.0.1", 0),
    control: tuple[str, int] = ("127.0.0.1", 0),
    certificate: tuple[Path, Path] | None = None,
) -> AsyncIterator[Running]:
    """Serve a vCenter in the running event loop until the block ends.

    Args:
        hosts: hosts of the default fleet.
        clusters: clusters of the default fleet.
        fleet: another fleet instead.
        access: accounts, roles and permissions beside the fleet's.
        settings: credentials, latencies and switches.
        listen: address and port for SOAP; port 0 takes a free one.
        control: address and port for the control port.
        certificate: files with a certificate chain and its key, instead of one made for this run.

    Raises:
        DocumentError: when *fleet* or *access* contradicts itself or the other.
        OSError: when an address can't be used.
    """
    vcenter = VCenter(settings or Settings())
    vcenter.load(with_access(fleet or default_fleet(hosts, clusters), access or AccessDocument()))
    operations = Control(vcenter)
    async with contextlib.AsyncExitStack() as stack:
        if certificate is None:
            # In a thread: files and keys take their time, and the loop may be somebody else's.
            folder, files = await asyncio.to_thread(_temporary_certificates, listen[0])
            stack.push_async_callback(asyncio.to_thread, folder.cleanup)
            ca_file: Path | None = files.authority
        else:
            files, ca_file = CertificateFiles(certificate[0], *certificate), None
        tls = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        await asyncio.to_thread(tls.load_cert_chain, files.certificate, files.key)
        soap = runner_of(SoapEndpoint(vcenter).handle, shutdown_timeout=STOP_GRACE_S)
        soap_port = await _serve(stack, soap, listen, tls)
        endpoint = ControlEndpoint(operations).application()
        control_port = await _serve(
            stack, web.AppRunner(endpoint, access_log=None, shutdown_timeout=STOP_GRACE_S), control, None
        )
        # Called first on the way out: long polls and what hangs must end before the servers wait for them.
        stack.callback(_let_go, vcenter)
        yield Running(vcenter, operations, f"{listen[0]}:{soap_port}", f"http://{control[0]}:{control_port}", ca_file)


@contextlib.contextmanager
def start_in_thread(
    *,
    hosts: int = 3,
    clusters: int = 1,
    fleet: FleetDocument | None = None,
    access: AccessDocument | None = None,
    settings: Settings | None = None,
) -> Iterator[Running]:
    """Serve a vCenter from a thread with an event loop of its own, for clients that block.

    Its ``control`` belongs to that loop; use ``control_url`` from here.
    """
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=_run, args=[loop], name="vcenter-simulator", daemon=True)
    thread.start()
    context = start(hosts=hosts, clusters=clusters, fleet=fleet, access=access, settings=settings)
    try:
        running = asyncio.run_coroutine_threadsafe(context.__aenter__(), loop).result()
        try:
            yield running
        finally:
            asyncio.run_coroutine_threadsafe(context.__aexit__(None, None, None), loop).result()
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()


def _run(loop: asyncio.AbstractEventLoop) -> None:
    loop.run_forever()
    loop.run_until_complete(_end_what_is_left())


async def _end_what_is_left() -> None:
    """End the tasks of connections that were cut off while the server went down."""
    left = asyncio.all_tasks() - {asyncio.current_task()}
    for task in left:
        task.cancel()
    await asyncio.gather(*left, return_exceptions=True)


def _temporary_certificates(address: str) -> "tuple[tempfile.TemporaryDirectory[str], CertificateFiles]":
    folder = tempfile.TemporaryDirectory(prefix="vcenter-simulator-", ignore_cleanup_errors=True)
    return folder, make_certificates(Path(folder.name), address)


async def _serve(
    stack: contextlib.AsyncExitStack, runner: web.BaseRunner, address: tuple[str, int], tls: ssl.SSLContext | None
) -> int:
    await runner.setup()
    stack.push_async_callback(runner.cleanup)
    site = web.TCPSite(runner, *address, ssl_context=tls)
    await site.start()
    return int(runner.addresses[0][1])


def _let_go(vcenter: VCenter) -> None:
    vcenter.faults.clear()
    vcenter.tasks.stop()
    for session in vcenter.sessions.all():
        session.end_waits()
