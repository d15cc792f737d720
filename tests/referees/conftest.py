"""The clients of others that the simulator has to please, as the test bed installs or builds them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from testbed.fixtures import pytest_collection_modifyitems as pytest_collection_modifyitems
from testbed.fixtures import tool

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(scope="session")
def ansible() -> Path:
    """Return the command that plays playbooks, with community.vmware."""
    return tool("ansible")


@pytest.fixture(scope="session")
def govc() -> Path:
    """Return govmomi's command."""
    return tool("govc")


@pytest.fixture(scope="session")
def pyvmomi() -> Path:
    """Return the Python that has an older pyVmomi."""
    return tool("pyvmomi")


@pytest.fixture(scope="session")
def vcsim() -> Path:
    """Return govmomi's simulator."""
    return tool("vcsim")
