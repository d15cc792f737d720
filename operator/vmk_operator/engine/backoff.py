"""How long to wait after a passing trouble."""

import random
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Backoff:
    """Doubling waits with jitter, so that a thousand hosts do not come back at the same moment."""

    shortest_s: float
    longest_s: float
    chance: random.Random

    def delay_s(self, failures: int, *, retry_after_s: float | None = None) -> float:
        """Pick the wait after that many failures in a row (at least one), never below what the other side asked."""
        # 2**30 of the shortest wait is far above any longest one, and a float never overflows on the way there.
        full = min(self.longest_s, self.shortest_s * 2.0 ** min(failures - 1, 30))
        jittered = full * self.chance.uniform(0.5, 1.0)
        return max(jittered, retry_after_s or 0.0)
