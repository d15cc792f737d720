"""What becomes of the host when an object is deleted (DESIGN §3, Deletion)."""

from collections.abc import Collection
from dataclasses import replace

from vmk_operator.api.reasons import Reason
from vmk_operator.api.v1alpha1 import VmkAdapter
from vmk_operator.model.host import AdapterState, HostState, NetworkState
from vmk_operator.model.identity import ObjectKey
from vmk_operator.model.step import FieldChange, RemoveAdapter
from vmk_operator.model.vcenter import Policy
from vmk_operator.planner import rulebook
from vmk_operator.planner.approval import executable, plan_content, weigh
from vmk_operator.planner.assignment import Claim, find_addressed, find_bound
from vmk_operator.planner.case import RemovalCase
from vmk_operator.planner.finalizers import FORCED_REMEDY, choose_release, is_forced, needs_removal
from vmk_operator.planner.fingerprint import adapter_fingerprint
from vmk_operator.planner.halts import explain_halt, standing_halt
from vmk_operator.planner.ordering import Phase, PhasedStep, phased
from vmk_operator.planner.rules.rule import ask
from vmk_operator.planner.scene import Scene
from vmk_operator.planner.snapshot import Absence, Subject
from vmk_operator.planner.verdict import Blocked, FinalizerAction, Verdict
from vmk_operator.planner.wording import ABSENT

UNKNOWN_REASONS = frozenset({Reason.PENDING, Reason.HOST_AWAY, Reason.VCENTER_AWAY})
"""Reasons that pass by themselves; every other absence needs a person."""


def releases_at_once(subject: Subject) -> bool:
    """Tell whether a deleted object goes without a look at the host."""
    item = subject.object
    return item.metadata.deleting and (is_forced(item) or not item.metadata.finalized or not needs_removal(item))


def release(subject: Subject) -> Verdict:
    """Let the object go; nothing happens on the host."""
    return replace(_blank(subject), finalizer=choose_release(subject.object))


def wait_for_host(subject: Subject, absence: Absence) -> Verdict:
    """Keep a deleted object until its host can be looked at; one that never had anything there needs no such thing."""
    verdict = _blank(subject)
    binding = subject.status.binding
    told = Blocked(absence.reason, f"{absence.message} The deletion of this object waits; {FORCED_REMEDY}.")
    if absence.reason in UNKNOWN_REASONS:
        return replace(verdict, unknown=told, deletion_waits=told.message)
    if binding is None or (binding.device is None and isinstance(subject.object, VmkAdapter)):
        return release(subject)
    return replace(verdict, blocked=told, deletion_waits=told.message)


def judge_deletion(
    subject: Subject,
    claim: Claim,
    *,
    held: Collection[str],
    scene: Scene,
) -> tuple[Verdict, tuple[PhasedStep, ...]]:
    """Decide about a deleted adapter object that must not leave its port behind.

    *held* are the devices that live objects have, or may mean: what one of them claims as well is handed over to it.
    """
    host, network = scene.host, scene.network
    adapter = _find(claim, host, network)
    fingerprint = adapter_fingerprint(
        host, network, adapter=adapter, netstack=subject.object.spec.netstack, attachment=claim.attachment
    )
    verdict = replace(_blank(subject), host=scene.here, fingerprint=fingerprint)
    if adapter is None or adapter.device in held:
        return replace(verdict, finalizer=FinalizerAction.RELEASE), ()
    if subject.policy is not Policy.ENFORCE:
        who = "it or its VCenter is paused" if subject.policy is Policy.PAUSED else "its VCenter is in Observe"
        waits = f"{adapter.device} on {host.name} is to be removed, but {who}; end that, or {FORCED_REMEDY}."
        return replace(verdict, deletion_waits=waits), ()
    halt = standing_halt(subject.object, subject.status, fingerprint)
    ruling = ask(rulebook.ADAPTER_REMOVAL, RemovalCase(host, network, scene.surroundings, scene.precautions, adapter))
    refusal = ruling.refused
    if refusal is None and halt is not None:
        refusal = explain_halt(halt)
    if refusal is not None:
        return replace(verdict, blocked=refusal, deletion_waits=refusal.message), ()
    removal = _plan_removal(adapter, claim.key, network)
    content = plan_content(subject, host, verdict.binding, (removal.planned,))
    approval = weigh(subject, host, ruling.risks, (removal.planned,), content)
    verdict = replace(verdict, steps=(removal.planned,), approval=approval, content=content)
    return verdict, executable((removal,), approval)


def _blank(subject: Subject) -> Verdict:
    return Verdict(key=subject.object.key, policy=subject.policy, binding=subject.status.binding)


def _find(claim: Claim, host: HostState, network: NetworkState) -> AdapterState | None:
    """Find the port to remove: the bound one, and if none was ever bound, one that we may have made and not noted."""
    binding = claim.binding
    if binding is not None and binding.device is not None and binding.mac is not None:
        return find_bound(binding, host, network)
    if claim.intent is None:
        return None
    found = find_addressed(claim.intent, claim.attachment, network)
    return found[0] if len(found) == 1 else None


def _plan_removal(adapter: AdapterState, owner: ObjectKey, network: NetworkState) -> PhasedStep:
    change = FieldChange("device", adapter.device, ABSENT)
    step, text = RemoveAdapter(adapter.device), f"remove {adapter.device}"
    return phased(Phase.REMOVE_ADAPTER, step, owner, network=network, changes=(change,), text=text)
