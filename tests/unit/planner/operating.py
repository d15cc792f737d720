"""A pure operator: plans, tells and simulates round by round, as the engine does against a real host."""

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from unit.planner.builders import NOON, plan
from vmk_operator.api.v1alpha1.objects import FINALIZER
from vmk_operator.model.host import HostState, NetworkState
from vmk_operator.model.identity import ObjectKey
from vmk_operator.model.outcome import Outcome, Result
from vmk_operator.model.step import CreateAdapter, PlannedStep
from vmk_operator.planner.effect import apply, created_device
from vmk_operator.planner.planning import plan_host
from vmk_operator.planner.snapshot import HostSnapshot, Subject
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
        steps = [step for step in self.look().steps if self.subjects[step.owner].status.halt is None]
        for planned in steps:
            self.run(planned)
        self.done += steps
        return steps

    def settle(self) -> "Operation":
        """Work until nothing is left to do."""
        while self.work():
            self.rounds += 1
            assert self.rounds <= MOST_ROUNDS, [step.text for step in self.done]
        self.look()
        return self

    def change(self, network: NetworkState) -> None:
        """Let somebody else change the host."""
        self.host = replace(self.host, network=network)

    def run(self, planned: PlannedStep) -> None:
        """Do a step as it should be done, and note which device was made."""
        before = self.network
        self.change(apply(planned.step, before))
        if isinstance(planned.step, CreateAdapter):
            made = created_device(planned.step, before, self.network)
            assert made is not None, planned.text
            outcome = Outcome(planned, Result.DONE, device=made.device, mac=made.mac)
            subject = self.subjects[planned.owner]
            verdict = plan_host(HostSnapshot(tuple(self.subjects.values()), self.host)).verdicts[planned.owner]
            status = next_status(subject, verdict, [outcome], now=self.now, settling=True)
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


def operate(host: HostState, *subjects: Subject) -> Operation:
    return Operation(host, {subject.object.key: subject for subject in subjects})
