"""The objects as one user sees them: what may not be read is refused, and what depends on who asks is answered."""

from collections.abc import Callable
from typing import Any, Protocol

from pyVmomi import vim

from vcenter_simulator.authorization.checking import no_permission, not_authenticated
from vcenter_simulator.authorization.demands import privilege_to_read
from vcenter_simulator.authorization.permissions import Permission, Permissions
from vcenter_simulator.authorization.principals import shown_name
from vcenter_simulator.authorization.privileges import ANONYMOUS, VIEW
from vcenter_simulator.properties.published import PublishedObject
from vcenter_simulator.soap.encode import encode_value
from vcenter_simulator.soap.references import Reference, managed_reference, typed_array
from vcenter_simulator.soap.schema import list_of


class Surroundings(Protocol):
    """The inventory, as far as sight goes."""

    objects: dict[str, PublishedObject]

    def entity_of(self, moid: str) -> str:
        """Return the entity that decides about an object."""

    def has(self, moid: str) -> bool:
        """Say whether an object is an entity or belongs to a host."""


class Sight:
    """What one user sees.

    Args:
        user: who it is.
        permissions: what everybody may do.
        inventory: where objects are.
    """

    def __init__(self, user: str, permissions: Permissions, inventory: Surroundings) -> None:
        self._user = user
        self._permissions = permissions
        self._inventory = inventory
        self._as_of = permissions.as_of
        self._privileges: dict[str, frozenset[str]] = {}
        """Id of an object in the inventory to what the user may do with it: reads ask for every property."""

    def seen(self, published: PublishedObject) -> "SeenObject":
        """Return an object as the user sees it."""
        return SeenObject(published, self)

    def sees(self, moid: str) -> bool:
        """Say whether the user may know of an object."""
        return VIEW in self._permissions.privileges_on(self._user, self._inventory.entity_of(moid))

    def check_readable(self, published: PublishedObject, path: str) -> None:
        """Refuse to read what the user may not.

        Raises:
            Refusal: NoPermission.
        """
        moid = published.reference.moid
        privileges = self._privileges_on(moid)
        # What is not in the inventory is a service or the session's own.
        needed = privilege_to_read(published.leaves.kind, path, is_inventory=moid in self._privileges)
        if needed is not None and needed not in privileges:
            entity = self._inventory.objects[self._inventory.entity_of(moid)]
            raise no_permission([(entity.reference, [needed])])

    def _privileges_on(self, moid: str) -> frozenset[str]:
        if self._as_of != self._permissions.as_of:
            self._as_of = self._permissions.as_of
            self._privileges.clear()
        known = self._privileges.get(moid)
        if known is None:
            known = self._permissions.privileges_on(self._user, self._inventory.entity_of(moid))
            if self._inventory.has(moid):
                self._privileges[moid] = known
        return known

    def effective_role(self, moid: str) -> Any:
        """Return the ids of the user's roles on an entity."""
        role = self._permissions.role_on(self._user, moid)
        ids = [] if role is None else [role.id]
        return list_of(vim.ManagedEntity, "effectiveRole", ids)

    def permission(self, moid: str) -> Any:
        """Return the permissions that are defined on an entity."""
        kind = self._inventory.objects[moid].reference.kind
        return typed_array(
            vim.AuthorizationManager.Permission,
            (shown_permission(one, Reference(kind, moid)) for one in self._permissions.on(moid)),
        )


class SeenObject(PublishedObject):
    """An object as a user sees it.

    Args:
        published: the object.
        sight: what its user sees.
    """

    __slots__ = ("_published", "_sight")

    def __init__(self, published: PublishedObject, sight: Sight) -> None:
        # Not super().__init__: it keeps nothing of its own, and one is made for every object of every read.
        self.leaves = published.leaves
        self.reference = published.reference
        self.source = published.source
        self.is_volatile = published.is_volatile
        self._published = published
        self._sight = sight

    @property
    def is_visible(self) -> bool:
        """Whether its user may know of it."""
        return self._sight.sees(self.reference.moid)

    def read(self, path: str) -> Any:
        """Return the value at *path*, or ``None``.

        Raises:
            Refusal: InvalidProperty, NoPermission.
        """
        self._sight.check_readable(self._published, path)
        own = OF_THE_READER.get(path)
        return self._published.read(path) if own is None else own(self._sight, self.reference.moid)

    def encoded(self, path: str, version: str) -> bytes | None:
        """Return the value at *path* as a ``val`` element, or ``None`` when it is unset.

        Raises:
            Refusal: InvalidProperty, NoPermission.
        """
        if path in OF_THE_READER:
            return encode_value("val", self.read(path), version)
        self._sight.check_readable(self._published, path)
        return self._published.encoded(path, version)


OF_THE_READER: dict[str, Callable[[Sight, str], Any]] = {
    "effectiveRole": Sight.effective_role,
    "permission": Sight.permission,
}
"""The properties of an entity that come from who may do what, and not from the entity."""


def shown_permission(permission: Permission, entity: Reference) -> Any:
    """Return a permission as clients see it."""
    return vim.AuthorizationManager.Permission(
        entity=managed_reference(entity),
        principal=shown_name(permission.principal),
        group=False,
        roleId=permission.role_id,
        propagate=permission.propagate,
    )


class StrangersSight(Sight):
    """What somebody sees who has not logged in: what the reference lets everybody read, and nothing else."""

    def __init__(self) -> None:
        """Need nothing: it is the same for all of them."""

    def sees(self, moid: str) -> bool:  # noqa: ARG002 - the same for every object
        """Say whether they may know of an object."""
        return False

    def check_readable(self, published: PublishedObject, path: str) -> None:
        """Refuse to read what is not for everybody.

        Raises:
            Refusal: NotAuthenticated.
        """
        needed = privilege_to_read(published.leaves.kind, path, is_inventory=True)
        if needed != ANONYMOUS:
            raise not_authenticated(published.reference, needed or VIEW)
