from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

from component.fake_clock import START
from component.world import World, backup_on, host, vcenter_config
from unit.planner.builders import condition_of, vmk
from vmk_operator.model.host import NetworkState
from vmk_operator.model.identity import HostRef
from vmk_operator.model.step import DeselectService, UpdateAdapter
from vmk_operator.planner.effect import apply

ESX01 = HostRef("vc-1", "host-1")


def with_mtu(device: str, mtu: int) -> Callable[[NetworkState], NetworkState]:
    """Somebody sets an MTU by hand."""
    return lambda network: replace(
        network, adapters=tuple(replace(a, mtu=mtu) if a.device == device else a for a in network.adapters)
    )


def mtu_of(world: World, device: str = "vmk1") -> int:
    adapter = world.network().adapter(device)
    assert adapter is not None
    return adapter.mtu


async def started(world: World) -> World:
    """One adapter, converged."""
    world.vcenter.add(host(1, vmk("vmk1", "10.0.40.1/24", mtu=9000)))
    world.kube.apply(backup_on(1))
    await world.start()
    await world.clock.until(lambda: world.converged(backup_on(1)), within_s=5)
    await world.clock.advance(100)
    return world


async def test_a_change_by_hand_is_repaired_and_the_evidence_stays(world: World) -> None:
    await started(world)
    seen_at = world.clock.now()

    world.vcenter.edit(ESX01, with_mtu("vmk1", 1500))
    await world.clock.until(lambda: world.converged(backup_on(1)) and mtu_of(world) == 9000, within_s=5)

    (repair,) = world.status(backup_on(1)).drift_history
    assert (repair.field, repair.desired, repair.observed, repair.since) == ("mtu", "9000", "1500", seen_at)
    assert world.status(backup_on(1)).drift == ()
    assert world.recorder.reasons("backup-1") == ["DriftDetected", "Changed", "DriftRepaired"]
    assert world.recorder.drift == {("VmkAdapter", "mtu"): 1}
    assert len(world.recorder.repairs) == 1


async def test_a_repair_delay_lets_the_change_stand_that_long_and_says_so() -> None:
    world = await started(World(vcenter_config(repair_delay_s=60.0)))

    world.vcenter.edit(ESX01, with_mtu("vmk1", 1500))
    await world.clock.advance(59)
    assert mtu_of(world) == 1500
    assert world.ready(backup_on(1)) == ("False", "WaitingForRepairDelay")
    assert condition_of(world.status(backup_on(1)), "Drifted")[0] == "True"
    await world.clock.advance(2)

    assert mtu_of(world) == 9000
    assert world.converged(backup_on(1))
    await world.stop()


async def test_a_repair_delay_does_not_hold_up_what_was_never_applied() -> None:
    world = await started(World(vcenter_config(repair_delay_s=3600.0)))
    world.vcenter.edit(ESX01, with_mtu("vmk1", 1500))
    await world.clock.advance(1)

    other = backup_on(1, "other", address="10.0.40.7/24")
    world.kube.apply(other)
    await world.clock.advance(5)

    assert world.converged(other)
    assert mtu_of(world) == 1500
    await world.stop()


async def test_a_shorter_repair_delay_holds_at_once() -> None:
    world = await started(World(vcenter_config(repair_delay_s=3600.0)))
    world.vcenter.edit(ESX01, with_mtu("vmk1", 1500))
    await world.clock.advance(10)

    world.kube.put_vcenter(vcenter_config(repair_delay_s=5.0, generation=2))
    await world.clock.advance(1)

    assert mtu_of(world) == 9000
    await world.stop()


async def test_a_drift_survives_a_restart_with_its_beginning() -> None:
    world = await started(World(vcenter_config(repair_delay_s=600.0)))
    world.vcenter.edit(ESX01, with_mtu("vmk1", 1500))
    await world.clock.advance(100)
    (before,) = world.status(backup_on(1)).drift

    await world.restart()
    await world.clock.advance(100)

    assert world.status(backup_on(1)).drift == (before,)
    assert before.since == START + timedelta(seconds=100)
    await world.clock.advance(401)
    assert mtu_of(world) == 9000
    await world.stop()


async def test_a_field_that_somebody_reverts_again_and_again_is_contested_and_left_alone(world: World) -> None:
    await started(world)

    for _ in range(6):
        world.vcenter.edit(ESX01, with_mtu("vmk1", 1500))
        await world.clock.advance(20)

    assert world.ready(backup_on(1)) == ("False", "Contested")
    assert mtu_of(world) == 1500
    assert len([s for _, s in world.vcenter.writes if isinstance(s, UpdateAdapter)]) == 3
    assert world.recorder.reasons("backup-1")[-1] == "Contested"


async def test_a_contested_object_does_not_stop_the_others_of_its_host(world: World) -> None:
    await started(world)
    for _ in range(3):
        world.vcenter.edit(ESX01, with_mtu("vmk1", 1500))
        await world.clock.advance(20)
    other = backup_on(1, "other", address="10.0.40.7/24")

    world.vcenter.stream_lag_s = 0.3
    world.vcenter.edit(ESX01, with_mtu("vmk1", 1500))
    world.kube.apply(other)
    await world.clock.advance(20)

    assert world.ready(backup_on(1)) == ("False", "Contested")
    assert world.converged(other)


async def test_an_edit_by_hand_of_what_is_not_declared_is_no_drift(world: World) -> None:
    await started(world)
    world.forget_writes()

    world.vcenter.edit(ESX01, with_mtu("vmk0", 1400))
    await world.clock.advance(5)

    assert (world.writes(), mtu_of(world, "vmk0")) == (0, 1400)


async def test_a_field_that_becomes_contested_stops_its_own_step_and_no_later_one(world: World) -> None:
    other = backup_on(1, "other", address="10.0.40.7/24", services=["vSphereProvisioning"])
    await started(world)
    world.kube.apply(other)
    await world.clock.advance(100)
    device = next(a.device for a in world.network().adapters if str(a.ipv4.address) == "10.0.40.7/24")
    for _ in range(3):
        world.vcenter.edit(ESX01, with_mtu("vmk1", 1500))
        await world.clock.advance(20)

    step = DeselectService(device, "vSphereProvisioning")
    world.vcenter.edit(ESX01, lambda network: with_mtu("vmk1", 1500)(apply(step, network)))
    await world.clock.advance(20)

    assert world.ready(backup_on(1)) == ("False", "Contested")
    assert world.converged(other)
