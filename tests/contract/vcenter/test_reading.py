"""The inventory as the stream shows it."""

import asyncio
import time
from dataclasses import replace
from ipaddress import IPv4Address, IPv4Interface

import pytest

from contract.vcenter.lab import (
    HOST,
    OTHER,
    TIMINGS,
    Colleague,
    Observed,
    Watcher,
    connected,
    inject,
    on_every_release,
    set_mtu,
    watching,
)
from vcenter_simulator.fleet.documents import FleetDocument
from vcenter_simulator.fleet.host_documents import HostEdit
from vcenter_simulator.host.behaviour import Behaviour, DisconnectedConfig, Updates
from vcenter_simulator.running import Running, start
from vcenter_simulator.vcenter import Settings
from vmk_operator.errors import BugError, SessionLostError, TransientError
from vmk_operator.model.host import Connection as HostConnection
from vmk_operator.model.host import DistributedSwitch, Ipv6State, StandardAttachment, StandardPortGroup
from vmk_operator.model.identity import HostRef
from vmk_operator.vcenter.connection import Connection
from vmk_operator.vcenter.updates import ObjectChange


@on_every_release
async def test_the_first_read_shows_every_host_whole(simulator: Running, watcher: Watcher) -> None:
    assert len(watcher.connection.inventory.hosts()) == 3
    assert len(watcher.deltas[0].changed) == 3
    assert watcher.deltas[0].complete
    host = watcher.host()
    assert (host.name, host.connection, host.in_maintenance) == (HOST, HostConnection.CONNECTED, False)
    assert host.ref.vcenter == simulator.vcenter.instance_uuid
    network = watcher.network()
    vmk1 = watcher.adapter("vmk1")
    assert [one.device for one in network.adapters] == ["vmk0", "vmk1"]
    assert vmk1.ipv4.address == IPv4Interface("10.1.0.11/24")
    assert vmk1.attachment == StandardAttachment("vMotion-Old")
    assert (vmk1.netstack, vmk1.mtu) == ("defaultTcpipStack", 1500)
    assert vmk1.ipv6 == Ipv6State(auto=False, dhcp=False)
    assert network.ipv6_enabled
    assert network.devices_with("vmotion") == {"vmk1"}
    assert network.devices_with("management") == {"vmk0"}
    default, vmotion = network.netstack("defaultTcpipStack"), network.netstack("vmotion")
    assert default is not None
    assert vmotion is not None
    assert default.routes.ipv4_gateway == IPv4Address("10.0.0.1")
    assert (default.active, vmotion.active) == (True, False)
    assert StandardPortGroup("Backup-40", "vSwitch1", 9000) in network.standard_port_groups
    (switch,) = network.distributed_switches
    assert (switch.name, switch.mtu) == ("DSwitch", 9000)
    assert {"dpg-vmotion", "dpg-provisioning", "dpg-backup"} <= {one.name for one in switch.port_groups}


async def test_every_host_is_in_its_cluster_by_the_stream_and_by_a_direct_read() -> None:
    async with start(hosts=4, clusters=2) as simulator, connected(simulator) as connection:
        await anext(connection.stream())
        shown = connection.inventory.hosts()
        names = sorted(host.cluster.name for host in shown.values() if host.cluster is not None)
        assert names == ["Cluster-1", "Cluster-1", "Cluster-2", "Cluster-2"]
        for ref, host in shown.items():
            assert (await connection.read_host(ref)).cluster == host.cluster


async def test_nothing_is_known_before_the_stream_has_delivered(connection: Connection) -> None:
    assert not connection.inventory.complete
    assert not connection.inventory.hosts()


async def test_a_large_fleet_comes_in_pages_and_is_reported_when_it_is_whole() -> None:
    observed = Observed()
    async with start(hosts=120) as simulator, connected(simulator, observed=observed) as connection:
        first = await anext(connection.stream())
        assert len(first.changed) == len(connection.inventory.hosts()) == 120
        assert first.complete
    assert observed.calls.count(("WaitForUpdatesEx", "ok")) == 2


@on_every_release
async def test_a_change_by_somebody_else_arrives_at_once_and_names_that_host_only(
    simulator: Running, watcher: Watcher
) -> None:
    mark = len(watcher.deltas)
    facts = watcher.connection.inventory.facts(watcher.host().ref.moid)
    assert facts is not None
    async with Colleague(simulator) as colleague:
        await colleague.update_adapter(facts.network_system, "vmk1", mtu=1400)
        started = time.monotonic()
        await watcher.until(lambda: watcher.adapter("vmk1").mtu == 1400, what="the new MTU")
        assert time.monotonic() - started < 2
    assert watcher.changed_since(mark) == {watcher.host().ref}


