"""One scenario for every behaviour that both simulators have. `differs` marks where they do not agree, and why."""

from __future__ import annotations

import urllib.request
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import Any

import pytest
from pyVim.task import WaitForTask
from pyVmomi import vim

from referees.vcsim.vcenters import PC, Client, VCenter, fault_of, faults_in, over, results

NOW = PC.WaitOptions(maxWaitSeconds=0)
SOON = PC.WaitOptions(maxWaitSeconds=10)
WHOLE = False
"""Updates carry whole values."""
MACHINES, HOSTS = True, False
"""What the search index looks for."""
NOBODY = vim.HostSystem("host-99999")
VMK0 = 'config.network.vnic["key-vim.host.VirtualNic-vmk0"]'


def differs(vcenter: VCenter, seen: object, *, ours: object, vcsim: object) -> None:
    """Pin what each of the two does: if one of them changes, the row in docs/simulator.md is wrong."""
    assert seen == (ours if vcenter.is_ours else vcsim)


def about(managed: Any, *paths: str, kind: Any = None, **spec: Any) -> Any:
    """Return a filter over one object."""
    return PC.FilterSpec(
        objectSet=[PC.ObjectSpec(obj=managed, **spec)],
        propSet=[PC.PropertySpec(type=kind or type(managed), pathSet=list(paths))],
    )


def retrieve(client: Client, *specs: Any) -> list[tuple[Any, dict[str, Any]]]:
    return results(client.collector.RetrievePropertiesEx(list(specs), PC.RetrieveOptions()))


def watch(client: Client, *paths: str) -> tuple[Any, Any]:
    """Watch all hosts with a collector of the test's own; return it and its filter."""
    collector = client.collector.CreatePropertyCollector()
    return collector, collector.CreateFilter(over(client.view(vim.HostSystem), vim.HostSystem, *paths), WHOLE)


def changes(update: Any) -> list[tuple[str, list[str]]]:
    if update is None:
        return []
    return sorted((one.kind, [change.name for change in one.changeSet]) for one in update.filterSet[0].objectSet)


# Sessions


def test_a_login_begins_a_session(vcenter: VCenter, client: Client) -> None:
    session = client.get(client.content.sessionManager, "currentSession")

    assert session.key
    assert (session.userName, session.ipAddress) == (vcenter.username, "127.0.0.1")


@pytest.mark.parametrize(("user", "password"), [("right", "wrong"), ("wrong", "right"), ("", "")])
def test_wrong_credentials_are_an_invalid_login(vcenter: VCenter, user: str, password: str) -> None:
    name = vcenter.username if user == "right" else user
    secret = vcenter.password if password == "right" else password

    with vcenter.without_login() as instance:
        assert fault_of(instance.RetrieveContent().sessionManager.Login, name, secret, None) == "InvalidLogin"


def test_logging_in_twice_is_an_invalid_login(vcenter: VCenter, client: Client) -> None:
    assert fault_of(client.content.sessionManager.Login, vcenter.username, vcenter.password, None) == "InvalidLogin"


def test_after_logging_out_nothing_is_authenticated(vcenter: VCenter) -> None:
    with vcenter.login() as client:
        client.content.sessionManager.Logout()

        assert fault_of(client.instance.CurrentTime) == "NotAuthenticated"
        client.content.sessionManager.Login(vcenter.username, vcenter.password, None)


def test_without_a_login_there_is_only_the_service_content(vcenter: VCenter) -> None:
    with vcenter.without_login() as instance:
        content = instance.RetrieveContent()

        assert content.about.apiType == "VirtualCenter"
        assert fault_of(instance.CurrentTime) == "NotAuthenticated"
        assert fault_of(content.searchIndex.FindByInventoryPath, "/") == "NotAuthenticated"
        assert fault_of(content.sessionManager.Logout) == "NotAuthenticated"


def test_without_a_login_a_read_is_answered_with_faults_for_values(vcenter: VCenter) -> None:
    with vcenter.without_login() as instance:
        content = instance.RetrieveContent()
        spec = about(content.rootFolder, "name")
        answer = content.propertyCollector.RetrievePropertiesEx([spec], PC.RetrieveOptions())

    assert faults_in(answer) == {"name": "NotAuthenticated"}


