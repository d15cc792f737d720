from collections import Counter
from dataclasses import replace
from typing import Any

import pytest

from component.fake_vcenter import SERVER_FAULTS, FakeVCenter
from component.world import World, addresses, host
from unit.planner.builders import FABRIC, SWITCH, adapter, netstack, vmk
from vmk_operator.model.host import Connection
from vmk_operator.model.identity import HostRef
from vmk_operator.model.step import CreateAdapter, UpdateAdapter
from vmk_operator.planner.snapshot import ManagedObject

ON_ESX01: dict[str, Any] = {"host": "esx01.example.com"}
ESX01 = HostRef("vc-1", "host-1")
STEPS = 5
"""Writes that the story below needs."""


def story() -> list[ManagedObject]:
    """Two adapters to create, a stack to set, an adapter to edit: several kinds of step on one host."""
    return [
        adapter("vmotion-a", "10.0.50.11/24", on=(SWITCH, FABRIC), netstack="vmotion", mtu=9000, **ON_ESX01),
        netstack(gateway={"ipv4": "10.0.50.254"}, **ON_ESX01),
        adapter("storage", "10.0.60.11/24", on="Storage-50", services=["vSphereProvisioning"], **ON_ESX01),
        adapter("backup", "10.0.40.11/24", mtu=9000, **ON_ESX01),
    ]


def lab(world: World) -> FakeVCenter:
    world.vcenter.add(host(1, vmk("vmk1", "10.0.40.11/24", mtu=1500)))
    return world.vcenter


def assert_as_declared(world: World) -> None:
    """Every host ends the same, whatever happened on the way."""
    network = world.network()
    assert Counter(addresses(network)) == Counter(["10.0.10.11/24", "10.0.40.11/24", "10.0.50.11/24", "10.0.60.11/24"])
    stack = network.netstack("vmotion")
    assert stack is not None
    assert str(stack.routes.ipv4_gateway) == "10.0.50.254"


@pytest.mark.parametrize("step", range(STEPS))
@pytest.mark.parametrize("fault", SERVER_FAULTS)
async def test_a_fault_at_any_step_ends_converged_without_a_second_adapter(world: World, fault: str, step: int) -> None:
    lab(world).fail(fault, step=step)
    world.kube.apply(*story())

    await world.start()
    await world.clock.until(lambda: world.converged(*world.kube.objects.values()), within_s=120)

    assert_as_declared(world)
    assert len(world.vcenter.writes) == STEPS


@pytest.mark.parametrize("lag_s", [0.0, 3.0])
@pytest.mark.parametrize("step", range(1, STEPS + 1))
async def test_a_kill_after_any_write_and_a_restart_end_converged_without_a_second_adapter(
    world: World, step: int, lag_s: float
) -> None:
    lab(world).stream_lag_s = lag_s
    world.vcenter.write_s = 0.2
    world.kube.apply(*story())
    await world.start()
    await world.clock.until(lambda: len(world.vcenter.writes) == step, within_s=60)

    await world.restart()
    await world.clock.until(lambda: world.converged(*world.kube.objects.values()), within_s=120)

    assert_as_declared(world)
    assert len(world.vcenter.writes) == STEPS


async def test_a_lost_answer_to_a_creation_is_looked_for_and_bound(world: World) -> None:
    lab(world).fail("answer lost after", step=0)
    backup = adapter("new", "10.0.70.11/24", **ON_ESX01)
    world.kube.apply(backup)

    await world.start()
    await world.clock.until(lambda: world.converged(backup), within_s=30)

    assert [type(step) for _, step in world.vcenter.writes] == [CreateAdapter]
    assert world.vcenter.calls["refresh"] >= 1
    binding = world.status(backup).binding
    assert binding is not None
    assert binding.device == "vmk2"


async def test_the_next_step_is_not_sent_after_one_that_is_not_seen(world: World) -> None:
    lab(world).fail("answer lost before", step=0)
    world.kube.apply(*story()[:2])

    await world.start()
    await world.clock.advance(8)

    assert world.vcenter.attempts == 1
    assert world.vcenter.writes == []