async def test_ipv6_that_is_switched_off_goes_from_the_host_and_every_adapter(
    simulator: Running, watcher: Watcher
) -> None:
    simulator.control.edit_host(HOST, HostEdit.model_validate({"ipv6Enabled": False}))

    await watcher.until(lambda: watcher.network().ipv6_enabled is False, what="IPv6 to be off")
    await watcher.until(lambda: {one.ipv6 for one in watcher.network().adapters} == {None}, what="its configuration")


@pytest.mark.parametrize("updates", list(Updates))
async def test_a_change_inside_an_array_is_understood_however_it_is_told(updates: Updates) -> None:
    settings = Settings(behaviour=Behaviour(updates=updates))
    async with (
        start(hosts=2, settings=settings) as simulator,
        connected(simulator) as connection,
        watching(connection) as watcher,
    ):
        set_mtu(simulator, 1400)
        await watcher.until(lambda: watcher.adapter("vmk1").mtu == 1400, what="the new MTU")
        assert watcher.adapter("vmk1").ipv4.address == IPv4Interface("10.1.0.11/24")
        assert watcher.host() == await connection.read_host(watcher.host().ref)


@on_every_release
async def test_a_direct_read_sees_what_the_stream_shows_and_stores_nothing(
    connection: Connection, watcher: Watcher
) -> None:
    before = watcher.host()
    assert await connection.read_host(before.ref) == before
    assert watcher.host() is before


async def test_reading_a_host_that_is_gone_is_a_passing_trouble(connection: Connection, watcher: Watcher) -> None:
    with pytest.raises(TransientError, match="host-999"):
        await connection.read_host(HostRef(watcher.host().ref.vcenter, "host-999"))


@pytest.mark.parametrize("state", ["disconnected", "notResponding"])
async def test_a_lost_host_is_shown_with_its_connection(simulator: Running, watcher: Watcher, state: str) -> None:
    simulator.control.set_connection(HOST, state)
    await watcher.until(lambda: watcher.host().connection == state, what="the connection state")
    simulator.control.set_connection(HOST, "connected")
    await watcher.until(lambda: watcher.host().connection is HostConnection.CONNECTED, what="the connection")
    assert watcher.network().adapters


async def test_configuration_that_went_with_the_connection_is_unknown_and_comes_back() -> None:
    settings = Settings(behaviour=Behaviour(disconnected_config=DisconnectedConfig.ABSENT))
    async with (
        start(hosts=2, settings=settings) as simulator,
        connected(simulator) as connection,
        watching(connection) as watcher,
    ):
        before = watcher.host()
        simulator.control.set_connection(HOST, "disconnected")
        await watcher.until(lambda: watcher.host().network is None, what="an unknown network")
        assert watcher.host().connection is HostConnection.DISCONNECTED
        assert (await connection.read_host(before.ref)).network is None
        simulator.control.set_connection(HOST, "connected")
        await watcher.until(lambda: watcher.host() == before, what="the host as it was")


def fleet_with(simulator: Running, **switch: object) -> FleetDocument:
    """Describe the simulator's fleet with another distributed switch."""
    document = simulator.control.dump()
    (datacenter,) = document.datacenters
    (old,) = datacenter.distributed_switches
    new = datacenter.model_copy(update={"distributed_switches": [old.model_copy(update=switch)]})
    return document.model_copy(update={"datacenters": [new]})


async def test_another_mtu_of_a_distributed_switch_reaches_its_hosts(simulator: Running, watcher: Watcher) -> None:
    def switch() -> DistributedSwitch:
        return watcher.network().distributed_switches[0]

    simulator.control.load(fleet_with(simulator, mtu=1600))
    await watcher.until(lambda: switch().mtu == 1600, what="the new MTU of the switch")


async def test_a_host_that_leaves_the_inventory_is_gone(simulator: Running, watcher: Watcher) -> None:
    document = simulator.control.dump()
    (datacenter,) = document.datacenters
    (cluster,) = datacenter.clusters
    fewer = cluster.model_copy(update={"hosts": cluster.hosts[1:]})
    ref = watcher.host().ref
    mark = len(watcher.deltas)
    simulator.control.load(
        document.model_copy(update={"datacenters": [datacenter.model_copy(update={"clusters": [fewer]})]})
    )
    await watcher.until(lambda: watcher.connection.inventory.find(HOST) is None, what="one host fewer")
    assert watcher.connection.inventory.host(ref) is None
    assert ref in watcher.changed_since(mark)
    assert len(watcher.connection.inventory.hosts()) == 2


async def test_a_version_that_the_collector_has_forgotten_leads_to_a_full_read(
    simulator: Running, connection: Connection, watcher: Watcher
) -> None:
    inject(simulator, method="WaitForUpdatesEx", fault="InvalidCollectorVersion", count=1)
    mark = len(watcher.deltas)
    set_mtu(simulator, 1400)
    await watcher.until(lambda: watcher.adapter("vmk1").mtu == 1400, what="the first change")
    set_mtu(simulator, 1300)
    await watcher.until(lambda: watcher.adapter("vmk1").mtu == 1300, what="the second change")
    assert watcher.changed_since(mark) == {watcher.host().ref}
    assert connection.inventory.complete
    assert simulator.control.calls()["CreateFilter"] == 1


