"""Everything that the operator does in a vCenter, once."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from ipaddress import IPv4Address, IPv4Interface

from contract.vcenter.lab import TIMINGS, Watcher, config_for, credentials_for, watching
from testbed.operator_account import PASSWORD, USERNAME
from vcenter_simulator.running import Running
from vmk_operator.errors import BlockedError, VmkOperatorError
from vmk_operator.model.host import DistributedAttachment, Ipv4State, RouteConfig, StandardAttachment, VsanPort
from vmk_operator.model.step import (
    CreateAdapter,
    CreateNetstack,
    DeselectService,
    RemoveAdapter,
    RemoveNetstack,
    SelectService,
    Step,
    UpdateAdapter,
    UpdateNetstack,
    UpdateVsan,
)
from vmk_operator.model.vcenter import Credentials
from vmk_operator.vcenter import Connector

ON_VSAN, NONE = frozenset({"vsan"}), frozenset[str]()
VMK1 = Ipv4State(dhcp=False, address=IPv4Interface("10.1.0.11/24"))


@asynccontextmanager
async def watching_as_the_operator(simulator: Running) -> AsyncIterator[Watcher]:
    """Log in with the operator's own account, and watch as the operator does."""
    connection = await Connector(timings=TIMINGS).connect(config_for(simulator), Credentials(USERNAME, PASSWORD))
    try:
        async with watching(connection) as watcher:
            yield watcher
    finally:
        await connection.close()


def distributed(watcher: Watcher, name: str) -> DistributedAttachment:
    (switch,) = watcher.network().distributed_switches
    return DistributedAttachment(switch.uuid, next(one.key for one in switch.port_groups if one.name == name))


def static(address: str) -> Ipv4State:
    return Ipv4State(dhcp=False, address=IPv4Interface(address))


def steps(watcher: Watcher) -> list[Step]:
    """Every kind of write, where it can be on both kinds of port groups; each leaves the next possible."""
    return [
        CreateAdapter("vmotion", StandardAttachment("Backup-40"), static("10.0.40.11/24"), 9000),
        CreateAdapter("vmotion", distributed(watcher, "dpg-vmotion"), static("10.0.41.11/24"), 9000),
        UpdateNetstack("vmotion", routes=RouteConfig(IPv4Address("10.0.40.1"), None)),
        UpdateAdapter("vmk1", VMK1, mtu=1400),
        UpdateAdapter("vmk1", VMK1, attachment=distributed(watcher, "dpg-backup")),
        SelectService("vmk1", "faultToleranceLogging"),
        DeselectService("vmk1", "faultToleranceLogging"),
        UpdateVsan("vmk1", ON_VSAN, NONE, (VsanPort("vmk1"),)),
        RemoveAdapter("vmk1"),
        CreateNetstack("storage"),
        RemoveNetstack("storage"),
    ]


async def refused(simulator: Running, watcher: Watcher) -> list[str]:
    """Do everything that the operator does in vCenter and return what was refused, as it tells people."""
    host = watcher.host().ref
    connection = watcher.connection
    predecessor = await Connector(timings=TIMINGS).connect(config_for(simulator), credentials_for(simulator))
    doing: list[Callable[[], Awaitable[object]]] = [
        connection.resync,
        lambda: connection.read_host(host),
        *(lambda step=step: connection.execute(host, step, timeout_s=5) for step in steps(watcher)),
        lambda: connection.refresh(host),
        lambda: connection.terminate_session(predecessor.session_key),
    ]
    said: list[str] = []
    for do in doing:
        try:
            await do()
        except BlockedError as error:
            said.append(str(error))
        except VmkOperatorError:
            # What it builds on was refused before.
            assert said
    await predecessor.close()
    return said
