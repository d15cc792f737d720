import asyncio

import pytest
from pyVmomi import vim

from unit.vcenter_simulator.builders import MAC, NAME, inventory, ipv4, spec
from vcenter_simulator.fleet.default import default_fleet
from vcenter_simulator.host.adapters import add_adapter, remove_adapter
from vcenter_simulator.host.refusals import Refusal
from vcenter_simulator.host.requests import AdapterSpec, DistributedPort
from vcenter_simulator.host.state import DistributedAttachment, HostState
from vcenter_simulator.inventory.changes import ChangeJournal, ChangesLostError
from vcenter_simulator.inventory.hosts import Connection, HostRecord
from vcenter_simulator.inventory.tree import Inventory


def one_more(record: HostRecord, wanted: AdapterSpec | None = None) -> HostState:
    return add_adapter(record.actual, wanted or spec(), record.surroundings, mac=MAC)[0]


def on_dswitch(tree: Inventory, address: str, port: str | None = None) -> AdapterSpec:
    switch = next(iter(tree.switches.values()))
    key = next(key for key, group in switch.portgroups.items() if group.name == "dpg-backup")
    return spec(distributed=DistributedPort(switch.uuid, key, port), ipv4=ipv4(address))


def attachment(record: HostRecord, device: str) -> DistributedAttachment:
    found = record.actual.by_device[device].attachment
    assert isinstance(found, DistributedAttachment)
    return found


def test_a_write_is_seen_at_once_without_lag() -> None:
    record = inventory().hosts[NAME]

    record.commit(one_more(record))

    assert record.seen == record.actual
    assert "vmk2" in record.seen.by_device


async def test_a_write_is_seen_when_the_lag_is_over() -> None:
    tree = inventory(read_lag=0.05)
    record = tree.hosts[NAME]

    record.commit(one_more(record))

    assert "vmk2" not in record.seen.by_device
    await asyncio.wait_for(tree.journal.watch(), 5)
    assert "vmk2" in record.seen.by_device


async def test_a_refresh_shows_a_lagging_write_at_once_and_nothing_older_comes_after_it() -> None:
    record = inventory(read_lag=0.05).hosts[NAME]
    record.commit(one_more(record))

    record.refresh()
    record.commit_unseen(remove_adapter(record.actual, "vmk2"))
    record.refresh()

    assert "vmk2" not in record.seen.by_device
    # The loop runs its timers in order: the lagging view's was due before this one's.
    await asyncio.sleep(0.06)
    assert "vmk2" not in record.seen.by_device


def test_an_unseen_change_is_seen_after_a_refresh() -> None:
    record = inventory().hosts[NAME]

    record.commit_unseen(one_more(record))

    assert "vmk2" not in record.seen.by_device
    record.refresh()
    assert "vmk2" in record.seen.by_device


def test_vcenter_sees_nothing_of_a_host_that_is_away_until_it_is_back() -> None:
    record = inventory().hosts[NAME]
    record.connect(Connection.NOT_RESPONDING)
    record.commit_unseen(one_more(record))
    record.refresh()

    assert "vmk2" not in record.seen.by_device
    record.connect(Connection.CONNECTED)
    assert "vmk2" in record.seen.by_device


@pytest.mark.parametrize(
    ("connection", "fault"),
    [(Connection.DISCONNECTED, "HostNotConnected"), (Connection.NOT_RESPONDING, "HostNotReachable")],
)
def test_a_host_that_is_away_takes_no_call(connection: Connection, fault: str) -> None:
    record = inventory().hosts[NAME]
    record.connect(connection)

    with pytest.raises(Refusal) as refused:
        record.check_connected()

    assert refused.value.fault == fault


def test_a_change_is_recorded_for_all_views_of_the_host() -> None:
    tree = inventory()
    record = tree.hosts[NAME]
    before = tree.journal.sequence

    record.commit(one_more(record))

    changed = {change.moid: change.leaves for change in tree.journal.since(before)}
    views = (record.reference, record.network_system, record.nic_manager, record.vsan_system)
    assert set(changed) == {view.moid for view in views}
    assert "config.network.vnic" in changed[record.reference.moid]
    assert "config.network.vswitch" not in changed[record.reference.moid]


