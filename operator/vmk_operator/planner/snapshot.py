"""Everything that planning one host needs, gathered beforehand."""

from dataclasses import dataclass

from vmk_operator.api.reasons import Reason as Reason
from vmk_operator.api.v1alpha1 import Replaced, VmkAdapter, VmkAdapterStatus, VmkNetstack, VmkNetstackStatus
from vmk_operator.api.v1alpha1.objects import ANNOTATION_APPROVE as ANNOTATION_APPROVE
from vmk_operator.model.host import HostState
from vmk_operator.model.precautions import Precautions
from vmk_operator.model.step import Step
from vmk_operator.model.vcenter import Policy
from vmk_operator.planner.surroundings import NOTHING_KNOWN
from vmk_operator.planner.surroundings import Surroundings as Surroundings

ManagedObject = VmkAdapter | VmkNetstack
Status = VmkAdapterStatus | VmkNetstackStatus


@dataclass(frozen=True, slots=True)
class Absence:
    """There is no observation to plan on, and why: unknown is an answer, and empty is not."""

    reason: Reason
    """NO_SUCH_HOST, NO_SUCH_VCENTER, NAMESPACE_NOT_ALLOWED, DUPLICATE_VCENTER (stalled) or PENDING, VCENTER_AWAY,
    HOST_AWAY (unknown)."""
    message: str
    """One sentence with the remedy."""


@dataclass(frozen=True, slots=True)
class Grant:
    """An approval that was spent on a run which is not over: it is for what is left of that plan, and nothing else."""

    plan: str
    """Id of the plan. Who takes the annotation away takes the grant away."""
    steps: tuple[Step, ...]


@dataclass(frozen=True, slots=True)
class Subject:
    """One object of the host, its status as last computed, and what may be done for it."""

    object: ManagedObject
    status: Status
    """The last computed status, which may be newer than ``object.status``."""
    policy: Policy
    grant: Grant | None = None

    @property
    def replaced(self) -> Replaced | None:
        """The adapter that was removed for another one to take its place, which is not there yet."""
        return replaced_of(self.status)


def replaced_of(status: Status) -> Replaced | None:
    """Give the adapter that was removed for another one to take its place."""
    return status.replaced if isinstance(status, VmkAdapterStatus) else None


@dataclass(frozen=True, slots=True)
class HostSnapshot:
    """The objects of one host, what the host looks like, and what is around it."""

    subjects: tuple[Subject, ...]
    host: HostState | Absence
    surroundings: Surroundings = NOTHING_KNOWN
    precautions: Precautions | None = None
    """``None``: not asked; a plan says when that makes a difference."""
