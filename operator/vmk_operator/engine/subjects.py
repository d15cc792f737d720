"""The objects of one host during one look, each with its status as last told."""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import replace

from vmk_operator.engine.ports import Clock
from vmk_operator.engine.telling import Teller
from vmk_operator.model.host import HostState
from vmk_operator.model.identity import ObjectKey
from vmk_operator.model.outcome import Outcome
from vmk_operator.model.precautions import Precautions
from vmk_operator.model.vcenter import Policy
from vmk_operator.planner.planning import plan_host
from vmk_operator.planner.snapshot import Grant, HostSnapshot, Subject, Surroundings
from vmk_operator.planner.verdict import HostPlan


class Subjects:
    """Plans on them and tells them, so that every plan knows what was told last."""

    def __init__(
        self, subjects: Sequence[Subject], *, around: Callable[[], Surroundings], teller: Teller, clock: Clock
    ) -> None:
        """Take the objects; *around* is asked before every plan, for what it answers changes while steps run."""
        self._subjects = {subject.object.key: subject for subject in subjects}
        self._around = around
        self._precautions: Precautions | None = None
        self._teller = teller
        self._clock = clock

    def __iter__(self) -> Iterator[Subject]:
        """Go through them, as they are now."""
        return iter(tuple(self._subjects.values()))

    def __contains__(self, key: ObjectKey) -> bool:
        """Tell whether the object is one of them."""
        return key in self._subjects

    def __getitem__(self, key: ObjectKey) -> Subject:
        """Get one of them."""
        return self._subjects[key]

    def plan(self, host: HostState, *, only_watching: Collection[ObjectKey] = ()) -> HostPlan:
        """Plan on a host, as if the objects *only_watching* were in Observe."""
        subjects = tuple(
            replace(subject, policy=Policy.OBSERVE) if key in only_watching else subject
            for key, subject in self._subjects.items()
        )
        return plan_host(HostSnapshot(subjects, host, self._around(), self._precautions))

    def take(self, precautions: Precautions | None) -> None:
        """Plan on these from now on."""
        self._precautions = precautions

    def grant(self, grants: Mapping[ObjectKey, Grant]) -> None:
        """Let what is left of approved plans that are running be planned on."""
        for key, grant in grants.items():
            self._subjects[key] = replace(self._subjects[key], grant=grant)

    def tell(self, key: ObjectKey, plan: HostPlan, outcomes: Sequence[Outcome] = (), *, settling: bool = False) -> None:
        """Publish the status that follows from *plan* and *outcomes*."""
        subject, now = self._subjects[key], self._clock.now()
        status = self._teller.tell(subject, plan.verdicts[key], outcomes, now=now, settling=settling)
        self._subjects[key] = replace(subject, status=status)

    async def tell_durably(
        self,
        key: ObjectKey,
        plan: HostPlan,
        outcomes: Sequence[Outcome] = (),
        *,
        settling: bool = False,
        running: bool = False,
    ) -> None:
        """Tell, and return when the API server has what must survive a restart.

        Raises:
            TransientError: it has not.
        """
        subject, now = self._subjects[key], self._clock.now()
        verdict = plan.verdicts[key]
        status = await self._teller.tell_durably(
            subject, verdict, outcomes, now=now, settling=settling, running=running
        )
        self._subjects[key] = replace(subject, status=status)