def test_sessions_are_listed_and_ended_by_their_keys(vcenter: VCenter, client: Client) -> None:
    manager = client.content.sessionManager
    with vcenter.login() as other:
        key = other.get(other.content.sessionManager, "currentSession").key
        assert key in {one.key for one in client.get(manager, "sessionList")}
        assert manager.SessionIsActive(key, vcenter.username)

        manager.TerminateSession([key])

        assert not manager.SessionIsActive(key, vcenter.username)
        assert fault_of(other.instance.CurrentTime) == "NotAuthenticated"
        other.content.sessionManager.Login(vcenter.username, vcenter.password, None)


def test_a_session_can_end_neither_itself_nor_one_that_is_not_there(client: Client) -> None:
    manager = client.content.sessionManager
    own = client.get(manager, "currentSession").key

    assert fault_of(manager.TerminateSession, [own]) == "InvalidArgument"
    assert fault_of(manager.TerminateSession, ["nobody"]) == "NotFound"


# What a vCenter is


def test_it_is_a_vcenter_of_the_same_version(client: Client) -> None:
    facts = client.content.about

    assert (facts.apiType, facts.apiVersion, facts.productLineId) == ("VirtualCenter", "8.0.3.0", "vpx")
    assert client.content.rootFolder._moId == "group-d1"


def test_the_versions_are_told_without_a_login(vcenter: VCenter) -> None:
    url = f"https://{vcenter.server}/sdk/vimServiceVersions.xml"
    with urllib.request.urlopen(url, context=vcenter.trust) as answer:
        text = answer.read().decode()

    assert "<version>8.0.3.0</version>" in text
    assert "<version>6.0</version>" in text


def test_the_time_is_the_clocks(client: Client) -> None:
    assert abs((client.instance.CurrentTime() - datetime.now(UTC)).total_seconds()) < 60


# Views


def test_a_container_view_has_everything_of_its_types_below_it(client: Client) -> None:
    view = client.view(vim.HostSystem)

    assert len(client.get(view, "view")) == 5
    assert list(client.get(view, "type")) == ["HostSystem"]
    assert client.get(view, "container") == client.content.rootFolder


def test_a_type_stands_for_those_below_it(client: Client) -> None:
    assert [type(one).__name__ for one in client.view(vim.ComputeResource).view] == ["vim.ClusterComputeResource"]


def test_a_view_that_is_not_recursive_has_children_only(client: Client) -> None:
    assert len(client.view(vim.Datacenter, recursive=False).view) == 1
    assert len(client.view(vim.HostSystem, recursive=False).view) == 0


def test_a_host_may_be_the_container_of_a_view(client: Client) -> None:
    assert list(client.view(vim.HostSystem, container=client.hosts[0]).view) == []


def test_a_view_is_of_entities_only_and_of_what_is_there(client: Client) -> None:
    assert fault_of(client.view, vim.TaskManager) == "InvalidArgument"
    assert fault_of(client.view, vim.HostSystem, container=vim.Folder("group-x9")) == "ManagedObjectNotFound"


def test_a_destroyed_view_is_gone(client: Client) -> None:
    view = client.view(vim.HostSystem)
    view.DestroyView()

    assert fault_of(view.DestroyView) == "ManagedObjectNotFound"
    assert fault_of(client.get, view, "view") == "ManagedObjectNotFound"


def test_the_view_manager_lists_the_views(vcenter: VCenter, client: Client) -> None:
    view = client.view(vim.HostSystem)

    listed = client.get(client.content.viewManager, "viewList")

    differs(vcenter, list(listed or ()), ours=[view], vcsim=[])


def test_a_list_view_has_what_was_put_in(client: Client) -> None:
    first, second = client.hosts[:2]
    view = client.content.viewManager.CreateListView([first])

    assert list(view.ModifyListView([second], [first])) == []
    assert list(client.get(view, "view")) == [second]


def test_what_is_not_there_cannot_be_put_in_a_list_view(vcenter: VCenter, client: Client) -> None:
    fault = fault_of(client.content.viewManager.CreateListView, [NOBODY])

    differs(vcenter, fault, ours="", vcsim="ManagedObjectNotFound")


# Reading


