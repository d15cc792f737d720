"""Custom TCP/IP stacks: only a VmkNetstack makes one, and a deleted one takes it away again (DESIGN §3)."""

from collections.abc import Iterable
from dataclasses import replace

from vmk_operator.api.v1alpha1 import Applied, VmkNetstack
from vmk_operator.model.drift import Difference
from vmk_operator.model.host import NetworkState, is_custom
from vmk_operator.model.identity import ObjectKey
from vmk_operator.model.step import CreateNetstack, FieldChange, PlannedStep, RemoveNetstack
from vmk_operator.model.vcenter import Policy
from vmk_operator.planner import rulebook
from vmk_operator.planner.case import DeclaredNetstack, StackRemovalCase
from vmk_operator.planner.finalizers import FORCED_REMEDY
from vmk_operator.planner.fingerprint import netstack_fingerprint
from vmk_operator.planner.halts import explain_halt, standing_halt
from vmk_operator.planner.intent import read_netstack
from vmk_operator.planner.judgement import Comparison
from vmk_operator.planner.ordering import Phase, PhasedStep
from vmk_operator.planner.rules.disruption import is_disruptive
from vmk_operator.planner.rules.rule import first_refusal
from vmk_operator.planner.scene import Scene
from vmk_operator.planner.snapshot import Subject
from vmk_operator.planner.verdict import FinalizerAction, Verdict
from vmk_operator.planner.wording import ABSENT

FIELD = "netstack"


def compare_existence(key: str, *, exists: bool) -> Comparison:
    """Tell whether a custom stack is there; a system stack always is."""
    if not is_custom(key):
        return Comparison()
    if exists:
        return Comparison(as_declared=(Applied(field=FIELD, value=key),))
    return Comparison(differences=(Difference(FIELD, key, ABSENT),))


def plan_stack_creation(owner: ObjectKey, key: str, network: NetworkState) -> PhasedStep:
    """Plan what makes the stack."""
    step = CreateNetstack(key)
    change = FieldChange(FIELD, ABSENT, key)
    planned = PlannedStep(step, owner, (change,), is_disruptive(step, network), f"create TCP/IP stack {key}")
    return PhasedStep(Phase.CREATE_STACK, planned)


def plan_missing_stacks(live: Iterable[Subject], scene: Scene) -> tuple[PhasedStep, ...]:
    """Plan the stacks that come into being whatever else does: adapters of this very plan may be on them."""
    return tuple(
        plan_stack_creation(subject.object.key, subject.object.spec.netstack, scene.network)
        for subject in live
        if isinstance(subject.object, VmkNetstack)
        and scene.network.netstack(subject.object.spec.netstack) is None
        and _may_create(subject, subject.object, scene)
    )


def _may_create(subject: Subject, item: VmkNetstack, scene: Scene) -> bool:
    declared = DeclaredNetstack(item, read_netstack(item.spec), scene.here, scene)
    fingerprint = netstack_fingerprint(scene.host, scene.network, item.spec.netstack)
    return (
        subject.policy is Policy.ENFORCE
        and first_refusal(rulebook.NETSTACK_IDENTITY, declared) is None
        and standing_halt(item, subject.status, fingerprint) is None
    )


def judge_stack_deletion(
    subject: Subject, item: VmkNetstack, scene: Scene, *, left: NetworkState
) -> tuple[Verdict, tuple[PhasedStep, ...]]:
    """Decide about a deleted object that must not leave its custom stack behind.

    *left* is the network once everything before this in the plan is done. What another live object declares as well is
    handed over to it.
    """
    key, host, binding = item.spec.netstack, scene.host, subject.status.binding
    stack = scene.network.netstack(key)
    fingerprint = netstack_fingerprint(host, scene.network, key)
    verdict = Verdict(key=item.key, policy=subject.policy, binding=binding, host=scene.here, fingerprint=fingerprint)
    is_rebuilt = binding is not None and binding.host_uuid != host.uuid
    if stack is None or is_rebuilt or key in scene.netstack_owners:
        return replace(verdict, finalizer=FinalizerAction.RELEASE), ()
    if subject.policy is not Policy.ENFORCE:
        who = "it or its VCenter is paused" if subject.policy is Policy.PAUSED else "its VCenter is in Observe"
        waits = f"TCP/IP stack {key} of {host.name} is to be removed, but {who}; end that, or {FORCED_REMEDY}."
        return replace(verdict, deletion_waits=waits), ()
    halt = standing_halt(item, subject.status, fingerprint)
    case = StackRemovalCase(host, scene.network, scene.surroundings, scene.precautions, stack)
    refusal = first_refusal(rulebook.NETSTACK_REMOVAL, case)
    if refusal is None and halt is not None:
        refusal = explain_halt(halt)
    if refusal is not None:
        return replace(verdict, blocked=refusal, deletion_waits=refusal.message), ()
    devices = [adapter.device for adapter in left.adapters if adapter.netstack == key]
    if devices:
        return replace(verdict, deletion_waits=_tell_use(key, devices, host.name)), ()
    removal = _plan_stack_removal(item.key, key, scene.network)
    is_first = left.netstack(key) is not None
    return replace(verdict, steps=(removal.planned,)), (removal,) if is_first else ()


def _tell_use(key: str, devices: list[str], host: str) -> str:
    are = "are" if len(devices) > 1 else "is"
    return (
        f"TCP/IP stack {key} of {host} is not removed while {' and '.join(devices)} {are} on it; remove what is on it, "
        f"or {FORCED_REMEDY}."
    )


def _plan_stack_removal(owner: ObjectKey, key: str, network: NetworkState) -> PhasedStep:
    step = RemoveNetstack(key)
    change = FieldChange(FIELD, key, ABSENT)
    planned = PlannedStep(step, owner, (change,), is_disruptive(step, network), f"remove TCP/IP stack {key}")
    return PhasedStep(Phase.REMOVE_STACK, planned)
