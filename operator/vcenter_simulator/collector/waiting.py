"""A collector: its filters, the versions that it has given out, and the client that waits for the next."""

import asyncio
from dataclasses import dataclass

from vcenter_simulator.collector.filters import Filter
from vcenter_simulator.host.refusals import Refusal, invalid_argument
from vcenter_simulator.inventory.changes import ChangeJournal, ChangesLostError
from vcenter_simulator.soap.encode import encode_reference, encode_text

MOST_UPDATES = 100
"""Object updates in one answer; the rest comes with the next, and the answer says ``truncated``."""

LONGEST_WAIT_S = 1800.0
"""How long a client that names no limit waits."""


@dataclass(frozen=True, slots=True)
class _Answer:
    """The last answer: a client that lost it asks again with the version it had."""

    base: str
    parts: list[bytes]


class Collector:
    """A property collector of one session.

    Args:
        journal: the changes.
    """

    def __init__(self, journal: ChangeJournal) -> None:
        self.filters: dict[str, Filter] = {}
        self._journal = journal
        self._version = 0
        self._last: _Answer | None = None
        self._waiting: asyncio.Future[None] | None = None
        self._turn = asyncio.Lock()
        """Held while updates are taken: a client that asks again must find the answer that it lost, whole."""

    def add(self, new: Filter) -> None:
        """Add a filter; a client that waits is told about its objects."""
        self.filters[new.reference.moid] = new
        self._journal.wake()

    def remove(self, moid: str) -> None:
        """Drop a filter."""
        self.filters.pop(moid, None)

    def cancel(self) -> None:
        """End the wait under way: its client gets RequestCanceled."""
        if self._waiting is not None and not self._waiting.done():
            self._waiting.set_result(None)

    async def wait(self, version: str, max_wait_s: float | None, max_updates: int | None) -> list[bytes]:
        """Return the next update set, encoded; nothing when *max_wait_s* pass without one.

        Args:
            version: what the client knows: empty for nothing.
            max_wait_s: seconds; 0 looks once.
            max_updates: object updates that the client wants at most.

        Raises:
            Refusal: InvalidCollectorVersion, InvalidArgument, or RequestCanceled when the wait is cancelled or
                another one takes its place.
        """
        limit = _limit(max_wait_s, max_updates)
        self.cancel()
        waiting: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting = waiting
        deadline = asyncio.get_running_loop().time() + (LONGEST_WAIT_S if max_wait_s is None else max_wait_s)
        async with self._turn:
            parts = self._begin(version) or await self._collect(version, limit)
        while not parts:
            left = deadline - asyncio.get_running_loop().time()
            if left <= 0:
                return []
            await self._sleep(waiting, left)
            async with self._turn:
                if waiting.done():
                    raise Refusal("RequestCanceled", "The request was canceled.")
                parts = await self._collect(version, limit)
        return parts

    def _begin(self, version: str) -> list[bytes]:
        """Take the client to be at *version*; return the last answer when it never arrived."""
        if self._last is not None and version == self._last.base != "":
            return self._last.parts
        if version == "":
            self._last = None
            for one in self.filters.values():
                one.reset()
        elif version != str(self._version) or self._version == 0:
            raise _unknown_version()
        return []

    async def _sleep(self, cancelled: asyncio.Future[None], seconds: float) -> None:
        """Wait for a change, a new filter or the end of the wait."""
        change = self._journal.watch()
        try:
            await asyncio.wait({change, cancelled}, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
        finally:
            self._journal.unwatch(change)

    async def _collect(self, version: str, limit: int) -> list[bytes]:
        try:
            for one in self.filters.values():
                one.catch_up()
        except ChangesLostError:
            raise _unknown_version() from None
        sets: list[bytes] = []
        left = limit
        for one in list(self.filters.values()):
            parts, taken = await one.take(left)
            left -= taken
            if parts:
                sets += [b"<filterSet>", encode_reference("filter", one.reference), *parts, b"</filterSet>"]
        if not sets:
            return []
        self._version += 1
        truncated = [b"<truncated>true</truncated>"] if any(one.has_news for one in self.filters.values()) else []
        parts = [b"<returnval>", encode_text("version", str(self._version)), *sets, *truncated, b"</returnval>"]
        self._last = _Answer(version, parts)
        return parts


def _limit(max_wait_s: float | None, max_updates: int | None) -> int:
    if max_wait_s is not None and max_wait_s < 0:
        raise invalid_argument("options.maxWaitSeconds", f"{max_wait_s} is negative.")
    if max_updates is not None and max_updates < 1:
        raise invalid_argument("options.maxObjectUpdates", f"{max_updates} is not a number of objects.")
    return min(max_updates or MOST_UPDATES, MOST_UPDATES)


def _unknown_version() -> Refusal:
    return Refusal("InvalidCollectorVersion", "The version of the property collector is unknown or no longer kept.")
