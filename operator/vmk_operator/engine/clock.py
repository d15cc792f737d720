"""The real time. Everything else takes a ``Clock`` as an argument."""

import asyncio
import time
from datetime import UTC, datetime

# Goes on during suspend: a Lease must not look valid after the machine slept (Linux only, hence the fallback).
_CLOCK = getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC)


class SystemClock:
    """``Clock`` of the machine."""

    def now(self) -> datetime:
        """Tell the wall clock's time, UTC."""
        return datetime.now(UTC)

    def monotonic(self) -> float:
        """Tell the seconds since the machine started, suspend included."""
        return time.clock_gettime(_CLOCK)

    async def sleep(self, seconds: float) -> None:
        """Wait; a suspend makes it longer, and every deadline is checked again after it."""
        await asyncio.sleep(max(0.0, seconds))
