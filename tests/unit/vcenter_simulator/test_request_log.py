from dataclasses import replace

from unit.vcenter_simulator.builders import inventory
from vcenter_simulator.fleet.documents import FleetDocument
from vcenter_simulator.fleet.editing import edit_host
from vcenter_simulator.fleet.host_documents import HostEdit
from vcenter_simulator.inventory.clock import Clock
from vcenter_simulator.request_log import KEPT_READS, Entry, HostChange, RequestLog

HOST = "esx01.example.com"


def write(log: RequestLog, host: str = HOST) -> Entry:
    return log.begin("UpdateVirtualNic", host, None, is_write=True)


def test_requests_are_kept_in_the_order_of_their_arrival() -> None:
    log = RequestLog(Clock())
    first, second = write(log), log.begin("CurrentTime", None, None, is_write=False)
    log.end(second, "ok")
    log.end(first, "HostConfigFault")
    third = write(log)

    assert log.entries() == [first, second, third]
    assert [entry.outcome for entry in log.entries()] == ["HostConfigFault", "ok", None]


def test_reads_never_push_out_the_writes() -> None:
    log = RequestLog(Clock())
    log.end(first := write(log), "ok")
    for _ in range(KEPT_READS + 5):
        log.end(log.begin("CurrentTime", None, None, is_write=False), "ok")

    kept = log.entries()

    assert kept[0] is first
    assert len(kept) == KEPT_READS + 1


def test_a_request_that_changed_a_host_is_a_write_whatever_its_method() -> None:
    log = RequestLog(Clock())
    state = inventory().hosts[HOST].actual
    entry = log.begin("ExecuteSoap", HOST, None, is_write=False)

    log.note_change(entry, HostChange(state, state, {}))

    assert entry.is_write


def test_writes_overlap_when_one_arrives_before_the_other_is_answered_and_only_on_one_host() -> None:
    log = RequestLog(Clock())
    first = write(log)
    log.end(write(log, "esx02.example.com"), "ok")
    second = write(log)
    log.end(first, "ok")
    third = write(log)
    log.end(second, "ok")
    log.end(third, "ok")
    log.end(write(log), "ok")

    assert list(log.overlaps()) == [(first, second), (second, third)]


def test_a_task_overlaps_until_its_change_is_made() -> None:
    log = RequestLog(Clock())
    state = inventory().hosts[HOST].actual
    log.end(task := write(log), "ok")
    log.end(meanwhile := write(log), "ok")
    log.note_change(task, HostChange(state, state, {}))
    log.end(write(log), "ok")

    assert list(log.overlaps()) == [(task, meanwhile)]


def test_overlaps_do_not_depend_on_the_simulated_clock() -> None:
    clock = Clock()
    log = RequestLog(clock)
    log.end(write(log), "ok")
    clock.advance(-3600)
    log.end(write(log), "ok")

    assert not list(log.overlaps())


def test_a_change_is_told_field_by_field_in_the_words_of_the_fleet() -> None:
    tree = inventory()
    before = tree.hosts[HOST].actual
    vmk0, vmk1 = before.adapters
    after = replace(before, adapters=(replace(vmk0, mtu=1400, services=frozenset({"vsan"})),))

    told = HostChange(before, after, tree.switches).differences

    assert [one["path"] for one in told] == ["adapters.vmk0.mtu", "adapters.vmk0.services", "adapters.vmk1"]
    assert told[0] == {"path": "adapters.vmk0.mtu", "before": 1500, "after": 1400}
    assert told[1]["after"] == ["vsan"]
    assert (told[2]["before"]["mac"], told[2]["after"]) == (vmk1.mac, None)


def test_a_change_is_told_although_another_fleet_was_loaded_since() -> None:
    tree = inventory()
    record = tree.hosts[HOST]
    before = record.actual
    edit = HostEdit.model_validate({"adapters": {"vmk1": {"portGroup": "dpg-vmotion"}}})
    plugged = edit_host(before, edit, tree.facts(), tree.new_mac)
    record.commit(plugged)
    change = HostChange(before, record.actual, record.switches)

    tree.load(FleetDocument())

    assert {one["path"] for one in change.differences} == {
        "adapters.vmk1.portGroup.standard",
        "adapters.vmk1.portGroup.distributed",
    }
