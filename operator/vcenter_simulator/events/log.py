"""The log of events. Bounded: the oldest are dropped."""

import itertools
from collections import deque
from collections.abc import Callable, Iterator
from typing import Any
from weakref import WeakSet

from vcenter_simulator.events.kinds import event_text, event_type
from vcenter_simulator.events.places import arguments_of
from vcenter_simulator.events.selection import event_condition
from vcenter_simulator.history import DEFAULT_PAGE, HistoryCollector
from vcenter_simulator.host.refusals import invalid_argument
from vcenter_simulator.inventory.clock import Clock
from vcenter_simulator.inventory.tree import Inventory
from vcenter_simulator.soap.references import Reference
from vcenter_simulator.soap.schema import fields_of

KEPT = 5_000
"""Events; a vCenter keeps them for 30 days."""

MOST_QUERIED = 1_000
"""Events in the answer to a query that names no limit."""

LONGEST_TEXT = 1_000
"""Characters of a field: somebody who can't log in may still send a long name."""

MANAGER_ID = "EventManager"


class EventLog:
    """All events that are kept.

    Args:
        clock: the simulated time.
        inventory: where events happen; its journal is told about them.
        kept: how many are kept.
    """

    def __init__(self, clock: Clock, inventory: Inventory, kept: int = KEPT) -> None:
        self._clock = clock
        self._inventory = inventory
        self._events: deque[Any] = deque(maxlen=kept)
        self._collectors: WeakSet[HistoryCollector[Any]] = WeakSet()
        """Those that a session still has."""
        self.next_key = 1

    @property
    def latest(self) -> Any:
        """The last event, or ``None``."""
        return self._events[-1] if self._events else None

    def __iter__(self) -> Iterator[Any]:
        return iter(self._events)

    def post(
        self,
        kind: str,
        *,
        about: Reference | None = None,
        user: str = "",
        chain: int | None = None,
        text: str | None = None,
        **fields: Any,
    ) -> Any:
        """Post an event and return it.

        Args:
            kind: the event's type, for example ``HostConnectedEvent``.
            about: the entity that it happened to; none for vCenter itself.
            user: because of whom; empty for the system.
            chain: the key of the event that it follows from.
            text: its words, where they are not those of its kind.
            fields: the fields of its kind; long texts are cut.
        """
        short = {name: value[:LONGEST_TEXT] if isinstance(value, str) else value for name, value in fields.items()}
        return self.add(event_type(kind)(**short), about=about, user=user[:LONGEST_TEXT], chain=chain, text=text)

    def add(
        self, event: Any, *, about: Reference | None, user: str, chain: int | None = None, text: str | None = None
    ) -> Any:
        """Give an event its key, time, place and words, and tell everybody who waits for it."""
        event.key = self.next_key
        event.chainId = chain or event.key
        event.createdTime = self._clock.now()
        event.userName = user
        if about is not None:
            for name, argument in arguments_of(self._inventory, about).items():
                setattr(event, name, argument)
        event.fullFormattedMessage = text or event_text(event) or event.fullFormattedMessage or ""
        self.next_key += 1
        self._events.append(event)
        journal = self._inventory.journal
        journal.record(MANAGER_ID, ("latestEvent",))
        for collector in self._collectors:
            if collector.offer(event):
                journal.record(collector.moid, ("latestPage",))
        return event

    def query(self, spec: Any, sees: Callable[[str], bool]) -> list[Any]:
        """Return the newest events that fit *spec*, the newest first; *sees* says whether one may know of an entity.

        Raises:
            Refusal: NotSupported for a condition that is not simulated, InvalidArgument for a negative number.
        """
        if spec.maxCount is not None and spec.maxCount < 0:
            raise invalid_argument("filter.maxCount", f"{spec.maxCount} is negative.")
        fits = event_condition(self._inventory, spec, sees)
        newest = itertools.islice(filter(fits, reversed(self._events)), spec.maxCount or MOST_QUERIED)
        return [worded(one, spec) for one in newest]

    def collect(self, moid: str, spec: Any, sees: Callable[[str], bool]) -> HistoryCollector[Any]:
        """Begin to collect the events that fit *spec*; *sees* says whether their reader may know of an entity.

        Raises:
            Refusal: NotSupported for a condition that is not simulated, InvalidArgument for a page that is too large.
        """
        collector: HistoryCollector[Any] = HistoryCollector(
            moid,
            spec,
            items=lambda: self._events,
            fits=event_condition(self._inventory, spec, sees),
            page_size=spec.maxCount or DEFAULT_PAGE,
        )
        self._collectors.add(collector)
        return collector


def worded(event: Any, spec: Any) -> Any:
    """Return an event as *spec* wants it: without its words when they are not wanted."""
    if not spec.disableFullMessage:
        return event
    names = [info.name for info in fields_of(event)]
    bare = {name: getattr(event, name) for name in names if name != "fullFormattedMessage"}
    return type(event)(**{name: value for name, value in bare.items() if value is not None})
