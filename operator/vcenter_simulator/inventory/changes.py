"""The journal of changes that clients wait for. Bounded: who falls behind too far starts anew."""

import asyncio
from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

KEPT = 50_000
"""Changes that are kept for slow clients; a write is up to ten of them, with its task and its event."""


@dataclass(frozen=True, slots=True)
class Change:
    """Leaves of one object that may have another value now; none when the object is gone."""

    sequence: int
    moid: str
    leaves: tuple[str, ...]


class ChangesLostError(Exception):
    """Changes since the asked sequence are no longer kept."""


class ChangeJournal:
    """Numbered changes, and a way to wait for the next.

    Args:
        kept: how many changes are kept.
    """

    def __init__(self, kept: int = KEPT) -> None:
        self._changes: deque[Change] = deque(maxlen=kept)
        self._waiters: set[asyncio.Future[None]] = set()
        self.sequence = 0
        self.structure = 0
        """Grows when objects come or go."""

    def record(self, moid: str, leaves: Iterable[str]) -> None:
        """Note a change and wake everybody who waits for one."""
        self.sequence += 1
        self._changes.append(Change(self.sequence, moid, tuple(leaves)))
        self.wake()

    def record_structure(self) -> None:
        """Note that objects came or went, and wake everybody."""
        self.structure += 1
        self.wake()

    def since(self, sequence: int) -> Iterator[Change]:
        """Return the changes after *sequence*.

        Raises:
            ChangesLostError: when the first of them is no longer kept.
        """
        missing = self.sequence - sequence
        if missing > len(self._changes):
            raise ChangesLostError
        return (self._changes[index] for index in range(len(self._changes) - missing, len(self._changes)))

    def watch(self) -> asyncio.Future[None]:
        """Return a future that ends at the next change; give it back with :meth:`unwatch`."""
        waiter: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiters.add(waiter)
        return waiter

    def unwatch(self, waiter: asyncio.Future[None]) -> None:
        """Forget a future that nobody waits for any more."""
        self._waiters.discard(waiter)

    def wake(self) -> None:
        """Let everybody who waits look again."""
        if not self._waiters:
            return
        waiters, self._waiters = self._waiters, set()
        for waiter in waiters:
            if not waiter.done():
                waiter.set_result(None)