def test_big_answers_come_in_pages(client: Client) -> None:
    spec = over(client.view(vim.HostSystem), vim.HostSystem, "name")
    collector = client.collector

    first = collector.RetrievePropertiesEx([spec], PC.RetrieveOptions(maxObjects=2))
    second = collector.ContinueRetrievePropertiesEx(first.token)
    third = collector.ContinueRetrievePropertiesEx(second.token)

    pages = [first, second, third]
    assert [len(page.objects) for page in pages] == [2, 2, 1]
    assert third.token is None
    assert len({name["name"] for page in pages for _, name in results(page)}) == 5


def test_a_token_that_stands_for_nothing_is_refused(vcenter: VCenter, client: Client) -> None:
    try:
        fault = fault_of(client.collector.ContinueRetrievePropertiesEx, "nothing")
    except KeyError as unknown:  # a fault of a type that there is not: pyVmomi cannot read it
        fault = str(unknown)

    differs(vcenter, fault, ours="InvalidArgument", vcsim="'InvalidPropertyFault'")


def test_a_retrieval_can_be_given_up(vcenter: VCenter, client: Client) -> None:
    spec = over(client.view(vim.HostSystem), vim.HostSystem, "name")
    page = client.collector.RetrievePropertiesEx([spec], PC.RetrieveOptions(maxObjects=2))

    fault = fault_of(client.collector.CancelRetrievePropertiesEx, page.token)

    differs(vcenter, fault, ours="", vcsim="MethodNotFound")


@pytest.mark.parametrize("size", [0, -1])
def test_a_page_has_at_least_one_object(vcenter: VCenter, client: Client, size: int) -> None:
    view = client.view(vim.HostSystem)

    fault = fault_of(client.read, view, vim.HostSystem, "name", maxObjects=size)

    differs(vcenter, fault, ours="InvalidArgument", vcsim="")


def test_paths_are_nested_and_keyed(client: Client) -> None:
    host = client.hosts[0]

    assert client.get(host, "config.product.productLineId") == "embeddedEsx"
    assert client.get(host, VMK0).device == "vmk0"
    assert client.get(host, f"{VMK0}.spec.mtu") == 1500
    assert client.get(host, 'config.network.netStackInstance["vmotion"].key') == "vmotion"


def test_a_key_that_is_not_there_is_unset(client: Client) -> None:
    assert client.get(client.hosts[0], 'config.network.vnic["key-vim.host.VirtualNic-vmk9"]') is None


def test_what_is_unset_is_left_out(client: Client) -> None:
    ((_, read),) = retrieve(client, about(client.content.rootFolder, "name", "parent"))

    assert list(read) == ["name"]


@pytest.mark.parametrize("path", ["config.nothing", "nothing", "config..network", "config.network.vnic.device"])
def test_a_property_that_does_not_exist_is_an_invalid_property(vcenter: VCenter, client: Client, path: str) -> None:
    fault = fault_of(client.get, client.hosts[0], path)

    differs(vcenter, fault, ours="InvalidProperty", vcsim="")


def test_an_object_that_is_not_there_is_not_found(client: Client) -> None:
    assert fault_of(client.get, NOBODY, "name") == "ManagedObjectNotFound"


def test_a_reference_of_another_type_is_to_another_object(client: Client) -> None:
    assert fault_of(client.get, vim.Folder(client.hosts[0]._moId), "name") == "ManagedObjectNotFound"


def test_missing_objects_may_be_left_out(client: Client) -> None:
    spec = PC.FilterSpec(
        objectSet=[PC.ObjectSpec(obj=NOBODY), PC.ObjectSpec(obj=client.hosts[0])],
        propSet=[PC.PropertySpec(type=vim.HostSystem, pathSet=["name"])],
        reportMissingObjectsInResults=True,
    )

    assert [managed for managed, _ in retrieve(client, spec)] == client.hosts[:1]


def test_the_properties_of_a_type_are_those_of_its_subtypes(client: Client) -> None:
    ((_, read),) = retrieve(client, about(client.hosts[0], "name", kind=vim.ManagedEntity))

    assert list(read) == ["name"]
    assert retrieve(client, about(client.hosts[0], "name", kind=vim.Datacenter)) == []


def test_specifications_of_one_object_add_up(client: Client) -> None:
    spec = about(client.hosts[0], "name")
    spec.propSet.append(PC.PropertySpec(type=vim.ManagedEntity, pathSet=["parent", "name"]))

    ((_, read),) = retrieve(client, spec)

    assert sorted(read) == ["name", "parent"]


