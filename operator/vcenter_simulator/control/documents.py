"""What the control port is told, as checked documents."""

from typing import Annotated, Any, Literal

from pydantic import AwareDatetime, Field

from vcenter_simulator.fault_rules import Action, When
from vcenter_simulator.fleet.base import Document


class FaultDocument(Document):
    """A fault to inject."""

    method: str | None = None
    """Which calls, by the method's name on the wire; a pattern may have ``*`` and ``?``. Unset: all."""
    host: str | None = None
    """On which hosts, by their names; a pattern. Unset: all, and calls that are about no host."""
    skip: Annotated[int, Field(ge=0)] = 0
    """Fitting calls that pass first."""
    count: Annotated[int, Field(ge=1)] | None = None
    """Fitting calls that are hit then. Unset: all."""
    probability: Annotated[float, Field(ge=0, le=1)] = 1.0
    """How likely a fitting call is hit; the dice are thrown by ``--seed``."""
    delay_seconds: Annotated[float, Field(ge=0)] = 0.0
    """How long the call waits before anything else happens."""
    when: When = When.BEFORE
    """Whether the trouble comes before the call's effect, or after it: only the answer is lost then."""
    action: Action | None = None
    """What the caller meets. Unset: ``fault`` when a fault is named, otherwise only the delay."""
    fault: str | None = None
    """The vSphere fault, for example ``HostConfigFault``."""
    text: str | None = None
    """The fault's message."""
    fields: dict[str, Any] | None = None
    """The fault's own fields: ``{"name": "vmk1"}`` for an ``AlreadyExists``."""


class ConnectionDocument(Document):
    """vCenter's connection to a host."""

    state: Literal["connected", "disconnected", "notResponding"]
    """``connected``, ``disconnected`` or ``notResponding``."""


class ExpireDocument(Document):
    """Which sessions are over; without a field, all."""

    username: str | None = None
    """Those of this user."""
    key: str | None = None
    """The one with this key, as ``GET /sessions`` tells it."""


class ClockDocument(Document):
    """Where the clock goes: one of the two."""

    advance_seconds: float | None = None
    """By so many seconds; back when they are negative."""
    now: AwareDatetime | None = None
    """To this time."""


class StateQuery(Document):
    """How the state is written."""

    format: Literal["json", "yaml"] | None = None
    """Unset: as the header ``Accept`` wishes, otherwise JSON."""


class CallsQuery(Document):
    """Which calls."""

    host: str | None = None
    """Those that are about this host."""


class NoQuery(Document):
    """Nothing may be asked for."""


class JournalQuery(Document):
    """Which requests; patterns may have ``*`` and ``?``."""

    host: str | None = None
    """Those about these hosts; a pattern."""
    method: str | None = None
    """Those of these methods; a pattern."""
    user: str | None = None
    """Those of these users; a pattern."""
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
    """On these hosts; a pattern."""
