from dataclasses import replace
from typing import Any

from component.world import World, addresses, backup_on, host, vcenter_config
from unit.planner.builders import vmk
from vmk_operator.api.v1alpha1.objects import FINALIZER
from vmk_operator.model.host import Connection, NetworkState
from vmk_operator.model.identity import HostRef
from vmk_operator.model.step import RemoveAdapter
from vmk_operator.model.vcenter import Policy, VCenterState

ESX01 = HostRef("vc-1", "host-1")
DELETE: dict[str, Any] = {"deletionPolicy": "Delete"}


async def converged(world: World) -> World:
    """One adapter that goes when its object goes."""
    if not world.vcenter.hosts:
        world.vcenter.add(host(1))
    world.kube.apply(backup_on(1, **DELETE))
    await world.start()
    await world.clock.until(lambda: world.converged(backup_on(1)), within_s=5)
    return world


async def test_the_finalizer_is_there_before_the_adapter_is(world: World) -> None:
    backup = backup_on(1, **DELETE)
    world.kube.apply(backup)
    world.vcenter.write_s = 1.0

    await world.start()
    await world.clock.until(lambda: world.vcenter.attempts == 1, within_s=5)

    assert world.vcenter.writes == []
    assert world.kube.objects[backup.key].metadata.finalizers == (FINALIZER,)
    assert world.kube.vcenter_finalizers == {"lab"}


async def test_without_its_finalizer_nothing_is_created(world: World) -> None:
    world.kube.apply(backup_on(1, **DELETE))
    world.kube.failing = 3

    await world.start()
    assert world.vcenter.attempts == 0
    await world.clock.until(lambda: world.converged(backup_on(1)), within_s=30)


async def test_delete_removes_the_adapter_and_then_lets_go_of_object_and_vcenter(world: World) -> None:
    await converged(world)

    world.kube.delete(backup_on(1))
    await world.clock.until(lambda: not world.kube.objects, within_s=5)
    await world.clock.advance(1)

    assert list(addresses(world.network())) == ["10.0.10.11/24"]
    assert world.kube.vcenter_finalizers == set()
    assert world.engine.snapshot().objects == {}


async def test_orphan_leaves_the_adapter(world: World) -> None:
    world.kube.apply(backup_on(1))
    await world.start()
    await world.clock.until(lambda: world.converged(backup_on(1)), within_s=5)

    world.kube.delete(backup_on(1))
    await world.clock.advance(5)

    assert len(list(addresses(world.network()))) == 2
    assert world.engine.snapshot().objects == {}


async def test_nothing_is_removed_while_the_objects_are_not_known_for_sure(world: World) -> None:
    await converged(world)
    world.kube.is_synced = False

    world.kube.delete(backup_on(1))
    await world.clock.advance(60)
    assert len(list(addresses(world.network()))) == 2
    world.kube.confirm()
    await world.clock.until(lambda: not world.kube.objects, within_s=5)


async def test_a_vcenter_in_observe_makes_deletion_wait_and_enforce_ends_the_wait(world: World) -> None:
    await converged(world)
    world.kube.put_vcenter(vcenter_config(policy=Policy.OBSERVE, generation=2))

    world.kube.delete(backup_on(1))
    await world.clock.advance(60)
    assert world.ready(backup_on(1))[1] == "Deleting"
    assert not any(isinstance(step, RemoveAdapter) for _, step in world.vcenter.writes)
    world.kube.put_vcenter(vcenter_config(generation=3))
    await world.clock.until(lambda: not world.kube.objects, within_s=5)


async def test_a_deletion_waits_for_a_vcenter_that_is_away(world: World) -> None:
    await converged(world)
    world.vcenter.go_down()

    world.kube.delete(backup_on(1))
    await world.clock.advance(3600)
    assert backup_on(1).key in world.kube.objects
    world.vcenter.reachable = True
    await world.clock.until(lambda: not world.kube.objects, within_s=60)

    assert list(addresses(world.network())) == ["10.0.10.11/24"]


async def test_a_deletion_that_waits_for_a_vcenter_says_so_at_once_and_not_only_when_its_objects_are_stale(
    world: World,
) -> None:
    await converged(world)
    world.kube.apply(backup_on(1, name="stays"))
    await world.clock.until(lambda: world.ready(backup_on(1, name="stays"))[0] == "False", within_s=5)
    world.vcenter.go_down()
    await world.clock.until(lambda: world.state_of("lab") is VCenterState.UNREACHABLE, within_s=5)

    world.kube.delete(backup_on(1))

    await world.clock.until(lambda: world.ready(backup_on(1)) == ("Unknown", "VCenterAway"), within_s=1)
    assert world.ready(backup_on(1, name="stays")) == ("False", "Conflict")


