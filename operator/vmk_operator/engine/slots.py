"""How many hosts of one vCenter may be changed at the same time (``rollout.maxConcurrentHosts``)."""

import asyncio
import itertools
from collections.abc import Callable

from vmk_operator.model.identity import HostRef


class Slots:
    """Who is being changed and who waits for that, first come first served."""

    def __init__(self, limit: int, *, wake: Callable[[HostRef], None]) -> None:
        """Start with every slot free; *wake* is told whom a freed slot is meant for."""
        self._limit = limit
        self._wake = wake
        self._held: set[HostRef] = set()
        self._waiting: dict[HostRef, None] = {}
        self._idle = asyncio.Event()
        self._idle.set()

    @property
    def limit(self) -> int:
        """Hosts that may hold a slot at the same time."""
        return self._limit

    @property
    def held(self) -> int:
        """Hosts that hold a slot."""
        return len(self._held)

    def holds(self, host: HostRef) -> bool:
        """Tell whether *host* has a slot now."""
        return host in self._held

    def acquire(self, host: HostRef) -> bool:
        """Take a slot, or stand in line for one and be woken."""
        if host in self._held:
            return True
        self._waiting.setdefault(host)
        # A freed slot belongs to those who came first, also when somebody else asks before they are awake.
        if host not in self._next():
            return False
        del self._waiting[host]
        self._held.add(host)
        self._idle.clear()
        return True

    def release(self, host: HostRef) -> None:
        """Give the slot back, or leave the line; harmless when neither."""
        if host in self._held:
            self._held.remove(host)
            if not self._held:
                self._idle.set()
        elif host in self._waiting:
            del self._waiting[host]
        else:
            return
        self._wake_next()

    async def idle(self) -> None:
        """Wait until nobody holds a slot."""
        await self._idle.wait()

    def resize(self, limit: int) -> None:
        """Allow another number from now on; nobody who holds a slot loses it."""
        self._limit = limit
        self._wake_next()

    def _next(self) -> tuple[HostRef, ...]:
        return tuple(itertools.islice(self._waiting, max(0, self._limit - len(self._held))))

    def _wake_next(self) -> None:
        for host in self._next():
            self._wake(host)
