"""What became of a planned step."""

import enum
from dataclasses import dataclass

from vmk_operator.model.step import PlannedStep


class Result(enum.StrEnum):
    """How a step ended."""

    DONE = "Done"
    """Sent, answered, and seen in the host's state."""
    FAILED = "Failed"
    """Refused or undone by vCenter; *reason* and *message* say why."""
    RETRY = "Retry"
    """A passing trouble; nothing is known to have changed."""
    UNVERIFIED = "Unverified"
    """Sent, but its effect was not seen in time, or its answer was lost: observe before any further write."""
    WAITING = "Waiting"
    """Not sent: *reason* is what it waits for."""


class WaitsFor(enum.StrEnum):
    """Why a plan is not running yet (``status.plan.waitsFor``)."""

    APPROVAL = "Approval"
    MAINTENANCE_MODE = "MaintenanceMode"
    SLOT = "Slot"
    REPAIR_DELAY = "RepairDelay"


@dataclass(frozen=True, slots=True)
class Outcome:
    """The end of one step."""

    planned: PlannedStep
    result: Result
    reason: str = ""
    """Stable CamelCase word, empty when done."""
    message: str = ""
    """One sentence for a person, empty when done."""
    device: str | None = None
    """Device that ``CreateAdapter`` was answered with."""
    mac: str | None = None
    """MAC of that device, once seen."""
