"""Numbers of the engine that a deployment may set; every default is the product's."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class EngineSettings:
    """How patient the engine is. All times in seconds."""

    stale_after_s: float = 300.0
    """Age of an observation at which the objects that rest on it turn Unknown."""
    write_timeout_s: float = 30.0
    """Longest wait for the answer to one write; the permit may shorten it."""
    least_write_window_s: float = 2.0
    """No write is sent when the Lease is valid for less than this."""
    verify_timeout_s: float = 10.0
    """How long the effect of a write may take to be seen by a direct read before the plan stops."""
    reread_after_s: float = 1.0
    """Age of the runner's last read of a host at which it reads again before a step."""
    settle_grace_s: float = 0.5
    """How long the stream may lag behind a verified write before status says Settling."""
    settle_timeout_s: float = 15.0
    """How long the stream may lag behind a write before a refresh and a direct read decide."""
    backoff_min_s: float = 1.0
    """First wait after a passing trouble; doubles from there."""
    backoff_max_s: float = 30.0
    """Longest wait after a passing trouble."""
    blocked_retry_s: float = 60.0
    """Wait after what only a person can mend, outside our API (a certificate, a release)."""
    max_step_failures: int = 5
    """Passing failures of one step in a row that make it FailedTooOften."""
    judges_per_vcenter: int = 8
    """Hosts of one vCenter that are looked at at the same time, besides those being changed."""
    stop_timeout_s: float = 25.0
    """How long a graceful stop waits for the steps under way, the logout and the Lease."""
    jitter_seed: int | None = None
    """Seed of the back-off's jitter; ``None``: another one at each start."""
