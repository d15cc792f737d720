"""What the authorization manager publishes."""

from typing import Any

from pyVmomi import vim

from vcenter_simulator.authorization.privileges import GROUP_OF, GROUPS
from vcenter_simulator.authorization.roles import Role
from vcenter_simulator.properties.leaves import Leaves
from vcenter_simulator.soap.references import typed_array

AUTHORIZATION_MANAGER_ID = "AuthorizationManager"

_Manager: Any = vim.AuthorizationManager


def _shown_role(role: Role) -> Any:
    label = role.label or role.name
    return _Manager.Role(
        roleId=role.id,
        system=role.is_system,
        name=role.name,
        info=vim.Description(label=label, summary=role.summary or label),
        privilege=sorted(role.privileges),
    )


def _shown_privilege(privilege: str) -> Any:
    group = GROUP_OF[privilege]
    # Whether it is needed on the parent of an object that is created; the simulator creates none.
    return _Manager.Privilege(
        privId=privilege, onParent=False, name=privilege.removeprefix(f"{group}."), privGroupName=group
    )


def _described(key: str) -> Any:
    return vim.ElementDescription(key=key, label=key, summary=key)


def _description() -> Any:
    return vim.AuthorizationDescription(
        privilege=[_described(one) for one in GROUP_OF], privilegeGroup=[_described(one) for one in GROUPS]
    )


AUTHORIZATION_MANAGER = Leaves(
    vim.AuthorizationManager,
    {
        "privilegeList": lambda _: typed_array(_Manager.Privilege, map(_shown_privilege, GROUP_OF)),
        "roleList": lambda authority: typed_array(_Manager.Role, map(_shown_role, authority.roles.all())),
        "description": lambda _: _description(),
    },
)
