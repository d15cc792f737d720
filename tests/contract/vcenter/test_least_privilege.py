"""The documented roles let the operator do all that it does; without any one of their privileges something stops."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from ipaddress import IPv4Address, IPv4Interface
from typing import get_args

import pytest

from contract.vcenter.lab import TIMINGS, Watcher, config_for, credentials_for, watching
from testbed.operator_account import PASSWORD, USERNAME, Grant, access, documented_grants
from vcenter_simulator.fleet.documents import AccessDocument
from vcenter_simulator.running import Running, start
from vmk_operator.errors import BlockedError, VmkOperatorError
from vmk_operator.model.host import DistributedAttachment, Ipv4State, RouteConfig, StandardAttachment
from vmk_operator.model.step import (
    CreateAdapter,
    DeselectService,
    RemoveAdapter,
    SelectService,
    Step,
    UpdateAdapter,
    UpdateNetstack,
)
from vmk_operator.model.vcenter import Credentials
from vmk_operator.vcenter import Connector

VMK1 = Ipv4State(dhcp=False, address=IPv4Interface("10.1.0.11/24"))
PRIVILEGES = [(grant.role, privilege) for grant in documented_grants() for privilege in grant.privileges]


@asynccontextmanager
async def operator_with(grants: list[Grant]) -> AsyncIterator[tuple[Running, Watcher]]:
    """Run a vCenter in which the operator has *grants*, and watch it as the operator does."""
    document = AccessDocument.model_validate(access(grants))
    async with start(hosts=2, access=document) as simulator:
        connection = await Connector(timings=TIMINGS).connect(config_for(simulator), Credentials(USERNAME, PASSWORD))
        try:
            async with watching(connection) as watcher:
                yield simulator, watcher
        finally:
            await connection.close()


def distributed(watcher: Watcher, name: str) -> DistributedAttachment:
    (switch,) = watcher.network().distributed_switches
    return DistributedAttachment(switch.uuid, next(one.key for one in switch.port_groups if one.name == name))


def steps(watcher: Watcher) -> list[Step]:
    """Every kind of write, where it can be on both kinds of port groups; each leaves the next possible."""
    return [
        CreateAdapter("vmotion", StandardAttachment("Backup-40"), IPv4Interface("10.0.40.11/24"), 9000),
        CreateAdapter("vmotion", distributed(watcher, "dpg-vmotion"), IPv4Interface("10.0.41.11/24"), 9000),
        UpdateNetstack("vmotion", routes=RouteConfig(IPv4Address("10.0.40.1"), None)),
        UpdateAdapter("vmk1", VMK1, mtu=1400),
        UpdateAdapter("vmk1", VMK1, attachment=distributed(watcher, "dpg-backup")),
        SelectService("vmk1", "faultToleranceLogging"),
        DeselectService("vmk1", "faultToleranceLogging"),
        RemoveAdapter("vmk1"),
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


def without(privilege: str) -> list[Grant]:
    return [
        replace(one, privileges=tuple(other for other in one.privileges if other != privilege))
        for one in documented_grants()
    ]


async def test_the_documented_roles_let_the_operator_do_everything() -> None:
    async with operator_with(documented_grants()) as (simulator, watcher):
        assert {type(step) for step in steps(watcher)} == set(get_args(Step))
        assert len(watcher.connection.inventory.hosts()) == 2
        assert await refused(simulator, watcher) == []


@pytest.mark.parametrize(("role", "privilege"), PRIVILEGES)
async def test_without_any_one_of_the_documented_privileges_something_is_refused(role: str, privilege: str) -> None:
    async with operator_with(without(privilege)) as (simulator, watcher):
        said = await refused(simulator, watcher)

    assert said, f"{privilege} of {role} is superfluous"
    assert all(f"the user lacks the privilege {privilege}." in sentence for sentence in said)


async def test_without_the_role_on_the_datacenter_no_host_is_seen() -> None:
    sessions_only = [one for one in documented_grants() if one.entity == "/"]
    async with operator_with(sessions_only) as (_, watcher):
        assert not watcher.connection.inventory.hosts()


async def test_a_role_on_the_datacenter_alone_ends_nobodys_session() -> None:
    datacenter_only = [one for one in documented_grants() if one.entity != "/"]
    async with operator_with(datacenter_only) as (simulator, watcher):
        (sentence,) = await refused(simulator, watcher)

    assert "Sessions.TerminateSession" in sentence
