from dataclasses import replace
from datetime import UTC, datetime

from component.fake_clock import FakeClock, idle
from component.fake_vcenter import FakeVCenter
from component.world import World, backup_on, host, vcenter_config
from unit.planner.builders import vmk
from vmk_operator.model.identity import HostRef
from vmk_operator.model.vcenter import Credentials, VCenterState

ESX01 = HostRef("vc-1", "host-1")


def two_vcenters() -> World:
    """Lab and edge, one host and one object each."""
    clock = FakeClock()
    vcenters = {"lab": FakeVCenter(clock), "edge": FakeVCenter(clock, uuid="vc-2")}
    world = World(vcenter_config("lab"), vcenter_config("edge"), vcenters=vcenters)
    world.vcenter.add(host(1))
    world.vcenters["edge"].add(host(1, vcenter="vc-2"))
    world.kube.apply(backup_on(1, "in-lab"), backup_on(1, "in-edge", vcenter="edge"))
    return world


async def test_a_wrong_password_is_tried_once_and_not_again_until_the_secret_changes(world: World) -> None:
    world.vcenter.password = "changed"
    await world.start()
    await world.clock.advance(3600)
    assert len(world.vcenter.logins) == 1
    assert world.state_of("lab") == VCenterState.LOGIN_REJECTED

    world.kube.put_secret("vcenter", Credentials("operator", "right"))
    await world.clock.advance(60)
    assert len(world.vcenter.logins) == 1

    world.kube.put_secret("vcenter", Credentials("operator", "changed"))
    await world.clock.advance(1)
    assert world.state_of("lab") == VCenterState.CONNECTED
    assert len(world.vcenter.logins) == 2


async def test_a_restarted_connection_does_not_try_a_refused_password_again(world: World) -> None:
    world.vcenter.password = "changed"
    await world.start()
    world.leases.leases["vc-1"].lose(to="another")
    await world.clock.advance(30)
    world.records["vc-1"].holder = None
    await world.clock.advance(600)

    assert len(world.vcenter.logins) == 1


async def test_a_missing_secret_is_told_and_found_when_it_comes(world: World) -> None:
    credentials = world.kube.secrets.pop("vcenter")
    await world.start()
    assert world.state_of("lab") == VCenterState.NO_CREDENTIALS

    world.kube.put_secret("vcenter", credentials)
    await world.clock.advance(1)

    assert world.state_of("lab") == VCenterState.CONNECTED


async def test_new_credentials_are_used_at_once(world: World) -> None:
    await world.start()

    world.kube.put_secret("vcenter", Credentials("successor", "right"))
    await world.clock.advance(1)

    assert [connection.user for connection in world.vcenter.connections] == ["successor"]


async def test_a_dead_vcenter_does_not_delay_another() -> None:
    world = two_vcenters()
    world.vcenters["edge"].reachable = False

    await world.start()
    await world.clock.until(lambda: world.converged(backup_on(1, "in-lab")), within_s=5)
    world.vcenters["edge"].reachable = True
    await world.clock.until(lambda: world.converged(backup_on(1, "in-edge")), within_s=40)

    await world.stop()


async def test_the_pauses_between_attempts_grow_to_a_bound(world: World) -> None:
    world.vcenter.reachable = False
    await world.start()
    assert world.state_of("lab") == VCenterState.UNREACHABLE

    await world.clock.advance(3600)
    calls = world.vcenter.calls["probe"]
    world.vcenter.reachable = True
    await world.clock.advance(30)

    assert calls == 0
    assert world.state_of("lab") == VCenterState.CONNECTED


async def test_a_short_outage_changes_no_object(world: World) -> None:
    backup = backup_on(1)
    world.kube.apply(backup)
    await world.start()
    await world.clock.advance(60)
    before = world.status(backup)

    world.vcenter.go_down()
    await world.clock.advance(200)
    assert world.status(backup) == before
    assert world.state_of("lab") == VCenterState.UNREACHABLE
    assert world.kube.reports["lab"].stale_since is not None
    world.vcenter.reachable = True
    await world.clock.advance(60)

    assert world.status(backup) == before
    assert world.kube.reports["lab"].stale_since is None


