"""What somebody with few rights can see and do, by pyVmomi's own client."""

from typing import Any

import pytest
from pyVmomi import vim, vmodl

from contract.simulator.client import NAME, PC, Client, connect, control, over, static, stub_of
from contract.simulator.rights import CLUSTER, PASSWORD, SHOWN, USER, grant, lacks, user
from vcenter_simulator.running import Running, start_in_thread


def test_who_has_no_permission_at_all_is_not_let_in(simulator: Running) -> None:
    grant(simulator)

    with stub_of(simulator) as stub, pytest.raises(vim.fault.NoPermission) as refused:
        vim.SessionManager("SessionManager", stub).Login(USER, PASSWORD, None)

    assert lacks(refused.value) == {"group-d1": ["System.View"]}


def test_a_reader_reads_everything_and_writes_nothing(simulator: Running, client: Client) -> None:
    grant(simulator, ("/", "ReadOnly"))
    host = client.host()._moId

    with user(simulator) as reader:
        assert sorted(reader.adapters()) == ["vmk0", "vmk1"]
        with pytest.raises(vim.fault.NoPermission) as refused:
            reader.network().RemoveVirtualNic("vmk1")

    assert lacks(refused.value) == {host: ["Host.Config.Network"]}
    assert sorted(client.adapters()) == ["vmk0", "vmk1"]


def test_a_missing_privilege_comes_before_a_wrong_argument(simulator: Running) -> None:
    grant(simulator, ("/", "ReadOnly"))

    with user(simulator) as reader, pytest.raises(vim.fault.NoPermission):
        reader.network().RemoveVirtualNic("no-such-adapter")


def test_a_distributed_port_group_must_be_given_as_well_as_the_host(simulator: Running, client: Client) -> None:
    grant(simulator, ("/", "Hosts"), roles={"Hosts": ["Host.Config.Network"]})
    spec = static("10.0.40.11", distributedVirtualPort=client.portgroup("dpg-vmotion"))

    with user(simulator) as operator:
        assert operator.network().AddVirtualNic("Storage-30", static("10.0.30.11")) == "vmk2"
        with pytest.raises(vim.fault.NoPermission) as refused:
            operator.network().AddVirtualNic("", spec)
        assert lacks(refused.value) == {spec.distributedVirtualPort.portgroupKey: ["Network.Assign"]}

        grant(simulator, ("/", "Hosts"), roles={"Hosts": ["Host.Config.Network", "Network.Assign"]})
        assert operator.network().AddVirtualNic("", spec) == "vmk3"


def test_all_that_is_missing_is_named_at_once(simulator: Running, client: Client) -> None:
    grant(simulator, ("/", "ReadOnly"))
    spec = static("10.0.40.11", distributedVirtualPort=client.portgroup("dpg-vmotion"))
    host = client.host()._moId

    with user(simulator) as reader, pytest.raises(vim.fault.NoPermission) as refused:
        reader.network().AddVirtualNic("", spec)

    group = spec.distributedVirtualPort.portgroupKey
    assert lacks(refused.value) == {host: ["Host.Config.Network"], group: ["Network.Assign"]}


def test_an_old_client_is_told_the_first_missing_privilege_only(simulator: Running) -> None:
    grant(simulator, ("/", "ReadOnly"))

    with (
        connect(simulator, user=USER, pwd=PASSWORD, preferredApiVersions=["vim.version.version11"]) as old,
        pytest.raises(vim.fault.NoPermission) as refused,
    ):
        old.network().RemoveVirtualNic("vmk1")

    assert refused.value.privilegeId == "Host.Config.Network"
    assert not refused.value.missingPrivileges


def test_nobody_sees_what_is_in_another_cluster() -> None:
    with start_in_thread(hosts=4, clusters=2) as two:
        grant(two, (CLUSTER, "ReadOnly"))

        with user(two) as reader:
            assert [one.name for one in reader.read(vim.HostSystem, "name")] == [NAME, "esx02.example.com"]
            assert [one.name for one in reader.read(vim.ClusterComputeResource, "name")] == ["Cluster-1"]
            assert [one.name for one in reader.read(vim.Datacenter, "name")] == ["Datacenter"]
            assert reader.read(vim.dvs.DistributedVirtualPortgroup, "name") == []


