"""The pytest fixtures of every lane that needs the real thing.

A lane's conftest.py imports the fixtures it wants, and `pytest_collection_modifyitems`, which builds what is missing.
"""

from __future__ import annotations

import re
import secrets
from typing import TYPE_CHECKING

import pytest
from rich.console import Console

from testbed.build import build, ensure_control_plane
from testbed.catalogue import CATALOGUE, TOOLS
from testbed.colleague import Colleague, colleague
from testbed.control_plane import ControlPlane
from testbed.deployment import NAMESPACE, apply_deploy
from testbed.errors import TestbedError
from testbed.operator_process import OperatorProcess
from testbed.simulator import Simulator
from testbed.waiting import wait_until
from testbed.whole_fleet import WholeFleet

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from testbed.kubectl import Kubectl

_NAMESPACED_KINDS = "vmkadapters.vmkernel.dev,vmknetstacks.vmkernel.dev"
_NAMESPACE_LENGTH = 40
_SECONDS_FOR_A_TOOL = 900  # of the test that waits until its tool is built
_SECONDS_PER_TEST = 180  # the first one's time includes the start of everything, on a machine that may be busy


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Build the control plane before the first test that needs it, where people see the progress."""
    _leave_time_for_tools(items)
    real = [item for item in items if _needs_servers(item)]
    for item in real:
        if item.get_closest_marker("timeout") is None:
            item.add_marker(pytest.mark.timeout(_SECONDS_PER_TEST))
    if config.option.collectonly or not real:
        return
    capture = config.pluginmanager.getplugin("capturemanager")
    with capture.global_and_fixture_disabled():
        try:
            ensure_control_plane(Console(stderr=True))
        except TestbedError as error:
            raise pytest.UsageError(str(error)) from error


def _needs_servers(item: pytest.Item) -> bool:
    """Whether a test uses the shared control plane, or is of the lane whose tests may start their own."""
    return "control_plane" in _fixtures(item) or ("e2e" in item.path.parts and not TOOLS.intersection(_fixtures(item)))


def _leave_time_for_tools(items: list[pytest.Item]) -> None:
    """Let the tests that need a tool come last, when it may be there, and the first of them wait while it is built."""
    for item in items:
        if TOOLS.intersection(_fixtures(item)):
            item.add_marker(pytest.mark.timeout(_SECONDS_FOR_A_TOOL))
    items.sort(key=lambda item: bool(TOOLS.intersection(_fixtures(item))))


def _fixtures(item: pytest.Item) -> Sequence[str]:
    return getattr(item, "fixturenames", ())


def tool(name: str) -> Path:
    """Return a tool of the catalogue, built if it is not there; a fixture of its name calls this.

    `make test` builds the tools beside the tests that need none; then this waits for the one that is asked for.

    Raises:
        BuildError: it could not be built.
    """
    build([name], Console(stderr=True))
    return CATALOGUE[name].binary


@pytest.fixture(scope="session")
def control_plane(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ControlPlane]:
    """Run one control plane for the whole session; no client of the tests can reach another one."""
    with ControlPlane(tmp_path_factory.mktemp("control-plane")) as running, pytest.MonkeyPatch.context() as patch:
        patch.setenv("KUBECONFIG", str(running.kubeconfig))
        patch.delenv("KUBERNETES_SERVICE_HOST", raising=False)
        yield running


@pytest.fixture(scope="session")
def deployed(control_plane: ControlPlane) -> ControlPlane:
    """Return the control plane with `deploy/` applied."""
    apply_deploy(control_plane.kubectl())
    return control_plane


@pytest.fixture(scope="module")
def simulator(tmp_path_factory: pytest.TempPathFactory, deployed: ControlPlane) -> Iterator[Simulator]:
    """Run a vCenter of three hosts for one module, its credentials in a Secret of its name.

    At the end the operator must have been refused nothing: the privileges that we document are all that it asks for.
    """
    with Simulator(tmp_path_factory.mktemp("simulator")) as running:
        deployed.kubectl().apply(running.secret_manifest(NAMESPACE))
        yield running
        assert running.lacked() == []


@pytest.fixture(scope="module")
def operator(
    tmp_path_factory: pytest.TempPathFactory, deployed: ControlPlane, simulator: Simulator
) -> Iterator[OperatorProcess]:
    """Run one replica of the operator for one module, with a VCenter named `lab` that is its simulator.

    At the end the VCenter goes first, while there is still somebody to release it.
    """
    kubectl = deployed.kubectl()
    with OperatorProcess(deployed, tmp_path_factory.mktemp("operator")) as running:
        kubectl.apply(simulator.vcenter_manifest("lab"))
        yield running
        kubectl.run("delete", "vcenters.vmkernel.dev", "--all", "--timeout=20s")


@pytest.fixture
def somebody(simulator: Simulator) -> Iterator[Colleague]:
    """Return a colleague with a vCenter session of their own."""
    address = simulator.address
    with colleague(address.server, address.username, address.password, str(address.ca_file)) as session:
        yield session


@pytest.fixture
def fleet(simulator: Simulator) -> WholeFleet:
    """Return what tells of every change in the simulator from now on."""
    return WholeFleet(simulator)


@pytest.fixture
def namespace(request: pytest.FixtureRequest, control_plane: ControlPlane) -> Iterator[str]:
    """Return a namespace of this test's own; it goes with all that is in it."""
    title = re.sub(r"[^a-z0-9]+", "-", request.node.name.lower()).strip("-")[:_NAMESPACE_LENGTH].strip("-")
    name = f"{title}-{secrets.token_hex(3)}"
    admin = control_plane.kubectl()
    admin.run("create", "namespace", name)
    yield name
    admin.run("delete", "namespace", name, "--wait=false")
    if "operator" in request.fixturenames:
        here = admin.in_namespace(name)
        wait_until(
            lambda: not here.get_json(_NAMESPACED_KINDS)["items"],
            what=f"the operator to release what is left in namespace {name}",
            within=20,
        )


@pytest.fixture
def kubectl(control_plane: ControlPlane, namespace: str) -> Kubectl:
    """Return the administrator's kubectl in this test's namespace."""
    return control_plane.kubectl(namespace)