async def test_a_long_outage_turns_objects_unknown_once_and_back(world: World) -> None:
    backup = backup_on(1)
    world.kube.apply(backup)
    await world.start()
    await world.clock.advance(60)
    world.forget_writes()

    world.vcenter.go_down()
    await world.clock.advance(3600)
    assert world.ready(backup) == ("Unknown", "VCenterAway")
    assert world.kube.writes["publish"] == 1
    world.vcenter.reachable = True
    await world.clock.advance(60)

    assert world.converged(backup)


async def test_an_expired_session_is_replaced_without_a_word(world: World) -> None:
    backup = backup_on(1)
    world.kube.apply(backup)
    await world.start()
    await world.clock.advance(60)
    world.forget_writes()

    world.vcenter.expire_sessions()
    await idle()
    assert len(world.vcenter.connections) == 1
    await world.clock.advance(60)
    world.vcenter.edit(ESX01, lambda n: replace(n, adapters=tuple(a for a in n.adapters if a.device != "vmk1")))
    await world.clock.advance(5)

    assert world.converged(backup)
    assert len(world.vcenter.writes) == 1
    assert world.state_of("lab") == VCenterState.CONNECTED


async def test_an_object_of_a_host_that_does_not_exist_is_stalled_until_it_does(world: World) -> None:
    backup = backup_on(7)
    world.kube.apply(backup)
    await world.start()
    assert world.ready(backup) == ("False", "NoSuchHost")

    world.vcenter.add(host(7))
    await world.clock.advance(5)

    assert world.converged(backup)


async def test_an_object_of_no_vcenter_is_stalled_until_there_is_one() -> None:
    world = World(vcenter_config("edge"), vcenters={"lab": (lab := FakeVCenter(FakeClock()))})
    lab.add(host(1))
    backup = backup_on(1)
    world.kube.apply(backup)
    await world.start()
    await world.clock.advance(1)
    assert world.ready(backup) == ("False", "NoSuchVCenter")

    world.kube.put_vcenter(vcenter_config("lab"))
    await world.clock.advance(5)

    assert world.converged(backup)
    await world.stop()


async def test_a_new_but_unreachable_vcenter_takes_back_that_there_is_none() -> None:
    world = World(vcenter_config("edge"))
    backup = backup_on(1)
    world.kube.apply(backup)
    world.vcenter.reachable = False
    await world.start()
    world.kube.put_vcenter(vcenter_config("lab"))
    await world.clock.advance(5)
    assert world.ready(backup) == ("Unknown", "Pending")

    await world.clock.advance(300)

    assert world.ready(backup) == ("Unknown", "VCenterAway")
    await world.stop()


async def test_objects_of_a_deleted_vcenter_say_so(world: World) -> None:
    backup = backup_on(1)
    world.kube.apply(backup)
    await world.start()
    await world.clock.advance(5)

    world.kube.drop_vcenter("lab")
    await world.clock.advance(1)

    assert world.ready(backup) == ("False", "NoSuchVCenter")
    assert world.vcenter.connections == []
    assert world.records["vc-1"].holder is None


async def test_a_namespace_that_is_not_allowed_is_told_so_and_gets_nothing() -> None:
    world = World(vcenter_config(allowed_namespaces=frozenset({"platform"})))
    world.vcenter.add(host(1))
    backup = backup_on(1)
    world.kube.apply(backup)
    await world.start()
    assert world.ready(backup) == ("False", "NamespaceNotAllowed")
    assert world.vcenter.writes == []

    world.kube.put_vcenter(vcenter_config(allowed_namespaces=frozenset({"platform", "infra"}), generation=2))
    await world.clock.advance(5)

    assert world.converged(backup)
    await world.stop()


async def test_of_two_vcenter_objects_of_one_vcenter_the_older_works_and_the_other_says_duplicate() -> None:
    clock = FakeClock()
    lab = FakeVCenter(clock)
    younger = vcenter_config("again", created_at=datetime(2026, 2, 1, tzinfo=UTC))
    world = World(younger, vcenter_config("lab"), vcenters={"lab": lab, "again": lab})
    lab.add(host(1))
    backup = backup_on(1, vcenter="again")
    world.kube.apply(backup)

    await world.start()
    await world.clock.advance(5)
    assert world.state_of("again") == VCenterState.DUPLICATE
    assert world.state_of("lab") == VCenterState.CONNECTED
    assert world.ready(backup) == ("False", "DuplicateVCenter")

    world.kube.drop_vcenter("lab")
    await world.clock.advance(5)
    assert world.state_of("again") == VCenterState.CONNECTED
    assert world.converged(backup)
    await world.stop()


