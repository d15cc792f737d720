"""AuthorizationManager: who may do what."""

from collections.abc import Iterable
from typing import Any

from pyVmomi import vim

from vcenter_simulator.authorization.authority import user_not_found
from vcenter_simulator.authorization.permissions import Permission
from vcenter_simulator.authorization.privileges import ALL
from vcenter_simulator.authorization.sight import shown_permission
from vcenter_simulator.host.refusals import invalid_argument
from vcenter_simulator.methods.calls import Call, MethodTable
from vcenter_simulator.soap.references import object_not_found, reference_of, typed_array

_Manager: Any = vim.AuthorizationManager


def entity_of(call: Call, managed: Any) -> str:
    """Return the id of an entity that a client names.

    Raises:
        Refusal: ManagedObjectNotFound.
    """
    moid = reference_of(managed).moid
    if not call.vcenter.inventory.has(moid):
        raise object_not_found(reference_of(managed))
    return call.vcenter.inventory.entity_of(moid)


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
    entity = entity_of(call, call.arguments["entity"])
    permissions = call.vcenter.authority.permissions
    found = permissions.in_force_on(entity) if call.arguments["inherited"] else permissions.on(entity)
    return _shown(call, found)


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
    return call.vcenter.authority.permissions.privileges_on(user, entity_of(call, managed))


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


def _shown(call: Call, permissions: Iterable[Permission]) -> Any:
    objects = call.vcenter.inventory.objects
    found = ((one, objects.get(one.entity)) for one in permissions)
    return typed_array(
        _Manager.Permission, (shown_permission(one, at.reference) for one, at in found if at is not None)
    )


QUERIES: MethodTable = {
    "RetrieveRolePermissions": retrieve_role_permissions,
    "RetrieveAllPermissions": retrieve_all_permissions,
    "RetrieveEntityPermissions": retrieve_entity_permissions,
    "HasPrivilegeOnEntity": has_privilege_on_entity,
    "HasPrivilegeOnEntities": has_privilege_on_entities,
    "HasUserPrivilegeOnEntities": has_user_privilege_on_entities,
    "FetchUserPrivilegeOnEntities": fetch_user_privilege_on_entities,
}
