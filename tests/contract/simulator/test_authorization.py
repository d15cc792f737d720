"""What somebody with few rights can see and do, by pyVmomi's own client."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import pytest
from pyVmomi import vim, vmodl

from contract.simulator.client import ADMINISTRATOR, NAME, PC, Client, Refused, connect, control, over, static, stub_of
from vcenter_simulator.fleet.default import default_fleet
from vcenter_simulator.running import Running, start_in_thread

USER, PASSWORD = "operator@vsphere.local", "few-rights"
SHOWN = r"VSPHERE.LOCAL\operator"
"""How vCenter shows that user."""
CLUSTER = "/Datacenter/host/Cluster-1"

Grant = tuple[str, str] | tuple[str, str, bool]


def grant(simulator: Running, *grants: Grant, roles: Mapping[str, Sequence[str]] | None = None) -> None:
    """Let the user have these (entity, role, and whether it propagates) and nothing else."""
    permissions = [
        {"entity": entity, "principal": USER, "role": role, "propagate": not rest or rest[0]}
        for entity, role, *rest in grants
    ]
    document = control(simulator, "GET", "/state") | {
        "accounts": {USER: PASSWORD},
        "roles": roles or {},
        "permissions": permissions,
    }
    assert control(simulator, "PUT", "/state", document) is None


@contextmanager
def user(simulator: Running) -> Iterator[Client]:
    with connect(simulator, user=USER, pwd=PASSWORD) as client:
        yield client


def lacks(refused: Any) -> dict[str, list[str]]:
    """The privileges that a fault says are missing, by the id of the entity."""
    missing = {one.entity._moId: list(one.privilegeIds) for one in refused.missingPrivileges}
    assert refused.object._moId in missing
    assert refused.privilegeId == missing[refused.object._moId][0]
    return missing


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


def test_roles_and_permissions_are_given_over_the_api(simulator: Running, client: Client) -> None:
    grant(simulator, ("/", "ReadOnly"))
    manager = client.content.authorizationManager
    cluster = client.read(vim.ClusterComputeResource, "name")[0].obj
    role = manager.AddAuthorizationRole("Network operators", ["Host.Config.Network"])

    with user(simulator) as operator:
        manager.SetEntityPermissions(
            cluster,
            [vim.AuthorizationManager.Permission(principal=USER, group=False, roleId=role, propagate=True)],
        )
        operator.network().RemoveVirtualNic("vmk1")
        assert operator.get(operator.host(), "effectiveRole") == [role]
        with pytest.raises(vim.fault.NoPermission):
            operator.content.authorizationManager.RemoveAuthorizationRole(role, failIfUsed=True)

        manager.RemoveEntityPermission(cluster, USER, isGroup=False)
        assert operator.get(operator.host(), "effectiveRole") == [-2]

    names = {one.name: (one.roleId, one.system) for one in manager.roleList}
    assert names["Admin"] == (-1, True)
    assert names["Network operators"] == (role, False)
    assert "System.View" in next(one.privilege for one in manager.roleList if one.roleId == role)
    assert {"Host.Config.Network", "Network.Assign"} <= {one.privId for one in manager.privilegeList}
    assert {one.key for one in manager.description.privilege} == {one.privId for one in manager.privilegeList}


def test_changes_of_roles_and_permissions_are_told_as_events(simulator: Running, client: Client) -> None:
    grant(simulator, ("/", "ReadOnly"))
    manager, root = client.content.authorizationManager, client.content.rootFolder

    role = manager.AddAuthorizationRole("Operators", ["Host.Config.Network"])
    manager.UpdateAuthorizationRole(role, "Network operators", ["Network.Assign"])
    given = vim.AuthorizationManager.Permission(principal=USER, group=False, roleId=role, propagate=False)
    manager.SetEntityPermissions(root, [given])
    manager.MergePermissions(role, -2)
    manager.RemoveEntityPermission(root, USER, isGroup=False)
    manager.RemoveAuthorizationRole(role, failIfUsed=True)

    kinds = (vim.event.AuthorizationEvent,)
    events = client.content.eventManager.QueryEvents(vim.event.EventFilterSpec(type=list(kinds)))
    assert [one.fullFormattedMessage for one in reversed(events)] == [
        "New role Operators created",
        "Role modified: Network operators, it was Operators",
        f"Permission changed for {SHOWN} on Datacenters, role is Network operators, propagation is Disabled",
        f"Permission changed for {SHOWN} on Datacenters, role is ReadOnly, propagation is Disabled",
        f"Permission rule removed for {SHOWN} on Datacenters",
        "Role Network operators removed",
    ]
    assert {one.userName for one in events} == {ADMINISTRATOR}
    assert list(events[-2].privilegesAdded) == ["Network.Assign"]
    assert events[-3].prevRole.name == "ReadOnly"


def test_permissions_are_listed_by_entity_by_role_and_in_all(simulator: Running, client: Client) -> None:
    grant(simulator, ("/", "ReadOnly"), (CLUSTER, "Admin", False))
    manager = client.content.authorizationManager
    cluster = client.read(vim.ClusterComputeResource, "name")[0].obj

    def shown(permissions: Any) -> set[tuple[str, str, int]]:
        return {(one.entity._moId, one.principal, one.roleId) for one in permissions}

    administrator = ("group-d1", ADMINISTRATOR, -1)
    assert shown(manager.RetrieveEntityPermissions(cluster, inherited=False)) == {(cluster._moId, SHOWN, -1)}
    assert shown(client.get(cluster, "permission")) == {(cluster._moId, SHOWN, -1)}
    assert shown(manager.RetrieveEntityPermissions(cluster, inherited=True)) == {
        (cluster._moId, SHOWN, -1),
        administrator,
    }
    assert shown(manager.RetrieveRolePermissions(-1)) == {(cluster._moId, SHOWN, -1), administrator}
    assert len(manager.RetrieveAllPermissions()) == 3

    manager.ResetEntityPermissions(cluster, [])
    assert shown(manager.RetrieveEntityPermissions(cluster, inherited=False)) == set()


def test_anybodys_privileges_can_be_asked_for(simulator: Running, client: Client) -> None:
    grant(simulator, ("/", "ReadOnly"))
    manager = client.content.authorizationManager
    root, asked = client.content.rootFolder, ["System.Read", "Host.Config.Network"]

    with user(simulator) as reader:
        key = reader.get(reader.content.sessionManager, "currentSession").key
        assert manager.HasPrivilegeOnEntity(root, key, asked) == [True, False]
        (one,) = manager.HasPrivilegeOnEntities([root], key, asked)
        assert [(each.privId, each.isGranted) for each in one.privAvailability] == list(
            zip(asked, (True, False), strict=True)
        )
    (one,) = manager.HasUserPrivilegeOnEntities([root], "VSPHERE.LOCAL\\operator", asked)
    assert [each.isGranted for each in one.privAvailability] == [True, False]
    (fetched,) = manager.FetchUserPrivilegeOnEntities([root], USER)
    assert sorted(fetched.privileges) == ["System.Anonymous", "System.Read", "System.View"]


def test_the_folders_of_a_datacenter_and_the_root_administrator_stay_as_they_are(client: Client) -> None:
    manager = client.content.authorizationManager
    folder = client.get(client.read(vim.Datacenter, "name")[0].obj, "networkFolder")

    with pytest.raises(vmodl.fault.InvalidArgument):
        manager.SetEntityPermissions(folder, [])
    with pytest.raises(vim.fault.AuthMinimumAdminPermission):
        manager.RemoveEntityPermission(client.content.rootFolder, "administrator@vsphere.local", isGroup=False)
    group = vim.AuthorizationManager.Permission(principal="Admins", group=True, roleId=-1, propagate=True)
    with pytest.raises(vim.fault.UserNotFound):
        manager.SetEntityPermissions(client.content.rootFolder, [group])


def test_accounts_roles_and_permissions_are_part_of_the_state(simulator: Running) -> None:
    grant(simulator, (CLUSTER, "Hosts", False), roles={"Hosts": ["Host.Config.Network"]})
    state = control(simulator, "GET", "/state")

    assert state["accounts"] == {USER: PASSWORD}
    assert state["roles"] == {"Hosts": ["Host.Config.Network"]}
    assert state["permissions"] == [{"entity": CLUSTER, "principal": USER, "role": "Hosts", "propagate": False}]
    control(simulator, "PUT", "/state", state)
    assert control(simulator, "GET", "/state") == state


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"roles": {"Admin": []}}, "system"),
        ({"roles": {"Hosts": ["Host.Config.Nothing"]}}, "no"),
        ({"permissions": [{"principal": "who@ever", "role": "Admin"}]}, "account"),
        ({"permissions": [{"principal": USER, "role": "View"}]}, "granted"),
        ({"permissions": [{"principal": USER, "role": "Admin", "entity": "/Nowhere"}]}, "Nowhere"),
        ({"permissions": [{"principal": USER, "role": "Admin", "entity": "/Datacenter/host"}]}, "always"),
    ],
)
def test_a_state_that_contradicts_itself_changes_nothing(
    simulator: Running, change: dict[str, Any], sentence: str
) -> None:
    before = control(simulator, "GET", "/state")
    fleet = default_fleet(1, 1).model_dump(mode="json", by_alias=True)

    refused = control(simulator, "PUT", "/state", fleet | {"accounts": {USER: PASSWORD}} | change)

    assert isinstance(refused, Refused)
    assert sentence in refused.sentence
    assert control(simulator, "GET", "/state") == before


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
