"""A filter: the objects that a client watches, and what it has not been told about them yet."""

import asyncio
from typing import Any

from pyVmomi import vmodl

from vcenter_simulator.collector.selection import Find, chosen_paths, survey
from vcenter_simulator.collector.tracking import Tracked
from vcenter_simulator.host.behaviour import Updates
from vcenter_simulator.inventory.changes import Change, ChangeJournal
from vcenter_simulator.properties.paths import overlaps
from vcenter_simulator.soap.encode import encode_reference, encode_value, fault_object
from vcenter_simulator.soap.references import Reference, object_not_found, reference_of

YIELD_EVERY = 20
"""Objects that are encoded before others get their turn."""

KIND = "PropertyFilter"

_MissingObject: Any = vmodl.query.PropertyCollector.MissingObject


class Filter:
    """One filter of a collector.

    Args:
        moid: its id.
        spec: what its client asked for.
        partial: whether changes inside a path are reported by themselves.
        find: the objects, as the session sees them.
        journal: the changes.
        updates: how a change inside an array is reported.
    """

    def __init__(
        self, moid: str, spec: Any, *, partial: bool, find: Find, journal: ChangeJournal, updates: Updates, version: str
    ) -> None:
        self.reference = Reference(KIND, moid)
        self.spec = spec
        self.partial = partial
        self._find = find
        self._journal = journal
        self._updates = updates
        self._version = version
        self._tracked: dict[str, Tracked] = {}
        self._left: dict[str, Tracked] = {}
        """What the client has not been told yet has left."""
        self._missing: dict[str, bool] = {}
        """Ids of what the filter starts from and what is not there, and whether the client has been told."""
        self._crossed: dict[str, set[str]] = {}
        self._dirty: dict[str, set[str]] = {}
        """Id to the leaves that may have changed; those not tracked yet have none."""
        self._sequence = 0
        self._structure = -1
        self.reset()

    @property
    def has_news(self) -> bool:
        """Whether there may be something to tell."""
        return bool(self._dirty or self._left or not all(self._missing.values()))

    def reset(self) -> None:
        """Forget what the client was told: everything is new."""
        self._tracked.clear()
        self._left.clear()
        self._missing.clear()
        self._dirty.clear()
        self._sequence = self._journal.sequence
        self._structure = -1

    def catch_up(self) -> None:
        """Take in what the journal has since the last time.

        Raises:
            ChangesLostError: when the journal no longer has all of it.
        """
        is_stale = self._structure != self._journal.structure
        for change in self._journal.since(self._sequence):
            if change.moid in self._tracked:
                self._dirty.setdefault(change.moid, set()).update(change.leaves)
            is_stale = is_stale or self._leads_elsewhere(change)
        self._sequence = self._journal.sequence
        if self._structure != self._journal.structure:
            self._structure = self._journal.structure
            self._doubt_volatile()
        if is_stale:
            self._select()

    async def take(self, limit: int) -> tuple[list[bytes], int]:
        """Return at most *limit* object updates, encoded, and how many they are."""
        parts: list[bytes] = []
        taken = 0
        while self._left and taken < limit:
            _, gone = self._left.popitem()
            parts += _update("leave", gone.published.reference, [])
            taken += 1
        looked_at = 0
        while self._dirty and taken < limit:
            moid, leaves = next(iter(self._dirty.items()))
            del self._dirty[moid]
            encoded = self._encode(moid, leaves)
            if encoded:
                parts += encoded
                taken += 1
            looked_at += 1
            if looked_at % YIELD_EVERY == 0:
                await asyncio.sleep(0)
        if not (self._left or self._dirty):
            parts += self._take_missing()
        return parts, taken

    def _doubt_volatile(self) -> None:
        """Compare what changes without saying so, such as what is in a view."""
        for moid, tracked in self._tracked.items():
            if tracked.published.is_volatile:
                self._dirty.setdefault(moid, set()).update(tracked.published.leaves.top_level)

    def _take_missing(self) -> list[bytes]:
        """Return what is newly missing, encoded: it comes after all object updates."""
        parts: list[bytes] = []
        for start in self.spec.objectSet:
            moid = reference_of(start.obj).moid
            if self._missing.get(moid) is False:
                self._missing[moid] = True
                parts.append(_encode_missing(start.obj, self._version))
        return parts

    def _leads_elsewhere(self, change: Change) -> bool:
        """Say whether other objects may be meant after *change*."""
        if not change.leaves:
            return change.moid in self._tracked or change.moid in self._crossed
        paths = self._crossed.get(change.moid, ())
        return any(overlaps(path, leaf) for path in paths for leaf in change.leaves)

    def _select(self) -> None:
        now = survey(self.spec, self._find)
        selected = now.found
        self._crossed = now.crossed
        self._missing = {
            moid: self._missing.get(moid, False) for moid in (reference_of(one).moid for one in now.missing)
        }
        for moid in [moid for moid in self._tracked if moid not in selected]:
            self._left[moid] = self._tracked.pop(moid)
        for moid in [moid for moid in self._dirty if moid not in selected]:
            del self._dirty[moid]
        for moid, published in selected.items():
            if moid in self._left:
                # It is back before anybody was told that it had left: what the client knows of it may be old.
                self._tracked[moid] = self._left.pop(moid)
                self._dirty.setdefault(moid, set()).update(published.leaves.top_level)
            if moid in self._tracked:
                # The object is the same to clients, but loading a state has made it anew.
                self._tracked[moid].published = published
            else:
                self._dirty.setdefault(moid, set())

    def _encode(self, moid: str, leaves: set[str]) -> list[bytes]:
        tracked = self._tracked.get(moid)
        if tracked is not None:
            changes = tracked.modify(sorted(leaves))
            return _update("modify", tracked.published.reference, changes) if changes else []
        published = self._find(moid)
        if published is None:
            return []
        paths = chosen_paths(self.spec, published, self._version)
        tracked = Tracked(published, paths, partial=self.partial, updates=self._updates, version=self._version)
        self._tracked[moid] = tracked
        return _update("enter", published.reference, tracked.enter())


def _update(kind: str, reference: Reference, changes: list[bytes]) -> list[bytes]:
    return [
        f"<objectSet><kind>{kind}</kind>".encode(),
        encode_reference("obj", reference),
        *changes,
        b"</objectSet>",
    ]


def _encode_missing(managed: Any, version: str) -> bytes:
    fault = fault_object(object_not_found(reference_of(managed)), version)
    return encode_value("missingSet", _MissingObject(obj=managed, fault=fault), version, _MissingObject)
