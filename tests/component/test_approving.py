"""What a person has to approve: nothing before, exactly that plan after, and once."""

from dataclasses import replace
from typing import Any

import pytest

from component.fake_vcenter import SERVER_FAULTS
from component.world import World, backup_on, host
from unit.planner.builders import MANAGEMENT, adapter, vmk
from vmk_operator.api.v1alpha1 import VmkAdapter
from vmk_operator.model.identity import HostRef
from vmk_operator.model.precautions import Precautions
from vmk_operator.model.step import CreateAdapter, RemoveAdapter, UpdateAdapter

ESX01 = HostRef("vc-1", "host-1")
MANAGED: VmkAdapter = adapter(
    "mgmt", "10.0.10.11/24", on=MANAGEMENT, host="esx01.example.com", adoptDevice="vmk0", mtu=1400
)
AT_ONCE: dict[str, Any] = {"replacement": {"requires": "None"}}


def plan_id(world: World, thing: VmkAdapter) -> str:
    plan = world.status(thing).plan
    assert plan is not None
    return plan.id


def approve(world: World, thing: VmkAdapter) -> None:
    world.kube.annotate(thing, approve=plan_id(world, thing))


async def waiting(world: World, thing: VmkAdapter) -> World:
    """The plan for *thing* waits for approval."""
    world.kube.apply(thing)
    await world.start()
    await world.clock.until(lambda: world.ready(thing) == ("False", "WaitingForApproval"), within_s=5)
    return world


def to_replace(**spec: Any) -> VmkAdapter:
    return backup_on(1, netstack="vmotion", **spec)


async def replaced(world: World, **spec: Any) -> VmkAdapter:
    """An adapter on the default stack whose object was edited to be on another one."""
    before = backup_on(1)
    world.kube.apply(before)
    await world.start()
    await world.clock.until(lambda: world.converged(before), within_s=5)
    after = to_replace(**spec)
    world.kube.apply(after)
    await world.clock.until(lambda: world.ready(after) == ("False", "WaitingForApproval"), within_s=5)
    world.forget_writes()
    return after


async def test_nothing_is_written_before_the_approval(world: World) -> None:
    await waiting(world, MANAGED)
    await world.clock.advance(600)

    assert world.vcenter.writes == []
    assert world.recorder.reasons("mgmt") == ["WaitingForApproval"]


async def test_an_approval_lets_the_plan_run_and_is_spent(world: World) -> None:
    await waiting(world, MANAGED)

    approve(world, MANAGED)
    await world.clock.until(lambda: world.converged(MANAGED), within_s=5)

    assert [type(step) for _, step in world.vcenter.writes] == [UpdateAdapter]
    assert world.status(MANAGED).plan is None


async def test_an_approval_of_the_past_does_not_repair_what_somebody_changes_later(world: World) -> None:
    await waiting(world, MANAGED)
    approve(world, MANAGED)
    await world.clock.until(lambda: world.converged(MANAGED), within_s=5)
    world.forget_writes()

    world.vcenter.put(host(1, vmk("vmk0", "10.0.10.11/24", on=MANAGEMENT)))
    await world.clock.until(lambda: world.ready(MANAGED) == ("False", "WaitingForApproval"), within_s=5)
    await world.clock.advance(60)

    assert world.vcenter.writes == []
    assert [drift.field for drift in world.status(MANAGED).drift] == ["mtu"]


async def test_a_step_that_fails_in_passing_is_tried_again_under_the_same_approval(world: World) -> None:
    await waiting(world, MANAGED)
    world.vcenter.fail("transient before")

    approve(world, MANAGED)
    await world.clock.until(lambda: world.converged(MANAGED), within_s=30)


async def test_who_takes_the_approval_back_stops_the_attempts(world: World) -> None:
    await waiting(world, MANAGED)
    world.vcenter.fail("transient before", times=100)
    approve(world, MANAGED)
    await world.clock.until(lambda: world.ready(MANAGED) == ("False", "Retrying"), within_s=5)

    world.kube.annotate(MANAGED, approve="no")
    await world.clock.advance(1)
    attempts = world.vcenter.attempts
    await world.clock.advance(300)

    assert world.vcenter.attempts == attempts
    assert world.ready(MANAGED) == ("False", "WaitingForApproval")


