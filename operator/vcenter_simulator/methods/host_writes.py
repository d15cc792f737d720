"""How every change of a host is made: one after the other, with the latency that was asked for."""

import asyncio
from collections.abc import Callable
from typing import Any

from vcenter_simulator.events.connections import change_connection
from vcenter_simulator.host.disruption import disruption
from vcenter_simulator.host.refusals import Refusal
from vcenter_simulator.host.state import HostState
from vcenter_simulator.inventory.hosts import Connection, HostRecord
from vcenter_simulator.methods.calls import Call
from vcenter_simulator.methods.tasks import begin_task, run_task
from vcenter_simulator.request_log import HostChange
from vcenter_simulator.soap.references import object_not_found
from vcenter_simulator.tasks.ledger import Progress
from vcenter_simulator.tasks.task import Task

WRITES = frozenset(
    {
        "AddVirtualNic",
        "UpdateVirtualNic",
        "RemoveVirtualNic",
        "UpdateNetworkConfig",
        "UpdateOptions",
        "UpdateDnsConfig",
        "UpdateIpRouteConfig",
        "UpdateIpRouteTableConfig",
        "AddVirtualSwitch",
        "UpdateVirtualSwitch",
        "RemoveVirtualSwitch",
        "AddPortGroup",
        "UpdatePortGroup",
        "RemovePortGroup",
        "SelectVnicForNicType",
        "DeselectVnicForNicType",
        "UpdateVsan_Task",
        "BindVnic",
        "UnbindVnic",
        "EnterMaintenanceMode_Task",
        "ExitMaintenanceMode_Task",
    }
)
"""The methods that change a host."""


def host_of(call: Call) -> HostRecord:
    """Return the host that the called object belongs to.

    Raises:
        Refusal: ManagedObjectNotFound, HostNotConnected or HostNotReachable.
    """
    host = call.vcenter.inventory.find_host(call.target.reference.moid)
    if host is None:
        raise object_not_found(call.target.reference)
    host.check_connected()
    return host


async def write(call: Call, change: Callable[[HostRecord], HostState]) -> None:
    """Change the called object's host when its turn comes; vCenter shows it as a task, too.

    Args:
        call: the call.
        change: from the host to its new state; it may refuse.

    Raises:
        Refusal: that of *change*, or that vCenter has lost the host by it.
    """
    host = host_of(call)
    task = begin_task(call, host.reference)
    with call.vcenter.tasks.ending(task):
        async with host.writing:
            call.vcenter.tasks.start(task)
            await _make(call, host, change, task)


def write_as_task(call: Call, change: Callable[[HostRecord], HostState]) -> Any:
    """Begin to change the called object's host as a task, and return the task; it ends as :func:`write` does.

    Args:
        call: the call.
        change: from the host to its new state; it may refuse.

    Raises:
        Refusal: when vCenter does not reach the host.
    """
    host = host_of(call)

    async def work(task: Task, _: Progress) -> None:
        async with host.writing:
            await _make(call, host, change, task)

    return run_task(call, host.reference, work)


async def relay(call: Call, change: Callable[[HostRecord], HostState], *, is_seen: bool) -> None:
    """Change the called object's host when its turn comes, past vCenter, which knows of no task and takes nothing back.

    Args:
        call: the call.
        change: from the host to its new state; it may refuse.
        is_seen: whether vCenter sees it by itself, sooner or later.
    """
    host = host_of(call)
    async with host.writing:
        await _make(call, host, change, is_seen=is_seen)


async def _make(
    call: Call,
    host: HostRecord,
    change: Callable[[HostRecord], HostState],
    task: Task | None = None,
    *,
    is_seen: bool = True,
) -> None:
    await asyncio.sleep(call.vcenter.write_latency.draw(host.name))
    host.check_connected()
    state = change(host)
    lost = disruption(host.actual, state, host.behaviour)
    if lost is not None and task is not None and call.vcenter.rollback:
        raise _rolled_back(call, host, task, lost)
    commit(call, host, state, is_seen=is_seen and lost is None)
    if lost is not None:
        change_connection(call.vcenter.events, host, Connection.NOT_RESPONDING)
        raise Refusal("HostCommunication", f"vCenter has lost the host {host.name}: {lost}")


def commit(call: Call, host: HostRecord, state: HostState, *, is_seen: bool = True) -> None:
    """Make *state* the host's, and note in the journal what the call has changed.

    Args:
        call: the call.
        host: the host, whose turn has come.
        state: its new state.
        is_seen: whether vCenter sees it by itself, sooner or later.
    """
    before = host.actual
    (host.commit if is_seen else host.commit_unseen)(state)
    call.vcenter.requests.note_change(call.entry, HostChange(before, host.actual, host.switches))


def _rolled_back(call: Call, host: HostRecord, task: Task, lost: str) -> Refusal:
    """Tell everybody that a host has taken a change back; it did so before vCenter saw anything of it."""
    call.vcenter.events.post(
        "NetworkRollbackEvent",
        about=host.reference,
        user=call.logged_in.shown_user,
        chain=task.chain,
        methodName=call.entry.method,
        transactionId=task.reference.moid,
    )
    text = (
        f"Network configuration change disconnected the host '{host.name}' from vCenter server and has been rolled "
        f"back. {lost}"
    )
    return Refusal("NetworkDisruptedAndConfigRolledBack", text, host=host.name)
