"""A managed object as clients see it: a name, published leaves, and their encoded values."""

from collections.abc import Iterable
from typing import Any

from vcenter_simulator.properties.leaves import Leaves
from vcenter_simulator.properties.paths import overlaps
from vcenter_simulator.soap.encode import encode_value
from vcenter_simulator.soap.references import Reference, managed_type

MOST_VERSIONS = 4
"""API versions in which values are kept; clients may speak any of dozens, and those of one place speak few."""


class PublishedObject:
    """A managed object whose properties can be read.

    Args:
        leaves: what its kind publishes.
        moid: its id.
        source: what the leaves are read from.
        is_volatile: its values change without anybody saying so; nothing is kept.
    """

    __slots__ = ("_encoded", "is_volatile", "leaves", "reference", "source")

    def __init__(self, leaves: Leaves, moid: str, source: Any, *, is_volatile: bool = False) -> None:
        self.leaves = leaves
        self.reference = Reference(leaves.kind_name, moid)
        self.source = source
        self.is_volatile = is_volatile
        self._encoded: dict[str, dict[str, bytes | None]] = {}
        """By version and path; the versions in the order in which they were first asked for."""

    @property
    def is_visible(self) -> bool:
        """Whether the one who asks may know of it."""
        return True

    def is_a(self, kind: str) -> bool:
        """Say whether a reference that states the type *kind* may be to this object: its own type or one above it."""
        stated = managed_type(kind)
        return stated is None or issubclass(self.leaves.kind, stated)

    def read(self, path: str) -> Any:
        """Return the value at *path*, or ``None``.

        Raises:
            Refusal: InvalidProperty.
        """
        return self.leaves.read(self.source, path)

    def encoded(self, path: str, version: str) -> bytes | None:
        """Return the value at *path* as a ``val`` element, or ``None`` when it is unset; kept until it changes.

        Raises:
            Refusal: InvalidProperty.
        """
        kept = self._encoded.get(version, {})
        if path in kept:
            return kept[path]
        value = self.read(path)
        encoded = None if value is None else encode_value("val", value, version)
        # Paths inside a leaf are endless: a client may ask for any key.
        if not self.is_volatile and self.leaves.is_published(path):
            self._keep(path, version, encoded)
        return encoded

    def _keep(self, path: str, version: str, encoded: bytes | None) -> None:
        if version not in self._encoded and len(self._encoded) >= MOST_VERSIONS:
            del self._encoded[next(iter(self._encoded))]
        self._encoded.setdefault(version, {})[path] = encoded

    def forget(self, changed: Iterable[str]) -> None:
        """Drop the encoded values that a change of the leaves *changed* concerns."""
        leaves = tuple(changed)
        for kept in self._encoded.values():
            for path in [path for path in kept if any(overlaps(path, leaf) for leaf in leaves)]:
                del kept[path]
