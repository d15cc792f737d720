"""Roles: named sets of privileges. The system's can't be changed, others come and go."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from vcenter_simulator.authorization.privileges import ALL, ANONYMOUS, OF_EVERY_ROLE, VIEW
from vcenter_simulator.host.refusals import Refusal, already_exists, invalid_argument, not_found

FIRST_ID = 101
"""Of roles that users define; a vCenter's own samples have the ids below."""

LONGEST_NAME = 80


@dataclass(frozen=True, slots=True)
class Role:
    """A role."""

    id: int
    name: str
    privileges: frozenset[str]
    is_system: bool = False
    label: str = ""
    """What people call a role of the system."""
    summary: str = ""


def _of_the_system(role_id: int, name: str, privileges: frozenset[str], label: str, summary: str) -> Role:
    return Role(role_id, name, privileges, is_system=True, label=label, summary=summary)


ADMIN = _of_the_system(-1, "Admin", ALL, "Administrator", "Full access rights")
READ_ONLY = _of_the_system(-2, "ReadOnly", OF_EVERY_ROLE, "Read-only", "See details of objects, but not make changes")
SEES = _of_the_system(-3, "View", frozenset({ANONYMOUS, VIEW}), "View", "Visibility access (cannot be granted)")
NOBODY = _of_the_system(-4, "Anonymous", frozenset({ANONYMOUS}), "Anonymous", "Not logged-in user (cannot be granted)")
NO_ACCESS = _of_the_system(-5, "NoAccess", frozenset(), "No access", "Used for restricting granted access")

SYSTEM_ROLES = (NO_ACCESS, NOBODY, SEES, READ_ONLY, ADMIN)
"""With the ids and names that every vCenter gives them.

Source: vSphere Web Services SDK Programming Guide 8.0, "Description of Roles on vSphere Servers"; the words are a
host's, as vimsh prints them.
"""

GRANTABLE_SYSTEM_ROLES = frozenset({ADMIN.id, READ_ONLY.id, NO_ACCESS.id})
"""The guide says of View and Anonymous that they can't be granted."""


class Roles:
    """All roles of a vCenter."""

    def __init__(self) -> None:
        self._by_id = {role.id: role for role in SYSTEM_ROLES}
        self._last = FIRST_ID - 1

    def all(self) -> list[Role]:
        """Return the roles, by id."""
        return [self._by_id[one] for one in sorted(self._by_id)]

    def get(self, role_id: int) -> Role:
        """Return the role with *role_id*.

        Raises:
            Refusal: NotFound.
        """
        if role_id not in self._by_id:
            raise not_found(f"The role {role_id}")
        return self._by_id[role_id]

    def named(self, name: str) -> Role | None:
        """Find a role by its name."""
        return next((role for role in self._by_id.values() if role.name == name), None)

    def add(self, name: str, privileges: Iterable[str]) -> Role:
        """Define a role.

        Raises:
            Refusal: InvalidName, AlreadyExists, or InvalidArgument for a privilege that there is not.
        """
        self._check_name(name, None)
        checked = _checked(privileges)
        self._last += 1
        role = Role(self._last, name, checked)
        self._by_id[role.id] = role
        return role

    def replace(self, roles: Mapping[str, Iterable[str]]) -> None:
        """Let these be all roles beside the system's; one that was there under its name keeps its id.

        Raises:
            Refusal: as :meth:`add`.
        """
        ids = {role.name: role.id for role in self._by_id.values()}
        self._by_id = {role.id: role for role in SYSTEM_ROLES}
        for name, privileges in roles.items():
            role = self.add(name, privileges)
            if name in ids:
                del self._by_id[role.id]
                self._by_id[ids[name]] = replace(role, id=ids[name])

    def update(self, role_id: int, name: str, privileges: Iterable[str]) -> None:
        """Rename a role and give it other privileges.

        Raises:
            Refusal: as :meth:`add`; NotFound, or InvalidArgument for a role of the system.
        """
        role = self._own(role_id)
        self._check_name(name, role)
        self._by_id[role_id] = replace(role, name=name, privileges=_checked(privileges))

    def remove(self, role_id: int) -> None:
        """Forget a role.

        Raises:
            Refusal: NotFound, or InvalidArgument for a role of the system.
        """
        del self._by_id[self._own(role_id).id]

    def _own(self, role_id: int) -> Role:
        role = self.get(role_id)
        if role.is_system:
            raise invalid_argument("roleId", f"The role {role.name} is the system's and can't be changed.")
        return role

    def _check_name(self, name: str, of: Role | None) -> None:
        if not name.strip() or len(name) > LONGEST_NAME:
            raise Refusal("InvalidName", f"The name '{name}' is not valid.", name=name)
        if self.named(name) not in {None, of}:
            raise already_exists(name)


def _checked(privileges: Iterable[str]) -> frozenset[str]:
    wanted = frozenset(privileges)
    unknown = sorted(wanted - ALL)
    if unknown:
        raise invalid_argument("privIds", f"There is no privilege '{unknown[0]}'.")
    return wanted | OF_EVERY_ROLE
