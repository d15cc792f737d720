"""What the composition root may choose about the connections to vCenters."""

from collections.abc import Callable
from dataclasses import dataclass

CallObserver = Callable[[str, str, float], None]
"""Told about every call when it ends: method, outcome (a ``CallOutcome``), seconds. Must not raise or block."""

VCenterCallObserver = Callable[[str, str, str, float], None]
"""The same, beginning with the name of the VCenter object."""


@dataclass(frozen=True, slots=True)
class Timings:
    """How long anything may take, in seconds."""

    call_s: float = 30.0
    """Deadline of a small call."""
    poll_s: int = 60
    """``maxWaitSeconds`` of the long poll: the longest silence of a healthy inventory stream."""
    page_s: float = 60.0
    """What one page of an inventory read may take; on top of *poll_s* for a long poll."""
    connect_s: float = 10.0
    """TCP and TLS together."""
    close_s: float = 5.0
    """All of leaving: views, filters, logout."""
