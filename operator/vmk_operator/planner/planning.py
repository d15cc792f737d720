"""Plan one host: gather what its objects want, decide once for all of them, and say so object by object."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from functools import reduce

from vmk_operator.api.reasons import Reason
from vmk_operator.api.v1alpha1 import VmkAdapter, VmkNetstack
from vmk_operator.model.host import Connection, HostState, NetworkState
from vmk_operator.model.step import RemoveAdapter
from vmk_operator.model.vcenter import Policy
from vmk_operator.planner.approval import executable, plan_content, weigh
from vmk_operator.planner.custom_stacks import judge_stack_deletion, plan_missing_stacks
from vmk_operator.planner.deletion import UNKNOWN_REASONS, judge_deletion, release, releases_at_once, wait_for_host
from vmk_operator.planner.effect import apply
from vmk_operator.planner.finalizers import choose_for_live, choose_release, needs_removal
from vmk_operator.planner.foresight import foresee_devices
from vmk_operator.planner.halts import explain_halt, standing_halt
from vmk_operator.planner.judgement import Judgement
from vmk_operator.planner.judging import judge_adapter, judge_netstack
from vmk_operator.planner.ordering import Phase, PhasedStep, order
from vmk_operator.planner.scene import Scene, seniority, set_scene
from vmk_operator.planner.snapshot import Absence, HostSnapshot, Subject
from vmk_operator.planner.verdict import Blocked, FinalizerAction, HostPlan, Verdict
from vmk_operator.planner.vsan import joined

_Concluded = tuple[Verdict, tuple[PhasedStep, ...]]
"""A verdict, and the steps that may run."""


def plan_host(snapshot: HostSnapshot) -> HostPlan:
    """Plan one host. Total and deterministic; the order of the objects does not matter."""
    host = snapshot.host
    if isinstance(host, Absence):
        return _plan_absent(snapshot.subjects, host)
    if host.network is None or host.connection is not Connection.CONNECTED:
        return _plan_absent(snapshot.subjects, _explain_away(host))
    plan = _plan_present(snapshot.subjects, set_scene(snapshot, host, host.network))
    return replace(plan, wants_precautions=snapshot.precautions is None and _depends_on_precautions(plan))


def _plan_absent(subjects: Iterable[Subject], absence: Absence) -> HostPlan:
    return HostPlan((), {subject.object.key: _judge_absent(subject, absence) for subject in subjects})


def _judge_absent(subject: Subject, absence: Absence) -> Verdict:
    item = subject.object
    if releases_at_once(subject):
        return release(subject)
    if item.metadata.deleting:
        return wait_for_host(subject, absence)
    told = Blocked(absence.reason, absence.message)
    is_unknown = absence.reason in UNKNOWN_REASONS
    return Verdict(
        key=item.key,
        policy=subject.policy,
        unknown=told if is_unknown else None,
        blocked=None if is_unknown else told,
        binding=subject.status.binding,
        finalizer=FinalizerAction.KEEP if needs_removal(item) else choose_release(item),
    )


def _explain_away(host: HostState) -> Absence:
    if host.connection is not Connection.CONNECTED:
        message = f"vCenter shows {host.name} as {host.connection}; nothing can be told until it is connected again."
    else:
        message = f"vCenter shows no network configuration of {host.name}; nothing can be told until it does."
    return Absence(Reason.HOST_AWAY, message)


def _plan_present(subjects: Iterable[Subject], scene: Scene) -> HostPlan:
    by_age = sorted(subjects, key=lambda subject: seniority(subject.object))
    live = [subject for subject in by_age if not subject.object.metadata.deleting]

    stacked = _foresee(scene.network, plan_missing_stacks(live, scene))
    adapters = _conclude_adapters(live, scene, coming=stacked)
    created = _run(stacked, adapters, Phase.CREATE_ADAPTER)
    if created != stacked:
        # Who comes into being does not depend on who else does, but everything else may.
        adapters = _conclude_adapters(live, scene, coming=created)
    final = _run(created, adapters, Phase.UPDATE_ADAPTER)
    devices = foresee_devices(scene.assignment, stacked, order(_due(adapters, Phase.CREATE_ADAPTER)))
    netstacks = [
        _conclude(
            subject,
            judge_netstack(subject, subject.object, scene, coming=created, final=final, devices=devices),
            scene,
        )
        for subject in live
        if isinstance(subject.object, VmkNetstack)
    ]
    replacing = [*_due(adapters, Phase.REMOVE_FOR_REPLACEMENT), *_due(adapters, Phase.REPLACE_ADAPTER)]
    leaving = _conclude_leaving([s for s in by_age if s.object.metadata.deleting], scene, _foresee(final, replacing))

    concluded = [*adapters, *netstacks, *leaving]
    steps = joined(order(step for _, executable in concluded for step in executable), scene.network)
    return HostPlan(steps, {verdict.key: verdict for verdict, _ in concluded})


def _conclude_adapters(live: Iterable[Subject], scene: Scene, *, coming: NetworkState) -> list[_Concluded]:
    return [
        _conclude(subject, judge_adapter(subject, subject.object, scene, coming=coming), scene)
        for subject in live
        if isinstance(subject.object, VmkAdapter)
    ]


def _conclude(subject: Subject, found: Judgement, scene: Scene) -> _Concluded:
    """Apply policy, halts and the finalizer to what was found."""
    enforced = subject.policy is Policy.ENFORCE
    blocked = found.stalled or (found.refused if enforced else None)
    halt = standing_halt(subject.object, subject.status, found.fingerprint) if enforced else None
    if blocked is None and halt is not None:
        blocked = explain_halt(halt)
    steps = found.restoration if blocked is not None else found.steps
    planned = order(steps)
    content = plan_content(subject, scene.host, found.binding, planned)
    approval = None if blocked is not None else weigh(subject, scene.host, found.risks, planned, content)
    verdict = Verdict(
        key=subject.object.key,
        policy=subject.policy,
        blocked=blocked,
        binding=found.binding,
        observed=found.observed,
        as_declared=found.comparison.as_declared,
        differences=found.comparison.differences,
        steps=planned,
        approval=approval,
        content=content,
        replaces=found.replaces,
        dormant=found.dormant,
        advisories=found.advisories,
        finalizer=choose_for_live(subject.object, subject.policy, acts=found.in_place or bool(steps)),
        host=scene.here,
        would_refuse=None if enforced else found.refused,
        fingerprint=found.fingerprint,
    )
    return verdict, executable(steps, approval) if enforced else ()


def _depends_on_precautions(plan: HostPlan) -> bool:
    """Tell whether something is to be changed that carries something, or may."""
    blocks = (verdict.blocked for verdict in plan.verdicts.values())
    is_refused = any(one is not None and one.reason is Reason.LOCKOUT_PROTECTION for one in blocks)
    enforced = (one for one in plan.verdicts.values() if one.policy is Policy.ENFORCE)
    return is_refused or any(verdict.approval is not None for verdict in enforced)


def _conclude_leaving(leaving: Iterable[Subject], scene: Scene, final: NetworkState) -> list[_Concluded]:
    held_on_to = [subject for subject in leaving if not releases_at_once(subject)]
    released: list[_Concluded] = [(release(subject), ()) for subject in leaving if releases_at_once(subject)]
    adapters = _conclude_leaving_adapters(held_on_to, scene)
    left = _run(final, adapters, Phase.REMOVE_ADAPTER)
    return [*released, *adapters, *_conclude_leaving_stacks(held_on_to, scene, left)]


def _conclude_leaving_stacks(leaving: Iterable[Subject], scene: Scene, left: NetworkState) -> list[_Concluded]:
    concluded: list[_Concluded] = []
    for subject in leaving:
        if isinstance(subject.object, VmkNetstack):
            verdict, steps = judge_stack_deletion(subject, subject.object, scene, left=left)
            concluded.append((verdict, steps))
            # What an older deleted object removes is gone when the younger one's turn comes.
            left = _run(left, [(verdict, steps)], Phase.REMOVE_STACK)
    return concluded


def _conclude_leaving_adapters(leaving: Iterable[Subject], scene: Scene) -> list[_Concluded]:
    concluded: list[_Concluded] = []
    # A device that an older deleted object removes is gone when the younger one's turn comes.
    removed: set[str] = set()
    for subject in leaving:
        if not isinstance(subject.object, VmkAdapter):
            continue
        verdict, steps = judge_deletion(
            subject,
            scene.claims[subject.object.key],
            held=scene.assignment.holders.keys() | scene.assignment.disputed,
            scene=scene,
        )
        devices = {one.planned.step.device for one in steps if isinstance(one.planned.step, RemoveAdapter)}
        concluded.append((verdict, () if devices & removed else steps))
        removed |= devices
    return concluded


def _run(network: NetworkState, concluded: Iterable[_Concluded], phase: Phase) -> NetworkState:
    """Foresee the network once the executable steps of *phase* are done."""
    return _foresee(network, _due(concluded, phase))


def _foresee(network: NetworkState, steps: Iterable[PhasedStep]) -> NetworkState:
    return reduce(lambda before, planned: apply(planned.step, before), order(steps), network)


def _due(concluded: Iterable[_Concluded], phase: Phase) -> Iterator[PhasedStep]:
    return (step for _, executable in concluded for step in executable if step.phase is phase)
