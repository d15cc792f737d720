"""Accounts, roles and permissions together: the changes that concern more than one of them."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace

from vcenter_simulator.authorization.permissions import Permission, Permissions, Tree
from vcenter_simulator.authorization.principals import Account, principal_key
from vcenter_simulator.authorization.privileges import VIEW
from vcenter_simulator.authorization.roles import ADMIN, GRANTABLE_SYSTEM_ROLES, Role, Roles
from vcenter_simulator.host.behaviour import Choice
from vcenter_simulator.host.refusals import Refusal, invalid_argument
from vcenter_simulator.inventory.growing import ROOT


@dataclass(frozen=True, slots=True)
class PermissionByName:
    """A permission that names its role."""

    entity: str
    """Managed object id."""
    principal: str
    role: str
    propagate: bool


class Authority:
    """What a vCenter knows about who may do what.

    Args:
        administrator: the account that may do everything.
        tree: the inventory.
        view_above: whether somebody sees the objects above those that a permission was given on.
        changed: called when anybody's rights may have changed.
    """

    def __init__(
        self, administrator: Account, tree: Tree, *, view_above: Choice, changed: Callable[[], None] = lambda: None
    ) -> None:
        self.administrator = administrator
        self.given_to_administrator = Permission(ROOT.moid, administrator.name, ADMIN.id)
        self.roles = Roles()
        self.permissions = Permissions(tree, self.roles, view_above, changed)
        self.accounts: dict[str, Account] = {}
        """By :func:`principal_key`."""
        self.become({}, {}, ())

    def become(
        self, accounts: Mapping[str, str], roles: Mapping[str, Iterable[str]], given: Iterable[PermissionByName]
    ) -> None:
        """Let these be all accounts, roles and permissions, beside the administrator's and the system's.

        Args:
            accounts: user to password.
            roles: name to privileges.
            given: the permissions.

        Raises:
            Refusal: as :meth:`Roles.add`.
        """
        everybody = [Account(name, password) for name, password in accounts.items()]
        self.accounts = {principal_key(one.name): one for one in (*everybody, self.administrator)}
        self.roles.replace(roles)
        named = {role.name: role.id for role in self.roles.all()}
        others = (Permission(one.entity, one.principal, named[one.role], one.propagate) for one in given)
        self.permissions.replace((self.given_to_administrator, *others))

    def find_account(self, name: str) -> Account | None:
        """Find an account by any of its user's names."""
        return self.accounts.get(principal_key(name))

    def may_log_in(self, account: Account) -> bool:
        """Say whether somebody sees the vCenter at all.

        Source: a vpxd log with "SessionManager.login: NoPermission", object group-d1, privilege System.View.
        """
        return VIEW in self.permissions.privileges_on(account.name, ROOT.moid)

    def update_role(self, role_id: int, name: str, privileges: Iterable[str]) -> None:
        """Change a role, for everybody who has it.

        Raises:
            Refusal: as :meth:`Roles.update`.
        """
        self.roles.update(role_id, name, privileges)
        self.permissions.refresh()

    def remove_role(self, role_id: int, *, only_unused: bool) -> None:
        """Forget a role and the permissions with it.

        Raises:
            Refusal: as :meth:`Roles.remove`; RemoveFailed for one in use when *only_unused*.
        """
        role = self.roles.get(role_id)
        used = self.with_role(role)
        if used and only_unused:
            raise Refusal("RemoveFailed", f"The role {role.name} is in use.")
        self.roles.remove(role_id)
        for one in used:
            self.permissions.remove(one)

    def merge(self, source_id: int, destination_id: int) -> list[tuple[Permission, Permission]]:
        """Give everybody who has the one role the other instead; return the permissions before and after.

        Raises:
            Refusal: NotFound, AuthMinimumAdminPermission.
        """
        source, destination = self.roles.get(source_id), self.roles.get(destination_id)
        changed = [(one, replace(one, role_id=destination.id)) for one in self.with_role(source)]
        for _, after in changed:
            self.permissions.set(after)
        return changed

    def with_role(self, role: Role) -> list[Permission]:
        """Return the permissions that give *role*."""
        return [one for one in self.permissions.all() if one.role_id == role.id]

    def give(self, permission: Permission) -> None:
        """Give a permission, as clients do.

        Raises:
            Refusal: NotFound for the role, UserNotFound, InvalidArgument for a role that can't be granted,
                AuthMinimumAdminPermission.
        """
        role = self.roles.get(permission.role_id)
        if role.is_system and role.id not in GRANTABLE_SYSTEM_ROLES:
            raise invalid_argument("permission.roleId", f"The role {role.name} can't be granted.")
        if self.find_account(permission.principal) is None:
            raise user_not_found(permission.principal)
        self.permissions.set(permission)


def user_not_found(principal: str) -> Refusal:
    """Say that there is no such user (or group: the simulator has none)."""
    text = f"The user or group named '{principal}' does not exist."
    return Refusal("UserNotFound", text, principal=principal, unresolved=True)
