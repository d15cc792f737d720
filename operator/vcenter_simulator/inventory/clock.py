"""The simulated time: the machine's, moved as the control port says."""

from datetime import UTC, datetime, timedelta


class Clock:
    """A clock that can be moved ahead or back."""

    def __init__(self) -> None:
        self._offset = timedelta()

    def now(self) -> datetime:
        """Return the simulated time, in UTC."""
        return datetime.now(UTC) + self._offset

    def advance(self, seconds: float) -> None:
        """Move the clock by *seconds*, back when they are negative."""
        self._offset += timedelta(seconds=seconds)
