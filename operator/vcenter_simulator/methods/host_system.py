"""HostSystem: connection and maintenance mode."""

import asyncio
from dataclasses import replace
from typing import Any

from vcenter_simulator.events.connections import change_connection
from vcenter_simulator.host.refusals import Refusal, invalid_state, not_supported
from vcenter_simulator.inventory.hosts import Connection, HostRecord
from vcenter_simulator.methods.calls import Call, MethodTable
from vcenter_simulator.methods.host_writes import commit, host_of
from vcenter_simulator.methods.tasks import run_task
from vcenter_simulator.soap.schema import fields_of
from vcenter_simulator.tasks.ledger import Progress
from vcenter_simulator.tasks.task import Task


async def disconnect_host(call: Call) -> Any:
    """Let vCenter leave a host alone; one that is disconnected stays so."""
    host: HostRecord = call.target.source
    user = call.logged_in.shown_user

    async def work(task: Task, _: Progress) -> None:
        change_connection(call.vcenter.events, host, Connection.DISCONNECTED, user=user, chain=task.chain)

    return run_task(call, host.reference, work)


async def reconnect_host(call: Call) -> Any:
    """Connect vCenter to a host that it is not connected to."""
    host: HostRecord = call.target.source
    _check_connect_spec(call.arguments["cnxSpec"], host)
    user, events = call.logged_in.shown_user, call.vcenter.events

    async def work(task: Task, _: Progress) -> None:
        if host.connection is Connection.CONNECTED:
            raise invalid_state(f"The host {host.name} is connected.")
        if not host.is_responding:
            events.post("HostReconnectionFailedEvent", about=host.reference, user=user, chain=task.chain)
            raise Refusal("NoHost", f"The host {host.name} does not respond.", name=host.name)
        change_connection(events, host, Connection.CONNECTED, user=user, chain=task.chain)

    return run_task(call, host.reference, work)


async def enter_maintenance_mode(call: Call) -> Any:
    """Put a host in maintenance mode; there are no virtual machines to wait for."""
    return _change_maintenance(call, wanted=True, announced="EnteringMaintenanceModeEvent")


async def exit_maintenance_mode(call: Call) -> Any:
    """Take a host out of maintenance mode."""
    return _change_maintenance(call, wanted=False, announced=None)


def _change_maintenance(call: Call, *, wanted: bool, announced: str | None) -> Any:
    host = host_of(call)
    limit = call.arguments["timeout"]
    user, events = call.logged_in.shown_user, call.vcenter.events
    done = "EnteredMaintenanceModeEvent" if wanted else "ExitMaintenanceModeEvent"

    async def work(task: Task, progress: Progress) -> None:
        try:
            async with asyncio.timeout(limit if limit > 0 else None), host.writing:
                if host.actual.in_maintenance is wanted:
                    raise invalid_state(f"The host {host.name} is {'' if wanted else 'not '}in maintenance mode.")
                if announced is not None:
                    events.post(announced, about=host.reference, user=user, chain=task.chain)
                await _take_time(call, host, progress)
                host.check_connected()
                commit(call, host, replace(host.actual, in_maintenance=wanted))
        except TimeoutError:
            raise Refusal("Timedout", "The operation timed out.") from None
        events.post(done, about=host.reference, user=user, chain=task.chain)

    return run_task(call, host.reference, work, is_cancelable=True)


def _check_connect_spec(spec: Any, host: HostRecord) -> None:
    """Take what leaves the connection as it is: what is not given means the current value.

    Raises:
        Refusal: NotSupported.
    """
    if spec is None:
        return
    if spec.hostName not in (None, "", host.name):
        raise not_supported(f"The simulator's host {host.name} can't become '{spec.hostName}'.")
    for info in fields_of(spec):
        if info.name not in ("hostName", "port", "force") and _is_given(getattr(spec, info.name)):
            raise not_supported(f"The simulator's hosts are reconnected as they are, without a '{info.name}'.")


def _is_given(value: Any) -> bool:
    # References can't be compared with anything else (pyVmomi), so emptiness is asked of texts and lists only.
    return value is not None and not (isinstance(value, str | list) and not value)


async def _take_time(call: Call, host: HostRecord, progress: Progress) -> None:
    latency_s = call.vcenter.write_latency.draw(host.name)
    progress(0)
    await asyncio.sleep(latency_s / 2)
    progress(50)
    await asyncio.sleep(latency_s / 2)


METHODS: MethodTable = {
    "DisconnectHost_Task": disconnect_host,
    "ReconnectHost_Task": reconnect_host,
    "EnterMaintenanceMode_Task": enter_maintenance_mode,
    "ExitMaintenanceMode_Task": exit_maintenance_mode,
}
