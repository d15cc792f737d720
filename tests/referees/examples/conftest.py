"""A simulator for each example of examples/simulator."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from vcenter_simulator.running import Running, start_in_thread

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture
def simulator() -> Iterator[Running]:
    with start_in_thread(hosts=2) as running:
        yield running


@pytest.fixture
def ready_file(simulator: Running, tmp_path: Path) -> Path:
    """Return what `vcenter-simulator --ready-file` writes."""
    path = tmp_path / "ready.json"
    path.write_text(json.dumps(simulator.ready_document()))
    return path
