"""The real promtool."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from testbed.fixtures import tool

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(scope="session")
def promtool() -> Path:
    """Return the binary."""
    return tool("promtool")