def test_a_traversal_goes_round_what_may_not_be_seen() -> None:
    with start_in_thread(hosts=4, clusters=2) as two:
        grant(two, ("/", "ReadOnly"), ("/Datacenter/host/Cluster-2", "NoAccess"))

        with user(two) as reader:
            folder = reader.get(reader.read(vim.Datacenter, "name")[0].obj, "hostFolder")
            into = PC.TraversalSpec(type=vim.Folder, path="childEntity", skip=False)
            spec = PC.FilterSpec(
                propSet=[PC.PropertySpec(type=vim.ManagedEntity, pathSet=["name"])],
                objectSet=[PC.ObjectSpec(obj=folder, skip=True, selectSet=[into])],
            )
            found = reader.collector.RetrievePropertiesEx([spec], PC.RetrieveOptions()).objects

    assert [one.propSet[0].val for one in found] == ["Cluster-1"]


def test_what_may_be_seen_but_not_read_is_missing_with_its_fault(simulator: Running) -> None:
    grant(simulator, (CLUSTER, "ReadOnly"))

    with user(simulator) as reader:
        center = reader.read(vim.Datacenter, "name")[0].obj
        spec = PC.FilterSpec(
            propSet=[PC.PropertySpec(type=vim.Datacenter, pathSet=["name", "network", "effectiveRole"])],
            objectSet=[PC.ObjectSpec(obj=center)],
        )
        (content,) = reader.collector.RetrievePropertiesEx([spec], PC.RetrieveOptions()).objects

    assert {one.name: one.val for one in content.propSet} == {"name": "Datacenter", "effectiveRole": [-3]}
    assert [(one.path, type(one.fault)) for one in content.missingSet] == [("network", vim.fault.NoPermission)]
    assert lacks(content.missingSet[0].fault) == {center._moId: ["System.Read"]}


def test_an_attribute_that_may_not_be_read_is_refused(simulator: Running) -> None:
    grant(simulator, (CLUSTER, "ReadOnly"))

    with user(simulator) as reader:
        center = reader.read(vim.Datacenter, "name")[0].obj
        assert center.name == "Datacenter"
        with pytest.raises(vim.fault.NoPermission):
            _ = center.network


def test_who_watches_is_told_when_a_right_is_taken_and_given(simulator: Running) -> None:
    grant(simulator, (CLUSTER, "ReadOnly"))

    with user(simulator) as reader:
        view = reader.view(vim.HostSystem)
        watched = reader.collector.CreateFilter(
            over(view, vim.HostSystem, "name", "runtime.connectionState"), partialUpdates=False
        )
        first = reader.collector.WaitForUpdatesEx("", PC.WaitOptions(maxWaitSeconds=0))
        assert len(first.filterSet[0].objectSet) == 3

        grant(simulator, (CLUSTER, "ReadOnly"), (f"{CLUSTER}/{NAME}", "NoAccess"))
        second = reader.collector.WaitForUpdatesEx(first.version, PC.WaitOptions(maxWaitSeconds=5))
        assert [(one.kind, one.obj._moId) for one in second.filterSet[0].objectSet if one.kind == "leave"] == [
            ("leave", _moid_of(first, NAME))
        ]

        grant(simulator, (CLUSTER, "ReadOnly"))
        third = reader.collector.WaitForUpdatesEx(second.version, PC.WaitOptions(maxWaitSeconds=5))
        assert _moid_of(third, NAME) == _moid_of(first, NAME)
        watched.Destroy()


def _moid_of(updates: Any, name: str) -> str:
    changes = ((one, change) for one in updates.filterSet[0].objectSet for change in one.changeSet)
    return next(str(one.obj._moId) for one, change in changes if (change.name, change.val) == ("name", name))


def test_a_watched_object_that_may_be_seen_but_not_read_says_so(simulator: Running) -> None:
    grant(simulator, (CLUSTER, "ReadOnly"))

    with user(simulator) as reader:
        spec = over(reader.view(vim.Datacenter), vim.Datacenter, "name", "network")
        reader.collector.CreateFilter(spec, partialUpdates=False)
        (update,) = reader.collector.WaitForUpdatesEx("", PC.WaitOptions(maxWaitSeconds=0)).filterSet[0].objectSet

    assert [one.name for one in update.changeSet] == ["name"]
    assert [(one.path, type(one.fault)) for one in update.missingSet] == [("network", vim.fault.NoPermission)]


