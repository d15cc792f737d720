"""The one decision whether a write may be sent now.

Everything that must hold is a field of ``Circumstances``; ``check_permit`` turns them into a permit with an end, or
into the reason why not. It is asked when a plan starts and again at every send, and the call's deadline lies inside
the permit: a boolean is no fence.
"""

import enum
from dataclasses import dataclass

from vmk_operator.model.step import PlannedStep, RemoveAdapter
from vmk_operator.model.vcenter import Policy


class Hold(enum.StrEnum):
    """Why a write may not be sent."""

    STOPPING = "Stopping"
    """The process or this vCenter's life cycle ends: no other step is started."""
    NOT_LEADING = "NotLeading"
    """The Lease is not held, or not for long enough."""
    SESSION_REPLACED = "SessionReplaced"
    """The plan was made over another connection."""
    INVENTORY_INCOMPLETE = "InventoryIncomplete"
    NOT_SYNCED = "NotSynced"
    """The desired objects are not known for sure."""
    OUTDATED = "Outdated"
    """The object is gone or was edited since the plan was made."""
    NOT_ENFORCED = "NotEnforced"
    HALTED = "Halted"
    NOT_APPROVED = "NotApproved"
    """The approval that the plan was made under was taken away."""
    NOT_DELETED = "NotDeleted"
    """A removal without approval, nor a deletion seen on an object that carries our finalizer."""
    REPAIR_DELAY = "RepairDelay"
    NO_SLOT = "Slot"


@dataclass(frozen=True, slots=True)
class WritePermit:
    """The right to send one write that is answered before *valid_until*."""

    valid_until: float
    """On ``Clock.monotonic``."""

    def timeout_s(self, now: float, longest_s: float) -> float:
        """Tell how long the call may take."""
        return min(longest_s, self.valid_until - now)


@dataclass(frozen=True, slots=True)
class Circumstances:
    """Everything that a permit depends on, as it is now."""

    stopping: bool
    lease_valid_until: float
    """On ``Clock.monotonic``; in the past when not held."""
    same_session: bool
    inventory_complete: bool
    desired_synced: bool
    object_current: bool
    """The object exists in the generation and the state of deletion that the plan was made for."""
    policy: Policy
    halted: bool
    approval: str | None
    """Value of ``vmkernel.dev/approve`` on the object."""
    deletion_seen: bool
    """A deletionTimestamp on an object that carries our finalizer."""
    repair_due: float | None
    """On ``Clock.monotonic``; ``None``: nothing that somebody changed by hand is repaired."""
    slot_held: bool


def check_permit(planned: PlannedStep, facts: Circumstances, *, now: float, least_s: float) -> WritePermit | Hold:
    """Decide whether *planned* may be sent at *now*; a Lease that ends within *least_s* permits nothing."""
    removes = isinstance(planned.step, RemoveAdapter)
    refusals = (
        (facts.stopping, Hold.STOPPING),
        (facts.lease_valid_until - now < least_s, Hold.NOT_LEADING),
        (not facts.same_session, Hold.SESSION_REPLACED),
        (not facts.inventory_complete, Hold.INVENTORY_INCOMPLETE),
        (not facts.desired_synced, Hold.NOT_SYNCED),
        (not facts.object_current, Hold.OUTDATED),
        (facts.policy is not Policy.ENFORCE, Hold.NOT_ENFORCED),
        (facts.halted and not planned.restores, Hold.HALTED),
        (planned.approval not in (None, facts.approval), Hold.NOT_APPROVED),
        (removes and not (facts.deletion_seen or planned.approval), Hold.NOT_DELETED),
        (facts.repair_due is not None and now < facts.repair_due, Hold.REPAIR_DELAY),
        (not facts.slot_held, Hold.NO_SLOT),
    )
    for refused, hold in refusals:
        if refused:
            return hold
    return WritePermit(facts.lease_valid_until)
