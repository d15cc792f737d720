"""How many examples a property gets: few in the normal lane, many with ``HYPOTHESIS_PROFILE=fuzz``."""

import os

import pytest
from hypothesis import HealthCheck, settings

_FUZZ = "fuzz"
_PROFILE = os.environ.get("HYPOTHESIS_PROFILE", "normal")
_FUZZ_TIMEOUT_S = 3600

settings.register_profile("normal", max_examples=50, deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile(
    _FUZZ, max_examples=5000, deadline=None, suppress_health_check=[HealthCheck.too_slow], print_blob=True
)
settings.load_profile(_PROFILE)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Give the long lane the time it takes."""
    if _PROFILE == _FUZZ:
        for item in items:
            item.add_marker(pytest.mark.timeout(_FUZZ_TIMEOUT_S))
