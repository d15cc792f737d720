"""What may be done for an object, and until when that holds: the stricter of its own policy and its VCenter's."""

from dataclasses import dataclass
from datetime import UTC, datetime

from vmk_operator.model.vcenter import Policy, VCenterConfig
from vmk_operator.planner.snapshot import ManagedObject

ANNOTATION_PAUSED = "vmkernel.dev/paused"


@dataclass(frozen=True, slots=True)
class EffectivePolicy:
    """A policy and the moment at which it ends by itself."""

    policy: Policy
    ends_at: datetime | None = None
    """End of the pause; ``None``: it ends only when somebody edits something."""


@dataclass(frozen=True, slots=True)
class Pause:
    """A pause that is on."""

    ends_at: datetime | None
    """``None``: until the annotation goes."""


def check_pause(annotation: str | None, now: datetime) -> Pause | None:
    """Read a value of ``vmkernel.dev/paused``; ``None``: not paused.

    What can't be read pauses: somebody wanted us to stop, and writing to a host is the worse mistake.
    """
    text = (annotation or "").strip()
    if text.lower() in {"", "false"}:
        return None
    try:
        ends_at = datetime.fromisoformat(text)
    except ValueError:
        return Pause(None)
    ends_at = ends_at if ends_at.tzinfo else ends_at.replace(tzinfo=UTC)
    return Pause(ends_at) if ends_at > now else None


def effective_policy(config: VCenterConfig | None, subject: ManagedObject, now: datetime) -> EffectivePolicy:
    """Decide what may be done for *subject* now; *config* is ``None`` where there is no such VCenter."""
    pauses = [
        pause
        for annotation in (
            config.paused if config is not None else None,
            subject.metadata.annotations.get(ANNOTATION_PAUSED),
        )
        if (pause := check_pause(annotation, now)) is not None
    ]
    if pauses:
        ends = [pause.ends_at for pause in pauses if pause.ends_at is not None]
        return EffectivePolicy(Policy.PAUSED, max(ends) if len(ends) == len(pauses) else None)
    # A VCenter that is being deleted only cleans up: what lives on is watched until the VCenter is gone.
    leaving = config is not None and config.deleting and not subject.metadata.deleting
    observed = config is not None and config.policy is Policy.OBSERVE
    if leaving or observed or subject.spec.management_policy == Policy.OBSERVE.value:
        return EffectivePolicy(Policy.OBSERVE)
    return EffectivePolicy(Policy.ENFORCE)
