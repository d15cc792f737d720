"""One seed for every test that throws dice, the same in every worker, told at the top of the report."""

import os
import random

import pytest

VARIABLE = "VMK_SEED"


def pytest_configure() -> None:
    """Choose the seed before workers are started: they inherit the environment."""
    os.environ.setdefault(VARIABLE, str(random.SystemRandom().randrange(1_000_000)))


def pytest_report_header() -> str:
    """Tell how to throw the same dice again."""
    return f"{VARIABLE}={os.environ[VARIABLE]} throws the dice of this run again"


@pytest.fixture
def dice() -> random.Random:
    """Throw what this run's seed says."""
    return random.Random(int(os.environ[VARIABLE]))