async def test_a_deletion_from_before_its_vcenter_went_away_says_that_it_waits(world: World) -> None:
    await converged(world)
    world.vcenter.connect_host(ESX01, Connection.DISCONNECTED)
    world.kube.delete(backup_on(1))
    await world.clock.until(lambda: world.ready(backup_on(1)) == ("Unknown", "HostAway"), within_s=5)

    world.vcenter.go_down()

    await world.clock.until(lambda: world.ready(backup_on(1)) == ("Unknown", "VCenterAway"), within_s=5)


async def test_a_person_can_force_the_finalizer_off_as_soon_as_the_vcenter_is_away(world: World) -> None:
    await converged(world)
    world.vcenter.go_down()
    world.kube.delete(backup_on(1))
    await world.clock.advance(5)

    world.kube.annotate(backup_on(1), force_finalize="true")

    await world.clock.until(lambda: not world.kube.objects, within_s=1)


async def test_a_person_can_force_the_finalizer_off_an_object_whose_vcenter_is_away(world: World) -> None:
    await converged(world)
    world.vcenter.go_down()
    world.kube.delete(backup_on(1))
    await world.clock.advance(3600)

    world.kube.annotate(backup_on(1), force_finalize="true")
    await world.clock.advance(60)

    assert not world.kube.objects
    assert len(list(addresses(world.network()))) == 2


async def test_a_deleted_vcenter_stays_until_its_dependants_are_gone(world: World) -> None:
    await converged(world)
    kept = backup_on(2, "kept", **DELETE)
    world.vcenter.add(host(2, vmk("vmk1", "10.0.40.2/24", mtu=1500)))
    world.kube.apply(kept)
    await world.clock.advance(5)

    world.kube.put_vcenter(vcenter_config(deleting=True, generation=2))
    await world.clock.advance(5)
    assert world.state_of("lab") == VCenterState.DELETING
    assert world.kube.reports["lab"].in_use_by == 2
    world.vcenter.edit(HostRef("vc-1", "host-2"), _without_mtu)
    world.kube.delete(backup_on(1))
    await world.clock.advance(5)
    assert world.ready(kept) == ("True", "Observed")
    assert "lab" in world.kube.configs
    world.kube.delete(kept)
    await world.clock.advance(5)

    assert "lab" not in world.kube.configs
    assert not world.kube.objects


async def test_a_deleted_vcenter_without_dependants_goes_at_once(world: World) -> None:
    world.kube.apply(backup_on(1))
    await world.start()
    await world.clock.advance(5)
    world.kube.vcenter_finalizers.add("lab")

    world.kube.put_vcenter(vcenter_config(deleting=True, generation=2))
    await world.clock.advance(5)

    assert "lab" not in world.kube.configs
    assert world.ready(backup_on(1)) == ("False", "NoSuchVCenter")


async def test_a_kill_between_creation_and_deletion_leaves_no_adapter_behind(world: World) -> None:
    world.vcenter.write_s = 1.0
    world.kube.apply(backup_on(1, **DELETE))
    await world.start()
    await world.clock.until(lambda: world.vcenter.writes, within_s=5)
    await world.kill()
    world.kube.delete(backup_on(1))

    await world.restart()
    await world.clock.until(lambda: not world.kube.objects, within_s=30)

    assert list(addresses(world.network())) == ["10.0.10.11/24"]


def _without_mtu(network: NetworkState) -> NetworkState:
    return replace(network, adapters=tuple(replace(a, mtu=1500) for a in network.adapters))


async def test_an_object_that_is_let_go_gets_no_last_word(world: World) -> None:
    await converged(world)
    world.forget_writes()

    world.kube.delete(backup_on(1))
    await world.clock.until(lambda: not world.kube.objects, within_s=5)

    # That it is being deleted, and no word when it is done.
    assert world.kube.writes["publish"] + world.kube.writes["persist"] == 1


async def test_a_new_process_lets_no_deleted_vcenter_go_before_it_has_looked(world: World) -> None:
    await converged(world)
    world.kube.put_vcenter(vcenter_config(deleting=True, generation=2))
    world.vcenter.go_down()

    await world.restart()
    await world.clock.advance(600)
    assert "lab" in world.kube.configs
    world.vcenter.reachable = True
    world.kube.delete(backup_on(1))
    await world.clock.until(lambda: "lab" not in world.kube.configs, within_s=60)
