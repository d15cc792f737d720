import math
from dataclasses import replace
from ipaddress import IPv4Interface

import pytest

from component.world import World, backup_on, host
from unit.planner.builders import adapter, vmk
from vmk_operator.model.host import Connection, Ipv4State, NetworkState
from vmk_operator.model.identity import HostRef
from vmk_operator.model.step import CreateAdapter, UpdateAdapter

ESX01 = HostRef("vc-1", "host-1")


@pytest.mark.parametrize("lag_s", [0.2, 5.0, 14.0])
async def test_a_stream_that_lags_causes_no_second_write(world: World, lag_s: float) -> None:
    world.vcenter.stream_lag_s = lag_s
    backup = backup_on(1)
    world.kube.apply(backup)

    await world.start()
    await world.clock.until(lambda: world.converged(backup), within_s=60)
    await world.clock.advance(60)

    assert [type(step) for _, step in world.vcenter.writes] == [CreateAdapter]
    assert world.vcenter.calls["resync"] == 0


async def test_status_says_settling_while_the_stream_lags_noticeably(world: World) -> None:
    world.vcenter.stream_lag_s = 5.0
    backup = backup_on(1)
    world.kube.apply(backup)

    await world.start()
    await world.clock.advance(1)

    assert world.ready(backup) == ("False", "Settling")
    assert world.status(backup).drift == ()


async def test_a_short_lag_is_not_worth_a_status_write(world: World) -> None:
    world.vcenter.stream_lag_s = 0.2
    backup = backup_on(1)
    world.kube.apply(backup)

    await world.start()
    await world.clock.until(lambda: world.converged(backup), within_s=5)

    # That it is applied, to what it is bound, and that it is done.
    assert world.kube.writes["publish"] + world.kube.writes["persist"] == 3


async def test_a_stream_that_lost_the_change_is_made_to_read_everything_anew(world: World) -> None:
    world.vcenter.stream_lag_s = math.inf
    backup = backup_on(1)
    world.kube.apply(backup)

    await world.start()
    await world.clock.advance(10)
    assert world.ready(backup) == ("False", "Settling")
    await world.clock.until(lambda: world.converged(backup), within_s=30)

    assert len(world.vcenter.writes) == 1
    # The first refresh is that before the first creation on a host.
    assert (world.vcenter.calls["refresh"], world.vcenter.calls["resync"]) == (2, 1)


async def test_a_write_that_reads_show_late_is_waited_for(world: World) -> None:
    world.vcenter.read_lag_s = 4.0
    world.vcenter.stream_lag_s = 4.5
    backup = backup_on(1)
    world.kube.apply(backup)

    await world.start()
    await world.clock.until(lambda: world.converged(backup), within_s=60)

    assert len(world.vcenter.writes) == 1


async def test_a_write_that_reads_show_later_than_the_runner_waits_is_not_repeated(world: World) -> None:
    world.vcenter.read_lag_s = world.vcenter.stream_lag_s = 12.0
    backup = backup_on(1)
    world.kube.apply(backup)

    await world.start()
    await world.clock.until(lambda: world.converged(backup), within_s=120)

    assert len(world.vcenter.writes) == 1


async def test_a_change_by_somebody_else_right_behind_the_write_is_found_in_the_end(world: World) -> None:
    world.vcenter.add(host(1, vmk("vmk1", "10.0.40.1/24", mtu=1500)))
    world.vcenter.stream_lag_s = math.inf
    backup = backup_on(1)
    world.kube.apply(backup)
    await world.start()

    world.vcenter.edit(ESX01, _with_mtu_1400)
    world.vcenter.stream_lag_s = 0.0
    await world.clock.until(lambda: world.converged(backup), within_s=20)

    vmk1 = world.network().adapter("vmk1")
    assert vmk1 is not None
    assert vmk1.mtu == 9000
    assert len(world.vcenter.writes) == 2


async def test_other_objects_of_a_settling_host_are_not_written_to_either(world: World) -> None:
    world.vcenter.stream_lag_s = 5.0
    backup = backup_on(1)
    world.kube.apply(backup)
    await world.start()

    world.kube.apply(adapter("storage", "10.0.60.1/24", on="Storage-50", host="esx01.example.com"))
    await world.clock.advance(4)
    assert len(world.vcenter.writes) == 1
    await world.clock.advance(20)

    assert len(world.vcenter.writes) == 2
    assert world.converged(*world.kube.objects.values())


async def test_an_undeclared_field_changed_a_moment_ago_is_not_written_back(world: World) -> None:
    world.vcenter.add(host(1, vmk("vmk1", "10.0.40.1/24", mtu=1500)))
    world.vcenter.stream_lag_s = 5.0
    await world.start()

    world.vcenter.edit(ESX01, _with_another_address)
    only_mtu = adapter("mtu-only", adoptDevice="vmk1", mtu=9000, host="esx01.example.com")
    world.kube.apply(only_mtu)
    await world.clock.until(lambda: world.converged(only_mtu), within_s=60)

    vmk1 = world.network().adapter("vmk1")
    assert vmk1 is not None
    assert (str(vmk1.ipv4.address), vmk1.mtu) == ("10.0.40.99/24", 9000)
    assert [step.ipv4 for _, step in world.vcenter.writes if isinstance(step, UpdateAdapter)] == [vmk1.ipv4]


def _with_another_address(network: NetworkState) -> NetworkState:
    moved = Ipv4State(dhcp=False, address=IPv4Interface("10.0.40.99/24"))
    return replace(
        network, adapters=tuple(replace(a, ipv4=moved) if a.device == "vmk1" else a for a in network.adapters)
    )


def _with_mtu_1400(network: NetworkState) -> NetworkState:
    return replace(network, adapters=tuple(replace(a, mtu=1400) if a.device == "vmk1" else a for a in network.adapters))


async def test_a_host_that_goes_away_while_it_settles_is_told_away(world: World) -> None:
    world.vcenter.stream_lag_s = math.inf
    backup = backup_on(1)
    world.kube.apply(backup)
    await world.start()
    made = world.vcenter.hosts[ESX01]

    world.vcenter.stream_lag_s = 0.0
    world.vcenter.put(replace(made, connection=Connection.NOT_RESPONDING, network=None))
    await world.clock.advance(5)
    assert world.ready(backup) == ("Unknown", "HostAway")
    world.vcenter.put(made)
    await world.clock.until(lambda: world.converged(backup), within_s=30)

    assert len(world.vcenter.writes) == 1
