"""A halt: no further attempt until the spec, the host, or a person's request says otherwise."""

from vmk_operator.api.reasons import Reason
from vmk_operator.api.v1alpha1 import Halt
from vmk_operator.api.v1alpha1.objects import ANNOTATION_RECONCILE
from vmk_operator.planner.snapshot import ManagedObject, Status
from vmk_operator.planner.verdict import Blocked
from vmk_operator.planner.wording import clip


def latest_request(item: ManagedObject) -> str | None:
    """Give the value of ``vmkernel.dev/reconcile-requested-at``, as far as a status holds it."""
    requested = item.metadata.annotations.get(ANNOTATION_RECONCILE)
    return None if requested is None else clip(requested)


def pending_request(item: ManagedObject, status: Status) -> str | None:
    """Give the value of ``vmkernel.dev/reconcile-requested-at`` that nobody has acted upon yet."""
    requested = latest_request(item)
    return requested if requested is not None and requested != status.last_handled_reconcile_at else None


def standing_halt(item: ManagedObject, status: Status, fingerprint: str) -> Halt | None:
    """Give the halt that still holds.

    *fingerprint* is of what is observed now; empty when nothing is, which ends no halt.
    """
    halt = status.halt
    if halt is None or halt.generation != item.metadata.generation or pending_request(item, status) is not None:
        return None
    # A replacement that failed has changed the host itself.
    stands = halt.reason == Reason.REPLACEMENT_FAILED or fingerprint in ("", halt.observed_fingerprint)
    return halt if stands else None


def explain_halt(halt: Halt) -> Blocked:
    """Say why nothing is tried."""
    reason = Reason(halt.reason) if halt.reason in set(Reason) else Reason.REFUSED
    return Blocked(reason, halt.message)
