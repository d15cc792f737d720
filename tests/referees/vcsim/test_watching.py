"""Waiting for updates."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from pyVim.task import WaitForTask
from pyVmomi import vim

from contract.simulator.client import PC, over
from referees.vcsim.asking import NOBODY, NOW, SOON, WHOLE, about, changes, differs, watch
from referees.vcsim.vcenters import Client, VCenter, fault_of


def test_the_first_update_is_everything(client: Client) -> None:
    collector, watched = watch(client, "name", "runtime.inMaintenanceMode")

    update = collector.WaitForUpdatesEx("", NOW)

    assert update.version
    assert update.filterSet[0].filter == watched
    assert changes(update) == [("enter", ["name", "runtime.inMaintenanceMode"])] * 5


def test_without_a_change_there_is_no_update(client: Client) -> None:
    collector, _ = watch(client, "name")
    version = collector.WaitForUpdatesEx("", NOW).version

    assert collector.WaitForUpdatesEx(version, NOW) is None


def test_a_change_is_told_to_who_waits(client: Client) -> None:
    collector = client.collector.CreatePropertyCollector()
    collector.CreateFilter(about(client.content.taskManager, "recentTask"), WHOLE)
    version = collector.WaitForUpdatesEx("", NOW).version

    task = client.hosts[0].ReconnectHost_Task()
    update = collector.WaitForUpdatesEx(version, SOON)

    (changed,) = update.filterSet[0].objectSet
    assert (changed.obj, changed.kind) == (client.content.taskManager, "modify")
    assert [(one.name, one.op) for one in changed.changeSet] == [("recentTask", "assign")]
    assert task in changed.changeSet[0].val


def test_what_a_host_does_is_told_to_who_waits(vcenter: VCenter, client: Client) -> None:
    host = client.hosts[0]
    collector, _ = watch(client, "name", "runtime.inMaintenanceMode")
    version = collector.WaitForUpdatesEx("", NOW).version

    WaitForTask(host.EnterMaintenanceMode_Task(0))
    update = collector.WaitForUpdatesEx(version, NOW)
    WaitForTask(host.ExitMaintenanceMode_Task(0))

    differs(vcenter, changes(update), ours=[("modify", ["runtime.inMaintenanceMode"])], vcsim=[])


def test_an_empty_version_begins_anew(vcenter: VCenter, client: Client) -> None:
    collector, _ = watch(client, "name")
    collector.WaitForUpdatesEx("", NOW)

    again = collector.WaitForUpdatesEx("", NOW)

    differs(vcenter, [len(one.objectSet) for one in again.filterSet], ours=[5], vcsim=[])


def test_a_version_that_was_never_given_is_refused(vcenter: VCenter, client: Client) -> None:
    collector, _ = watch(client, "name")
    collector.WaitForUpdatesEx("", NOW)

    differs(vcenter, fault_of(collector.WaitForUpdatesEx, "77", NOW), ours="InvalidCollectorVersion", vcsim="")


@pytest.mark.parametrize("options", [{"maxWaitSeconds": -1}, {"maxWaitSeconds": 0, "maxObjectUpdates": 0}])
def test_options_that_make_no_sense_are_refused(vcenter: VCenter, client: Client, options: dict[str, int]) -> None:
    collector, _ = watch(client, "name")

    fault = fault_of(collector.WaitForUpdatesEx, "", PC.WaitOptions(**options))

    differs(vcenter, fault, ours="InvalidArgument", vcsim="")


def test_big_updates_come_in_truncated_pieces(client: Client) -> None:
    collector, _ = watch(client, "name")
    options = PC.WaitOptions(maxWaitSeconds=0, maxObjectUpdates=2)

    version, sizes = "", []
    while (update := collector.WaitForUpdatesEx(version, options)) is not None:
        version = update.version
        sizes.append((len(update.filterSet[0].objectSet), bool(update.truncated)))

    assert sizes == [(2, True), (2, True), (1, False)]


def test_a_wait_can_be_cancelled(client: Client) -> None:
    collector, _ = watch(client, "name")
    version = collector.WaitForUpdatesEx("", NOW).version

    def cancelled() -> str:
        return fault_of(collector.WaitForUpdatesEx, version, PC.WaitOptions(maxWaitSeconds=30))

    with ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(cancelled)
        while not waiting.done():  # one that comes before the wait cancels nothing
            collector.CancelWaitForUpdates()

    assert waiting.result() == "RequestCanceled"


def test_a_collector_lists_its_filters_until_they_are_destroyed(client: Client) -> None:
    collector, watched = watch(client, "name")
    assert list(client.get(collector, "filter")) == [watched]
    assert client.get(watched, "partialUpdates") is WHOLE
    assert list(client.get(watched, "spec").propSet[0].pathSet) == ["name"]

    watched.DestroyPropertyFilter()

    assert list(client.get(collector, "filter") or ()) == []
    assert fault_of(watched.DestroyPropertyFilter) == "ManagedObjectNotFound"


def test_without_filters_there_is_nothing_to_tell(vcenter: VCenter, client: Client) -> None:
    collector = client.collector.CreatePropertyCollector()

    update = collector.WaitForUpdatesEx("", NOW)

    differs(vcenter, update is None, ours=True, vcsim=False)


def test_a_destroyed_collector_is_gone(client: Client) -> None:
    collector, _ = watch(client, "name")
    collector.DestroyPropertyCollector()

    assert fault_of(collector.WaitForUpdatesEx, "", NOW) == "ManagedObjectNotFound"


def test_a_filter_on_what_does_not_exist_is_refused(vcenter: VCenter, client: Client) -> None:
    collector = client.collector.CreatePropertyCollector()

    faults = [fault_of(collector.CreateFilter, about(one, path), WHOLE) for one, path in _nothings(client)]

    differs(vcenter, faults, ours=["InvalidProperty", "ManagedObjectNotFound"], vcsim=["", ""])


def _nothings(client: Client) -> list[tuple[Any, str]]:
    return [(client.hosts[0], "config.nothing"), (NOBODY, "name")]


def test_objects_enter_and_leave_with_the_view_that_leads_to_them(vcenter: VCenter, client: Client) -> None:
    first, second = client.hosts[:2]
    view = client.content.viewManager.CreateListView([first])
    collector = client.collector.CreatePropertyCollector()
    collector.CreateFilter(over(view, vim.HostSystem, "name"), WHOLE)
    version = collector.WaitForUpdatesEx("", NOW).version

    view.ModifyListView([second], [first])
    seen = changes(collector.WaitForUpdatesEx(version, SOON))

    differs(vcenter, seen, ours=[("enter", ["name"]), ("leave", [])], vcsim=[("enter", ["name"])])
