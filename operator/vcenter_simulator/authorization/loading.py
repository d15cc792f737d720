"""The part of a fleet document that says who may do what: into an authority, and back."""

from vcenter_simulator.authorization.authority import Authority, PermissionByName
from vcenter_simulator.authorization.fixed import is_fixed
from vcenter_simulator.authorization.permissions import Permission
from vcenter_simulator.authorization.principals import principal_key
from vcenter_simulator.authorization.privileges import ALL, OF_EVERY_ROLE
from vcenter_simulator.authorization.roles import GRANTABLE_SYSTEM_ROLES, SYSTEM_ROLES
from vcenter_simulator.fleet.documents import FleetDocument, PermissionDocument
from vcenter_simulator.fleet.errors import DocumentError
from vcenter_simulator.inventory.naming import Names


def check_authority(document: FleetDocument, authority: Authority, names: Names) -> None:
    """Look at the whole of *document* before any of it is put in use.

    Raises:
        DocumentError: when it contradicts itself or names what there is not.
    """
    system = {role.name for role in SYSTEM_ROLES}
    for name, privileges in document.roles.items():
        if name in system:
            raise DocumentError(f"The role {name} is the system's and can't be changed.")
        unknown = next((one for one in privileges if one not in ALL), None)
        if unknown is not None:
            raise DocumentError(f"The role {name} has a privilege '{unknown}' that there is not.")
    known = {principal_key(name) for name in (*document.accounts, authority.administrator.name)}
    grantable = {role.name for role in SYSTEM_ROLES if role.id in GRANTABLE_SYSTEM_ROLES} | document.roles.keys()
    for one in document.permissions:
        if principal_key(one.principal) not in known:
            raise DocumentError(f"A permission names '{one.principal}', who has no account.")
        if one.role not in grantable:
            raise DocumentError(f"A permission of {one.principal} names a role '{one.role}' that can't be granted.")
        moid = names.find(one.entity)
        if moid is None:
            raise DocumentError(f"A permission of {one.principal} is on '{one.entity}', which there is not.")
        if is_fixed(moid, names):
            raise DocumentError(f"'{one.entity}' always has the permissions of what it is in.")


def load_authority(document: FleetDocument, authority: Authority, names: Names) -> None:
    """Give what *document* says, and nothing of what was before; it must have been checked."""
    found = ((names.find(one.entity), one) for one in document.permissions)
    given = [PermissionByName(moid, one.principal, one.role, one.propagate) for moid, one in found if moid is not None]
    authority.become(document.accounts, document.roles, given)


def dump_authority(document: FleetDocument, authority: Authority, names: Names) -> FleetDocument:
    """Return *document* with the accounts, roles and permissions as they are."""
    administrator = principal_key(authority.administrator.name)
    accounts = {one.name: one.password for key, one in authority.accounts.items() if key != administrator}
    roles = {one.name: sorted(one.privileges - OF_EVERY_ROLE) for one in authority.roles.all() if not one.is_system}
    permissions = [
        described_permission(one, authority, names)
        for one in authority.permissions.all()
        if one != authority.given_to_administrator
    ]
    return document.model_copy(update={"accounts": accounts, "roles": roles, "permissions": permissions})


def described_permission(permission: Permission, authority: Authority, names: Names) -> PermissionDocument:
    """Describe a permission by the names of what it is about."""
    return PermissionDocument(
        entity=names.path_of(permission.entity),
        principal=permission.principal,
        role=authority.roles.get(permission.role_id).name,
        propagate=permission.propagate,
    )
