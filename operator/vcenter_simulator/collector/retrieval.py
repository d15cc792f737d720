"""RetrieveProperties and RetrievePropertiesEx: reading many objects at once, in pages."""

import asyncio
from dataclasses import dataclass, field
from typing import Any

from vcenter_simulator.collector.selection import Find, chosen_paths, select
from vcenter_simulator.collector.unreadable import look
from vcenter_simulator.host.refusals import invalid_argument
from vcenter_simulator.properties.published import PublishedObject
from vcenter_simulator.soap.encode import encode_reference, encode_text

YIELD_EVERY = 20
"""Objects that are encoded before others get their turn: a cold read of a thousand hosts takes seconds."""


MOST_PENDING = 64
"""Answers that a session may leave half read; the oldest is given up for the next."""

Items = list[tuple[str, tuple[str, ...]]]
"""Ids with the paths to read of each."""


@dataclass
class Pages:
    """The rest of the answers that clients read page by page, of one session."""

    rest: dict[str, tuple[Items, int | None]] = field(default_factory=dict)
    """Token to what is still to come, and how many objects a page has."""
    _last: int = 0

    def keep(self, items: Items, size: int | None) -> str:
        """Keep what is left of an answer and return its token."""
        while len(self.rest) >= MOST_PENDING:
            del self.rest[next(iter(self.rest))]
        self._last += 1
        token = str(self._last)
        self.rest[token] = (items, size)
        return token

    def take(self, token: str) -> tuple[Items, int | None]:
        """Return what *token* stands for; it is used up.

        Raises:
            Refusal: InvalidArgument.
        """
        if token not in self.rest:
            raise invalid_argument("token", f"'{token}' stands for no pending result.")
        return self.rest.pop(token)


def chosen(specs: Any, find: Find, version: str) -> Items:
    """Return the ids and paths that *specs* mean to a client of *version*.

    Raises:
        Refusal: as :func:`select` and :func:`chosen_paths`.
    """
    return [
        (moid, chosen_paths(spec, published, version))
        for spec in specs
        for moid, published in select(spec, find).items()
    ]


async def encode_page(items: Items, size: int | None, *, find: Find, pages: Pages, version: str) -> list[bytes]:
    """Encode at most *size* of *items* as a RetrieveResult; nothing when there are none.

    Raises:
        Refusal: InvalidArgument for a size that is not positive.
    """
    if size is not None and size < 1:
        raise invalid_argument("options.maxObjects", f"{size} is not a number of objects.")
    now, later = (items, []) if size is None else (items[:size], items[size:])
    if not now:
        return []
    token = [encode_text("token", pages.keep(later, size))] if later else []
    return [b"<returnval>", *token, *await encode_contents("objects", now, find=find, version=version), b"</returnval>"]


async def encode_contents(name: str, items: Items, *, find: Find, version: str) -> list[bytes]:
    """Encode *items* as ObjectContent elements; objects that are gone by now are left out."""
    parts: list[bytes] = []
    for number, (moid, paths) in enumerate(items, start=1):
        published = find(moid)
        if published is not None:
            parts += _content(name, published, paths, version)
        if number % YIELD_EVERY == 0:
            await asyncio.sleep(0)
    return parts


def _content(name: str, published: PublishedObject, paths: tuple[str, ...], version: str) -> list[bytes]:
    parts = [f"<{name}>".encode(), encode_reference("obj", published.reference)]
    unreadable: list[bytes] = []
    for path in paths:
        value, missing = look(published, path, version)
        if value is not None:
            parts += [b"<propSet>", encode_text("name", path), value, b"</propSet>"]
        if missing is not None:
            unreadable.append(missing)
    parts += unreadable
    parts.append(f"</{name}>".encode())
    return parts
