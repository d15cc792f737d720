"""When our finalizer is on an object: only where deleting it must remove a port or a stack (DESIGN §3, Deletion)."""

from vmk_operator.api.v1alpha1.objects import ANNOTATION_FORCE_FINALIZE, VmkAdapter
from vmk_operator.api.v1alpha1.placement import DeletionPolicy, ManagementPolicy
from vmk_operator.model.host import is_custom
from vmk_operator.model.vcenter import Policy
from vmk_operator.planner.snapshot import ManagedObject
from vmk_operator.planner.verdict import FinalizerAction

FORCED_REMEDY = "annotate the object with vmkernel.dev/force-finalize=true to let go of it and leave the host as it is"
"""The second half of a sentence about what a deletion waits for."""


def needs_removal(item: ManagedObject) -> bool:
    """Tell whether deleting the object removes something from the host, as far as its own spec goes.

    The policy of the VCenter only makes the removal wait. System stacks are never removed.
    """
    return (
        (isinstance(item, VmkAdapter) or is_custom(item.spec.netstack))
        and item.spec.deletion_policy is DeletionPolicy.DELETE
        and item.spec.management_policy is ManagementPolicy.ENFORCE
    )


def is_forced(item: ManagedObject) -> bool:
    """Tell whether a person wants the object gone whatever becomes of the host."""
    return item.metadata.annotations.get(ANNOTATION_FORCE_FINALIZE, "false").lower() not in ("", "false")


def choose_for_live(item: ManagedObject, policy: Policy, *, acts: bool) -> FinalizerAction:
    """Choose for an object that nobody deleted.

    It *acts* when it has an adapter or a stack, or a step of this plan is for it.
    """
    if not needs_removal(item):
        return choose_release(item)
    if acts and policy is Policy.ENFORCE and not item.metadata.finalized:
        return FinalizerAction.ADD
    return FinalizerAction.KEEP


def choose_release(item: ManagedObject) -> FinalizerAction:
    """Let go of the object, if we hold it at all."""
    return FinalizerAction.RELEASE if item.metadata.finalized else FinalizerAction.KEEP
