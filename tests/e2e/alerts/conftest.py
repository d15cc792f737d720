"""The real promtool, built once like the servers."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from rich.console import Console

from testbed.build import build
from testbed.catalogue import CATALOGUE
from testbed.errors import TestbedError

if TYPE_CHECKING:
    from pathlib import Path


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Build promtool before the first test that needs it, where people see the progress and no time limit runs."""
    if config.option.collectonly or not any("promtool" in getattr(item, "fixturenames", ()) for item in items):
        return
    capture = config.pluginmanager.getplugin("capturemanager")
    with capture.global_and_fixture_disabled():
        try:
            build(["promtool"], Console(stderr=True))
        except TestbedError as error:
            raise pytest.UsageError(str(error)) from error


@pytest.fixture(scope="session")
def promtool() -> Path:
    """Return the binary."""
    return CATALOGUE["promtool"].binary
