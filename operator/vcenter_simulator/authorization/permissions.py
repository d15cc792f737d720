"""Permissions: which role somebody has on an object, and what follows from it for the objects below."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Protocol

from vcenter_simulator.authorization.principals import principal_key
from vcenter_simulator.authorization.privileges import ANONYMOUS, VIEW
from vcenter_simulator.authorization.roles import ADMIN, SEES, Role, Roles
from vcenter_simulator.host.behaviour import Choice
from vcenter_simulator.host.refusals import Refusal, not_found
from vcenter_simulator.inventory.growing import ROOT


class Tree(Protocol):
    """The inventory, as far as permissions go."""

    @property
    def structure(self) -> int:
        """Grows when objects come, go or move."""

    def parent_of(self, moid: str) -> str | None:
        """Return the object above an entity."""


@dataclass(frozen=True, slots=True)
class Permission:
    """A role on an entity for a user."""

    entity: str
    """Managed object id."""
    principal: str
    role_id: int
    propagate: bool = True
    """Whether it holds below the entity too."""


class Permissions:
    """All permissions, and what they come to.

    Args:
        tree: the inventory.
        roles: the roles.
        view_above: whether somebody sees the objects above those that a permission was given on.
        changed: called when anybody's rights may have changed.
    """

    def __init__(self, tree: Tree, roles: Roles, view_above: Choice, changed: Callable[[], None]) -> None:
        self._tree = tree
        self._roles = roles
        self._view_above = view_above
        self._changed = changed
        self._given: dict[str, dict[str, Permission]] = {}
        """Entity, then user, to the permission."""
        self._changes = 0
        self._structure = tree.structure
        self._privileges: dict[tuple[str, str], frozenset[str]] = {}
        self._above: dict[str, frozenset[str]] = {}

    @property
    def as_of(self) -> tuple[int, int]:
        """Something that is another when anybody may have other rights than before."""
        return self._changes, self._tree.structure

    def all(self) -> Iterator[Permission]:
        """Return every permission."""
        return (one for on_entity in self._given.values() for one in on_entity.values())

    def of(self, user: str) -> Iterator[Permission]:
        """Return the permissions that *user* was given."""
        key = principal_key(user)
        return (given[key] for given in self._given.values() if key in given)

    def on(self, entity: str) -> Iterator[Permission]:
        """Return the permissions that are defined on *entity* itself."""
        return iter(self._given.get(entity, {}).values())

    def in_force_on(self, entity: str) -> Iterator[Permission]:
        """Return what each user has on *entity*: of several the nearest, which overrides those above."""
        users: set[str] = set()
        for at in self._upwards(entity):
            for key, one in self._given.get(at, {}).items():
                if key not in users and (at == entity or one.propagate):
                    users.add(key)
                    yield one

    def set(self, permission: Permission) -> None:
        """Give a permission, or change the one that the user has on that entity.

        Raises:
            Refusal: AuthMinimumAdminPermission when nobody would be administrator any more.
        """
        self._put(permission.entity, principal_key(permission.principal), permission)

    def find(self, entity: str, principal: str) -> Permission | None:
        """Find the permission that a user has on *entity* itself."""
        return self._given.get(entity, {}).get(principal_key(principal))

    def get(self, entity: str, principal: str) -> Permission:
        """Return the permission that a user has on *entity* itself.

        Raises:
            Refusal: NotFound.
        """
        found = self.find(entity, principal)
        if found is None:
            raise not_found(f"A permission of '{principal}' on {entity}")
        return found

    def remove(self, permission: Permission) -> None:
        """Take a permission away.

        Raises:
            Refusal: AuthMinimumAdminPermission when nobody would be administrator any more.
        """
        self._put(permission.entity, principal_key(permission.principal), None)

    def replace(self, permissions: Iterable[Permission]) -> None:
        """Let these be all permissions."""
        self._given.clear()
        for one in permissions:
            self._given.setdefault(one.entity, {})[principal_key(one.principal)] = one
        self.refresh()

    def refresh(self) -> None:
        """Forget what followed from roles and permissions."""
        self._changes += 1
        self._forget()
        self._changed()

    def role_on(self, user: str, entity: str) -> Role | None:
        """Return the role that *user* has on *entity*; that which comes of permissions further down is ``View``."""
        key = principal_key(user)
        for at in self._upwards(entity):
            one = self._given.get(at, {}).get(key)
            if one is not None and (at == entity or one.propagate):
                return self._roles.get(one.role_id)
        return SEES if entity in self._entities_above(key) else None

    def privileges_on(self, user: str, entity: str) -> frozenset[str]:
        """Return what *user* may do with *entity*."""
        self._forget_if_moved()
        known = (user, entity)
        if known not in self._privileges:
            role = self.role_on(user, entity)
            self._privileges[known] = role.privileges if role is not None else frozenset({ANONYMOUS})
        return self._privileges[known]

    def _put(self, entity: str, key: str, permission: Permission | None) -> None:
        before = self._given.get(entity, {})
        after = {name: one for name, one in before.items() if name != key}
        if permission is not None:
            after[key] = permission
        if entity == ROOT.moid and _has_administrator(before) and not _has_administrator(after):
            text = "The operation would leave the system with no Administrator permission on the root node."
            raise Refusal("AuthMinimumAdminPermission", text)
        self._given[entity] = after
        self.refresh()

    def _upwards(self, entity: str) -> Iterator[str]:
        at: str | None = entity
        while at is not None:
            yield at
            at = self._tree.parent_of(at)

    def _entities_above(self, key: str) -> frozenset[str]:
        self._forget_if_moved()
        if key not in self._above:
            granted = (
                entity
                for entity, given in self._given.items()
                if key in given and VIEW in self._roles.get(given[key].role_id).privileges
            )
            above = (at for entity in granted for at in self._upwards(entity) if at != entity)
            self._above[key] = frozenset(above if self._view_above is Choice.ACCEPT else ())
        return self._above[key]

    def _forget_if_moved(self) -> None:
        if self._structure != self._tree.structure:
            self._structure = self._tree.structure
            self._forget()

    def _forget(self) -> None:
        self._privileges.clear()
        self._above.clear()


def _has_administrator(given: dict[str, Permission]) -> bool:
    return any(one.role_id == ADMIN.id and one.propagate for one in given.values())