def test_without_paths_only_the_reference_is_told(client: Client) -> None:
    host = client.hosts[0]

    assert retrieve(client, about(host)) == [(host, {})]


def test_an_object_is_skipped_when_its_specification_says_so(vcenter: VCenter, client: Client) -> None:
    read = retrieve(client, about(client.hosts[0], "name", skip=True))

    differs(vcenter, len(read), ours=0, vcsim=1)


def test_named_selections_lead_down_the_tree(client: Client) -> None:
    again = [PC.SelectionSpec(name=name) for name in ("folder", "datacenter", "compute")]
    folder = PC.TraversalSpec(name="folder", type=vim.Folder, path="childEntity", selectSet=again)
    center = PC.TraversalSpec(name="datacenter", type=vim.Datacenter, path="hostFolder", selectSet=again[:1])
    compute = PC.TraversalSpec(name="compute", type=vim.ComputeResource, path="host")

    spec = about(client.content.rootFolder, "name", kind=vim.ManagedEntity, selectSet=[folder, center, compute])

    kinds = [type(managed).__name__ for managed, _ in retrieve(client, spec)]
    assert kinds.count("vim.HostSystem") == 5
    assert set(kinds) == {"vim.Folder", "vim.Datacenter", "vim.ClusterComputeResource", "vim.HostSystem"}


def test_a_traversal_leads_up_to_the_root(client: Client) -> None:
    up = PC.TraversalSpec(name="up", type=vim.ManagedEntity, path="parent", selectSet=[PC.SelectionSpec(name="up")])

    found = retrieve(client, about(client.hosts[0], "name", kind=vim.ManagedEntity, selectSet=[up]))

    assert [managed for managed, _ in found][-1] == client.content.rootFolder
    assert len(found) == 5


def test_skipped_steps_are_not_told(client: Client) -> None:
    below = PC.TraversalSpec(type=vim.Datacenter, path="hostFolder")
    step = PC.TraversalSpec(type=vim.Folder, path="childEntity", skip=True, selectSet=[below])

    found = retrieve(client, about(client.content.rootFolder, "name", kind=vim.Folder, skip=True, selectSet=[step]))

    assert [read["name"] for _, read in found] == ["host"]


def test_a_selection_of_a_name_that_nothing_has_is_refused(client: Client) -> None:
    spec = about(client.content.rootFolder, "name", selectSet=[PC.SelectionSpec(name="nobody")])

    assert fault_of(retrieve, client, spec) == "InvalidArgument"


def test_a_traversal_along_a_path_that_does_not_exist_is_refused(vcenter: VCenter, client: Client) -> None:
    traversal = PC.TraversalSpec(type=vim.Folder, path="nothing")

    fault = fault_of(retrieve, client, about(client.content.rootFolder, "name", selectSet=[traversal]))

    differs(vcenter, fault, ours="InvalidProperty", vcsim="")


def test_the_older_read_answers_the_same(client: Client) -> None:
    spec = over(client.view(vim.HostSystem), vim.HostSystem, "name")

    assert len(client.collector.RetrieveProperties([spec])) == 5


# Watching


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


# Searching


def test_everything_is_found_by_its_path(client: Client) -> None:
    index, host = client.content.searchIndex, client.hosts[0]
    cluster = client.get(host, "parent")
    center = client.all(vim.Datacenter)[0]
    path = "/".join([client.get(center, "name"), "host", client.get(cluster, "name"), client.get(host, "name")])

    assert index.FindByInventoryPath("/") == client.content.rootFolder
    assert [index.FindByInventoryPath(one) for one in (path, f"/{path}", f"{path}/", f"/{path}/")] == [host] * 4
    assert index.FindByInventoryPath(f"{path}/nothing") is None


def test_the_resource_pool_of_a_cluster_is_found_below_it(client: Client) -> None:
    cluster = client.get(client.hosts[0], "parent")

    pool = client.content.searchIndex.FindChild(cluster, "Resources")

    assert pool == client.get(cluster, "resourcePool")
    assert client.get(pool, "owner") == cluster


def test_children_are_found_by_name(client: Client) -> None:
    index, center = client.content.searchIndex, client.all(vim.Datacenter)[0]

    assert index.FindChild(center, "host") == client.get(center, "hostFolder")
    assert index.FindChild(center, "nothing") is None
    assert fault_of(index.FindChild, vim.Folder("group-x9"), "host") == "ManagedObjectNotFound"


