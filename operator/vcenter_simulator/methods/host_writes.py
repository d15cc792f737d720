"""How every change of a host is made: one after the other, with the latency that was asked for."""

import asyncio
from collections.abc import Callable

from vcenter_simulator.host.refusals import Refusal
from vcenter_simulator.host.state import HostState
from vcenter_simulator.inventory.hosts import HostRecord
from vcenter_simulator.methods.calls import Call
from vcenter_simulator.methods.tasks import begin_task
from vcenter_simulator.request_log import HostChange

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
        raise Refusal("ManagedObjectNotFound", "The object belongs to no host.")
    host.check_connected()
    return host


async def write(call: Call, change: Callable[[HostRecord], HostState]) -> None:
    """Change the called object's host when its turn comes; vCenter shows it as a task, too.

    Args:
        call: the call.
        change: from the host to its new state; it may refuse.
    """
    host = host_of(call)
    task = begin_task(call, host.reference)
    with call.vcenter.tasks.ending(task):
        async with host.writing:
            call.vcenter.tasks.start(task)
            await _make(call, host, change)


async def relay(call: Call, change: Callable[[HostRecord], HostState], *, is_seen: bool) -> None:
    """Change the called object's host when its turn comes, past vCenter, which knows of no task.

    Args:
        call: the call.
        change: from the host to its new state; it may refuse.
        is_seen: whether vCenter sees it by itself, sooner or later.
    """
    host = host_of(call)
    async with host.writing:
        await _make(call, host, change, is_seen=is_seen)


async def _make(
    call: Call, host: HostRecord, change: Callable[[HostRecord], HostState], *, is_seen: bool = True
) -> None:
    await asyncio.sleep(call.vcenter.settings.write_latency)
    host.check_connected()
    commit(call, host, change(host), is_seen=is_seen)


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
    call.vcenter.requests.note_change(call.entry, HostChange(before, host.actual, host.surroundings.switches))
