"""What conditions say to people: who, what, where, and what is next."""

from collections.abc import Sequence

from vmk_operator.api.v1alpha1 import Drift, VmkAdapter
from vmk_operator.api.v1alpha1.objects import ANNOTATION_APPROVE
from vmk_operator.model.outcome import Outcome, WaitsFor
from vmk_operator.planner.snapshot import ManagedObject
from vmk_operator.planner.verdict import Approval, Verdict


def tell_converged(item: ManagedObject, verdict: Verdict) -> str:
    """Say that all is well."""
    return f"{_name_thing(item, verdict)} on {_name_host(item, verdict)} is as declared."


def tell_dormant(item: ManagedObject, verdict: Verdict) -> str:
    """Say what the settings wait for."""
    return (
        f"No adapter is on {_name_thing(item, verdict)} of {_name_host(item, verdict)} yet; its settings are applied "
        "together with the first."
    )


def tell_drift(drift: Sequence[Drift]) -> str:
    """List what differs."""
    return " ".join(f"{one.field} is {one.observed}, declared is {one.desired}." for one in drift)


def tell_observed(verdict: Verdict, drift: Sequence[Drift]) -> str:
    """Say what differs and is left alone, and whether it could be repaired."""
    if verdict.would_refuse is None:
        return f"{tell_drift(drift)} Left alone."
    return f"{tell_drift(drift)} Left alone; Enforce would refuse: {verdict.would_refuse.message}"


def tell_steps(verdict: Verdict) -> str:
    """Say what is to be done."""
    return f"To do: {'; '.join(planned.text for planned in verdict.steps)}." if verdict.steps else ""


def tell_approval(item: ManagedObject, verdict: Verdict, approval: Approval, plan: str) -> str:
    """Say what hangs by the plan, and how to approve it."""
    who = f"{item.kind.lower()} {item.metadata.name} -n {item.metadata.namespace}"
    return (
        f"{' '.join(approval.risks)} To let exactly this plan run: kubectl annotate --overwrite {who} "
        f"{ANNOTATION_APPROVE}={plan}. {tell_steps(verdict)}"
    )


def tell_maintenance(item: ManagedObject, verdict: Verdict) -> str:
    """Say what an approved replacement waits for."""
    return (
        f"Approved; waits until {_name_host(item, verdict)} is in maintenance mode (spec.replacement.requires). "
        f"{tell_steps(verdict)}"
    )


def tell_waiting(outcome: Outcome) -> str:
    """Say what a permitted step waits for."""
    if outcome.message:
        return outcome.message
    if outcome.reason == WaitsFor.REPAIR_DELAY:
        return "Waits for the VCenter's repairDelay to pass."
    return "Waits until fewer hosts of the VCenter are being changed (rollout.maxConcurrentHosts)."


def _name_thing(item: ManagedObject, verdict: Verdict) -> str:
    if isinstance(item, VmkAdapter):
        return verdict.binding.device or "The adapter" if verdict.binding is not None else "The adapter"
    return f"TCP/IP stack {item.spec.netstack}"


def _name_host(item: ManagedObject, verdict: Verdict) -> str:
    return verdict.host.host_name if verdict.host is not None else item.spec.host
