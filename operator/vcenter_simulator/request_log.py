"""Who called what, and when: counts by method, and a journal of requests with what they changed on hosts."""

from collections import Counter, deque
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from itertools import count
from typing import Any

from vcenter_simulator.fleet.differences import differences
from vcenter_simulator.fleet.writing import write_host
from vcenter_simulator.host.state import HostState
from vcenter_simulator.inventory.clock import Clock
from vcenter_simulator.inventory.distributed import DistributedSwitch
from vcenter_simulator.sessions import Session

KEPT_WRITES = 20_000
"""Requests that write to hosts which the journal keeps; with the states before and after, 2.5 kB each."""

KEPT_READS = 10_000
"""Other requests that it keeps: there are many more, and they must not push out the writes."""


MOST_COUNTED = 50_000
"""Methods of hosts that are counted by their names; thirty of a thousand hosts are thirty thousand."""

OTHERS = "(others)"
"""What the rest is counted as."""


@dataclass(frozen=True)
class HostChange:
    """What a request made of a host. The states are kept as they are; the comparison waits until somebody asks."""

    before: HostState
    after: HostState
    switches: Mapping[str, DistributedSwitch]
    """The distributed switches that there were, by UUID: another fleet may have been loaded when somebody asks."""

    @cached_property
    def differences(self) -> list[dict[str, Any]]:
        """The changed fields, in the words of the fleet documents."""
        facts = {uuid: switch.facts for uuid, switch in self.switches.items()}
        return differences(write_host(self.before, facts), write_host(self.after, facts))


@dataclass(eq=False, slots=True)
class Entry:
    """A request, from its arrival to its answer."""

    number: int
    """Its place among all arrivals and answers: requests overlap when their numbers do, whatever the clock does."""
    method: str
    host: str | None
    user: str
    session: str
    start: datetime
    is_write: bool
    """Whether it is of a method that changes hosts, or has changed one."""
    end_number: int | None = None
    end: datetime | None = None
    outcome: str | None = None
    """``ok``, the name of a fault, or what was done to the connection; unset while it is under way."""
    command: str | None = None
    """The command line that it ran on its host."""
    failure: str | None = None
    """What its answer says inside, while it is none of SOAP's faults."""
    change: HostChange | None = None
    rule: int | None = None
    """The number of the fault rule that hit it."""
    change_number: int | None = None
    """The place of its change among all arrivals and answers: a task makes it after its request was answered."""

    @property
    def last_number(self) -> int | None:
        """When it was over; ``None`` while it is not."""
        return None if self.end_number is None else max(self.end_number, self.change_number or 0)


class RequestLog:
    """Counts and the journal.

    Args:
        clock: the simulated time.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._calls: Counter[tuple[str, str | None]] = Counter()
        self._numbers = count(1)
        self._under_way: dict[int, Entry] = {}
        self._writes: deque[Entry] = deque(maxlen=KEPT_WRITES)
        self._reads: deque[Entry] = deque(maxlen=KEPT_READS)

    def counts(self, host: str | None = None) -> dict[str, int]:
        """Return the calls by method, of one host or of all."""
        found: Counter[str] = Counter()
        for (method, at), number in self._calls.items():
            if host in (None, at):
                found[method] += number
        return dict(sorted(found.items()))

    def clear_counts(self) -> None:
        """Begin to count anew; the journal stays."""
        self._calls.clear()

    def begin(self, method: str, host: str | None, session: Session | None, *, is_write: bool) -> Entry:
        """Note that a request has arrived, whatever becomes of it."""
        self._count(method, host)
        user, key = (session.user, session.key) if session is not None else ("", "")
        entry = Entry(next(self._numbers), method, host, user, key, self._clock.now(), is_write)
        self._under_way[entry.number] = entry
        return entry

    def _count(self, method: str, host: str | None) -> None:
        # Clients may send any name for a method.
        is_new = (method, host) not in self._calls
        self._calls[(OTHERS, None) if is_new and len(self._calls) >= MOST_COUNTED else (method, host)] += 1

    def end(self, entry: Entry, outcome: str) -> None:
        """Note how a request was answered."""
        del self._under_way[entry.number]
        entry.end_number = next(self._numbers)
        entry.end = self._clock.now()
        entry.outcome = entry.failure if outcome == "ok" and entry.failure is not None else outcome
        (self._writes if entry.is_write else self._reads).append(entry)

    def note_change(self, entry: Entry, change: HostChange) -> None:
        """Note what a request made of its host, before or after its answer."""
        entry.change = change
        entry.change_number = next(self._numbers)
        entry.is_write = True

    def entries(self) -> list[Entry]:
        """Return what the journal has, in the order of arrival."""
        return sorted((*self._writes, *self._reads, *self._under_way.values()), key=lambda one: one.number)

    def overlaps(self) -> Iterator[tuple[Entry, Entry]]:
        """Find the pairs of writes to one host of which the second arrived before the first was answered."""
        open_by_host: dict[str, list[Entry]] = {}
        for entry in self.entries():
            if not entry.is_write or entry.host is None:
                continue
            earlier = open_by_host.get(entry.host, [])
            still_open = [one for one in earlier if one.last_number is None or one.last_number > entry.number]
            for one in still_open:
                yield one, entry
            open_by_host[entry.host] = [*still_open, entry]
