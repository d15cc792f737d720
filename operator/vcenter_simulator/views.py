"""Views: lists of objects that a client reads or watches as one."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any, Protocol

from pyVmomi import VmomiSupport, vim

from vcenter_simulator.inventory.growing import ROOT
from vcenter_simulator.inventory.tree import Inventory
from vcenter_simulator.properties.leaves import Leaves
from vcenter_simulator.properties.published import PublishedObject
from vcenter_simulator.soap.references import Reference, managed_reference, managed_type, reference_array
from vcenter_simulator.soap.schema import list_of

_COMPUTE = ("ComputeResource", "ClusterComputeResource")

Find = Callable[[str], PublishedObject | None]


class View(Protocol):
    """What every view has."""

    def members(self) -> Iterable[Reference]:
        """Return the objects in the view."""


@dataclass(frozen=True, slots=True)
class ContainerView:
    """A view of everything of some types below an object."""

    inventory: Inventory
    container: Reference
    kinds: tuple[type[Any], ...]
    recursive: bool
    sees: Callable[[str], bool]
    """Whether the one whose view it is may know of an object."""

    def members(self) -> Iterable[Reference]:
        """Return the objects in the view."""
        below = self.inventory.descendants if self.recursive else self.inventory.children
        return (one for one in below(self.container.moid) if self._has(one))

    def _has(self, reference: Reference) -> bool:
        kind = managed_type(reference.kind)
        is_wanted = not self.kinds or (kind is not None and issubclass(kind, self.kinds))
        return is_wanted and self.sees(reference.moid)


@dataclass(frozen=True, slots=True)
class ListView:
    """A view of the objects that its client puts in; one that is deleted leaves it."""

    find: Find
    listed: dict[str, None] = field(default_factory=dict)
    """Ids, in the order in which they came."""

    def members(self) -> Iterator[Reference]:
        """Return the objects in the view."""
        return (one.reference for one in map(self.find, self.listed) if one is not None and one.is_visible)

    def add(self, moids: Iterable[str]) -> list[str]:
        """Put objects in and return the ids that are none."""
        unknown = []
        for moid in moids:
            if self.find(moid) is None:
                unknown.append(moid)
            else:
                self.listed[moid] = None
        return unknown

    def remove(self, moids: Iterable[str]) -> None:
        """Take objects out, if they are in."""
        for moid in moids:
            self.listed.pop(moid, None)


@dataclass(frozen=True, slots=True)
class InventoryView:
    """A view of the root folder, and of what is directly below each entity that its client has opened.

    With a datacenter come its folders for hosts and virtual machines, with a compute resource its hosts.
    """

    inventory: Inventory
    sees: Callable[[str], bool]
    """Whether the one whose view it is may know of an object."""
    opened: set[str] = field(default_factory=set)

    def members(self) -> Iterator[Reference]:
        """Return the objects in the view, each before what is below it."""
        waiting = [ROOT]
        while waiting:
            one = waiting.pop()
            if self.sees(one.moid):
                yield one
            waiting += self.inventory.children(one.moid) if one.moid in self.opened else self._implied(one.moid)

    def _implied(self, moid: str) -> Iterable[Reference]:
        node = self.inventory.nodes.get(moid)
        if node is None:
            return ()
        if node.reference.kind == "Datacenter":
            return (node.parts["vmFolder"], node.parts["hostFolder"])
        return node.children if node.reference.kind in _COMPUTE else ()

    def open(self, moids: Iterable[str]) -> list[str]:
        """Open entities, with those above them, and return the ids that are none."""
        unknown = []
        for moid in moids:
            above = [one.reference.moid for one in self.inventory.lineage(moid)]
            self.opened.update(above)
            if not above:
                unknown.append(moid)
        return unknown

    def close(self, moids: Iterable[str]) -> list[str]:
        """Close entities, and return the ids that are none."""
        given = list(moids)
        self.opened.difference_update(given)
        return [moid for moid in given if moid not in self.inventory.objects]


def _members(view: View) -> Any:
    return reference_array(VmomiSupport.ManagedObject, view.members())


CONTAINER_VIEW = Leaves(
    vim.view.ContainerView,
    {
        "view": _members,
        "container": lambda view: managed_reference(view.container),
        "type": lambda view: list_of(vim.view.ContainerView, "type", view.kinds),
        "recursive": lambda view: view.recursive,
    },
)

LIST_VIEW = Leaves(vim.view.ListView, {"view": _members})

INVENTORY_VIEW = Leaves(vim.view.InventoryView, {"view": _members})

LEAVES = (CONTAINER_VIEW, LIST_VIEW, INVENTORY_VIEW)
