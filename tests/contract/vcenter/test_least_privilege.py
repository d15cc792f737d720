"""The documented roles let the operator do all that it does; without any one of their privileges something stops."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import get_args

import pytest

from contract.vcenter.lab import Watcher
from contract.vcenter.tour import refused, steps, watching_as_the_operator
from testbed.operator_account import Grant, access, documented_grants
from vcenter_simulator.fleet.documents import AccessDocument
from vcenter_simulator.running import Running, start
from vmk_operator.model.step import Step

PRIVILEGES = [(grant.role, privilege) for grant in documented_grants() for privilege in grant.privileges]


@asynccontextmanager
async def operator_with(grants: list[Grant]) -> AsyncIterator[tuple[Running, Watcher]]:
    """Run a vCenter in which the operator has *grants*, and watch it as the operator does."""
    document = AccessDocument.model_validate(access(grants))
    async with start(hosts=2, access=document) as simulator, watching_as_the_operator(simulator) as watcher:
        yield simulator, watcher


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
