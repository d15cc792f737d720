import random

import pytest

from vmk_operator.engine.backoff import Backoff
from vmk_operator.engine.trouble import Trouble
from vmk_operator.model.host import Ipv4State
from vmk_operator.model.identity import Kind, ObjectKey
from vmk_operator.model.outcome import Outcome, Result
from vmk_operator.model.step import PlannedStep, UpdateAdapter

STEP = PlannedStep(
    UpdateAdapter("vmk1", Ipv4State(dhcp=False, address=None), mtu=9000),
    ObjectKey(Kind.ADAPTER, "a", "b", "c"),
    (),
    disruptive=False,
    text="",
)


def retry(reason: str = "Retrying") -> Outcome:
    return Outcome(STEP, Result.RETRY, reason, "vCenter is busy")


def test_the_last_allowed_failure_of_a_step_is_final() -> None:
    trouble = Trouble()

    results = [trouble.judge([retry()], most=3)[0] for _ in range(3)]

    assert [outcome.result for outcome in results] == [Result.RETRY, Result.RETRY, Result.FAILED]
    assert results[-1].reason == "FailedTooOften"
    assert "vCenter is busy" in results[-1].message


def test_a_success_in_between_begins_the_count_anew() -> None:
    trouble = Trouble()
    trouble.judge([retry()], most=2)
    trouble.judge([Outcome(STEP, Result.DONE)], most=2)

    assert trouble.judge([retry()], most=2)[0].result is Result.RETRY


@pytest.mark.parametrize("reason", ["HostAway", "SessionLost"])
def test_what_is_not_the_steps_fault_is_not_counted(reason: str) -> None:
    trouble = Trouble()

    assert all(trouble.judge([retry(reason)], most=2)[0].result is Result.RETRY for _ in range(10))


def test_a_wait_ends_when_the_circumstances_are_others() -> None:
    trouble = Trouble()
    trouble.back_off(
        [retry()],
        now=100.0,
        circumstances="disconnected",
        backoff=Backoff(1.0, 30.0, random.Random(1)),
        retry_after_s=50.0,
    )

    assert trouble.is_waiting(149.0, "disconnected")
    assert not trouble.is_waiting(149.0, "connected")
    assert not trouble.is_waiting(150.0, "disconnected")
