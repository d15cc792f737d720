"""The simulated time: the machine's, moved as the control port says."""

from datetime import UTC, datetime, timedelta

_MARGIN = timedelta(days=3650)
"""What must be left of the calendar on either side, for those who reckon with the time."""


class Clock:
    """A clock that can be moved ahead or back."""

    def __init__(self) -> None:
        self._offset = timedelta()

    def now(self) -> datetime:
        """Return the simulated time, in UTC."""
        return datetime.now(UTC) + self._offset

    def advance(self, seconds: float) -> None:
        """Move the clock by *seconds*, back when they are negative.

        Raises:
            OverflowError: when the calendar does not go that far; the clock has not moved then.
        """
        offset = self._offset + timedelta(seconds=seconds)
        _ = datetime.now(UTC) + offset - _MARGIN, datetime.now(UTC) + offset + _MARGIN
        self._offset = offset
