"""One approval for everything dangerous: which plan a person approved, and whether it is still that plan.

Source: DESIGN §3. A plan's id stands for the object, the host, the adapter, what is there, what is to be sent, and
since when: whatever changes makes an approval void, and the same change a month later has another id.
"""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import fields, is_dataclass, replace
from datetime import datetime, timedelta

from vmk_operator.api.v1alpha1 import Binding, PlanStatus
from vmk_operator.api.v1alpha1.objects import ANNOTATION_APPROVE
from vmk_operator.model.host import HostState
from vmk_operator.model.step import PlannedStep
from vmk_operator.planner.moments import unix_seconds
from vmk_operator.planner.ordering import PhasedStep
from vmk_operator.planner.snapshot import Status, Subject
from vmk_operator.planner.verdict import Approval, Risk

_DIGITS = 16


def plan_content(subject: Subject, host: HostState, binding: Binding | None, steps: Sequence[PlannedStep]) -> str:
    """Hash everything that a plan is about, but for its time; the same in every process. Empty without steps."""
    if not steps:
        return ""
    device, mac = (None, None) if binding is None else (binding.device, binding.mac)
    facts = [subject.object.key.uid, host.uuid, host.ref.moid, device, mac]
    for planned in steps:
        facts += [_canonical(planned.step), *(f"{one.field} {one.before} {one.after}" for one in planned.changes)]
    return _hash(facts)


def plan_id(content: str, since: datetime) -> str:
    """Name a plan that was first made at *since*."""
    return _hash([content, str(int(unix_seconds(since)))])


def tell_plan_id(status: Status, content: str, now: datetime) -> tuple[str, datetime]:
    """Name the plan of that *content*, and say since when it is made."""
    if status.plan is not None and continues(status.plan, content):
        return status.plan.id, status.plan.since
    # Two plans of one second have one id, and the first of them may have been approved and run.
    is_spent = plan_id(content, now) == status.last_approved_plan
    since = now + timedelta(seconds=1) if is_spent else now
    return plan_id(content, since), since


def continues(previous: PlanStatus | None, content: str) -> bool:
    """Tell whether a plan of that *content* is the one that was told before."""
    return previous is not None and bool(content) and previous.id == plan_id(content, previous.since)


def weigh(
    subject: Subject, host: HostState, risks: Sequence[Risk], steps: Sequence[PlannedStep], content: str
) -> Approval | None:
    """Say what *steps* need before they may run; ``None``: nothing."""
    if not risks or not steps:
        return None
    return Approval(
        risks=tuple(risk.message for risk in risks),
        plan=approval_of(subject, steps, content),
        in_maintenance=host.in_maintenance or not any(risk.in_maintenance for risk in risks),
    )


def executable(steps: Sequence[PhasedStep], approval: Approval | None) -> tuple[PhasedStep, ...]:
    """Give the steps that may run, each with the approval that lets it."""
    if approval is None:
        return tuple(steps)
    if not approval.is_complete:
        return ()
    return tuple(replace(one, planned=replace(one.planned, approval=approval.plan)) for one in steps)


def approval_of(subject: Subject, steps: Iterable[PlannedStep], content: str) -> str | None:
    """Give the id of the plan that a person approved, if *steps* are that plan or what is left of it."""
    plan, grant = subject.status.plan, subject.grant
    approved = subject.object.metadata.annotations.get(ANNOTATION_APPROVE)
    if approved is None:
        return None
    if plan is not None and continues(plan, content) and plan.id == approved != subject.status.last_approved_plan:
        return approved
    is_left = grant is not None and grant.plan == approved and all(one.step in grant.steps for one in steps)
    return approved if is_left else None


def _canonical(value: object) -> str:
    """Write a step the same way in every process: sets have no order, and their members' hashes are salted."""
    if isinstance(value, frozenset):
        return f"{{{', '.join(sorted(map(_canonical, value)))}}}"
    if isinstance(value, tuple):
        return f"({', '.join(map(_canonical, value))})"
    if is_dataclass(value):
        told = (f"{one.name}={_canonical(getattr(value, one.name))}" for one in fields(value))
        return f"{type(value).__name__}({', '.join(told)})"
    return str(value)


def _hash(facts: Iterable[str | None]) -> str:
    return hashlib.sha256("\0".join("" if one is None else one for one in facts).encode()).hexdigest()[:_DIGITS]
