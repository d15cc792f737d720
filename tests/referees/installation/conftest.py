"""The tool that the installation page uses."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from testbed.fixtures import tool

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(scope="session")
def govc() -> Path:
    """Return govc."""
    return tool("govc")
