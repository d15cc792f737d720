"""kube against a real API server of its own: these tests delete the CRDs, which no other lane may see."""

import secrets
from collections.abc import AsyncIterator, Iterator

import pytest

from integration.kube.harness import Admin, Kube, RealClock, adapters, install_crds
from testbed.control_plane import ControlPlane
from testbed.fixtures import pytest_collection_modifyitems as pytest_collection_modifyitems
from vmk_operator.kube.access import Access
from vmk_operator.kube.resources import Resource


@pytest.fixture(scope="session")
def control_plane(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ControlPlane]:
    with ControlPlane(tmp_path_factory.mktemp("kube-control-plane")) as running:
        yield running


@pytest.fixture(scope="session")
def crds(control_plane: ControlPlane) -> None:
    install_crds(control_plane)


@pytest.fixture
def clock() -> RealClock:
    return RealClock()


@pytest.fixture
async def access(control_plane: ControlPlane) -> Access:
    return await Access.load(str(control_plane.kubeconfig))


@pytest.fixture
async def api(access: Access) -> AsyncIterator[Admin]:
    async with Admin(access) as opened:
        yield opened


@pytest.fixture
async def namespace(api: Admin, crds: None) -> AsyncIterator[str]:  # noqa: ARG001 - the CRDs must be there
    """A namespace of the test's own; its objects go with the test, without a finalizer that nobody would release."""
    name = f"test-{secrets.token_hex(4)}"
    await api.create("/api/v1/namespaces", {"metadata": {"name": name}})
    yield name
    for body in (await api.get(adapters(name)))["items"]:
        if body["metadata"].get("finalizers"):
            path = f"{adapters(name)}/{body['metadata']['name']}"
            await api.patch(path, [{"op": "remove", "path": "/metadata/finalizers"}])
    await api.delete(adapters(name))
    for body in (await api.get(Resource.VCENTERS.path))["items"]:
        path = f"{Resource.VCENTERS.path}/{body['metadata']['name']}"
        if body["metadata"].get("finalizers"):
            await api.patch(path, [{"op": "remove", "path": "/metadata/finalizers"}])
    await api.delete(Resource.VCENTERS.path)


@pytest.fixture
def kube(access: Access, api: Admin) -> Kube:
    return Kube(access, api)
