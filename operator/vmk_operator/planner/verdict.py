"""What planning a host says: steps for the runner, one verdict per object."""

import enum
from collections.abc import Mapping
from dataclasses import dataclass

from vmk_operator.api.reasons import Reason
from vmk_operator.api.v1alpha1 import Advisory, Applied, Binding, ObservedAdapter, ObservedNetstack, Replaced
from vmk_operator.model.drift import Difference
from vmk_operator.model.identity import ObjectKey
from vmk_operator.model.step import PlannedStep
from vmk_operator.model.vcenter import Policy


@dataclass(frozen=True, slots=True)
class Blocked:
    """No step can help until somebody changes something."""

    reason: Reason
    message: str
    """One sentence: what is wrong, where, what is allowed."""


@dataclass(frozen=True, slots=True)
class Risk:
    """A person has to approve the change first."""

    reason: Reason
    """Always WAITING_FOR_APPROVAL."""
    message: str
    """One sentence: what is changed, where, and what hangs by it."""
    in_maintenance: bool = False
    """Besides, the host must be in maintenance mode."""


@dataclass(frozen=True, slots=True)
class Approval:
    """What a plan needs before it may run, and whether it has it."""

    risks: tuple[str, ...]
    plan: str | None
    """Id of the plan, if a person approved exactly this one; ``None``: nobody did."""
    in_maintenance: bool
    """The host is in maintenance mode, or need not be."""

    @property
    def is_complete(self) -> bool:
        """Tell whether the steps may run."""
        return self.plan is not None and self.in_maintenance


class FinalizerAction(enum.StrEnum):
    """What must become of our finalizer on the object."""

    KEEP = "Keep"
    ADD = "Add"
    """Before the first step for this object."""
    RELEASE = "Release"


@dataclass(frozen=True, slots=True)
class Verdict:
    """What is true of one object now, and what it would take."""

    key: ObjectKey
    policy: Policy
    unknown: Blocked | None = None
    """Nothing can be told about the host (not Stalled): PENDING, HOST_AWAY, VCENTER_AWAY."""
    blocked: Blocked | None = None
    """Stalled. Differences and observation are still reported where they are known."""
    binding: Binding | None = None
    observed: ObservedAdapter | ObservedNetstack | None = None
    as_declared: tuple[Applied, ...] = ()
    """Every managed field that is as declared, with its value."""
    differences: tuple[Difference, ...] = ()
    """Every managed field that is not, including ``device`` for a bound adapter that is gone."""
    steps: tuple[PlannedStep, ...] = ()
    """What Enforce would do for this object, in order; filled in Observe too."""
    approval: Approval | None = None
    """What the steps need before they may run; ``None``: nothing."""
    content: str = ""
    """Hash of everything that a plan's id stands for but its time; empty without steps."""
    replaces: Replaced | None = None
    """The adapter that the steps remove and another takes the place of."""
    dormant: bool = False
    """A stack that no adapter uses yet."""
    advisories: tuple[Advisory, ...] = ()
    finalizer: FinalizerAction = FinalizerAction.KEEP
    host: Binding | None = None
    """This host without a device: what the binding of a created adapter is made of. ``None``: host unknown."""
    would_refuse: Blocked | None = None
    """In Observe and paused: why Enforce could not repair the differences."""
    deletion_waits: str | None = None
    """Why nothing is done yet for a deleted object, in one sentence."""
    fingerprint: str = ""
    """``observed_fingerprint`` of what concerns this object; empty when nothing was observed."""


@dataclass(frozen=True, slots=True)
class HostPlan:
    """What to do on one host, and what to say about each of its objects."""

    steps: tuple[PlannedStep, ...]
    """To be run in this order; only of objects whose policy is Enforce and that are not blocked."""
    verdicts: Mapping[ObjectKey, Verdict]
    wants_precautions: bool = False
    """They were not given, and make a difference."""
