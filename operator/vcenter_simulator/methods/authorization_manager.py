"""AuthorizationManager: the changes of roles and permissions; each is told as an event."""

from collections.abc import Iterator

from vcenter_simulator.authorization.authority import user_not_found
from vcenter_simulator.authorization.fixed import is_fixed
from vcenter_simulator.authorization.permissions import Permission
from vcenter_simulator.authorization.principals import principal_key
from vcenter_simulator.host.refusals import invalid_argument, not_found
from vcenter_simulator.methods.authorization_events import (
    note_permission_given,
    note_permission_removed,
    note_role_added,
    note_role_removed,
    note_role_updated,
)
from vcenter_simulator.methods.authorization_queries import QUERIES, entity_of
from vcenter_simulator.methods.calls import Call, MethodTable


async def add_role(call: Call) -> int:
    """Define a role and return its id."""
    role = call.vcenter.authority.roles.add(call.arguments["name"], call.arguments["privIds"])
    note_role_added(call, role)
    return role.id


async def update_role(call: Call) -> None:
    """Change a role for everybody who has it."""
    authority, role_id = call.vcenter.authority, call.arguments["roleId"]
    before = authority.roles.get(role_id)
    authority.update_role(role_id, call.arguments["newName"], call.arguments["privIds"])
    note_role_updated(call, before, authority.roles.get(role_id))


async def remove_role(call: Call) -> None:
    """Forget a role, with the permissions that give it unless it must be unused."""
    authority = call.vcenter.authority
    role = authority.roles.get(call.arguments["roleId"])
    authority.remove_role(role.id, only_unused=call.arguments["failIfUsed"])
    note_role_removed(call, role)


async def merge_permissions(call: Call) -> None:
    """Give everybody who has one role another instead."""
    for before, after in call.vcenter.authority.merge(call.arguments["srcRoleId"], call.arguments["dstRoleId"]):
        note_permission_given(call, before, after)


async def set_entity_permissions(call: Call) -> None:
    """Give permissions on an entity, one after the other: those before one that is refused stay."""
    for one in _wanted(call):
        _give(call, one)


async def reset_entity_permissions(call: Call) -> None:
    """Let the given permissions be all that are defined on an entity."""
    entity = _changeable(call)
    authority = call.vcenter.authority
    before = list(authority.permissions.on(entity))
    wanted = list(_wanted(call))
    for one in wanted:
        _give(call, one)
    kept = {principal_key(one.principal) for one in wanted}
    for old in before:
        if principal_key(old.principal) not in kept:
            _take(call, old)


async def remove_entity_permission(call: Call) -> None:
    """Take a permission away."""
    entity = _changeable(call)
    if call.arguments["isGroup"]:
        raise not_found(f"A permission of the group '{call.arguments['user']}'")
    _take(call, call.vcenter.authority.permissions.get(entity, call.arguments["user"]))


def _give(call: Call, permission: Permission) -> None:
    authority = call.vcenter.authority
    before = authority.permissions.find(permission.entity, permission.principal)
    authority.give(permission)
    note_permission_given(call, before, permission)


def _take(call: Call, permission: Permission) -> None:
    call.vcenter.authority.permissions.remove(permission)
    note_permission_removed(call, permission)


def _changeable(call: Call) -> str:
    """Return the called entity.

    Raises:
        Refusal: ManagedObjectNotFound; InvalidArgument for one that always has the permissions of what it is in.
    """
    entity = entity_of(call, call.arguments["entity"])
    if is_fixed(entity, call.vcenter.inventory.names):
        raise invalid_argument("entity", "It always has the permissions of what it is in.")
    return entity


def _wanted(call: Call) -> Iterator[Permission]:
    entity = _changeable(call)
    for one in call.arguments["permission"]:
        if one.group:
            raise user_not_found(one.principal)
        yield Permission(entity, one.principal, one.roleId, one.propagate)


METHODS: MethodTable = {
    **QUERIES,
    "AddAuthorizationRole": add_role,
    "UpdateAuthorizationRole": update_role,
    "RemoveAuthorizationRole": remove_role,
    "MergePermissions": merge_permissions,
    "SetEntityPermissions": set_entity_permissions,
    "ResetEntityPermissions": reset_entity_permissions,
    "RemoveEntityPermission": remove_entity_permission,
}
