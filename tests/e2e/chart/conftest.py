"""The real helm."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from testbed.fixtures import tool

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(scope="session")
def helm() -> Path:
    """Return the binary."""
    return tool("helm")
