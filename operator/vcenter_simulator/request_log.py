"""What was called: counts by method, and a journal of the requests that write to hosts."""

from collections import Counter, deque
from dataclasses import dataclass
from datetime import datetime

from vcenter_simulator.inventory.clock import Clock

KEPT = 50_000
"""Writes that the journal keeps."""


@dataclass(eq=False)
class Write:
    """A request that writes to a host, from its arrival to its answer."""

    method: str
    host: str
    user: str
    session: str
    start: datetime
    end: datetime | None = None
    outcome: str | None = None
    """``ok``, the name of a fault, or what was done to the connection; unset while it is under way."""


class RequestLog:
    """Counts and the journal.

    Args:
        clock: the simulated time.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._calls: Counter[tuple[str, str | None]] = Counter()
        self.writes: deque[Write] = deque(maxlen=KEPT)

    def count(self, method: str, host: str | None) -> None:
        """Count a call, whatever becomes of it."""
        self._calls[method, host] += 1

    def counts(self, host: str | None = None) -> dict[str, int]:
        """Return the calls by method, of one host or of all."""
        found: Counter[str] = Counter()
        for (method, at), count in self._calls.items():
            if host in (None, at):
                found[method] += count
        return dict(sorted(found.items()))

    def clear(self) -> None:
        """Begin to count anew; the journal stays."""
        self._calls.clear()

    def begin_write(self, method: str, *, host: str, user: str, session: str) -> Write:
        """Note that a write has arrived."""
        write = Write(method, host, user, session, self._clock.now())
        self.writes.append(write)
        return write

    def end_write(self, write: Write, outcome: str) -> None:
        """Note how a write was answered."""
        write.end = self._clock.now()
        write.outcome = outcome