def test_hosts_are_found_by_uuid(client: Client) -> None:
    index, host, center = client.content.searchIndex, client.hosts[0], client.all(vim.Datacenter)[0]
    uuid = client.get(host, "hardware.systemInfo.uuid")

    assert index.FindByUuid(None, uuid, HOSTS) == host
    assert index.FindByUuid(center, uuid, HOSTS) == host
    assert list(index.FindAllByUuid(None, uuid, HOSTS)) == [host]
    assert index.FindByUuid(None, uuid, MACHINES) is None


def test_a_name_that_nobody_has_finds_nothing(client: Client) -> None:
    index = client.content.searchIndex

    assert index.FindByDnsName(None, "nobody.example.com", HOSTS) is None
    assert index.FindByIp(None, "203.0.113.9", HOSTS) is None


# Changing


def test_a_change_is_a_task_with_its_entity_and_user(vcenter: VCenter, client: Client) -> None:
    host = client.hosts[0]
    task = host.EnterMaintenanceMode_Task(0)
    WaitForTask(task)
    info = client.get(task, "info")
    WaitForTask(host.ExitMaintenanceMode_Task(0))

    assert (info.state, info.descriptionId, info.entity) == ("success", "HostSystem.enterMaintenanceMode", host)
    assert info.key == task._moId
    assert info.queueTime <= info.startTime <= info.completeTime
    told = (info.entityName == client.get(host, "name"), info.reason.userName)
    differs(vcenter, told, ours=(True, vcenter.username), vcsim=(False, "vcsim"))


def test_leaving_a_state_that_a_host_is_not_in_is_refused(vcenter: VCenter, client: Client) -> None:
    host = client.hosts[0]

    faults = [fault_of(WaitForTask, one) for one in (host.ExitMaintenanceMode_Task(0), host.ReconnectHost_Task())]

    differs(vcenter, faults, ours=["InvalidState"] * 2, vcsim=["", ""])


def test_a_port_group_is_added_and_removed(client: Client) -> None:
    host = client.hosts[0]
    network = client.get(host, "configManager.networkSystem")

    network.AddPortGroup(port_group(client, "Lab"))
    assert "Lab" in [one.spec.name for one in client.get(network, "networkInfo.portgroup")]

    network.RemovePortGroup("Lab")
    assert "Lab" not in [one.spec.name for one in client.get(network, "networkInfo.portgroup")]
    assert fault_of(network.RemovePortGroup, "Lab") == "NotFound"


def test_a_port_group_shows_in_both_views_of_the_host(vcenter: VCenter, client: Client) -> None:
    host = client.hosts[0]
    network = client.get(host, "configManager.networkSystem")

    network.AddPortGroup(port_group(client, "Both"))
    names = [one.spec.name for one in client.get(host, "config.network.portgroup")]
    network.RemovePortGroup("Both")

    differs(vcenter, "Both" in names, ours=True, vcsim=False)


def test_a_port_group_belongs_to_its_host(vcenter: VCenter, client: Client) -> None:
    first, second = (client.get(host, "configManager.networkSystem") for host in client.hosts[:2])
    first.AddPortGroup(port_group(client, "Twice"))

    faults = [fault_of(one.AddPortGroup, port_group(client, "Twice")) for one in (first, second)]
    first.RemovePortGroup("Twice")

    differs(vcenter, faults, ours=["AlreadyExists", ""], vcsim=["DuplicateName", "DuplicateName"])


def test_a_port_group_needs_a_switch(client: Client) -> None:
    network = client.get(client.hosts[0], "configManager.networkSystem")

    assert fault_of(network.AddPortGroup, port_group(client, "Lost", switch="no such switch")) == "NotFound"


def test_a_vlan_is_at_most_4095(vcenter: VCenter, client: Client) -> None:
    network = client.get(client.hosts[1], "configManager.networkSystem")

    fault = fault_of(network.AddPortGroup, port_group(client, "Far", vlan=5000))

    differs(vcenter, fault, ours="InvalidArgument", vcsim="")


