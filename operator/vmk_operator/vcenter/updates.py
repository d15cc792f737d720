"""Answers of the property collector to changes of facts. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass, fields
from typing import Any, TypeVar, cast

from lxml.etree import _Element as Element

from vmk_operator.errors import SessionLostError
from vmk_operator.vcenter.envelope import VIM, UnreadableAnswerError
from vmk_operator.vcenter.leaves import KINDS, Facts, Kind

F = TypeVar("F", bound=Facts)

_UNSETTING = ("remove", "indirectRemove")

_NOT_LOGGED_IN = "NotAuthenticated"

_XSI_TYPE = "{http://www.w3.org/2001/XMLSchema-instance}type"


@dataclass(frozen=True, slots=True)
class ObjectChange:
    """What happened to one object that we watch."""

    kind: str
    moid: str
    whole: bool = False
    """The object is new to us: what *values* lacks is not set."""
    gone: bool = False
    unclear: bool = False
    """vCenter told of a part of a property, or of a whole that holds several: only reading the object anew tells."""
    values: tuple[tuple[str, Any], ...] = ()
    """Fields of the facts type and their new values."""
    problems: tuple[str, ...] = ()
    """What of it could not be understood; such a property counts as not told."""

    def applied_to(self, facts: F | None) -> F:
        """Return *facts* with the changes in them, or new facts where the object is new."""
        result = cast("F", KINDS[self.kind].facts()) if facts is None or self.whole else facts
        for field, value in self.values:
            setattr(result, field, value)
        return result


@dataclass(frozen=True, slots=True)
class UpdateSet:
    """One page of a long poll's answer."""

    version: str
    truncated: bool
    changes: tuple[ObjectChange, ...]


@dataclass(frozen=True, slots=True)
class ObjectPage:
    """One page of a direct read."""

    token: str | None
    changes: tuple[ObjectChange, ...]


def update_set(answer: Element) -> UpdateSet | None:
    """Decode the answer of ``WaitForUpdatesEx``; ``None``: nothing happened.

    Raises:
        UnreadableAnswerError: it is not what the API promises.
    """
    result = answer.find(f"{VIM}returnval")
    if result is None:
        return None
    version = result.findtext(f"{VIM}version")
    if not version:
        raise UnreadableAnswerError("an update set has no version")
    updates = result.iterfind(f"{VIM}filterSet/{VIM}objectSet")
    changes = tuple(change for update in updates if (change := _object_update(update)) is not None)
    return UpdateSet(version, result.findtext(f"{VIM}truncated") == "true", changes)


def object_page(answer: Element) -> ObjectPage:
    """Decode the answer of ``RetrievePropertiesEx`` or its continuation.

    Raises:
        SessionLostError: vCenter answers without a session too, with a fault in place of every value.
        UnreadableAnswerError: it is not what the API promises.
    """
    result = answer.find(f"{VIM}returnval")
    if result is None:
        return ObjectPage(None, ())
    changes = tuple(change for one in result.iterfind(f"{VIM}objects") if (change := _object_content(one)) is not None)
    return ObjectPage(result.findtext(f"{VIM}token") or None, changes)


def _object_update(update: Element) -> ObjectChange | None:
    kind, moid = _identity(update)
    if kind not in KINDS:
        return None
    what = update.findtext(f"{VIM}kind")
    if what == "leave":
        return ObjectChange(kind, moid, gone=True)
    found = _Found(KINDS[kind])
    for change in update.iterfind(f"{VIM}changeSet"):
        path = change.findtext(f"{VIM}name") or ""
        found.told(path, None if change.findtext(f"{VIM}op") in _UNSETTING else change.find(f"{VIM}val"))
    for missing in update.iterfind(f"{VIM}missingSet"):
        found.told(missing.findtext(f"{VIM}path") or "", None)
    return found.change(kind, moid, whole=what == "enter")


def _object_content(content: Element) -> ObjectChange | None:
    kind, moid = _identity(content)
    if kind not in KINDS:
        return None
    if any(_fault_of(missing) == _NOT_LOGGED_IN for missing in content.iterfind(f"{VIM}missingSet")):
        raise SessionLostError(f"{kind} {moid} could not be read, because the vCenter session has ended.")
    found = _Found(KINDS[kind])
    for prop in content.iterfind(f"{VIM}propSet"):
        found.told(prop.findtext(f"{VIM}name") or "", prop.find(f"{VIM}val"))
    return found.change(kind, moid, whole=True)


def _fault_of(missing: Element) -> str:
    fault = missing.find(f"{VIM}fault/{VIM}fault")
    return "" if fault is None else fault.get(_XSI_TYPE, "").rpartition(":")[2]


class _Found:
    """What one object's part of an answer says."""

    def __init__(self, kind: Kind) -> None:
        self._kind = kind
        self._values: dict[str, Any] = {}
        self._unclear = False
        self._problems: list[str] = []

    def told(self, path: str, value: Element | None) -> None:
        """Take in that the property at *path* has *value*, or (``None``) is not set."""
        leaf = self._kind.leaves.get(path)
        if value is None:
            # Of a path above ours too: with ``config`` went all that is in it.
            self._values.update(_unset(path, self._kind))
            self._unclear |= _is_inside_a_leaf(path, self._kind)
        elif leaf is not None:
            try:
                self._values[leaf.field] = leaf.decode(value)
            except ValueError as error:
                self._values.update(_unset(path, self._kind))
                self._problems.append(f"{path}: {error}")
        else:
            self._unclear |= _is_inside_a_leaf(path, self._kind) or any(_unset(path, self._kind))

    def change(self, kind: str, moid: str, *, whole: bool) -> ObjectChange:
        """Return it all as one change."""
        return ObjectChange(
            kind,
            moid,
            whole=whole,
            unclear=self._unclear,
            values=tuple(self._values.items()),
            problems=tuple(self._problems),
        )


def _unset(path: str, kind: Kind) -> Iterator[tuple[str, Any]]:
    """Yield the fields at and below *path* with what they are when nothing is told."""
    defaults = {field.name: field.default for field in fields(kind.facts)}
    for leaf_path, leaf in kind.leaves.items():
        if leaf_path == path or leaf_path.startswith(f"{path}."):
            yield leaf.field, defaults[leaf.field]


def _is_inside_a_leaf(path: str, kind: Kind) -> bool:
    return any(path.startswith((f"{leaf}.", f"{leaf}[")) for leaf in kind.leaves)


def _identity(element: Element) -> tuple[str, str]:
    reference = element.find(f"{VIM}obj")
    if reference is None or not reference.text:
        raise UnreadableAnswerError("an object of an update has no reference")
    return (reference.get("type") or "").rpartition(":")[2], reference.text
