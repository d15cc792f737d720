"""The desired cache: our objects as last seen, indexed by host. Lives on the engine's loop, written by nobody else."""

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterator, Mapping
from types import MappingProxyType
from typing import Any

import structlog

from vmk_operator.api.v1alpha1 import VCenter, VmkAdapter, VmkNetstack
from vmk_operator.api.v1alpha1.objects import (
    ANNOTATION_APPROVE,
    ANNOTATION_FORCE_FINALIZE,
    ANNOTATION_PAUSED,
    ANNOTATION_RECONCILE,
    ANNOTATION_SILENCE,
)
from vmk_operator.engine.ports import DesiredListener
from vmk_operator.kube.parsing import Seen, parse, target_of, version_of
from vmk_operator.kube.resources import Resource, Target
from vmk_operator.kube.vcenter_config import vcenter_config
from vmk_operator.model.identity import ObjectKey
from vmk_operator.model.vcenter import VCenterConfig

ManagedObject = VmkAdapter | VmkNetstack
Place = tuple[str, str, str | None]
"""VCenter, host name as written, host id if bound."""

_READ_ANNOTATIONS = (
    ANNOTATION_PAUSED,
    ANNOTATION_RECONCILE,
    ANNOTATION_SILENCE,
    ANNOTATION_FORCE_FINALIZE,
    ANNOTATION_APPROVE,
)

_log = structlog.get_logger(__name__)


