"""The events of roles and permissions that somebody changes over the API."""

from typing import Any

from pyVmomi import vim

from vcenter_simulator.authorization.permissions import Permission
from vcenter_simulator.authorization.principals import shown_name
from vcenter_simulator.authorization.roles import Role
from vcenter_simulator.methods.calls import Call
from vcenter_simulator.soap.references import managed_reference


def note_role_added(call: Call, role: Role) -> None:
    """Say that a role was defined."""
    _note_role(call, "RoleAddedEvent", role, privilegeList=sorted(role.privileges))


def note_role_updated(call: Call, before: Role, after: Role) -> None:
    """Say what is different about a role."""
    _note_role(
        call,
        "RoleUpdatedEvent",
        after,
        privilegeList=sorted(after.privileges),
        prevRoleName=before.name,
        privilegesAdded=sorted(after.privileges - before.privileges),
        privilegesRemoved=sorted(before.privileges - after.privileges),
    )


def note_role_removed(call: Call, role: Role) -> None:
    """Say that a role is no more."""
    _note_role(call, "RoleRemovedEvent", role)


def note_permission_given(call: Call, before: Permission | None, after: Permission) -> None:
    """Say that somebody has a permission, or another one than before."""
    fields: dict[str, Any] = {"role": _role(call, after), "propagate": after.propagate}
    if before is None:
        _note_permission(call, "PermissionAddedEvent", after, **fields)
    else:
        fields |= {"prevRole": _role(call, before), "prevPropagate": before.propagate}
        _note_permission(call, "PermissionUpdatedEvent", after, **fields)


def note_permission_removed(call: Call, permission: Permission) -> None:
    """Say that somebody has a permission no more."""
    _note_permission(call, "PermissionRemovedEvent", permission)


def _note_role(call: Call, kind: str, role: Role, **fields: Any) -> None:
    call.vcenter.events.post(kind, user=call.logged_in.shown_user, role=_argument(role), **fields)


def _note_permission(call: Call, kind: str, permission: Permission, **fields: Any) -> None:
    entity = next(call.vcenter.inventory.lineage(permission.entity))
    argument = vim.event.ManagedEntityEventArgument(name=entity.name, entity=managed_reference(entity.reference))
    call.vcenter.events.post(
        kind,
        about=entity.reference,
        user=call.logged_in.shown_user,
        entity=argument,
        principal=shown_name(permission.principal),
        group=False,
        **fields,
    )


def _role(call: Call, permission: Permission) -> Any:
    return _argument(call.vcenter.authority.roles.get(permission.role_id))


def _argument(role: Role) -> Any:
    return vim.event.RoleEventArgument(roleId=role.id, name=role.name)