def test_writing_the_same_again_is_no_change() -> None:
    tree = inventory()
    before = tree.journal.sequence

    tree.hosts[NAME].commit(tree.hosts[NAME].actual)

    assert tree.journal.sequence == before


def test_every_adapter_on_a_distributed_switch_gets_a_port_of_its_own() -> None:
    tree = inventory(2)
    ports = set()
    for number, record in enumerate(tree.hosts.values()):
        for more in range(6):
            record.commit(one_more(record, on_dswitch(tree, f"10.0.{number + 60}.{more + 1}")))
        ports |= {attachment(record, f"vmk{device}").port_key for device in range(2, 8)}

    assert len(ports) == 12
    assert None not in ports


def test_a_port_is_free_again_when_its_adapter_is_gone() -> None:
    tree = inventory()
    record = tree.hosts[NAME]
    record.commit(one_more(record, on_dswitch(tree, "10.0.60.1", None)))
    first = attachment(record, "vmk2")
    record.commit(remove_adapter(record.actual, "vmk2"))

    record.commit(one_more(record, on_dswitch(tree, "10.0.60.1", first.port_key)))

    again = attachment(record, "vmk2")
    assert again.port_key == first.port_key
    assert again.connection_cookie != first.connection_cookie


@pytest.mark.parametrize(("port", "fault"), [("held", "ResourceInUse"), ("4711", "InvalidArgument")])
def test_a_port_that_is_not_free_can_not_be_asked_for(port: str, fault: str) -> None:
    tree = inventory()
    record = tree.hosts[NAME]
    record.commit(one_more(record, on_dswitch(tree, "10.0.60.1")))
    before = record.actual
    wanted = attachment(record, "vmk2").port_key if port == "held" else port

    with pytest.raises(Refusal) as refused:
        record.commit(one_more(record, on_dswitch(tree, "10.0.60.2", wanted)))

    assert refused.value.fault == fault
    assert record.actual == before


def test_a_loaded_fleet_keeps_the_ids_of_what_was_there() -> None:
    tree = inventory(3)
    before = {name: record.reference for name, record in tree.hosts.items()}
    lock = tree.hosts[NAME].writing

    tree.load(default_fleet(4, 1))

    assert {name: tree.hosts[name].reference for name in before} == before
    assert tree.hosts[NAME].writing is lock
    assert len(tree.hosts) == 4


def test_everything_below_the_root_is_reached() -> None:
    kinds = [reference.kind for reference in inventory(3).descendants("group-d1")]

    assert kinds.count("HostSystem") == 3
    assert kinds.count("ClusterComputeResource") == 1
    assert kinds.count("VmwareDistributedVirtualSwitch") == 1
    assert kinds.count("DistributedVirtualPortgroup") == 4  # that of the uplinks is one of them


def test_a_distributed_switch_lists_its_hosts() -> None:
    tree = inventory(3)
    switch = next(one for one in tree.objects.values() if one.leaves.kind is vim.dvs.VmwareDistributedVirtualSwitch)

    members = switch.read("config").host

    assert [one.config.host._moId for one in members] == [one.reference.moid for one in tree.hosts.values()]
    assert switch.read("config.maxMtu") == 9000


def test_standalone_hosts_have_a_compute_resource_each() -> None:
    kinds = [reference.kind for reference in inventory(fleet=default_fleet(2, 0)).descendants("group-d1")]

    assert kinds.count("ComputeResource") == 2
    assert kinds.count("HostSystem") == 2


def test_no_two_generated_macs_are_the_same() -> None:
    tree = inventory(0)

    macs = {tree.new_mac() for _ in range(66_000)}

    assert len(macs) == 66_000
    assert all(mac.startswith("00:50:56:6") for mac in macs)


def test_a_journal_that_no_longer_has_all_changes_says_so() -> None:
    journal = ChangeJournal(kept=3)
    for number in range(5):
        journal.record(f"host-{number}", ("name",))

    assert [change.moid for change in journal.since(2)] == ["host-2", "host-3", "host-4"]
    with pytest.raises(ChangesLostError):
        list(journal.since(1))
