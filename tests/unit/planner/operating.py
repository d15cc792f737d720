"""A pure operator: plans, tells and simulates round by round, as the engine does against a real host."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from unit.planner.builders import NOON, plan
from vmk_operator.api.v1alpha1.objects import ANNOTATION_APPROVE, FINALIZER
from vmk_operator.model.host import HostState, NetworkState
from vmk_operator.model.identity import ObjectKey
from vmk_operator.model.outcome import Outcome, Result
from vmk_operator.model.step import CreateAdapter, PlannedStep
from vmk_operator.planner.effect import apply, created_device
from vmk_operator.planner.snapshot import Subject
from vmk_operator.planner.status import next_status
from vmk_operator.planner.verdict import FinalizerAction, HostPlan

MOST_ROUNDS = 8


@dataclass
class Operation:
    """One host, its objects, and what was done."""

    host: HostState
    subjects: dict[ObjectKey, Subject]
    now: datetime = NOON
    done: list[PlannedStep] = field(default_factory=list)
    rounds: int = 0
    approves: bool = False
    """A person approves every plan as soon as it is told."""
    refuses: Callable[[PlannedStep], bool] = lambda _: False
    """Which steps the host refuses."""
    watches: Callable[[NetworkState], object] = lambda _: None
    """Told of the host after every step."""

    @property
    def network(self) -> NetworkState:
        assert self.host.network is not None
        return self.host.network

    def plan(self) -> HostPlan:
        return plan(self.host, *self.subjects.values())

    def look(self) -> HostPlan:
        """Plan and tell, write nothing."""
        result = self.plan()
        for key, verdict in result.verdicts.items():
            subject = self.subjects[key]
            self.subjects[key] = replace(subject, status=next_status(subject, verdict, (), now=self.now))
            self._finalize(key, verdict.finalizer)
        return result

    def work(self) -> list[PlannedStep]:
        """Look, then run what may be run."""
        self.now += timedelta(seconds=1)
        if self.approves:
            self.look()
            self.approve()
        steps = [step for step in self.look().steps if step.restores or self.subjects[step.owner].status.halt is None]
        self._start(steps)
        for planned in steps:
            if not self.run(planned):
                break
        self.done += steps
        return steps

    def settle(self) -> "Operation":
        """Work until nothing is left to do."""
        while self.work():
            self.rounds += 1
            assert self.rounds <= MOST_ROUNDS, [step.text for step in self.done]
        self.look()
        return self

    def approve(self) -> None:
        """Let a person approve every plan that waits for it."""
        for key, subject in self.subjects.items():
            if subject.status.plan is not None:
                self.subjects[key] = approve(subject)

    def change(self, network: NetworkState) -> None:
        """Let somebody else change the host."""
        self.host = replace(self.host, network=network)

    def _start(self, steps: list[PlannedStep]) -> None:
        """Tell that the steps are about to be sent, which ends an approval."""
        result = self.plan()
        for key in {planned.owner for planned in steps}:
            subject = self.subjects[key]
            status = next_status(subject, result.verdicts[key], (), now=self.now, running=True)
            self.subjects[key] = replace(subject, status=status)

    def run(self, planned: PlannedStep) -> bool:
        """Do a step as it should be done, and note which device was made; tell whether the host did it."""
        if self.refuses(planned):
            self._fail(planned)
            return False
        before = self.network
        self.change(apply(planned.step, before))
        self.watches(self.network)
        if isinstance(planned.step, CreateAdapter):
            made = created_device(planned.step, before, self.network)
            assert made is not None, planned.text
            outcome = Outcome(planned, Result.DONE, device=made.device, mac=made.mac)
            subject = self.subjects[planned.owner]
            verdict = self.plan().verdicts[planned.owner]
            status = next_status(subject, verdict, [outcome], now=self.now, settling=True)
            self.subjects[planned.owner] = replace(subject, status=status)
        return True

    def _fail(self, planned: PlannedStep) -> None:
        subject, outcome = self.subjects[planned.owner], Outcome(planned, Result.FAILED, "Refused", "No.")
        status = next_status(subject, self.plan().verdicts[planned.owner], [outcome], now=self.now)
        self.subjects[planned.owner] = replace(subject, status=status)

    def _finalize(self, key: ObjectKey, action: FinalizerAction) -> None:
        subject = self.subjects[key]
        metadata = subject.object.metadata
        if action is FinalizerAction.KEEP:
            return
        if action is FinalizerAction.RELEASE and metadata.deleting:
            del self.subjects[key]
            return
        finalizers = (FINALIZER,) if action is FinalizerAction.ADD else ()
        changed = subject.object.model_copy(update={"metadata": metadata.model_copy(update={"finalizers": finalizers})})
        self.subjects[key] = replace(subject, object=changed)


def approve(subject: Subject) -> Subject:
    """Let a person approve the plan that is told."""
    plan_told = subject.status.plan
    assert plan_told is not None
    metadata = subject.object.metadata
    annotations = {**metadata.annotations, ANNOTATION_APPROVE: plan_told.id}
    approved = metadata.model_copy(update={"annotations": annotations})
    return replace(subject, object=subject.object.model_copy(update={"metadata": approved}))


def operate(host: HostState, *subjects: Subject, approves: bool = False) -> Operation:
    return Operation(host, {subject.object.key: subject for subject in subjects}, approves=approves)
