from component.world import World, backup_on, host, vcenter_config

HOSTS = range(1, 13)


def fleet(limit: int) -> World:
    world = World(vcenter_config(max_concurrent_hosts=limit))
    world.vcenter.add(*(host(number) for number in HOSTS))
    world.kube.apply(*(backup_on(number) for number in HOSTS))
    world.vcenter.write_s = 1.0
    return world


async def test_no_more_hosts_are_changed_at_the_same_time_than_allowed() -> None:
    world = fleet(3)

    await world.start()
    await world.clock.until(lambda: world.converged(*world.kube.objects.values()), within_s=60)

    assert world.vcenter.most_writing == 3
    assert len(world.vcenter.writes) == len(HOSTS)
    await world.stop()


async def test_a_freed_slot_is_taken_at_once() -> None:
    world = fleet(4)
    began = world.clock.monotonic()

    await world.start()
    await world.clock.until(lambda: world.converged(*world.kube.objects.values()), within_s=60)

    assert world.clock.monotonic() - began < len(HOSTS) / 4 + 0.5
    await world.stop()


async def test_whoever_waits_for_a_slot_says_so() -> None:
    world = fleet(1)

    await world.start()
    await world.clock.advance(0.5)

    waiting = [thing for thing in world.kube.objects.values() if world.ready(thing)[1] == "WaitingForSlot"]
    assert len(waiting) == len(HOSTS) - 1
    plan = waiting[0].status.plan
    assert plan is not None
    assert plan.waits_for == "Slot"
    await world.stop()


async def test_a_larger_limit_holds_at_once() -> None:
    world = fleet(1)
    await world.start()
    await world.clock.advance(0.5)

    world.kube.put_vcenter(vcenter_config(max_concurrent_hosts=12, generation=2))
    await world.clock.advance(0.1)

    assert len(world.vcenter.writing) == len(HOSTS)
    await world.stop()


async def test_a_host_in_trouble_gives_its_slot_to_the_others() -> None:
    world = fleet(1)
    world.vcenter.fail("transient before", step=0, times=1)

    await world.start()
    await world.clock.until(lambda: len(world.vcenter.writes) == 3, within_s=10)

    assert world.clock.monotonic() - 1000.0 < 6
    await world.stop()


async def test_an_observing_host_is_judged_while_all_slots_are_taken() -> None:
    world = fleet(1)
    world.vcenter.add(host(20))
    watched = backup_on(20, managementPolicy="Observe")
    world.kube.apply(watched)

    await world.start()
    await world.clock.advance(0.1)

    assert world.ready(watched) == ("True", "Observed")
    await world.stop()
