"""What hosts of one vCenter mean for each other: whose address it is, and who is looked at when something changes."""

from dataclasses import replace
from ipaddress import IPv4Interface
from typing import Any

import pytest

from component.fake_clock import idle
from component.world import World, addresses, backup_on, host, vcenter_config
from unit.planner.builders import FABRIC, SWITCH, adapter, vmk
from vmk_operator.engine import subjects
from vmk_operator.model.host import Cluster, Connection, HostState, NetworkState
from vmk_operator.model.identity import HostRef
from vmk_operator.model.step import CreateAdapter, RemoveAdapter
from vmk_operator.planner.planning import plan_host
from vmk_operator.planner.snapshot import HostSnapshot, ManagedObject
from vmk_operator.planner.verdict import HostPlan

WANTED = "10.0.40.77/24"
SILVER = Cluster("domain-c9", "Silver")


@pytest.fixture
def planned(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Hosts in the order in which they are planned."""
    names: list[str] = []

    def noted(snapshot: HostSnapshot) -> HostPlan:
        assert isinstance(snapshot.host, HostState)
        names.append(snapshot.host.name.partition(".")[0])
        return plan_host(snapshot)

    monkeypatch.setattr(subjects, "plan_host", noted)
    return names


@pytest.fixture
def pair(world: World) -> World:
    """Two hosts of one cluster."""
    world.vcenter.add(host(2))
    return world


def refused(world: World, thing: ManagedObject) -> bool:
    stalled = world.status(thing).condition("Stalled")
    return stalled is not None and (stalled.status, stalled.reason) == ("True", "AddressInUse")


def holders(world: World, address: str = WANTED) -> list[int]:
    """Numbers of the hosts that have *address*."""
    hosts = range(1, len(world.vcenter.hosts) + 1)
    return [number for number in hosts if address in addresses(world.network(number))]


def advice(world: World, thing: ManagedObject) -> set[str]:
    return {one.reason for one in world.status(thing).advisories}


def set_address(world: World, number: int, device: str, address: str) -> None:
    """Somebody gives an adapter another address by hand."""

    def change(network: NetworkState) -> NetworkState:
        adapters = tuple(
            replace(one, ipv4=replace(one.ipv4, address=IPv4Interface(address))) if one.device == device else one
            for one in network.adapters
        )
        return replace(network, adapters=adapters)

    world.vcenter.edit(HostRef("vc-1", f"host-{number}"), change)


# Two hosts and one address


@pytest.mark.parametrize(("first", "second"), [(1, 2), (2, 1)])
async def test_of_two_hosts_planned_at_once_the_one_with_the_older_object_gets_the_address(
    pair: World, first: int, second: int
) -> None:
    older, younger = backup_on(first, address=WANTED, age=9), backup_on(second, address=WANTED, age=1)
    pair.vcenter.write_s = 1.0
    pair.kube.apply(younger, older)

    await pair.start()
    await pair.clock.until(lambda: pair.converged(older) and refused(pair, younger), within_s=10)
    await pair.clock.advance(60)

    assert holders(pair) == [first]
    assert {ref.moid for ref, _ in pair.vcenter.writes} == {f"host-{first}"}


async def test_who_is_being_given_an_address_keeps_it_against_an_older_object_that_comes_meanwhile(
    pair: World,
) -> None:
    younger, older = backup_on(1, address=WANTED, age=1), backup_on(2, address=WANTED, age=9)
    pair.vcenter.write_s = 5.0
    await pair.start()
    pair.kube.apply(younger)
    await pair.clock.until(lambda: pair.vcenter.writing, within_s=10)

    pair.kube.apply(older)
    await pair.clock.until(lambda: pair.converged(younger) and refused(pair, older), within_s=30)
    await pair.clock.advance(60)

    assert holders(pair) == [1]


@pytest.mark.parametrize("fault", ["answer lost after", "transient after"])
async def test_a_write_that_may_have_happened_keeps_its_address_from_everybody_else(pair: World, fault: str) -> None:
    younger, older = backup_on(1, address=WANTED, age=1), backup_on(2, address=WANTED, age=9)
    pair.vcenter.stream_lag_s = 20.0
    pair.vcenter.read_lag_s = 20.0
    await pair.start()
    pair.vcenter.fail(fault, step=0)
    pair.kube.apply(younger)
    await pair.clock.until(lambda: pair.vcenter.attempts == 1, within_s=10)

    pair.kube.apply(older)
    await pair.clock.until(lambda: refused(pair, older), within_s=30)
    await pair.clock.until(lambda: pair.converged(younger), within_s=200)
    await pair.clock.advance(60)

    assert holders(pair) == [1]


async def test_an_address_goes_on_to_the_other_object_once_the_first_adapter_is_removed(pair: World) -> None:
    first = backup_on(1, address=WANTED, age=9, deletionPolicy="Delete")
    second = backup_on(2, address=WANTED)
    pair.kube.apply(first, second)
    await pair.start()
    await pair.clock.until(lambda: pair.converged(first) and refused(pair, second), within_s=10)
    pair.forget_writes()

    pair.kube.delete(first)
    await pair.clock.until(lambda: pair.converged(second), within_s=30)

    assert [type(step) for _, step in pair.vcenter.writes[:2]] == [RemoveAdapter, CreateAdapter]
    assert holders(pair) == [2]


async def test_an_address_is_free_again_when_the_older_object_declares_another(pair: World) -> None:
    first, second = backup_on(1, address=WANTED, age=9), backup_on(2, address=WANTED)
    pair.kube.apply(first, second)
    await pair.start()
    await pair.clock.until(lambda: pair.converged(first) and refused(pair, second), within_s=10)

    pair.kube.apply(backup_on(1, address="10.0.40.78/24", age=9))
    await pair.clock.until(lambda: pair.converged(second), within_s=30)

    assert holders(pair) == [2]


async def test_an_address_that_can_not_be_given_to_the_first_host_is_no_longer_promised_to_it(pair: World) -> None:
    younger, older = backup_on(1, address=WANTED, age=1), backup_on(2, address=WANTED, age=9)
    pair.vcenter.refuse("Refused", CreateAdapter)
    pair.vcenter.write_s = 5.0
    await pair.start()
    pair.kube.apply(younger)
    await pair.clock.until(lambda: pair.vcenter.writing, within_s=10)

    pair.kube.apply(older)
    await pair.clock.until(lambda: pair.converged(older), within_s=60)

    assert holders(pair) == [2]
    assert pair.ready(younger) == ("False", "AddressInUse")


async def test_objects_seen_before_the_list_is_whole_are_judged_by_age_and_not_by_arrival(pair: World) -> None:
    younger, older = backup_on(1, address=WANTED, age=1), backup_on(2, address=WANTED, age=9)
    pair.kube.is_synced = False
    await pair.start()
    pair.kube.apply(younger)
    await pair.clock.advance(5)

    pair.kube.apply(older)
    pair.kube.is_synced = True
    pair.kube.confirm()
    await pair.clock.until(lambda: pair.converged(older) and refused(pair, younger), within_s=10)

    assert holders(pair) == [2]


async def test_one_address_on_the_networks_of_two_clusters_is_advised_and_given_to_both(world: World) -> None:
    world.vcenter.add(host(2, cluster=SILVER))
    here, there = backup_on(1, address=WANTED), backup_on(2, address=WANTED)
    world.kube.apply(here, there)

    await world.start()
    await world.clock.until(lambda: world.converged(here, there), within_s=20)
    await idle()

    assert holders(world) == [1, 2]
    assert advice(world, here) == advice(world, there) == {"AddressUsedElsewhere"}


async def test_one_distributed_port_group_is_one_network_in_two_clusters(world: World) -> None:
    world.vcenter.add(host(2, cluster=SILVER))
    here = backup_on(1, address=WANTED, on=(SWITCH, FABRIC), age=9)
    there = backup_on(2, address=WANTED, on=(SWITCH, FABRIC))
    world.kube.apply(here, there)

    await world.start()
    await world.clock.until(lambda: world.converged(here) and refused(world, there), within_s=20)

    assert holders(world) == [1]


async def test_an_object_of_a_namespace_that_is_not_allowed_claims_nothing(pair: World) -> None:
    foreign = backup_on(1, address=WANTED, age=9, metadata={"namespace": "foreign"})
    ours = backup_on(2, address=WANTED)
    pair.kube.configs["lab"] = vcenter_config(allowed_namespaces=frozenset({"infra"}))
    pair.kube.apply(foreign, ours)

    await pair.start()
    await pair.clock.until(lambda: pair.converged(ours), within_s=20)

    assert advice(pair, ours) == set()


async def test_a_claim_on_a_host_that_is_away_still_counts(pair: World) -> None:
    pair.vcenter.add(host(1, connection=Connection.NOT_RESPONDING))
    away, here = backup_on(1, address=WANTED, age=9), backup_on(2, address=WANTED)
    pair.kube.apply(away, here)

    await pair.start()
    await pair.clock.until(lambda: refused(pair, here), within_s=20)

    assert holders(pair) == []


# Who is looked at


def carrying(number: int, **given: Any) -> HostState:
    """A host of which every address is its own, with vMotion on vmk1."""
    return host(
        number,
        vmk("vmk0", f"10.0.10.{number}/24", on="Management Network"),
        vmk("vmk1", f"10.0.40.{number}/24", **given),
        services={"vmotion": ["vmk1"]},
    )


@pytest.fixture
async def fleet(planned: list[str]) -> Any:
    """Twenty hosts of one cluster, each as declared, and everything planned."""
    world = World()
    world.vcenter.add(*(carrying(number) for number in range(1, 21)))
    world.kube.apply(*(vmotion_on(number) for number in range(1, 21)))
    await world.start()
    await world.clock.until(lambda: all(world.converged(vmotion_on(number)) for number in range(1, 21)), within_s=20)
    planned.clear()
    yield world
    await world.stop()


def vmotion_on(number: int, **spec: Any) -> ManagedObject:
    declared = {"address": f"10.0.40.{number}/24", "services": ["vmotion"], "managementPolicy": "Observe"} | spec
    return adapter(f"vmotion-{number}", host=f"esx{number:02}.example.com", **declared)


async def test_a_changed_address_has_only_those_planned_that_share_it(fleet: World, planned: list[str]) -> None:
    set_address(fleet, 5, "vmk1", "10.0.40.7/24")
    await fleet.clock.until(lambda: advice(fleet, vmotion_on(7)), within_s=10)
    await fleet.clock.advance(60)

    assert sorted(planned) == ["esx05", "esx07"]
    assert advice(fleet, vmotion_on(5)) == advice(fleet, vmotion_on(7)) == {"AddressUsedElsewhere"}
    assert fleet.kube.writes["publish"] == 20 + 2, "one status for each at the start, and for each of the two"


async def test_a_declared_address_has_only_those_planned_that_share_it(fleet: World, planned: list[str]) -> None:
    fleet.kube.apply(vmotion_on(5, address="10.0.40.7/24"))
    await fleet.clock.until(lambda: advice(fleet, vmotion_on(7)), within_s=10)
    await fleet.clock.advance(60)

    assert sorted(planned) == ["esx05", "esx07"]


def set_mtu(world: World, number: int, mtu: int) -> None:
    def change(network: NetworkState) -> NetworkState:
        return replace(network, adapters=tuple(replace(one, mtu=mtu) for one in network.adapters))

    world.vcenter.edit(HostRef("vc-1", f"host-{number}"), change)


async def test_a_cluster_is_looked_at_when_it_stops_having_one_mtu_and_not_at_every_step_of_a_roll_out(
    fleet: World, planned: list[str]
) -> None:
    everybody = {f"esx{number:02}" for number in range(1, 21)}

    set_mtu(fleet, 1, 9000)
    await fleet.clock.advance(10)
    assert set(planned) == everybody, "the first with another MTU concerns all"
    assert all("MtuUnequal" in advice(fleet, vmotion_on(number)) for number in range(1, 21))
    planned.clear()

    set_mtu(fleet, 2, 9000)
    await fleet.clock.advance(10)
    assert set(planned) == {"esx01", "esx02"}, "the second concerns the first, which was alone with it"
    planned.clear()

    for number in range(3, 19):
        set_mtu(fleet, number, 9000)
        await fleet.clock.advance(10)
    assert sorted(planned) == [f"esx{number:02}" for number in range(3, 19)], "each concerns itself only"

    for number in (19, 20):
        set_mtu(fleet, number, 9000)
        await fleet.clock.advance(10)
    assert not any(advice(fleet, vmotion_on(number)) for number in range(1, 21))


async def test_a_host_that_joins_a_cluster_is_compared_with_it_from_then_on(fleet: World) -> None:
    other = carrying(21, mtu=9000)
    fleet.vcenter.add(replace(other, cluster=SILVER))
    fleet.kube.apply(vmotion_on(21))
    await fleet.clock.until(lambda: fleet.converged(vmotion_on(21)), within_s=10)
    assert advice(fleet, vmotion_on(21)) == set()

    fleet.vcenter.put(other)
    await fleet.clock.advance(10)

    assert advice(fleet, vmotion_on(21)) == advice(fleet, vmotion_on(1)) == {"MtuUnequal"}


async def test_a_host_that_leaves_the_inventory_is_no_longer_anybodys_neighbour(fleet: World) -> None:
    set_address(fleet, 5, "vmk1", "10.0.40.7/24")
    await fleet.clock.until(lambda: advice(fleet, vmotion_on(7)), within_s=10)

    fleet.vcenter.drop(HostRef("vc-1", "host-5"))
    await fleet.clock.until(lambda: not advice(fleet, vmotion_on(7)), within_s=10)


async def test_what_changed_while_the_vcenter_was_away_is_known_once_it_is_back(fleet: World) -> None:
    fleet.vcenter.go_down()
    await fleet.clock.advance(5)
    set_address(fleet, 5, "vmk1", "10.0.40.7/24")

    fleet.vcenter.reachable = True
    await fleet.clock.until(lambda: advice(fleet, vmotion_on(7)), within_s=60)

    assert advice(fleet, vmotion_on(5)) == {"AddressUsedElsewhere"}


# Advice about all hosts


async def test_the_vcenter_tells_what_is_worth_knowing_about_its_hosts_and_follows_them(fleet: World) -> None:
    (told,) = fleet.kube.reports["lab"].advice or ()
    assert told.reason == "VmotionOnDefaultStack"
    assert "20 hosts (esx01.example.com, esx02.example.com, esx03.example.com, …)" in told.message

    fleet.vcenter.drop(HostRef("vc-1", "host-2"))
    await fleet.clock.until(
        lambda: (
            "19 hosts (esx01.example.com, esx03.example.com, " in (fleet.kube.reports["lab"].advice or ())[0].message
        )
    )


async def test_what_does_not_change_the_advice_does_not_write_the_vcenter(fleet: World) -> None:
    before = fleet.kube.writes["vcenter"]

    set_address(fleet, 5, "vmk1", "10.0.40.7/24")
    await fleet.clock.advance(60)

    assert fleet.kube.writes["vcenter"] == before


async def test_advice_needs_no_objects(world: World) -> None:
    world.vcenter.add(carrying(1))

    await world.start()

    assert [one.reason for one in world.kube.reports["lab"].advice or ()] == ["VmotionOnDefaultStack"]


async def test_advice_is_unknown_while_the_vcenter_is_away(fleet: World) -> None:
    fleet.vcenter.go_down()
    await fleet.clock.until(lambda: fleet.kube.reports["lab"].advice is None, within_s=30)


async def test_the_vcenters_annotation_silences_its_objects_at_once(fleet: World) -> None:
    set_address(fleet, 5, "vmk1", "10.0.40.7/24")
    await fleet.clock.until(lambda: advice(fleet, vmotion_on(7)), within_s=10)

    fleet.kube.put_vcenter(vcenter_config(silenced=frozenset({"AddressUsedElsewhere"})))
    await fleet.clock.until(lambda: not advice(fleet, vmotion_on(7)) and not advice(fleet, vmotion_on(5)), within_s=10)
    assert fleet.kube.reports["lab"].silenced == {"AddressUsedElsewhere"}


async def test_an_objects_annotation_silences_that_object_alone(fleet: World) -> None:
    set_address(fleet, 5, "vmk1", "10.0.40.7/24")
    await fleet.clock.until(lambda: advice(fleet, vmotion_on(7)), within_s=10)

    fleet.kube.annotate(vmotion_on(7), silence="AddressUsedElsewhere")
    await fleet.clock.until(lambda: not advice(fleet, vmotion_on(7)), within_s=10)
    assert advice(fleet, vmotion_on(5)) == {"AddressUsedElsewhere"}
