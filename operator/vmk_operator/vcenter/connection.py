"""One session of one vCenter: what ``engine.ports.VCenterConnection`` asks for."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import suppress
from typing import Any

from vmk_operator.errors import TransientError, VmkOperatorError
from vmk_operator.model.host import HostState
from vmk_operator.model.identity import HostRef
from vmk_operator.model.precautions import Precautions
from vmk_operator.model.step import CreateAdapter, CreateNetstack, RemoveNetstack, Step
from vmk_operator.model.vcenter import InventoryDelta
from vmk_operator.vcenter.encode import Manager, encode
from vmk_operator.vcenter.esxcli import Esxcli
from vmk_operator.vcenter.esxcli_netstacks import create_netstack, remove_netstack
from vmk_operator.vcenter.facts import HostFacts
from vmk_operator.vcenter.faults import GoneError
from vmk_operator.vcenter.feed import read_objects
from vmk_operator.vcenter.inventory import Inventory
from vmk_operator.vcenter.leaves import HOST
from vmk_operator.vcenter.precautions import read_precautions
from vmk_operator.vcenter.session import Services, Session, logout, terminate
from vmk_operator.vcenter.settings import Timings
from vmk_operator.vcenter.stream import InventoryStream
from vmk_operator.vcenter.tasks import TaskWatch
from vmk_operator.vcenter.transport import SoapClient, wsdl_name
from vmk_operator.vcenter.vmomi import vim


class Connection:
    """Reads and writes through one session. Owns the client and closes it."""

    def __init__(self, client: SoapClient, services: Services, session: Session, timings: Timings) -> None:
        self._client = client
        self._services = services
        self._session = session
        self._timings = timings
        self._inventory = Inventory(services.identity.instance_uuid)
        self._stream = InventoryStream(client, services, self._inventory, timings)
        self._tasks = TaskWatch(client, services.property_collector, timings)

    @property
    def user(self) -> str:
        """User of the session."""
        return self._session.user

    @property
    def session_key(self) -> str:
        """Key of the session, for ``terminate_session`` of a successor."""
        return self._session.key

    @property
    def inventory(self) -> Inventory:
        """The hosts; empty until the stream has delivered."""
        return self._inventory

    def stream(self) -> AsyncGenerator[InventoryDelta, None]:
        """Yield after every answer of the long poll, forever; may be iterated once.

        Raises:
            VmkOperatorError: the stream is over, and with it the usefulness of this connection.
        """
        return self._stream.deltas()

    async def resync(self) -> None:
        """Read everything anew by a new filter; the stream goes on with it.

        Raises:
            VmkOperatorError: it could not be read; the stream goes on as before.
        """
        await self._stream.resync()

    async def read_host(self, host: HostRef) -> HostState:
        """Read one host now; never stored.

        Raises:
            TransientError: no answer, or no such host.
        """
        changes = await read_objects(self._client, self._services.property_collector, {host.moid: HOST}, self._timings)
        if not changes:
            raise GoneError(f"{self._client.server} tells nothing about {host.moid}.")
        return self._inventory.compose(host, changes[0].applied_to(HostFacts()))

    async def read_precautions(self, host: HostRef) -> Precautions:
        """Ask what must be known before something that a host hangs by is changed.

        Raises:
            TransientError: no answer.
        """
        return await read_precautions(self._client, self._services, host.moid, self._timings)

    async def execute(self, host: HostRef, step: Step, *, timeout_s: float) -> str | None:
        """Do one write, to the end; answer the device for ``CreateAdapter``.

        Raises:
            TransientError: nothing happened.
            AmbiguousWriteError: it may have happened.
            BlockedError: it was refused, or undone.
        """
        match step:
            case CreateNetstack(key=key):
                await create_netstack(self._esxcli(host, timeout_s), key)
                return None
            case RemoveNetstack(key=key):
                await remove_netstack(self._esxcli(host, timeout_s), key)
                return None
        call = encode(step)
        target = self._manager(host, call.manager)
        deadline = asyncio.get_running_loop().time() + timeout_s
        result = await self._client.call(target, call.method, *call.args, deadline_s=timeout_s, write=True)
        if call.is_task:
            left_s = deadline - asyncio.get_running_loop().time()
            await self._tasks.finish(result, method=wsdl_name(target, call.method), timeout_s=left_s)
        return str(result) if isinstance(step, CreateAdapter) else None

    async def refresh(self, host: HostRef) -> None:
        """Let vCenter read the network of a host anew (``RefreshNetworkSystem``).

        Raises:
            TransientError: no answer, or no such host.
        """
        target = self._manager(host, Manager.NETWORK_SYSTEM)
        await self._client.call(target, "Refresh", deadline_s=self._timings.call_s)

    async def terminate_session(self, session_key: str) -> None:
        """End another session; one that is gone already is fine.

        Raises:
            VmkOperatorError: it may still be there.
        """
        await terminate(self._client, self._services, session_key, deadline_s=self._timings.call_s)

    async def close(self) -> None:
        """Destroy filters and view and log out, as far as vCenter answers in time; then close every socket."""
        try:
            with suppress(VmkOperatorError, TimeoutError):
                async with asyncio.timeout(self._timings.close_s):
                    await self._stream.close()
                    await logout(self._client, self._services, deadline_s=self._timings.close_s)
        finally:
            await self._client.aclose()

    def _esxcli(self, host: HostRef, timeout_s: float) -> Esxcli:
        facts = self._inventory.facts(host.moid) or HostFacts()
        return Esxcli(self._client, moid=host.moid, name=facts.name, timeout_s=timeout_s)

    def _manager(self, host: HostRef, manager: Manager) -> Any:
        facts = self._inventory.facts(host.moid) or HostFacts()
        managed_types = {
            Manager.NETWORK_SYSTEM: (vim.host.NetworkSystem, facts.network_system),
            Manager.VIRTUAL_NIC_MANAGER: (vim.host.VirtualNicManager, facts.virtual_nic_manager),
            Manager.VSAN_SYSTEM: (vim.host.VsanSystem, facts.vsan_system),
        }
        managed_type, moid = managed_types[manager]
        if moid is None:
            raise TransientError(f"{self._client.server} shows no {manager.name} of {host.moid}.")
        return managed_type(moid)
