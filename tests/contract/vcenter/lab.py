"""A simulator, our connection to it, and a colleague with a session of their own."""

import asyncio
import ssl
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any, Self

import pytest
from pyVim.connect import Disconnect, SmartConnect
from pyVmomi import vim

from vcenter_simulator.control.documents import FaultDocument
from vcenter_simulator.fleet.host_documents import HostEdit
from vcenter_simulator.host.releases import RELEASES
from vcenter_simulator.running import Running
from vmk_operator.model.host import AdapterState, HostState, NetworkState
from vmk_operator.model.identity import HostRef
from vmk_operator.model.vcenter import Credentials, InventoryDelta, Policy, VCenterConfig
from vmk_operator.vcenter import Connector, Timings
from vmk_operator.vcenter.connection import Connection

on_every_release = pytest.mark.parametrize("simulator", RELEASES.values(), ids=lambda one: one.name, indirect=True)
"""Runs a test against a vCenter of every release that the operator supports."""

HOST = "esx01.example.com"
OTHER = "esx02.example.com"
TIMINGS = Timings(call_s=10, poll_s=10, page_s=10, connect_s=5, close_s=3)
PATIENCE_S = 20.0


@dataclass
class Observed:
    """Calls as the observer was told: method and outcome."""

    calls: list[tuple[str, str]] = field(default_factory=list)

    def __call__(self, vcenter: str, method: str, outcome: str, seconds: float) -> None:
        assert vcenter == "lab"
        assert seconds >= 0
        self.calls.append((method, outcome))


def config_for(simulator: Running, **changes: Any) -> VCenterConfig:
    """Describe the simulator as a VCenter object does; its certificate is trusted."""
    config = VCenterConfig(
        name="lab",
        uid="uid-lab",
        generation=1,
        created_at=datetime(2026, 1, 1, tzinfo=UTC),
        server=simulator.server,
        credentials_secret="vcenter-lab",
        ca_bundle=simulator.ca_file.read_text() if simulator.ca_file is not None else None,
        insecure_skip_verify=False,
        allowed_namespaces=None,
        policy=Policy.ENFORCE,
        paused=None,
        repair_delay_s=0,
        resync_period_s=900,
        max_concurrent_hosts=16,
    )
    return replace(config, **changes)


def credentials_for(simulator: Running) -> Credentials:
    """Return the account that the simulator has."""
    return Credentials(simulator.username, simulator.password)


@asynccontextmanager
async def connected(
    simulator: Running, *, timings: Timings = TIMINGS, observed: Observed | None = None
) -> AsyncIterator[Connection]:
    """Connect to the simulator until the block ends."""
    connector = Connector(observe=observed or Observed(), timings=timings)
    connection = await connector.connect(config_for(simulator), credentials_for(simulator))
    try:
        yield connection
    finally:
        await connection.close()


class Watcher:
    """Iterates the inventory stream in the background, as the engine does."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection
        self.deltas: list[InventoryDelta] = []
        self.history: list[HostState | None] = []
        """``HOST`` after every delta."""
        self._task = asyncio.create_task(self._run())

    async def until(self, condition: Callable[[], bool], *, what: str) -> None:
        """Wait until *condition* holds; the end of the stream ends the wait with its error."""
        try:
            async with asyncio.timeout(PATIENCE_S):
                while not condition():
                    if self._task.done():
                        self._task.result()
                    await asyncio.sleep(0.005)
        except TimeoutError as error:
            raise AssertionError(f"not seen within {PATIENCE_S:g} s: {what}") from error

    async def ended(self) -> BaseException | None:
        """Wait for the end of the stream and return its error."""
        async with asyncio.timeout(PATIENCE_S):
            await asyncio.wait((self._task,))
        return self._task.exception()

    async def stop(self) -> None:
        """Stop iterating; how a stream ended is for those to see who wait for it."""
        self._task.cancel()
        await asyncio.gather(self._task, return_exceptions=True)

    def host(self, name: str = HOST) -> HostState:
        """Return a host of the inventory."""
        found = self.connection.inventory.find(name)
        assert found is not None, f"{name} is not in the inventory"
        return found

    def network(self, name: str = HOST) -> NetworkState:
        """Return what is known of a host's network."""
        network = self.host(name).network
        assert network is not None, f"the network of {name} is unknown"
        return network

    def adapter(self, device: str, name: str = HOST) -> AdapterState:
        """Return an adapter of a host."""
        adapter = self.network(name).adapter(device)
        assert adapter is not None, f"{name} has no {device}"
        return adapter

    def changed_since(self, mark: int) -> frozenset[HostRef]:
        """Return the hosts that deltas named from number *mark* on."""
        return frozenset(ref for delta in self.deltas[mark:] for ref in delta.changed)

    async def _run(self) -> None:
        async for delta in self.connection.stream():
            self.deltas.append(delta)
            self.history.append(self.connection.inventory.find(HOST))


@asynccontextmanager
async def watching(connection: Connection) -> AsyncIterator[Watcher]:
    """Iterate the stream of *connection*, from its first read on, until the block ends."""
    watcher = Watcher(connection)
    try:
        await watcher.until(lambda: connection.inventory.complete, what="the first read")
        yield watcher
    finally:
        await watcher.stop()


class Colleague:
    """Somebody else in the same vCenter, with pyVmomi's own blocking stub, in threads."""

    def __init__(self, simulator: Running) -> None:
        self._simulator = simulator
        self._instance: Any = None

    async def __aenter__(self) -> Self:
        self._instance = await asyncio.to_thread(self._connect)
        return self

    async def __aexit__(self, *_: object) -> None:
        await asyncio.to_thread(Disconnect, self._instance)

    async def update_adapter(self, network_system: str | None, device: str, **spec: Any) -> None:
        """Change an adapter by hand; fields of *spec* as in HostVirtualNicSpec."""
        target = vim.host.NetworkSystem(network_system, self._instance._stub)
        await asyncio.to_thread(target.UpdateVirtualNic, device, vim.host.VirtualNic.Specification(**spec))

    async def set_option(self, host: str, name: str, value: Any) -> None:
        """Set an advanced option of a host."""
        await asyncio.to_thread(self._set_option, host, vim.option.OptionValue(key=name, value=value))

    def _set_option(self, host: str, option: Any) -> None:
        found = self._instance.content.searchIndex.FindByDnsName(dnsName=host, vmSearch=False)
        found.configManager.advancedOption.UpdateOptions([option])

    def _connect(self) -> Any:
        host, _, port = self._simulator.server.rpartition(":")
        context = ssl.create_default_context(cafile=str(self._simulator.ca_file))
        return SmartConnect(
            host=host, port=int(port), user=self._simulator.username, pwd=self._simulator.password, sslContext=context
        )


def set_mtu(simulator: Running, mtu: int, *, host: str = HOST, device: str = "vmk1", published: bool = True) -> None:
    """Change an adapter's MTU behind vCenter's back."""
    document = {"published": published, "adapters": {device: {"mtu": mtu}}}
    simulator.control.edit_host(host, HostEdit.model_validate(document))


def inject(simulator: Running, **rule: Any) -> None:
    """Put a fault rule in force, in the words of the control port."""
    simulator.control.add_fault(FaultDocument.model_validate(rule))
