"""Roles and permissions as the AuthorizationManager gives, takes and lists them, and as the control port has them."""

from typing import Any

import pytest
from pyVmomi import vim, vmodl

from contract.simulator.client import ADMINISTRATOR, Client, Refused, control
from contract.simulator.rights import CLUSTER, PASSWORD, SHOWN, USER, grant, user
from vcenter_simulator.fleet.default import default_fleet
from vcenter_simulator.running import Running


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