async def test_a_resync_reads_everything_by_a_new_filter_and_leaves_none_behind(
    simulator: Running, connection: Connection, watcher: Watcher
) -> None:
    mark = len(watcher.deltas)
    await connection.resync()
    await watcher.until(lambda: len(watcher.deltas) > mark, what="the resync")
    assert watcher.changed_since(mark) == frozenset()
    set_mtu(simulator, 1400, host=OTHER)
    await watcher.until(lambda: watcher.adapter("vmk1", OTHER).mtu == 1400, what="a change by the new filter")
    calls = simulator.control.calls()
    assert (calls["CreateFilter"], calls["DestroyPropertyCollector"]) == (2, 1)


async def test_a_resync_finds_what_the_stream_was_never_told(connection: Connection, watcher: Watcher) -> None:
    truth = watcher.host()
    connection.inventory.apply([ObjectChange("HostSystem", truth.ref.moid, values=(("in_maintenance", True),))])
    assert watcher.host() != truth
    await connection.resync()
    await watcher.until(lambda: watcher.host() == truth, what="the truth")
    assert watcher.deltas[-1].changed == {truth.ref}


async def test_a_resync_amid_changes_never_shows_an_older_state_than_was_shown(
    simulator: Running, connection: Connection, watcher: Watcher
) -> None:
    async def change_steadily() -> None:
        for mtu in range(1501, 1561):
            set_mtu(simulator, mtu, device="vmk1")
            await asyncio.sleep(0.005)

    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(change_steadily())
        for _ in range(5):
            await connection.resync()
    await watcher.until(lambda: watcher.adapter("vmk1").mtu == 1560, what="the last change")
    shown = [one.network.adapters[1].mtu for one in watcher.history if one is not None and one.network is not None]
    assert shown == sorted(shown)
    assert len(set(shown)) > 5


async def test_a_resync_that_fails_leaves_the_stream_as_it_was(
    simulator: Running, connection: Connection, watcher: Watcher
) -> None:
    inject(simulator, method="CreateFilter", fault="SystemError", count=1)
    with pytest.raises(TransientError):
        await connection.resync()
    set_mtu(simulator, 1400)
    await watcher.until(lambda: watcher.adapter("vmk1").mtu == 1400, what="a change by the old filter")


async def test_a_lost_session_ends_the_stream_with_its_name(
    simulator: Running, connection: Connection, watcher: Watcher
) -> None:
    simulator.control.expire_sessions()
    assert isinstance(await watcher.ended(), SessionLostError)
    assert not connection.inventory.complete
    with pytest.raises(SessionLostError):
        await connection.read_host(watcher.host().ref)


@pytest.mark.parametrize("action", ["close", "reset", "halfBody", "http503"])
async def test_a_broken_stream_ends_with_a_passing_trouble(simulator: Running, action: str) -> None:
    async with connected(simulator, timings=replace(TIMINGS, poll_s=1)) as connection:
        stream = connection.stream()
        await anext(stream)
        inject(simulator, method="WaitForUpdatesEx", action=action)
        with pytest.raises(TransientError):
            await anext(stream)
        assert not connection.inventory.complete


async def test_a_stream_that_is_silent_for_longer_than_promised_is_broken(simulator: Running) -> None:
    timings = replace(TIMINGS, poll_s=0, page_s=0.5)
    async with connected(simulator, timings=timings) as connection:
        stream = connection.stream()
        await anext(stream)
        inject(simulator, method="WaitForUpdatesEx", action="hang")
        with pytest.raises(TransientError, match="did not answer within"):
            await anext(stream)


async def test_the_long_poll_is_given_up_at_once_when_nobody_wants_it_any_more(connection: Connection) -> None:
    stream = connection.stream()
    await anext(stream)
    poll = asyncio.ensure_future(anext(stream))
    await asyncio.sleep(0.1)
    started = time.monotonic()
    poll.cancel()
    with pytest.raises(asyncio.CancelledError):
        await poll
    assert time.monotonic() - started < 0.1
    assert not connection.inventory.complete


async def test_the_stream_of_a_connection_is_iterated_once(connection: Connection, watcher: Watcher) -> None:
    with pytest.raises(BugError):
        await anext(connection.stream())
    assert not watcher.connection.inventory.find("nobody")


async def test_a_quiet_fleet_costs_one_long_poll_and_nothing_else(simulator: Running) -> None:
    async with connected(simulator, timings=replace(TIMINGS, poll_s=1)) as connection:
        stream = connection.stream()
        await anext(stream)
        simulator.control.clear_calls()
        for _ in range(2):
            assert not (await anext(stream)).changed
        assert simulator.control.calls() == {"WaitForUpdatesEx": 2}
