from dataclasses import replace
from typing import Any

import pytest

from component.world import World, addresses, backup_on, host, vcenter_config
from unit.planner.builders import BACKUP, FABRIC, SWITCH, adapter, netstack, vmk
from vmk_operator.engine import subjects
from vmk_operator.model.identity import HostRef
from vmk_operator.model.step import CreateAdapter, UpdateAdapter
from vmk_operator.model.vcenter import Policy
from vmk_operator.planner.planning import plan_host

ON_ESX01: dict[str, Any] = {"host": "esx01.example.com"}


async def test_what_is_declared_is_made_and_told(world: World) -> None:
    backup = backup_on(1)
    world.kube.apply(backup)

    await world.start()
    await world.clock.until(lambda: world.converged(backup), within_s=5)

    (made,) = [one for one in world.network().adapters if one.device != "vmk0"]
    assert (str(made.ipv4.address), made.mtu) == ("10.0.40.1/24", 9000)
    binding = world.status(backup).binding
    assert binding is not None
    assert (binding.device, binding.mac, binding.host_id) == (made.device, made.mac, "host-1")
    assert world.recorder.reasons("backup-1") == ["Changed"]


async def test_a_stack_and_its_adapter_of_one_apply_converge_in_order(world: World) -> None:
    vmotion = adapter("vmotion-a", "10.0.50.11/24", on=(SWITCH, FABRIC), netstack="vmotion", mtu=9000, **ON_ESX01)
    stack = netstack(gateway={"ipv4": "10.0.50.254"}, **ON_ESX01)
    world.kube.apply(stack, vmotion)

    await world.start()
    await world.clock.until(lambda: world.converged(stack, vmotion), within_s=10)

    made = world.network().netstack("vmotion")
    assert made is not None
    assert str(made.routes.ipv4_gateway) == "10.0.50.254"
    assert made.active


async def test_the_binding_is_durable_before_the_next_step(world: World) -> None:
    vmotion = adapter("vmotion-a", "10.0.50.11/24", on=(SWITCH, FABRIC), netstack="vmotion", **ON_ESX01)
    stack = netstack(gateway={"ipv4": "10.0.50.254"}, **ON_ESX01)
    world.kube.apply(stack, vmotion)
    world.vcenter.fail("transient before", step=1, times=99)

    await world.start()
    await world.clock.until(lambda: world.vcenter.attempts == 2, within_s=10)

    (bound,) = [status.binding for key, status in world.kube.persisted if key == vmotion.key and status.binding]
    assert bound.device == "vmk1"


async def test_a_binding_that_cannot_be_written_stops_the_plan_and_makes_no_second_adapter(world: World) -> None:
    vmotion = adapter("vmotion-a", "10.0.50.11/24", on=(SWITCH, FABRIC), netstack="vmotion", **ON_ESX01)
    stack = netstack(gateway={"ipv4": "10.0.50.254"}, **ON_ESX01)
    world.kube.apply(stack, vmotion)
    world.kube.failing = 3

    await world.start()
    assert [type(step) for _, step in world.vcenter.writes] == [CreateAdapter]
    await world.clock.until(lambda: world.converged(stack, vmotion), within_s=60)

    assert [type(step) for _, step in world.vcenter.writes].count(CreateAdapter) == 1


async def test_an_existing_adapter_is_adopted_and_only_what_differs_is_written(world: World) -> None:
    world.vcenter.add(host(1, vmk("vmk1", "10.0.40.1/24", on=BACKUP, mtu=1500)))
    backup = backup_on(1)
    world.kube.apply(backup)

    await world.start()
    await world.clock.until(lambda: world.converged(backup), within_s=5)

    assert [one.mtu for one in world.network().adapters if one.device == "vmk1"] == [9000]
    assert len(world.vcenter.writes) == 1


@pytest.mark.parametrize("config", [{"policy": Policy.OBSERVE}, {"paused": "true"}])
async def test_a_vcenter_that_only_observes_is_told_about_and_never_written_to(config: dict[str, Any]) -> None:
    world = World(vcenter_config(**config))
    world.vcenter.add(host(1))
    backup = backup_on(1)
    world.kube.apply(backup)

    await world.start()
    await world.clock.advance(600)

    assert world.vcenter.writes == []
    plan = world.status(backup).plan
    assert plan is not None
    assert plan.steps
    await world.stop()


async def test_an_object_in_observe_is_left_alone_beside_one_in_enforce(world: World) -> None:
    watched = backup_on(1, managementPolicy="Observe")
    world.vcenter.add(host(1, vmk("vmk1", "10.0.40.1/24", mtu=1500)))
    enforced = adapter("storage", "10.0.60.1/24", on="Storage-50", **ON_ESX01)
    world.kube.apply(watched, enforced)

    await world.start()
    await world.clock.until(lambda: world.converged(enforced), within_s=5)

    assert world.ready(watched) == ("True", "Observed")
    assert [d.field for d in world.status(watched).drift] == ["mtu"]
    assert [one.mtu for one in world.network().adapters if one.device == "vmk1"] == [1500]


