"""What a filter has told its client about an object, and what is new since then."""

from collections.abc import Iterable
from typing import Any

from pyVmomi import VmomiSupport

from vcenter_simulator.collector.unreadable import look
from vcenter_simulator.host.behaviour import Updates
from vcenter_simulator.properties.leaves import element_key
from vcenter_simulator.properties.paths import is_hidden, is_same_or_below, overlaps
from vcenter_simulator.properties.published import PublishedObject
from vcenter_simulator.soap.encode import encode_text, encode_value

Told = bytes | dict[str, bytes] | None
"""A value as the client knows it: as a whole (or that it may not be read), by the keys of its elements, or unset."""


class Tracked:
    """One object in the eyes of one client.

    Args:
        published: the object.
        paths: what the filter wants of it.
        partial: whether changes inside a path are reported by themselves.
        updates: how a change inside an array is reported.
        version: the client's API version.
    """

    __slots__ = ("_partial", "_told", "_updates", "_version", "paths", "published")

    def __init__(
        self, published: PublishedObject, paths: tuple[str, ...], *, partial: bool, updates: Updates, version: str
    ) -> None:
        self.published = published
        self.paths = paths
        self._partial = partial
        self._updates = updates
        self._version = version
        self._told: dict[str, Told] = {}

    def enter(self) -> list[bytes]:
        """Return all values that are set, as changes."""
        parts: list[bytes] = []
        unreadable: list[bytes] = []
        for path in self.paths:
            value, missing = look(self.published, path, self._version)
            self._told[path] = missing or self._remembered(path, value)
            if value is not None:
                parts += _change(path, "assign", value)
            if missing is not None:
                unreadable.append(missing)
        if self._partial:
            self._note_inside()
        return parts + unreadable

    def _note_inside(self) -> None:
        """Note what the client knows of the leaves inside its paths, as that is what changes are reported of."""
        for leaf in self.published.leaves.readers:
            if leaf not in self._told and any(is_same_or_below(leaf, path) for path in self.paths):
                value, missing = look(self.published, leaf, self._version)
                self._told[leaf] = missing or self._remembered(leaf, value)

    def modify(self, leaves: Iterable[str]) -> list[bytes]:
        """Return what is different after a change of *leaves*, as changes; nothing when it is all the same."""
        parts: list[bytes] = []
        unreadable: list[bytes] = []
        kind = self.published.leaves.kind
        changed = [leaf for leaf in leaves if not is_hidden(kind, leaf, self._version)]
        for path in self.paths:
            inside = [leaf for leaf in changed if overlaps(path, leaf)]
            if self._partial and inside and all(is_same_or_below(leaf, path) for leaf in inside):
                for leaf in inside:
                    parts += self._report(leaf, unreadable)
            elif inside:
                parts += self._report(path, unreadable)
        return parts + unreadable

    def _report(self, path: str, unreadable: list[bytes]) -> list[bytes]:
        """Return the changes at *path*; what may not be read goes to *unreadable*, which comes after all changes."""
        value, missing = look(self.published, path, self._version)
        before = self._told.get(path)
        after = missing or self._remembered(path, value)
        if before == after and path in self._told:
            return []
        self._told[path] = after
        if missing is not None:
            unreadable.append(missing)
            return []
        if isinstance(before, dict) and isinstance(after, dict):
            return _element_changes(path, before, after)
        return _change(path, "assign", value)

    def _remembered(self, path: str, value: bytes | None) -> Told:
        if self._updates is Updates.WHOLE or value is None:
            return value
        elements = self.published.read(path)
        if not isinstance(elements, VmomiSupport.Array):
            return value
        by_key = {element_key(one): one for one in elements}
        if None in by_key:
            return value
        return {str(key): _encoded_element(one, self._version) for key, one in by_key.items()}


def _encoded_element(element: Any, version: str) -> bytes:
    return encode_value("val", element, version)


def _element_changes(path: str, before: dict[str, bytes], after: dict[str, bytes]) -> list[bytes]:
    parts: list[bytes] = []
    for key in before.keys() - after.keys():
        parts += _change(f'{path}["{key}"]', "remove", None)
    for key, value in after.items():
        if key not in before:
            parts += _change(f'{path}["{key}"]', "add", value)
        elif before[key] != value:
            parts += _change(f'{path}["{key}"]', "assign", value)
    return parts


def _change(path: str, operation: str, value: bytes | None) -> list[bytes]:
    parts = [b"<changeSet>", encode_text("name", path), f"<op>{operation}</op>".encode()]
    if value is not None:
        parts.append(value)
    parts.append(b"</changeSet>")
    return parts