async def test_a_killed_process_does_not_run_an_approved_plan_a_second_time(world: World) -> None:
    await waiting(world, MANAGED)
    world.vcenter.write_s = 1.0
    approve(world, MANAGED)
    await world.clock.until(lambda: world.vcenter.attempts == 1, within_s=5)

    await world.restart()
    await world.clock.until(lambda: world.ready(MANAGED) == ("False", "WaitingForApproval"), within_s=60)

    assert world.vcenter.writes == []


async def test_without_rollback_nothing_that_cuts_the_host_off_can_be_approved(world: World) -> None:
    world.vcenter.precautions = Precautions(frozenset(), rollback=False)
    world.kube.apply(MANAGED)

    await world.start()
    await world.clock.until(lambda: world.ready(MANAGED) == ("False", "LockoutProtection"), within_s=5)


async def test_the_precautions_are_not_asked_for_while_nothing_dangerous_is_planned(world: World) -> None:
    backup = backup_on(1)
    world.kube.apply(backup)
    await world.start()
    await world.clock.until(lambda: world.converged(backup), within_s=5)

    assert world.vcenter.calls["read_precautions"] == 0


# Replacement


async def test_an_approved_replacement_removes_one_adapter_and_creates_another(world: World) -> None:
    moved = await replaced(world, **AT_ONCE)

    approve(world, moved)
    await world.clock.until(lambda: world.converged(moved), within_s=5)

    assert [type(step) for _, step in world.vcenter.writes] == [RemoveAdapter, CreateAdapter]
    assert [one.netstack for one in world.network().adapters if one.device != "vmk0"] == ["vmotion"]


async def test_a_replacement_waits_for_maintenance_mode(world: World) -> None:
    moved = await replaced(world)

    approve(world, moved)
    await world.clock.until(lambda: world.ready(moved) == ("False", "WaitingForMaintenanceMode"), within_s=5)
    assert world.vcenter.writes == []

    world.vcenter.put(replace(world.vcenter.hosts[ESX01], in_maintenance=True))
    await world.clock.until(lambda: world.converged(moved), within_s=5)


async def test_a_replacement_that_fails_puts_the_previous_adapter_back(world: World) -> None:
    moved = await replaced(world, **AT_ONCE)
    before = world.network().adapters
    world.vcenter.refuse("Refused", CreateAdapter, times=1)

    approve(world, moved)
    await world.clock.until(lambda: len(world.vcenter.writes) == 2, within_s=10)
    await world.clock.advance(60)

    assert world.ready(moved) == ("False", "ReplacementFailed")
    assert [replace(one, mac="") for one in world.network().adapters] == [replace(one, mac="") for one in before]


@pytest.mark.parametrize("fault", SERVER_FAULTS)
@pytest.mark.parametrize("step", [0, 1])
async def test_a_replacement_ends_whatever_fails_in_passing(world: World, fault: str, step: int) -> None:
    moved = await replaced(world, **AT_ONCE)
    world.vcenter.fail(fault, step=world.vcenter.attempts + step)

    approve(world, moved)
    await world.clock.advance(120)
    if world.ready(moved) == ("False", "WaitingForApproval"):
        approve(world, moved)
    await world.clock.until(lambda: world.converged(moved), within_s=120)

    assert [one.netstack for one in world.network().adapters if one.device != "vmk0"] == ["vmotion"]


@pytest.mark.parametrize("step", [0, 1])
async def test_a_process_killed_during_a_replacement_leaves_no_host_without_it(world: World, step: int) -> None:
    moved = await replaced(world, **AT_ONCE)
    world.vcenter.write_s = 1.0
    attempt = world.vcenter.attempts + step + 1
    approve(world, moved)
    await world.clock.until(lambda: world.vcenter.attempts == attempt, within_s=10)

    await world.restart()
    await world.clock.advance(60)
    if world.ready(moved) == ("False", "WaitingForApproval"):
        approve(world, moved)
    await world.clock.until(lambda: world.converged(moved), within_s=120)

    assert [one.netstack for one in world.network().adapters if one.device != "vmk0"] == ["vmotion"]
