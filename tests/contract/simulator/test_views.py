"""List views and inventory views; container views are everywhere else."""

from typing import Any

import pytest
from pyVim.task import WaitForTask
from pyVmomi import vim, vmodl

from contract.simulator.client import PC, Client, control, over
from vcenter_simulator.running import Running

NOW = PC.WaitOptions(maxWaitSeconds=0)


def members(client: Client, view: Any) -> list[Any]:
    return list(client.get(view, "view"))


def watch(client: Client, view: Any, kind: Any, *paths: str) -> str:
    """Watch what is in a view; return the version after the first answer."""
    walk = PC.TraversalSpec(name="view", type=type(view), path="view", skip=False)
    spec = PC.FilterSpec(
        propSet=[PC.PropertySpec(type=kind, pathSet=list(paths))],
        objectSet=[PC.ObjectSpec(obj=view, skip=True, selectSet=[walk])],
    )
    client.collector.CreateFilter(spec, partialUpdates=False)
    first = client.collector.WaitForUpdatesEx("", NOW)
    return str(first.version) if first is not None else ""


def kinds(update: Any) -> dict[str, str]:
    return {str(one.obj._GetMoId()): str(one.kind) for one in update.filterSet[0].objectSet}


def hosts(client: Client) -> list[Any]:
    return [one.obj for one in client.read(vim.HostSystem, "name")]


def test_a_list_view_has_what_is_put_into_it(client: Client) -> None:
    first, second, third = hosts(client)
    gone = vim.HostSystem("host-99999")
    view = client.content.viewManager.CreateListView([first, gone])

    assert members(client, view) == [first]
    assert view.ModifyListView([second, third, gone], [first]) == [gone]
    assert members(client, view) == [second, third]
    assert view.ResetListView([third]) == []
    assert members(client, view) == [third]


def test_a_list_view_is_copied_from_another_view(client: Client) -> None:
    container = client.view(vim.HostSystem)
    manager = client.content.viewManager
    view = manager.CreateListViewFromView(container)
    assert members(client, view) == hosts(client)

    with pytest.raises(vmodl.fault.ManagedObjectNotFound):
        view.ResetListViewFromView(vim.view.ListView(client.host()._GetMoId()))
    view.ResetListViewFromView(manager.CreateListView([client.host()]))

    assert members(client, view) == [client.host()]
    assert client.get(manager, "viewList")[:2] == [container, view]


def test_whoever_watches_a_list_view_is_told_what_comes_and_goes(client: Client) -> None:
    first, second, _ = hosts(client)
    view = client.content.viewManager.CreateListView([first])
    version = watch(client, view, vim.HostSystem, "name")

    view.ModifyListView([second], [first])
    update = client.collector.WaitForUpdatesEx(version, NOW)

    assert kinds(update) == {first._GetMoId(): "leave", second._GetMoId(): "enter"}


def test_an_empty_list_view_is_watched_until_something_comes(client: Client) -> None:
    view = client.content.viewManager.CreateListView()
    assert watch(client, view, vim.HostSystem, "name") == ""
    view.ModifyListView([client.host()])

    assert kinds(client.collector.WaitForUpdatesEx("", NOW)) == {client.host()._GetMoId(): "enter"}


def test_tasks_are_followed_through_the_list_of_recent_ones(client: Client) -> None:
    walk = PC.TraversalSpec(type=vim.TaskManager, path="recentTask", skip=False)
    spec = PC.FilterSpec(
        propSet=[PC.PropertySpec(type=vim.Task, pathSet=["info.state"])],
        objectSet=[PC.ObjectSpec(obj=client.content.taskManager, skip=True, selectSet=[walk])],
    )
    watching = client.collector.CreatePropertyCollector()
    watching.CreateFilter(spec, partialUpdates=False)
    assert watching.WaitForUpdatesEx("", NOW) is None

    task = client.host().EnterMaintenanceMode_Task(timeout=0)
    WaitForTask(task, si=client.instance)

    (found,) = watching.WaitForUpdatesEx("", NOW).filterSet[0].objectSet
    assert (found.obj, found.changeSet[0].val) == (task, "success")


def test_an_inventory_view_shows_what_is_opened(client: Client) -> None:
    view = client.content.viewManager.CreateInventoryView()
    root = client.content.rootFolder
    assert members(client, view) == [root]

    assert view.OpenInventoryViewFolder([root]) == []
    datacenter = members(client, view)[1]
    names = [client.get(one, "name") for one in members(client, view)]
    assert sorted(names) == ["Datacenter", "Datacenters", "host", "vm"]
    host_folder = client.get(datacenter, "hostFolder")
    view.OpenInventoryViewFolder([host_folder])

    assert client.host() in members(client, view)
    assert view.CloseInventoryViewFolder([root, vim.Folder("group-x999")]) == [vim.Folder("group-x999")]
    assert members(client, view) == [root]


def test_opening_an_entity_opens_those_above_it(client: Client) -> None:
    view = client.content.viewManager.CreateInventoryView()

    view.OpenInventoryViewFolder([client.get(client.host(), "parent")])

    assert client.host() in members(client, view)


def test_what_is_in_a_view_is_itself_a_property_to_watch(simulator: Running, client: Client) -> None:
    view = client.view(vim.HostSystem)
    spec = PC.FilterSpec(
        propSet=[PC.PropertySpec(type=vim.view.ContainerView, pathSet=["view"])], objectSet=[PC.ObjectSpec(obj=view)]
    )
    client.collector.CreateFilter(spec, partialUpdates=False)
    version = client.collector.WaitForUpdatesEx("", NOW).version
    state = control(simulator, "GET", "/state")
    state["datacenters"][0]["clusters"][0]["hosts"].pop()
    control(simulator, "PUT", "/state", state)

    (change,) = client.collector.WaitForUpdatesEx(version, NOW).filterSet[0].objectSet[0].changeSet

    assert len(change.val) == 2


def test_a_destroyed_view_is_told_to_whoever_watches_it(client: Client) -> None:
    view = client.view(vim.HostSystem)
    client.collector.CreateFilter(over(view, vim.HostSystem, "name"), partialUpdates=False)
    version = client.collector.WaitForUpdatesEx("", NOW).version

    view.DestroyView()
    update = client.collector.WaitForUpdatesEx(version, NOW).filterSet[0]

    assert {one.kind for one in update.objectSet} == {"leave"}
    assert [one.obj for one in update.missingSet] == [view]
    with pytest.raises(vmodl.fault.ManagedObjectNotFound):
        view.DestroyView()