async def test_a_pause_that_ends_lets_the_work_go_on_by_itself(world: World) -> None:
    backup = backup_on(1, metadata={"annotations": {"vmkernel.dev/paused": "2026-03-01T12:10:00Z"}})
    world.kube.apply(backup)

    await world.start()
    await world.clock.advance(599)
    assert world.vcenter.writes == []
    await world.clock.advance(10)

    assert world.converged(backup)


async def test_when_nothing_changes_nothing_is_written_read_or_planned(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.vcenter.add(*(host(number) for number in range(2, 20)))
    things = [backup_on(number) for number in range(1, 20)]
    world.kube.apply(*things)
    await world.start()
    await world.clock.until(lambda: world.converged(*things), within_s=60)
    await world.clock.advance(5)
    world.forget_writes()
    planned = count_plans(monkeypatch)

    await world.clock.advance(890)

    assert (world.writes(), dict(world.vcenter.calls), planned) == (0, {}, [])


async def test_a_change_of_one_host_plans_that_host_only(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    world.vcenter.add(*(host(number) for number in range(2, 20)))
    things = [backup_on(number, managementPolicy="Observe") for number in range(1, 20)]
    world.kube.apply(*things)
    await world.start()
    planned = count_plans(monkeypatch)

    world.vcenter.edit(HostRef("vc-1", "host-7"), lambda network: replace(network, standard_port_groups=()))
    await world.clock.advance(1)

    assert planned == ["esx07.example.com"]


async def test_a_new_process_over_the_same_world_writes_nothing(world: World) -> None:
    world.vcenter.add(*(host(number) for number in range(2, 6)))
    things = [backup_on(number) for number in range(1, 6)]
    world.kube.apply(*things)
    await world.start()
    await world.clock.until(lambda: world.converged(*things), within_s=60)
    before = {key: thing.status for key, thing in world.kube.objects.items()}
    world.forget_writes()

    await world.restart()
    await world.clock.advance(60)

    assert world.vcenter.writes == []
    assert {key: thing.status for key, thing in world.kube.objects.items()} == before
    assert world.kube.writes["publish"] + world.kube.writes["persist"] == 0


async def test_nothing_is_judged_before_the_objects_are_known_for_sure(world: World) -> None:
    backup = backup_on(1)
    world.kube.is_synced = False
    world.kube.apply(backup)

    await world.start()
    await world.clock.advance(60)
    assert (world.ready(backup), world.vcenter.writes) == (("", ""), [])
    world.kube.confirm()
    await world.clock.until(lambda: world.converged(backup), within_s=5)


async def test_no_write_is_sent_while_a_gap_makes_the_objects_uncertain(world: World) -> None:
    await world.start()
    world.kube.is_synced = False
    backup = backup_on(1)
    world.kube.apply(backup)

    await world.clock.advance(60)
    assert world.vcenter.writes == []
    world.kube.confirm()
    await world.clock.until(lambda: world.converged(backup), within_s=5)

    assert sorted(addresses(world.network())) == ["10.0.10.11/24", "10.0.40.1/24"]


def count_plans(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Collect the name of every host that is planned from now on."""
    planned: list[str] = []

    def counting(snapshot: Any) -> Any:
        planned.append(snapshot.host.name)
        return plan_host(snapshot)

    monkeypatch.setattr(subjects, "plan_host", counting)
    return planned


async def test_a_step_that_was_planned_for_an_older_edition_of_its_object_is_not_sent(world: World) -> None:
    world.vcenter.add(host(1, vmk("vmk1", "10.0.40.1/24", mtu=1500)))
    world.vcenter.write_s = 1.0
    first = adapter("storage", "10.0.60.1/24", on="Storage-50", **ON_ESX01)
    world.kube.apply(first, adapter("backup", "10.0.40.1/24", mtu=9000, **ON_ESX01))
    await world.start()
    await world.clock.advance(0.5)

    world.kube.apply(adapter("backup", "10.0.40.1/24", mtu=4000, **ON_ESX01))
    await world.clock.advance(30)

    sent = [step.mtu for _, step in world.vcenter.writes if isinstance(step, UpdateAdapter)]
    assert sent == [4000]


async def test_a_pause_stops_a_plan_between_two_steps(world: World) -> None:
    world.vcenter.add(host(1, vmk("vmk1", "10.0.40.1/24", mtu=1500)))
    world.vcenter.write_s = 1.0
    backup = adapter("backup", "10.0.40.1/24", mtu=9000, **ON_ESX01)
    world.kube.apply(adapter("storage", "10.0.60.1/24", on="Storage-50", **ON_ESX01), backup)
    await world.start()
    await world.clock.advance(0.5)

    world.kube.annotate(backup, paused="true")
    await world.clock.advance(30)

    assert [type(step) for _, step in world.vcenter.writes] == [CreateAdapter]