class DesiredCache:
    """Implements ``engine.ports.DesiredView``.

    Three sources feed it: the watch, our own list of everything (``Sweep``), and the answers to our own writes. They
    overtake one another, so the larger resourceVersion of an object wins.
    """

    def __init__(self) -> None:
        self._seen: dict[str, Seen] = {}
        self._uids: dict[tuple[Resource, str, str], str] = {}
        self._vcenters: dict[str, VCenterConfig] = {}
        self._objects: dict[ObjectKey, ManagedObject] = {}
        self._of_vcenter: defaultdict[str, set[ObjectKey]] = defaultdict(set)
        self._by_name: defaultdict[tuple[str, str], set[ObjectKey]] = defaultdict(set)
        self._by_id: defaultdict[tuple[str, str], set[ObjectKey]] = defaultdict(set)
        self._touched: set[str] | None = None
        self._synced = False
        self._gaps = 0
        self._listener: DesiredListener | None = None
        self._on_invalid: Callable[[Seen], None] | None = None

    def subscribe(self, listener: DesiredListener) -> None:
        """Tell *listener* from now on; what is there already it finds by looking."""
        self._listener = listener

    def subscribe_invalid(self, report: Callable[[Seen], None]) -> None:
        """Call *report* for every version of an object whose spec is not understood."""
        self._on_invalid = report

    # DesiredView

    @property
    def synced(self) -> bool:
        """A full list was confirmed since the start or the last gap."""
        return self._synced

    def vcenters(self) -> Mapping[str, VCenterConfig]:
        """All VCenter objects by name."""
        return MappingProxyType(self._vcenters)

    def get(self, key: ObjectKey) -> ManagedObject | None:
        """One object."""
        return self._objects.get(key)

    def of_vcenter(self, vcenter: str) -> tuple[ManagedObject, ...]:
        """Every object whose ``spec.vcenter`` is that name."""
        return self._sorted(self._of_vcenter.get(vcenter, set()))

    def on_host(self, vcenter: str, *, name: str, host_id: str | None) -> tuple[ManagedObject, ...]:
        """Objects whose binding is that host id, and unbound ones that name that host."""
        unbound = self._by_name.get((vcenter, name.casefold()), set())
        bound = self._by_id.get((vcenter, host_id), set()) if host_id is not None else set()
        return self._sorted(unbound | bound)

    def _sorted(self, keys: set[ObjectKey]) -> tuple[ManagedObject, ...]:
        return tuple(self._objects[key] for key in sorted(keys))

    # For the rest of kube

    def seen(self, target: Target) -> Seen | None:
        """Find the last version of an object, understood or not."""
        return self._seen.get(target.uid)

    def feed(self, resource: Resource, body: Mapping[str, Any], *, deleted: bool = False) -> None:
        """Take one raw object in, from whatever source.

        Whoever is concerned is woken, unless only status or bookkeeping changed.
        """
        target = target_of(resource, body)
        if self._touched is not None:
            self._touched.add(target.uid)
        if deleted:
            self.forget(target)
            return
        version = version_of(body)
        known = self._seen.get(target.uid)
        if known is not None and known.version >= version:
            return
        namesake = self._seen.get(self._uids.get((resource, target.namespace, target.name), ""))
        if namesake is not None and namesake.target.uid != target.uid:
            if namesake.version > version:
                return  # a late word of an object that was deleted and created anew
            self.forget(namesake.target)
        self._replace(known, parse(resource, body))

    def forget(self, target: Target) -> None:
        """Drop an object that is known to be gone."""
        known = self._seen.get(target.uid)
        if known is not None:
            self._replace(known, None)

    def _replace(self, old: Seen | None, new: Seen | None) -> None:
        for seen in (old, new):
            if seen is not None:
                name = (seen.target.resource, seen.target.namespace, seen.target.name)
                if seen is old:
                    del self._seen[seen.target.uid], self._uids[name]
                    self._unindex(seen)
                else:
                    self._seen[seen.target.uid] = seen
                    self._uids[name] = seen.target.uid
                    self._index(seen)
        if new is not None and new.object is None and self._on_invalid is not None:
            _log.warning("desired.not_understood", object=str(new.target), reason=new.complaint)
            self._on_invalid(new)
        if _essence(old) != _essence(new):
            for seen in (old, new):
                if seen is not None and (seen is new or new is None or _place(old) != _place(new)):
                    self._wake(seen)

    def _index(self, seen: Seen) -> None:
        if isinstance(seen.object, VCenter):
            self._vcenters[seen.target.name] = vcenter_config(seen.object)
        elif seen.object is not None:
            key = seen.object.key
            self._objects[key] = seen.object
            for index, place in self._places(seen.object):
                index[place].add(key)

    def _unindex(self, seen: Seen) -> None:
        if isinstance(seen.object, VCenter):
            del self._vcenters[seen.target.name]
        elif seen.object is not None:
            key = seen.object.key
            del self._objects[key]
            for index, place in self._places(seen.object):
                index[place].discard(key)
                if not index[place]:
                    del index[place]

    def _places(self, thing: ManagedObject) -> Iterator[tuple[defaultdict[Any, set[ObjectKey]], Hashable]]:
        vcenter, binding = thing.spec.vcenter, thing.status.binding
        yield self._of_vcenter, vcenter
        if binding is None:
            yield self._by_name, (vcenter, thing.spec.host.casefold())
        else:
            yield self._by_id, (vcenter, binding.host_id)

    def _wake(self, seen: Seen) -> None:
        if self._listener is None:
            return
        place = _place(seen)
        if seen.target.resource is Resource.VCENTERS:
            self._listener.vcenter_changed(seen.target.name)
        elif place is not None:
            self._listener.object_changed(vcenter=place[0], host_name=place[1], host_id=place[2])

    # Confirmation

    @property
    def gaps(self) -> int:
        """How often the stream of changes was interrupted so far."""
        return self._gaps

    def gap(self) -> None:
        """Changes may have been missed: nothing is confirmed any more."""
        self._gaps += 1
        self._synced = False

    def begin_list(self) -> None:
        """Remember from now on whose changes arrive while a full list is read."""
        self._touched = set()

    def absorb(self, resource: Resource, body: Mapping[str, Any]) -> None:
        """Take in one item of a full list.

        The list is the truth for every object that did not change meanwhile, even if its version is smaller (the
        cluster was restored from a backup); for the others the watch is.
        """
        uid = body["metadata"]["uid"]
        known = self._seen.get(uid)
        if self._touched is not None and uid in self._touched:
            if known is not None and known.version < version_of(body):
                self.feed(resource, body)
        elif known is None:
            self.feed(resource, body)
        elif known.version != version_of(body):
            self._replace(known, parse(resource, body))

    def end_list(self, resource: Resource, listed: set[str]) -> int:
        """Drop what a full list no longer has; answer how many objects that were."""
        present = listed | (self._touched or set())
        gone = [
            seen.target
            for seen in self._seen.values()
            if seen.target.resource is resource and seen.target.uid not in present
        ]
        for target in gone:
            self.forget(target)
        self._touched = None
        return len(gone)

    def confirm(self, gaps: int) -> None:
        """A full list of everything was read; it counts if there was no further gap since *gaps* was read."""
        if gaps != self._gaps or self._synced:
            return
        self._synced = True
        for seen in tuple(self._seen.values()):  # what had to wait for this moment can go on
            self._wake(seen)


def _essence(seen: Seen | None) -> Hashable:
    """Everything whose change concerns the engine; status is not part of it, for we wrote that."""
    if seen is None or seen.object is None:
        return None
    metadata = seen.metadata
    return (
        metadata.generation,
        metadata.deletion_timestamp,
        metadata.finalizers,
        tuple(metadata.annotations.get(name) for name in _READ_ANNOTATIONS),
    )


def _place(seen: Seen | None) -> Place | None:
    if seen is None or seen.object is None or isinstance(seen.object, VCenter):
        return None
    binding = seen.object.status.binding
    return seen.object.spec.vcenter, seen.object.spec.host, binding.host_id if binding is not None else None
