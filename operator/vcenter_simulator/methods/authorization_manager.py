"""AuthorizationManager."""

from collections.abc import Iterable
from typing import Any

from pyVmomi import vim

from vcenter_simulator.authorization.authority import user_not_found
from vcenter_simulator.authorization.fixed import is_fixed
from vcenter_simulator.authorization.permissions import Permission
from vcenter_simulator.authorization.privileges import ALL
from vcenter_simulator.authorization.sight import shown_permission
from vcenter_simulator.collector.selection import object_not_found
from vcenter_simulator.host.refusals import invalid_argument, not_found
from vcenter_simulator.methods.calls import Call, MethodTable
from vcenter_simulator.soap.references import reference_of, typed_array

_Manager: Any = vim.AuthorizationManager


async def add_role(call: Call) -> int:
    """Define a role and return its id."""
    return call.vcenter.authority.roles.add(call.arguments["name"], call.arguments["privIds"]).id


async def update_role(call: Call) -> None:
    """Change a role for everybody who has it."""
    arguments = call.arguments
    call.vcenter.authority.update_role(arguments["roleId"], arguments["newName"], arguments["privIds"])


async def remove_role(call: Call) -> None:
    """Forget a role, with the permissions that give it unless it must be unused."""
    call.vcenter.authority.remove_role(call.arguments["roleId"], only_unused=call.arguments["failIfUsed"])


async def merge_permissions(call: Call) -> None:
    """Give everybody who has one role another instead."""
    call.vcenter.authority.merge(call.arguments["srcRoleId"], call.arguments["dstRoleId"])


async def retrieve_role_permissions(call: Call) -> Any:
    """Return the permissions that give a role."""
    authority = call.vcenter.authority
    return _shown(call, authority.with_role(authority.roles.get(call.arguments["roleId"])))


async def retrieve_all_permissions(call: Call) -> Any:
    """Return every permission on what the caller can see."""
    permissions = call.vcenter.authority.permissions.all()
    return _shown(call, (one for one in permissions if call.sight.sees(one.entity)))


async def retrieve_entity_permissions(call: Call) -> Any:
    """Return the permissions that are defined on an entity, or all that are in force there."""
    entity = _entity(call, call.arguments["entity"])
    permissions = call.vcenter.authority.permissions
    found = permissions.in_force_on(entity) if call.arguments["inherited"] else permissions.on(entity)
    return _shown(call, found)


async def set_entity_permissions(call: Call) -> None:
    """Give permissions on an entity, one after the other: those before one that is refused stay."""
    for one in _wanted(call):
        call.vcenter.authority.give(one)


async def reset_entity_permissions(call: Call) -> None:
    """Let the given permissions be all that are defined on an entity."""
    entity = _changeable(call)
    authority = call.vcenter.authority
    before = list(authority.permissions.on(entity))
    wanted = list(_wanted(call))
    for one in wanted:
        authority.give(one)
    kept = {authority.find_account(one.principal) for one in wanted}
    for old in before:
        if authority.find_account(old.principal) not in kept:
            authority.permissions.remove(entity, old.principal)


async def remove_entity_permission(call: Call) -> None:
    """Take a permission away."""
    entity = _changeable(call)
    if call.arguments["isGroup"]:
        raise not_found(f"A permission of the group '{call.arguments['user']}'")
    call.vcenter.authority.permissions.remove(entity, call.arguments["user"])


async def has_privilege_on_entity(call: Call) -> Any:
    """Say of each privilege whether the user of a session has it."""
    user = _user_of_session(call)
    has = _privileges(call, user, call.arguments["entity"])
    return [one in has for one in _known(call)]


async def has_privilege_on_entities(call: Call) -> Any:
    """Say of each privilege on each entity whether the user of a session has it."""
    return _availability(call, _user_of_session(call), call.arguments["entity"])


async def has_user_privilege_on_entities(call: Call) -> Any:
    """Say of each privilege on each entity whether a user has it."""
    return _availability(call, _user(call), call.arguments["entities"])


async def fetch_user_privilege_on_entities(call: Call) -> Any:
    """Return everything that a user may do with each entity."""
    user = _user(call)
    return [
        _Manager.UserPrivilegeResult(entity=one, privileges=sorted(_privileges(call, user, one)))
        for one in call.arguments["entities"]
    ]


def _availability(call: Call, user: str, entities: Iterable[Any]) -> Any:
    wanted = _known(call)
    found = ((one, _privileges(call, user, one)) for one in entities)
    return [
        _Manager.EntityPrivilege(
            entity=entity,
            privAvailability=[_Manager.PrivilegeAvailability(privId=one, isGranted=one in has) for one in wanted],
        )
        for entity, has in found
    ]


def _privileges(call: Call, user: str, managed: Any) -> frozenset[str]:
    return call.vcenter.authority.permissions.privileges_on(user, _entity(call, managed))


def _known(call: Call) -> list[str]:
    wanted = list(call.arguments["privId"])
    unknown = next((one for one in wanted if one not in ALL), None)
    if unknown is not None:
        raise invalid_argument("privId", f"There is no privilege '{unknown}'.")
    return wanted


def _user_of_session(call: Call) -> str:
    key = call.arguments["sessionId"]
    user = next((one.user for one in call.vcenter.sessions.all() if one.key == key), None)
    if user is None:
        raise invalid_argument("sessionId", f"There is no session '{key}'.")
    return user


def _user(call: Call) -> str:
    name = call.arguments["userName"]
    account = call.vcenter.authority.find_account(name)
    if account is None:
        raise user_not_found(name)
    return account.name


def _entity(call: Call, managed: Any) -> str:
    moid = reference_of(managed).moid
    if not call.vcenter.inventory.has(moid):
        raise object_not_found(managed)
    return call.vcenter.inventory.entity_of(moid)


def _changeable(call: Call) -> str:
    """Return the called entity.

    Raises:
        Refusal: ManagedObjectNotFound; InvalidArgument for one that always has the permissions of what it is in.
    """
    entity = _entity(call, call.arguments["entity"])
    if is_fixed(entity, call.vcenter.inventory.names):
        raise invalid_argument("entity", "It always has the permissions of what it is in.")
    return entity


def _wanted(call: Call) -> Iterable[Permission]:
    entity = _changeable(call)
    for one in call.arguments["permission"]:
        if one.group:
            raise user_not_found(one.principal)
        yield Permission(entity, one.principal, one.roleId, one.propagate)


def _shown(call: Call, permissions: Iterable[Permission]) -> Any:
    objects = call.vcenter.inventory.objects
    found = ((one, objects.get(one.entity)) for one in permissions)
    return typed_array(
        _Manager.Permission, (shown_permission(one, at.reference) for one, at in found if at is not None)
    )


METHODS: MethodTable = {
    "AddAuthorizationRole": add_role,
    "UpdateAuthorizationRole": update_role,
    "RemoveAuthorizationRole": remove_role,
    "MergePermissions": merge_permissions,
    "RetrieveRolePermissions": retrieve_role_permissions,
    "RetrieveAllPermissions": retrieve_all_permissions,
    "RetrieveEntityPermissions": retrieve_entity_permissions,
    "SetEntityPermissions": set_entity_permissions,
    "ResetEntityPermissions": reset_entity_permissions,
    "RemoveEntityPermission": remove_entity_permission,
    "HasPrivilegeOnEntity": has_privilege_on_entity,
    "HasPrivilegeOnEntities": has_privilege_on_entities,
    "HasUserPrivilegeOnEntities": has_user_privilege_on_entities,
    "FetchUserPrivilegeOnEntities": fetch_user_privilege_on_entities,
}
