"""Steps that fail in passing: when to try again, and when enough is enough."""

from collections.abc import Hashable, Sequence
from dataclasses import dataclass, field, replace

from vmk_operator.engine.backoff import Backoff
from vmk_operator.model.outcome import Outcome, Result
from vmk_operator.model.step import Step

FAILED_TOO_OFTEN = "FailedTooOften"
_NOT_THE_STEPS_FAULT = frozenset({"HostAway", "SessionLost"})


@dataclass(slots=True)
class Trouble:
    """The failures of one host's steps in a row."""

    failures: dict[Step, int] = field(default_factory=dict)
    rounds: int = 0
    """Runs in a row that ended in trouble."""
    due: float = float("-inf")
    """No other attempt before this, on ``Clock.monotonic``."""
    circumstances: Hashable = None
    """When these are others, waiting makes no sense any more."""
    outcomes: tuple[Outcome, ...] = ()
    """How the last attempt ended."""

    def is_waiting(self, now: float, circumstances: Hashable) -> bool:
        """Tell whether the next attempt still has to wait."""
        return now < self.due and self.circumstances == circumstances

    def judge(self, outcomes: Sequence[Outcome], *, most: int) -> tuple[Outcome, ...]:
        """Count failures; what failed in passing for the *most*-th time in a row has failed for good."""
        return tuple(self._judge(outcome, most) for outcome in outcomes)

    def back_off(
        self,
        outcomes: Sequence[Outcome],
        *,
        now: float,
        circumstances: Hashable,
        backoff: Backoff,
        retry_after_s: float | None,
    ) -> None:
        """Remember that a run ended in trouble, and when to try again."""
        self.rounds += 1
        self.due = now + backoff.delay_s(self.rounds, retry_after_s=retry_after_s)
        self.circumstances = circumstances
        self.outcomes = tuple(outcomes)

    def is_first(self, outcome: Outcome) -> bool:
        """Tell whether this failure is news."""
        return self.failures.get(outcome.planned.step) == 1

    def clear(self) -> None:
        """Forget it: all is well."""
        self.failures.clear()
        self.rounds = 0
        self.due = float("-inf")
        self.outcomes = ()

    def _judge(self, outcome: Outcome, most: int) -> Outcome:
        step = outcome.planned.step
        if outcome.result not in {Result.RETRY, Result.UNVERIFIED}:
            self.failures.pop(step, None)
            return outcome
        if outcome.reason in _NOT_THE_STEPS_FAULT:
            return outcome
        count = self.failures[step] = self.failures.get(step, 0) + 1
        if count < most:
            return outcome
        del self.failures[step]
        message = f"Failed {count} times in a row, last: {outcome.message}"
        return replace(outcome, result=Result.FAILED, reason=FAILED_TOO_OFTEN, message=message)
