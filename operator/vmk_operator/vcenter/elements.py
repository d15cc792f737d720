"""What the decoders of values need: the parts of an XML element, and one instance of equal values."""

from collections.abc import Hashable
from functools import lru_cache
from sys import intern
from typing import TypeVar, cast

from lxml.etree import _Element as Element

from vmk_operator.vcenter.envelope import VIM

H = TypeVar("H", bound=Hashable)


@lru_cache(maxsize=8192)
def _first_of(value: Hashable) -> Hashable:
    return value


def share(value: H) -> H:
    """Return the first of all equal values, so that a thousand hosts keep one."""
    return cast("H", _first_of(value))


def text_of(parent: Element, name: str) -> str:
    """Give the text of a child that must be there."""
    found = child(parent, name)
    if found is None:
        raise ValueError(f"{parent.tag} has no {name}")
    return intern(found.text or "")


def optional_text(parent: Element, name: str) -> str | None:
    """Give the text of a child; an empty one is as good as none."""
    found = child(parent, name)
    return intern(found.text) if found is not None and found.text else None


def number_of(parent: Element, name: str) -> int | None:
    """Give the number in a child, if it is there."""
    found = child(parent, name)
    return int(found.text) if found is not None and found.text else None


def child(parent: Element, name: str) -> Element | None:
    """Find the first child of that name."""
    return next(parent.iterchildren(f"{VIM}{name}"), None)  # half the price of find(), which parses a path
