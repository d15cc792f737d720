"""Everything that planning one host needs, gathered beforehand."""

from dataclasses import dataclass

from vmk_operator.api.reasons import Reason as Reason
from vmk_operator.api.v1alpha1 import VmkAdapter, VmkAdapterStatus, VmkNetstack, VmkNetstackStatus
from vmk_operator.model.host import HostState
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
class Subject:
    """One object of the host, its status as last computed, and what may be done for it."""

    object: ManagedObject
    status: Status
    """The last computed status, which may be newer than ``object.status``."""
    policy: Policy


@dataclass(frozen=True, slots=True)
class HostSnapshot:
    """The objects of one host, what the host looks like, and what is around it."""

    subjects: tuple[Subject, ...]
    host: HostState | Absence
    surroundings: Surroundings = NOTHING_KNOWN
