"""What is different between two documents, field by field."""

from collections.abc import Iterator
from typing import Any

from vcenter_simulator.fleet.base import Document
from vcenter_simulator.fleet.places import place


def differences(before: Document, after: Document) -> list[dict[str, Any]]:
    """Return ``{"path", "before", "after"}`` for every field that changed; ``None`` is a field that is not there."""
    plain = [one.model_dump(mode="json", by_alias=True, exclude_none=True) for one in (before, after)]
    return [{"path": place(path), "before": old, "after": new} for path, old, new in _walk(plain[0], plain[1], path=())]


def _walk(before: Any, after: Any, *, path: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], Any, Any]]:
    if before == after:
        return
    if isinstance(before, dict) and isinstance(after, dict):
        for key in dict.fromkeys((*before, *after)):
            yield from _walk(before.get(key), after.get(key), path=(*path, key))
    else:
        yield path, before, after
