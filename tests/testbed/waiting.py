"""Waiting for a condition with a deadline."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, TypeVar

from testbed.errors import DeadlineError

if TYPE_CHECKING:
    from collections.abc import Callable

T = TypeVar("T")


def wait_until(condition: Callable[[], T], *, what: str, within: float = 10.0, every: float = 0.05) -> T:
    """Return the first truthy result of `condition`.

    A condition that raises `AssertionError` counts as not met yet, so that the last one can say what was missing.

    Args:
        condition: called until its result is truthy.
        what: what is waited for; it completes "waited N s for ...".
        within: seconds until the deadline.
        every: seconds between two attempts.

    Raises:
        DeadlineError: the deadline passed; the message has the last result or assertion.
    """
    deadline = time.monotonic() + within
    while True:
        try:
            result = condition()
        except AssertionError as error:
            last = f"the last attempt failed: {error}"
        else:
            if result:
                return result
            last = f"the last result was {result!r}"
        if time.monotonic() >= deadline:
            raise DeadlineError(f"waited {within:g} s for {what}; {last}")
        time.sleep(every)
