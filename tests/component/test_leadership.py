from component.fake_kube import FakeLeases
from component.fake_vcenter import FakeConnection, FakeVCenter
from component.world import GOOD, World, backup_on, host
from unit.planner.builders import FABRIC, SWITCH, adapter, netstack
from vmk_operator.model.vcenter import Credentials, VCenterState


async def test_a_lease_lost_during_a_plan_stops_all_writing_at_once(world: World) -> None:
    world.vcenter.write_s = 1.0
    vmotion = adapter("a", "10.0.50.1/24", on=(SWITCH, FABRIC), netstack="vmotion", host="esx01.example.com")
    world.kube.apply(vmotion, netstack(gateway={"ipv4": "10.0.50.254"}, host="esx01.example.com"))
    await world.start()
    await world.clock.advance(0.5)
    world.forget_writes()

    lease = world.leases.leases["vc-1"]
    lease.lose(to="another")
    await world.clock.advance(120)

    assert world.vcenter.attempts == 1
    assert (world.kube.writes["publish"], world.kube.writes["persist"]) == (0, 0)
    assert world.vcenter.connections == []
    (told,) = world.engine.snapshot().vcenters
    assert (told.leading, told.report.state) == (False, VCenterState.STANDBY)
    world.records["vc-1"].holder = None


async def test_a_standby_takes_over_when_the_lease_is_free_and_ends_the_predecessors_session(world: World) -> None:
    backup = backup_on(1)
    world.kube.apply(backup)
    world.leases.lease("vc-1")
    world.records["vc-1"].holder, world.records["vc-1"].session = "another", "session-of-another"
    left_behind = FakeConnection(world.vcenter, GOOD, 99)
    left_behind.session_key = "session-of-another"
    world.vcenter.connections.append(left_behind)
    await world.start()
    await world.clock.advance(60)
    assert (world.vcenter.logins, world.writes()) == ([], 0)

    world.records["vc-1"].holder = None
    await world.clock.until(lambda: world.converged(backup), within_s=5)

    assert left_behind not in world.vcenter.connections
    assert world.records["vc-1"].session == world.vcenter.connections[0].session_key


async def test_two_replicas_share_the_work_without_a_word_too_many(world: World) -> None:
    backup = backup_on(1)
    world.kube.apply(backup)
    await world.start()
    await world.clock.until(lambda: world.converged(backup), within_s=5)

    other = World()
    other.clock, other.kube, other.vcenters, other.records = world.clock, world.kube, world.vcenters, world.records
    other.leases = FakeLeases(world.clock, world.records, "replica-z")
    other.engine = other._make()
    world.forget_writes()
    await other.start()
    await world.clock.advance(400)

    assert world.writes() == 0
    (told,) = other.engine.snapshot().vcenters
    assert not told.leading
    await other.stop()


async def test_a_lease_about_to_end_permits_no_write(world: World) -> None:
    backup = backup_on(1)
    world.kube.apply(backup)
    world.leases.lease("vc-1").duration_s = 1.0

    await world.start()
    await world.clock.advance(30)
    assert world.vcenter.attempts == 0
    world.leases.lease("vc-1").duration_s = 15.0
    await world.clock.until(lambda: world.converged(backup), within_s=60)


async def test_a_graceful_stop_finishes_the_step_under_way_and_starts_no_other(world: World) -> None:
    world.vcenter.write_s = 3.0
    vmotion = adapter("a", "10.0.50.1/24", on=(SWITCH, FABRIC), netstack="vmotion", host="esx01.example.com")
    world.kube.apply(vmotion, netstack(gateway={"ipv4": "10.0.50.254"}, host="esx01.example.com"))
    await world.start()
    await world.clock.advance(1)

    await world.stop()

    assert len(world.vcenter.writes) == world.vcenter.attempts == 1
    binding = world.status(vmotion).binding
    assert binding is not None
    assert binding.device == "vmk1"
    assert world.vcenter.calls["close"] == 1
    assert world.records["vc-1"].holder is None


async def test_a_graceful_stop_does_not_wait_for_ever(world: World) -> None:
    world.vcenter.write_s = 10_000.0
    world.kube.apply(backup_on(1))
    await world.start()
    began = world.clock.monotonic()

    await world.stop()

    assert world.clock.monotonic() - began <= world.settings.stop_timeout_s
    assert world.records["vc-1"].holder is None


async def test_what_is_published_about_a_lost_host_is_forgotten_with_the_lease(world: World) -> None:
    world.vcenter.add(host(2))
    world.kube.apply(backup_on(1), backup_on(2))
    await world.start()
    await world.clock.advance(5)
    assert len(world.engine.snapshot().objects) == 2

    world.leases.leases["vc-1"].lose(to="another")
    await world.clock.advance(1)

    assert len(world.engine.snapshot().objects) == 0
    world.records["vc-1"].holder = None


async def test_a_replica_that_cannot_reach_a_vcenter_does_not_speak_for_it_while_another_leads(world: World) -> None:
    await world.start()
    await world.clock.advance(5)
    other = World()
    other.clock, other.kube, other.records = world.clock, world.kube, world.records
    other.vcenters = {"lab": FakeVCenter(world.clock)}
    other.leases = FakeLeases(world.clock, world.records, "replica-z")
    other.engine = other._make()
    await other.start()
    await world.clock.advance(5)

    other.vcenters["lab"].go_down()
    world.forget_writes()
    await world.clock.advance(600)

    assert world.state_of("lab") == VCenterState.CONNECTED
    assert world.kube.writes["vcenter"] == 0
    await other.stop()


async def test_the_status_of_a_vcenter_says_so_when_its_lease_holder_cannot_reach_it(world: World) -> None:
    await world.start()
    world.vcenter.go_down()
    world.leases.leases["vc-1"].lose(to="another")
    await world.clock.advance(5)
    world.records["vc-1"].holder = None

    await world.clock.advance(60)

    assert world.state_of("lab") == VCenterState.UNREACHABLE


async def test_a_reconnection_lets_the_step_under_way_finish(world: World) -> None:
    world.vcenter.write_s = 3.0
    backup = backup_on(1)
    world.kube.apply(backup)
    await world.start()
    await world.clock.advance(1)

    world.kube.put_secret("vcenter", Credentials("successor", "right"))
    await world.clock.until(lambda: world.converged(backup), within_s=20)

    assert world.vcenter.attempts == 1
    assert [connection.user for connection in world.vcenter.connections] == ["successor"]


async def test_a_failure_that_comes_after_the_lease_is_lost_is_not_told(world: World) -> None:
    world.vcenter.write_s = 1.0
    world.vcenter.fail("transient before")
    backup = backup_on(1)
    world.kube.apply(backup)
    await world.start()
    await world.clock.advance(0.5)
    told = world.status(backup)

    world.leases.leases["vc-1"].lose(to="another")
    await world.clock.advance(5)

    assert world.status(backup) == told
    world.records["vc-1"].holder = None
