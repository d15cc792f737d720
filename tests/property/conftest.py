"""How many examples a property gets: few in the normal lane, many with ``HYPOTHESIS_PROFILE=fuzz``."""

import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

_HERE = Path(__file__).parent
_FUZZ = "fuzz"
_PROFILE = os.environ.get("HYPOTHESIS_PROFILE", "normal")
_FUZZ_TIMEOUT_S = 3600

settings.register_profile(
    "normal",
    max_examples=500,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
    # The same worlds every time: what fails in a change is the change's fault. The long lane looks for others.
    derandomize=True,
)
settings.register_profile(
    _FUZZ, max_examples=10_000, deadline=None, suppress_health_check=[HealthCheck.too_slow], print_blob=True
)
settings.load_profile(_PROFILE)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Give the long lane the time it takes."""
    for item in items:
        # The hook sees the tests of every folder.
        if _PROFILE == _FUZZ and item.path.is_relative_to(_HERE):
            item.add_marker(pytest.mark.timeout(_FUZZ_TIMEOUT_S))
