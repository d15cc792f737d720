"""Growing pauses between attempts."""

from collections.abc import Iterator


class Backoff:
    """Doubles from *first_s* up to *most_s* seconds, until reset."""

    def __init__(self, *, first_s: float, most_s: float) -> None:
        self._first_s = first_s
        self._most_s = most_s
        self._next_s = first_s

    def next(self) -> float:
        """Answer the pause before the next attempt, in seconds."""
        pause = self._next_s
        self._next_s = min(self._next_s * 2, self._most_s)
        return pause

    def reset(self) -> None:
        """Start anew after a success."""
        self._next_s = self._first_s


class EndlessBackoffs:
    """The pauses that kopf makes between attempts at one request: an object, for an iterator would be used up."""

    def __iter__(self) -> Iterator[float]:
        """Begin a request's series of pauses, in seconds; it has no end, so kopf never gives up."""
        backoff = Backoff(first_s=1.0, most_s=30.0)
        while True:
            yield backoff.next()
