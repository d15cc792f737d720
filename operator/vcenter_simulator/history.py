"""A history collector: one client's window on a history that goes on, with a latest page and a place to read from."""

import itertools
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from typing import Any, Generic, Protocol, TypeVar

from vcenter_simulator.host.refusals import invalid_argument

DEFAULT_PAGE = 10

LARGEST_PAGE = 1000
"""Items; govmomi's vcsim has the same bounds."""

MOST_COLLECTORS = 32
"""Collectors of one kind in a session, as ``maxCollector`` says; the default of a vCenter's options."""


class Numbered(Protocol):
    """An item of a history; the number grows."""

    @property
    def key(self) -> int:
        """Its place in the history."""


Item = TypeVar("Item", bound=Numbered)


class HistoryCollector(Generic[Item]):
    """One collector.

    Args:
        moid: its id.
        spec: what its client asked for.
        items: the history as it is kept now, the oldest first.
        fits: whether an item is one for this collector.
        page_size: items in the latest page.
    """

    def __init__(
        self,
        moid: str,
        spec: Any,
        *,
        items: Callable[[], Iterable[Item]],
        fits: Callable[[Item], bool],
        page_size: int = DEFAULT_PAGE,
    ) -> None:
        self.moid = moid
        self.spec = spec
        self._items = items
        self._fits = fits
        self._page: deque[Item] = deque()
        self._read = 0
        """The key after which the next item is read; the previous one is at it or before it."""
        self.resize(page_size)

    @property
    def latest_page(self) -> list[Item]:
        """The newest items, the newest first: that is the order that clients of a vCenter count on."""
        return list(reversed(self._page))

    def offer(self, item: Item) -> bool:
        """Take in an item that is new or has changed; say whether the latest page is another one now."""
        if item in self._page:
            return True
        if not self._fits(item):
            return False
        self._page.append(item)
        return True

    def resize(self, page_size: int) -> None:
        """Let the latest page have *page_size* items.

        Raises:
            Refusal: InvalidArgument.
        """
        if not 1 <= page_size <= LARGEST_PAGE:
            raise invalid_argument("maxCount", f"{page_size} is not between 1 and {LARGEST_PAGE}.")
        self._page = deque(filter(self._fits, self._items()), maxlen=page_size)

    def rewind(self) -> None:
        """Go to before the oldest item, where a new collector is."""
        self._read = 0

    def reset(self) -> None:
        """Go to before the latest page: what is read backwards from there is what the page does not have."""
        self._read = self._page[0].key - 1 if self._page else 0

    def read_next(self, most: int) -> list[Item]:
        """Return the next newer items, the oldest first.

        Raises:
            Refusal: InvalidArgument.
        """
        found = list(itertools.islice(self._after(), _checked(most)))
        if found:
            self._read = found[-1].key
        return found

    def read_previous(self, most: int) -> list[Item]:
        """Return the next older items, the newest first.

        Raises:
            Refusal: InvalidArgument.
        """
        older = deque((one for one in self._items() if one.key <= self._read and self._fits(one)), _checked(most))
        if older:
            self._read = older[0].key - 1
        return list(reversed(older))

    def _after(self) -> Iterator[Item]:
        return (one for one in self._items() if one.key > self._read and self._fits(one))


def _checked(most: int) -> int:
    if most < 1:
        raise invalid_argument("maxCount", f"{most} is not a number of items.")
    return most