def test_a_standard_switch_is_added_and_removed(client: Client) -> None:
    network = client.get(client.hosts[0], "configManager.networkSystem")

    network.AddVirtualSwitch("vSwitch7", None)
    assert fault_of(network.AddVirtualSwitch, "vSwitch7", None) == "AlreadyExists"

    network.RemoveVirtualSwitch("vSwitch7")
    assert fault_of(network.RemoveVirtualSwitch, "vSwitch7") == "NotFound"


def test_a_disconnected_host_takes_no_call(vcenter: VCenter, client: Client) -> None:
    host = client.hosts[4]
    network = client.get(host, "configManager.networkSystem")
    WaitForTask(host.DisconnectHost_Task())

    assert client.get(host, "runtime.connectionState") == "disconnected"
    assert fault_of(network.QueryNetworkHint, None) == "HostNotConnected"
    fault = fault_of(network.AddPortGroup, port_group(client, "Away"))
    WaitForTask(host.ReconnectHost_Task())

    assert client.get(host, "runtime.connectionState") == "connected"
    differs(vcenter, fault, ours="HostNotConnected", vcsim="")


def test_events_are_kept(client: Client) -> None:
    assert client.content.eventManager.QueryEvents(vim.event.EventFilterSpec())


def port_group(client: Client, name: str, *, switch: str | None = None, vlan: int = 7) -> Any:
    at = switch or client.get(client.hosts[0], "config.network.vswitch")[0].name
    return vim.host.PortGroup.Specification(name=name, vlanId=vlan, vswitchName=at, policy=vim.host.NetworkPolicy())


# What this project is about


def test_adapters_are_created(vcenter: VCenter, client: Client) -> None:
    network = client.get(client.hosts[0], "configManager.networkSystem")
    switch = client.get(client.hosts[0], "config.network.vswitch")[0].name
    spec = vim.host.VirtualNic.Specification(
        ip=vim.host.IpConfig(dhcp=False, ipAddress="10.99.0.11", subnetMask="255.255.255.0")
    )
    network.AddPortGroup(port_group(client, "Adapters", switch=switch))

    fault = fault_of(network.AddVirtualNic, "Adapters", spec)

    differs(vcenter, fault, ours="", vcsim="MethodNotFound")


def test_services_are_selected(vcenter: VCenter, client: Client) -> None:
    manager = client.get(client.hosts[1], "configManager.virtualNicManager")
    assert manager.QueryNetConfig("management").nicType == "management"
    assert fault_of(manager.QueryNetConfig, "nothing") == "InvalidArgument"

    faults = [fault_of(manager.QueryNetConfig, "vmotion"), fault_of(manager.SelectVnicForNicType, "vmotion", "vmk0")]

    differs(vcenter, faults, ours=["", ""], vcsim=["InvalidArgument", "MethodNotFound"])


def test_a_stack_is_changed(vcenter: VCenter, client: Client) -> None:
    host = client.hosts[1]
    network = client.get(host, "configManager.networkSystem")
    route = vim.host.IpRouteConfig(defaultGateway="10.1.0.1")
    edit = vim.host.NetworkConfig.NetStackSpec(
        operation="edit", netStackInstance=vim.host.NetStackInstance(key="vmotion", ipRouteConfig=route)
    )

    network.UpdateNetworkConfig(vim.host.NetworkConfig(netStackSpec=[edit]), "modify")
    path = 'config.network.netStackInstance["vmotion"].ipRouteConfig.defaultGateway'

    differs(vcenter, client.get(host, path), ours="10.1.0.1", vcsim=None)


def test_the_adapters_of_a_host_are_the_same_in_both_views(vcenter: VCenter, client: Client) -> None:
    host = client.hosts[2]
    network = client.get(host, "configManager.networkSystem")

    devices = [
        [one.device for one in client.get(managed, path) or ()]
        for managed, path in ((host, "config.network.vnic"), (network, "networkInfo.vnic"))
    ]

    differs(vcenter, devices, ours=[["vmk0", "vmk1"]] * 2, vcsim=[["vmk0"], []])


def test_a_distributed_switch_and_its_hosts_know_each_other(vcenter: VCenter, client: Client) -> None:
    (switch,) = client.all(vim.DistributedVirtualSwitch)
    assert len(client.get(switch, "summary.hostMember")) == 5

    members = len(client.get(switch, "config.host") or ())
    proxies = len(client.get(client.hosts[0], "config.network.proxySwitch") or ())

    differs(vcenter, (members, proxies), ours=(5, 1), vcsim=(0, 0))
