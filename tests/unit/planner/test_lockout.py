"""The lock-out table: whatever could cut a host off is in it, and what can't be told is refused."""

import itertools

import pytest

from vmk_operator.planner.rules.lockout import LOCKOUT, Load, Protection, Touch


def test_the_table_is_about_every_touch_of_every_load() -> None:
    assert set(LOCKOUT) == set(itertools.product(Touch, Load))


@pytest.mark.parametrize("touch", Touch)
def test_what_can_not_be_told_is_protected_like_management(touch: Touch) -> None:
    assert LOCKOUT[touch, Load.UNKNOWN] is LOCKOUT[touch, Load.MANAGEMENT] is Protection.REFUSE