async def test_a_host_that_was_removed_and_added_again_keeps_its_objects(world: World) -> None:
    backup = backup_on(1)
    world.kube.apply(backup)
    await world.start()
    await world.clock.advance(5)
    state = world.vcenter.hosts[ESX01]

    world.vcenter.drop(ESX01)
    await world.clock.advance(1)
    assert world.ready(backup) == ("False", "NoSuchHost")
    world.vcenter.add(replace(state, ref=HostRef("vc-1", "host-99")))
    await world.clock.advance(5)

    assert world.converged(backup)
    binding = world.status(backup).binding
    assert binding is not None
    assert binding.host_id == "host-99"
    assert len(world.vcenter.writes) == 1


async def test_a_bound_object_follows_a_rename_and_an_unbound_one_does_not(world: World) -> None:
    world.vcenter.add(host(1, vmk("vmk1", "10.0.40.1/24", mtu=9000)))
    bound = backup_on(1)
    world.kube.apply(bound)
    await world.start()
    await world.clock.advance(5)

    world.vcenter.put(replace(world.vcenter.hosts[ESX01], name="esx01-new.example.com"))
    late = backup_on(1, "late", adoptDevice="vmk9")
    world.kube.apply(late)
    await world.clock.advance(5)

    assert world.converged(bound)
    assert world.ready(late) == ("False", "NoSuchHost")


async def test_another_address_is_another_connection(world: World) -> None:
    await world.start()
    world.kube.put_vcenter(vcenter_config(server="nowhere", generation=2))
    await world.clock.advance(1)
    assert world.vcenter.connections == []
    assert world.state_of("lab") == VCenterState.UNREACHABLE
    assert world.kube.reports["lab"].generation == 2

    world.kube.put_vcenter(vcenter_config(server="lab", generation=3))
    await world.clock.advance(1)
    assert world.state_of("lab") == VCenterState.CONNECTED


async def test_a_change_of_policy_needs_no_new_connection(world: World) -> None:
    await world.start()
    world.forget_writes()

    world.kube.put_vcenter(vcenter_config(repair_delay_s=60.0, max_concurrent_hosts=2, generation=2))
    await world.clock.advance(5)

    assert dict(world.vcenter.calls) == {}
    assert world.kube.reports["lab"].generation == 2


async def test_everything_is_read_anew_once_a_period_and_when_a_person_asks(world: World) -> None:
    world.kube.put_vcenter(vcenter_config(resync_period_s=100.0))
    await world.start()
    await world.clock.advance(250)
    assert world.vcenter.calls["resync"] == 2

    world.kube.put_vcenter(vcenter_config(resync_period_s=100.0, reconcile_requested_at="now"))
    await world.clock.advance(1)
    assert world.vcenter.calls["resync"] == 3
    assert world.kube.reports["lab"].reconcile_requested_at == "now"

    world.kube.put_vcenter(vcenter_config(resync_period_s=10.0, reconcile_requested_at="now", generation=2))
    await world.clock.advance(11)
    assert world.vcenter.calls["resync"] == 4


async def test_a_host_that_is_renamed_at_the_moment_it_is_named_loses_nobody(world: World) -> None:
    await world.start()
    world.vcenter.put(replace(world.vcenter.hosts[ESX01], name="esx01-new.example.com"))
    late = backup_on(1, "late")

    world.kube.apply(late)
    await world.clock.advance(1)

    assert world.ready(late) == ("False", "NoSuchHost")


async def test_secrets_that_are_not_listed_yet_are_awaited_and_not_told(world: World) -> None:
    world.kube.secrets_listed = False
    await world.start()
    await world.clock.advance(3)
    assert world.state_of("lab") == VCenterState.CONNECTING

    world.kube.secrets_listed = True
    await world.clock.advance(30)

    assert world.state_of("lab") == VCenterState.CONNECTED


async def test_a_crash_of_ours_in_one_vcenter_is_survived_by_it_and_by_the_others() -> None:
    world = two_vcenters()
    world.vcenters["edge"].surprise = ZeroDivisionError("a bug")

    await world.start()
    await world.clock.until(lambda: world.converged(backup_on(1, "in-lab")), within_s=5)
    world.vcenters["edge"].surprise = None
    await world.clock.until(lambda: world.converged(backup_on(1, "in-edge")), within_s=60)

    await world.stop()
