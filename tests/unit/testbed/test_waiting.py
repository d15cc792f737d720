"""Waiting for a condition."""

from __future__ import annotations

import pytest

from testbed.errors import DeadlineError
from testbed.waiting import wait_until


def test_the_first_truthy_result_is_returned() -> None:
    results = iter([0, 0, 3])
    assert wait_until(lambda: next(results), what="three", every=0) == 3


def test_the_deadline_says_what_was_waited_for_and_what_was_seen() -> None:
    drops: list[str] = []
    with pytest.raises(DeadlineError, match=r"waited 0\.01 s for rain; the last result was \[\]"):
        wait_until(lambda: drops, what="rain", within=0.01)


def test_an_assertion_that_fails_is_tried_again() -> None:
    attempts = iter([False, True])

    def condition() -> bool:
        assert next(attempts)
        return True

    assert wait_until(condition, what="the second attempt", every=0)


def test_the_deadline_says_the_last_assertion() -> None:
    def condition() -> bool:
        raise AssertionError("MTU is 1500")

    with pytest.raises(DeadlineError, match="the last attempt failed: MTU is 1500"):
        wait_until(condition, what="jumbo frames", within=0)


def test_any_other_exception_ends_the_waiting() -> None:
    def condition() -> bool:
        raise ValueError("broken")

    with pytest.raises(ValueError, match="broken"):
        wait_until(condition, what="ever")