async def test_a_passing_trouble_is_tried_again_with_growing_pauses_and_gives_up_in_the_end(world: World) -> None:
    lab(world).fail("transient before", times=99)
    backup = adapter("new", "10.0.70.11/24", **ON_ESX01)
    world.kube.apply(backup)
    await world.start()
    assert world.ready(backup) == ("False", "Retrying")

    await world.clock.advance(600)

    assert world.ready(backup) == ("False", "FailedTooOften")
    assert world.vcenter.attempts == 5
    assert world.recorder.reasons("new") == ["Retrying", "FailedTooOften"]


async def test_what_failed_too_often_is_tried_again_when_a_person_asks(world: World) -> None:
    lab(world).fail("transient before", times=5)
    backup = adapter("new", "10.0.70.11/24", **ON_ESX01)
    world.kube.apply(backup)
    await world.start()
    await world.clock.until(lambda: world.ready(backup)[1] == "FailedTooOften", within_s=600)

    world.kube.annotate(backup, reconcile_requested_at="now, please")
    await world.clock.advance(5)

    assert world.converged(backup)
    assert world.status(backup).last_handled_reconcile_at == "now, please"


async def test_a_refused_step_stalls_its_object_and_no_other(world: World) -> None:
    lab(world).refuse("Refused", UpdateAdapter)
    refused, fine = story()[3], adapter("new", "10.0.70.11/24", **ON_ESX01)
    world.kube.apply(refused, fine)

    await world.start()
    await world.clock.advance(60)

    assert world.ready(refused) == ("False", "Refused")
    assert world.converged(fine)
    assert world.vcenter.attempts == 2


async def test_a_halt_survives_a_restart(world: World) -> None:
    lab(world).refuse("RolledBack", UpdateAdapter, times=99)
    world.kube.apply(story()[3])
    await world.start()
    await world.clock.advance(5)

    await world.restart()
    await world.clock.advance(600)

    assert world.ready(story()[3]) == ("False", "RolledBack")
    assert world.vcenter.attempts == 1


async def test_a_host_that_goes_away_is_unknown_and_goes_on_when_it_is_back(world: World) -> None:
    world.kube.apply(*story()[:2], story()[3])
    lab(world).connect_host(ESX01, Connection.NOT_RESPONDING)
    await world.start()
    assert world.ready(story()[3]) == ("Unknown", "HostAway")

    world.vcenter.connect_host(ESX01, Connection.CONNECTED)
    await world.clock.until(lambda: world.converged(*world.kube.objects.values()), within_s=10)


async def test_a_host_that_goes_away_during_a_plan_does_not_use_up_its_attempts(world: World) -> None:
    lab(world).stream_lag_s = 1000.0
    world.kube.apply(story()[3])
    await world.start()
    world.vcenter.hosts[ESX01] = replace(world.vcenter.hosts[ESX01], connection=Connection.DISCONNECTED)
    world.kube.annotate(story()[3], reconcile_requested_at="1")
    await world.clock.advance(500)

    assert world.status(story()[3]).halt is None


async def test_a_disruptive_step_is_not_sent_when_a_fresh_read_shows_another_host(world: World) -> None:
    lab(world).stream_lag_s = 5.0
    await world.start()
    somebodys = vmk("vmk5", "10.0.70.11/24")
    world.vcenter.edit(ESX01, lambda network: replace(network, adapters=(*network.adapters, somebodys)))
    new = adapter("new", "10.0.70.11/24", **ON_ESX01)

    world.kube.apply(new)
    await world.clock.advance(30)

    assert world.vcenter.writes == []
    binding = world.status(new).binding
    assert binding is not None
    assert binding.device == "vmk5"


async def test_what_a_read_before_an_earlier_step_has_shown_is_not_created_again(world: World) -> None:
    """A creation that seems to fail has happened; before the stream shows that, another object asks for a port too."""
    lab(world).stream_lag_s = 1.0
    world.vcenter.fail("transient after", step=0)
    world.kube.apply(adapter("second", "10.0.50.11/24", on=(SWITCH, FABRIC), netstack="vmotion", **ON_ESX01))
    await world.start()
    await world.clock.until(lambda: world.vcenter.attempts == 1, within_s=60)

    world.kube.apply(adapter("first", "10.0.60.11/24", on="Storage-50", **ON_ESX01))
    await world.clock.until(lambda: world.converged(*world.kube.objects.values()), within_s=120)

    assert world.vcenter.attempts == 2
    assert Counter(addresses(world.network()))["10.0.50.11/24"] == 1
