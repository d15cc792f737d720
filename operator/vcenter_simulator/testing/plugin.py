"""The pytest plugin: ``def test_x(vcenter)``. Installed with the package; it loads the simulator when a test asks."""

import sys
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterator

    from vcenter_simulator.testing.simulated import SimulatedVCenter

MARKER = "vcenter"

_INI = {
    "vcenter_hosts": "Hosts of the simulated vCenters (default: 3)",
    "vcenter_clusters": "Clusters that they are spread over (default: 1)",
    "vcenter_fleet": "A fleet in YAML or JSON instead, relative to the root folder",
}


def pytest_addoption(parser: pytest.Parser) -> None:
    """Let a project choose its fleet for all tests."""
    for name, text in _INI.items():
        parser.addini(name, text)


def pytest_configure(config: pytest.Config) -> None:
    """Make the marker known."""
    config.addinivalue_line(
        "markers",
        f"{MARKER}(hosts, clusters, fleet, write_latency, read_lag, ...): what the test's simulated vCenter is like",
    )


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> "Generator[None, pytest.TestReport, pytest.TestReport]":
    """Let the report of a test that fails tell what its vCenters were asked."""
    report = yield
    if report.when == "call" and report.failed:
        for name, value in getattr(item, "funcargs", {}).items():
            if _is_simulated(value):
                report.sections.append((f"Requests to {name}", value.recent_requests()))
    return report


@pytest.fixture
def vcenter(request: pytest.FixtureRequest) -> "Iterator[SimulatedVCenter]":
    """Run a simulated vCenter for this test, as the project's settings and the test's ``vcenter`` markers say."""
    with ExitStack() as stack:
        yield _start(stack, _of_project(request.config) | _of_test(request), request.path.parent)


@pytest.fixture(scope="session")
def shared_vcenter(request: pytest.FixtureRequest) -> "Iterator[SimulatedVCenter]":
    """Run one simulated vCenter for all tests, as the project's settings say; tests see each other's changes."""
    with ExitStack() as stack:
        yield _start(stack, _of_project(request.config), request.config.rootpath)


@pytest.fixture
def make_vcenter(request: pytest.FixtureRequest) -> "Iterator[Callable[..., SimulatedVCenter]]":
    """Return a function that starts one more vCenter, with options as the marker has them; all end with the test."""
    with ExitStack() as stack:
        yield lambda **options: _start(stack, _of_project(request.config) | options, request.path.parent)


def _start(stack: ExitStack, options: dict[str, Any], folder: Path) -> "SimulatedVCenter":
    # Here and not above: pytest loads every plugin at its start, also for those who never ask for a vCenter.
    from vcenter_simulator.fleet.errors import DocumentError  # noqa: PLC0415
    from vcenter_simulator.options import OptionError  # noqa: PLC0415
    from vcenter_simulator.testing.simulated import simulated_vcenter  # noqa: PLC0415

    try:
        return stack.enter_context(simulated_vcenter(folder, **options))
    except (OptionError, DocumentError) as error:
        raise pytest.UsageError(str(error)) from error


def _is_simulated(value: object) -> bool:
    # A project's own fixture may have the name of ours.
    module = sys.modules.get("vcenter_simulator.testing.simulated")
    return module is not None and isinstance(value, module.SimulatedVCenter)


def _of_project(config: pytest.Config) -> dict[str, Any]:
    options: dict[str, Any] = {}
    for name in ("hosts", "clusters"):
        text = config.getini(f"vcenter_{name}")
        if text:
            if not text.isdecimal():
                raise pytest.UsageError(f"vcenter_{name} is '{text}', which is no number.")
            options[name] = int(text)
    fleet = config.getini("vcenter_fleet")
    if fleet:
        options["fleet"] = config.rootpath / fleet
    return options


def _of_test(request: pytest.FixtureRequest) -> dict[str, Any]:
    options: dict[str, Any] = {}
    # The farthest first: a test's own marker overrides its module's.
    for marker in reversed(list(request.node.iter_markers(MARKER))):
        if marker.args:
            raise pytest.UsageError(f"@pytest.mark.{MARKER} takes options by name, for example hosts=5.")
        options |= marker.kwargs
    return options