def test_other_peoples_sessions_are_for_those_who_may_end_them(simulator: Running, client: Client) -> None:
    grant(simulator, ("/", "ReadOnly"))
    key = client.get(client.content.sessionManager, "currentSession").key

    with user(simulator) as reader:
        manager = reader.content.sessionManager
        assert reader.get(manager, "currentSession").userName == SHOWN
        assert reader.get(manager, "sessionList") is None
        with pytest.raises(vim.fault.NoPermission):
            manager.TerminateSession([key])
        with pytest.raises(vim.fault.NoPermission):
            manager.SessionIsActive(key, "anybody")

        grant(simulator, ("/", "Sessions", False), roles={"Sessions": ["Sessions.TerminateSession"]})
        assert len(reader.get(manager, "sessionList")) == 2
        manager.TerminateSession([key])
    with pytest.raises(vim.fault.NotAuthenticated):
        client.instance.CurrentTime()
    client.content.sessionManager.Login(simulator.username, simulator.password)


def test_without_a_login_only_what_is_for_everybody_can_be_read(simulator: Running, client: Client) -> None:
    root = client.content.rootFolder
    with stub_of(simulator) as stub:
        collector: Any = vmodl.query.PropertyCollector("propertyCollector", stub)
        spec = PC.FilterSpec(
            propSet=[
                PC.PropertySpec(type=vim.SessionManager, pathSet=["currentSession", "defaultLocale", "sessionList"]),
                PC.PropertySpec(type=vim.Folder, pathSet=["name"]),
            ],
            objectSet=[
                PC.ObjectSpec(obj=vim.SessionManager("SessionManager")),
                PC.ObjectSpec(obj=vim.Folder(root._moId)),
            ],
        )
        found = collector.RetrievePropertiesEx([spec], PC.RetrieveOptions()).objects

    assert {one.name: one.val for content in found for one in content.propSet} == {"defaultLocale": "en"}
    missing = {one.path: one.fault for content in found for one in content.missingSet}
    assert {path: type(fault) for path, fault in missing.items()} == {
        "sessionList": vim.fault.NotAuthenticated,
        "name": vim.fault.NotAuthenticated,
    }
    assert (missing["name"].object._moId, missing["name"].privilegeId) == (root._moId, "System.View")


def test_a_task_is_cancelled_by_those_who_may_on_what_it_works_on(simulator: Running, client: Client) -> None:
    grant(simulator, ("/", "ReadOnly"))
    host = client.host()
    task = host.EnterMaintenanceMode_Task(0)

    with user(simulator) as reader, pytest.raises(vim.fault.NoPermission) as refused:
        vim.Task(task._moId, reader.stub).CancelTask()

    assert lacks(refused.value) == {host._moId: ["Global.CancelTask"]}


def test_the_history_has_only_what_one_may_know_of(simulator: Running, client: Client) -> None:
    state = control(simulator, "GET", "/state")
    other = state["datacenters"][0]["clusters"][0]["hosts"].pop()
    state["datacenters"][0]["clusters"].append({"name": "Cluster-2", "hosts": [other]})
    control(simulator, "PUT", "/state", state)
    grant(simulator, (CLUSTER, "ReadOnly"), ("/", "ReadOnly", False))
    client.network(NAME).RemoveVirtualNic("vmk1")
    client.network(other["name"]).RemoveVirtualNic("vmk1")

    with user(simulator) as reader:
        by_type = vim.event.EventFilterSpec(eventTypeId=["TaskEvent"])
        events = reader.content.eventManager.QueryEvents(by_type)
        tasks = reader.content.taskManager.CreateCollectorForTasks(vim.TaskFilterSpec()).ReadNextTasks(10)
        collector = reader.content.eventManager.CreateCollectorForEvents(by_type)

        assert [one.host.name for one in events] == [NAME]
        assert [one.entityName for one in tasks] == [NAME]
        assert [one.host.name for one in collector.ReadNextEvents(10)] == [NAME]
