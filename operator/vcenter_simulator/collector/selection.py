"""Which objects and paths a filter specification means."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from pyVmomi import VmomiSupport, vmodl

from vcenter_simulator.host.refusals import Refusal, invalid_argument
from vcenter_simulator.properties.leaves import published_kinds
from vcenter_simulator.properties.paths import invalid_property, is_declared, is_hidden, parse_path
from vcenter_simulator.properties.published import PublishedObject
from vcenter_simulator.soap.references import object_not_found, reference_of

Find = Callable[[str], PublishedObject | None]
"""From a managed object id to the object, as the session sees it."""

UNREADABLE = frozenset({"NoPermission", "NotAuthenticated"})
"""The faults of a property that is there, but not for everybody."""

_Traversal = vmodl.query.PropertyCollector.TraversalSpec


@dataclass(frozen=True, slots=True)
class Survey:
    """What a filter specification means now."""

    found: dict[str, PublishedObject]
    """The objects that it has properties for, by id, in the order in which they are met."""
    missing: list[Any]
    """The objects that it starts from and that are not there."""
    crossed: dict[str, set[str]]
    """Id to the paths that led on from there: when their values change, other objects may be meant."""


def survey(spec: Any, find: Find) -> Survey:
    """Find out what *spec* means, whether or not everything that it starts from is there.

    Raises:
        Refusal: InvalidProperty for a traversal along a path that does not exist, InvalidArgument for a selection by
            a name that nothing has.
    """
    named = {one.name: one for start in spec.objectSet for one in _traversals(start.selectSet) if one.name}
    for one in (one for start in spec.objectSet for one in _selections(start.selectSet)):
        if not isinstance(one, _Traversal) and one.name not in named:
            raise invalid_argument("selectSet", f"Nothing is named '{one.name}'.")
    walk = _Walk(named, find)
    missing = []
    for start in spec.objectSet:
        reference = reference_of(start.obj)
        moid = reference.moid
        root = find(moid)
        if root is None or not root.is_a(reference.kind):
            missing.append(start.obj)
            continue
        if not start.skip:
            walk.found[moid] = root
        walk.follow(root, start.selectSet)
    found = {moid: one for moid, one in walk.found.items() if matching_specs(spec, one)}
    return Survey(found, missing, walk.crossed)


def select(spec: Any, find: Find) -> dict[str, PublishedObject]:
    """Return the objects that *spec* means and has properties for, by id, in the order in which they are met.

    Raises:
        Refusal: ManagedObjectNotFound for an object that is not there, unless *spec* wants such left out; otherwise
            as :func:`survey`.
    """
    now = survey(spec, find)
    if now.missing and not spec.reportMissingObjectsInResults:
        raise object_not_found(reference_of(now.missing[0]))
    return now.found


def matching_specs(spec: Any, published: PublishedObject) -> list[Any]:
    """Return the property specifications that apply to an object: those for its type and the types above it."""
    return [one for one in spec.propSet if issubclass(published.leaves.kind, one.type)]


def chosen_paths(spec: Any, published: PublishedObject, version: str) -> tuple[str, ...]:
    """Return the paths that *spec* wants of an object, each once, as a client of *version* knows them.

    Raises:
        Refusal: InvalidProperty.
    """
    kind = published.leaves.kind
    known = [path for path in published.leaves.top_level if not is_hidden(kind, path, version)]
    paths: dict[str, None] = {}
    for one in matching_specs(spec, published):
        paths.update(dict.fromkeys(known if one.all else one.pathSet))
    for path in paths:
        parse_path(path)
        if not published.leaves.has(path) or is_hidden(kind, path, version):
            raise invalid_property(path)
    return tuple(paths)


def check_specs(spec: Any, version: str) -> None:
    """Refuse paths that the named types do not have, and ways that lead nowhere.

    A client of *version* knows no later properties.

    Raises:
        Refusal: InvalidProperty.
    """
    for one in (one for start in spec.objectSet for one in _traversals(start.selectSet)):
        if not is_declared(one.type, one.path):
            raise invalid_property(one.path)
    for one in spec.propSet:
        # What their objects really are has more than the declared types of their properties say.
        kinds = published_kinds(one.type)
        for path in one.pathSet:
            parse_path(path)
            known = any(leaves.has(path) for leaves in kinds)
            if is_hidden(one.type, path, version) or (not known and not is_declared(one.type, path)):
                raise invalid_property(path)


def _selections(selections: Any) -> Iterator[Any]:
    for one in selections:
        yield one
        if isinstance(one, _Traversal):
            yield from _selections(one.selectSet)


def _traversals(selections: Any) -> Iterator[Any]:
    return (one for one in _selections(selections) if isinstance(one, _Traversal))


class _Walk:
    """One traversal of the inventory; it is not recursive: a folder tree may be as deep as somebody likes."""

    def __init__(self, named: dict[str, Any], find: Find) -> None:
        self.found: dict[str, PublishedObject] = {}
        self._named = named
        self._find = find
        self._walked: set[tuple[str, int]] = set()
        self.crossed: dict[str, set[str]] = {}

    def follow(self, start: PublishedObject, selections: Any) -> None:
        """Add everything that *selections* lead to from *start*."""
        waiting = [(start, selections)]
        while waiting:
            at, wanted = waiting.pop()
            for traversal in map(self._traversal, wanted):
                mark = (at.reference.moid, id(traversal))
                if mark in self._walked or not issubclass(at.leaves.kind, traversal.type):
                    continue
                self._walked.add(mark)
                self.crossed.setdefault(at.reference.moid, set()).add(traversal.path)
                for target in filter(None, map(self._find, _targets(at, traversal.path))):
                    if not target.is_visible:
                        continue
                    if not traversal.skip:
                        self.found.setdefault(target.reference.moid, target)
                    waiting.append((target, traversal.selectSet))

    def _traversal(self, selection: Any) -> Any:
        return selection if isinstance(selection, _Traversal) else self._named[selection.name]


def _targets(at: PublishedObject, path: str) -> list[str]:
    try:
        value = at.read(path)
    except Refusal as refusal:
        if refusal.fault not in UNREADABLE:
            raise
        return []  # where one may not look there is nothing to follow
    values = value if isinstance(value, list) else [value]
    return [reference_of(one).moid for one in values if isinstance(one, VmomiSupport.ManagedObject)]
