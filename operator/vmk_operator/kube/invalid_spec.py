"""The status of an object whose spec this release does not understand: kube alone speaks about it."""

from datetime import datetime

from vmk_operator.api.conditions import ConditionType
from vmk_operator.api.reasons import Reason
from vmk_operator.api.v1alpha1 import VCenterStatus
from vmk_operator.kube.conditions import Claim, conditions
from vmk_operator.kube.parsing import OurStatus, Seen


def invalid_spec_status(seen: Seen, now: datetime) -> OurStatus:
    """Stall the object, and keep all else that its status remembers."""
    claims = [
        Claim(ConditionType.READY, "False", Reason.INVALID_SPEC, seen.complaint),
        Claim(ConditionType.RECONCILING, "False", Reason.NOT_RECONCILING),
        Claim(ConditionType.STALLED, "True", Reason.INVALID_SPEC, seen.complaint),
    ]
    if not isinstance(seen.status, VCenterStatus):
        claims.append(Claim(ConditionType.DRIFTED, "Unknown", Reason.INVALID_SPEC))
    claims.append(Claim(ConditionType.PAUSED, "False", Reason.NOT_PAUSED))
    generation = seen.metadata.generation
    said = conditions(claims, previous=seen.status.conditions, generation=generation, now=now)
    changes: dict[str, object] = {"conditions": said, "observed_generation": generation}
    if not isinstance(seen.status, VCenterStatus):
        ready = seen.status.condition(ConditionType.READY)
        changed = ready is None or ready.reason != Reason.INVALID_SPEC
        changes["plan"] = None  # a plan for another spec
        changes["since"] = now if changed else seen.status.since
    return seen.status.model_copy(update=changes)
