"""What the control port is told, as checked documents."""

from typing import Annotated, Literal

from pydantic import AwareDatetime, Field

from vcenter_simulator.fault_rules import Action, When
from vcenter_simulator.fleet.documents import Document


class FaultDocument(Document):
    """A fault to inject."""

    method: str | None = None
    host: str | None = None
    skip: Annotated[int, Field(ge=0)] = 0
    count: Annotated[int, Field(ge=1)] | None = None
    probability: Annotated[float, Field(ge=0, le=1)] = 1.0
    delay_seconds: Annotated[float, Field(ge=0)] = 0.0
    when: When = When.BEFORE
    action: Action | None = None
    """Unset: ``fault`` when a fault is named, otherwise only the delay."""
    fault: str | None = None
    text: str | None = None


class ConnectionDocument(Document):
    """vCenter's connection to a host."""

    state: Literal["connected", "disconnected", "notResponding"]


class ExpireDocument(Document):
    """Which sessions are over: those of a user, or all."""

    username: str | None = None


class ClockDocument(Document):
    """How far the clock moves, in seconds."""

    advance_seconds: float


class JournalQuery(Document):
    """Which requests; patterns may have ``*`` and ``?``."""

    host: str | None = None
    method: str | None = None
    user: str | None = None
    since: AwareDatetime | None = None
    """The earliest arrival, in simulated time."""
    after: int | None = None
    """The number of a request: only those that arrived later."""
    writes: bool = True
    """Whether only requests that write to hosts are asked for, or all."""
    limit: Annotated[int, Field(ge=1)] = 100_000
    """The newest so many."""


class OverlapQuery(Document):
    """On which hosts; a pattern may have ``*`` and ``?``."""

    host: str | None = None
