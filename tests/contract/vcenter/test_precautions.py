"""What is asked before something that a host hangs by is changed, of a vCenter that may know, or not, or refuse."""

from dataclasses import replace

import pytest

from contract.vcenter.lab import HOST, OTHER, connected, inject, watching
from contract.vcenter.tour import watching_as_the_operator
from testbed.operator_account import Grant, access, documented_grants
from vcenter_simulator.fleet.default import default_fleet
from vcenter_simulator.fleet.documents import AccessDocument, FleetDocument
from vcenter_simulator.running import start
from vcenter_simulator.vcenter import Settings
from vmk_operator.errors import TransientError
from vmk_operator.model.precautions import Precautions

STORAGE = "Host.Config.Storage"


def with_iscsi(*bound: str) -> FleetDocument:
    """Two hosts, the first of which has an iSCSI adapter."""
    document = default_fleet(2, 1).model_dump(by_alias=True)
    document["datacenters"][0]["clusters"][0]["hosts"][0]["iscsi"] = {"vmhba64": list(bound)}
    return FleetDocument.model_validate(document)


def granting(*more: str) -> AccessDocument:
    """The operator's account with what is documented, but for storage, and *more*."""
    grants: list[Grant] = [
        replace(one, privileges=(*(other for other in one.privileges if other != STORAGE), *more))
        if one.entity != "/"
        else one
        for one in documented_grants()
    ]
    return AccessDocument.model_validate(access(grants))


@pytest.mark.parametrize("rollback", [True, False])
async def test_vcenter_tells_whether_it_takes_back_what_cuts_a_host_off(*, rollback: bool) -> None:
    async with (
        start(hosts=1, settings=Settings(rollback=rollback)) as simulator,
        connected(simulator) as connection,
        watching(connection) as watcher,
    ):
        asked = await connection.read_precautions(watcher.host().ref)

    assert asked == Precautions(iscsi_bound=frozenset(), rollback=rollback)


async def test_a_host_tells_which_adapters_its_iscsi_is_bound_to() -> None:
    async with (
        start(fleet=with_iscsi("vmk1")) as simulator,
        connected(simulator) as connection,
        watching(connection) as watcher,
    ):
        first = await connection.read_precautions(watcher.host(HOST).ref)
        second = await connection.read_precautions(watcher.host(OTHER).ref)

    assert (first.iscsi_bound, second.iscsi_bound) == (frozenset({"vmk1"}), frozenset())


async def test_who_may_not_ask_about_storage_does_not_know() -> None:
    async with (
        start(fleet=with_iscsi("vmk1"), access=granting()) as simulator,
        watching_as_the_operator(simulator) as watcher,
    ):
        asked = await watcher.connection.read_precautions(watcher.host(HOST).ref)

    assert asked == Precautions(iscsi_bound=None, rollback=True)


async def test_the_privilege_on_storage_lets_the_operator_ask() -> None:
    async with (
        start(fleet=with_iscsi("vmk1"), access=granting(STORAGE)) as simulator,
        watching_as_the_operator(simulator) as watcher,
    ):
        asked = await watcher.connection.read_precautions(watcher.host(HOST).ref)

    assert asked.iscsi_bound == frozenset({"vmk1"})


async def test_an_option_that_vcenter_does_not_know_is_unknown() -> None:
    async with (
        start(hosts=1) as simulator,
        connected(simulator) as connection,
        watching(connection) as watcher,
    ):
        inject(simulator, method="QueryOptions", action="fault", fault="InvalidName")
        asked = await connection.read_precautions(watcher.host().ref)

    assert asked.rollback is None


async def test_a_vcenter_that_fails_in_passing_is_asked_again_by_whoever_wanted_to_know() -> None:
    async with (
        start(hosts=1) as simulator,
        connected(simulator) as connection,
        watching(connection) as watcher,
    ):
        inject(simulator, method="QueryOptions", action="fault", fault="SystemError")
        with pytest.raises(TransientError):
            await connection.read_precautions(watcher.host().ref)
