"""As whom we ask: a token that rotates is picked up, and the deployed roles are enough and no more."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from aiohttp import web

from integration.kube.harness import Admin, Kube, RealClock, Woken, adapter, adapters, eventually, running
from integration.kube.troubled_api import TroubledApi, failure
from testbed.control_plane import ControlPlane
from testbed.deployment import NAMESPACE, apply_deploy
from vmk_operator.api.v1alpha1 import VmkAdapter, VmkAdapterStatus
from vmk_operator.errors import TransientError
from vmk_operator.kube.access import Access
from vmk_operator.kube.client import ApiServer, ApiStatusError
from vmk_operator.kube.credentials import KubeSecrets
from vmk_operator.kube.events import KubeEvents
from vmk_operator.kube.lease import KubeLeases
from vmk_operator.kube.resources import Resource
from vmk_operator.kube.status import KubeStatusWriter


@pytest.fixture
async def troubled() -> AsyncIterator[TroubledApi]:
    async with TroubledApi().running() as api:
        yield api


def only(token: str, troubled: TroubledApi) -> None:
    async def check(request: web.Request) -> web.StreamResponse | None:
        return None if request.headers.get("Authorization") == f"Bearer {token}" else failure(401)

    troubled.trouble = check


async def test_a_rotated_token_is_read_again_and_kopf_lives_on(troubled: TroubledApi, tmp_path: Path) -> None:
    kubeconfig = troubled.kubeconfig(tmp_path, token="old")
    only("old", troubled)
    access = await Access.load(kubeconfig)
    async with ApiServer(access) as api:
        kube = Kube(access, api)
        async with kube.synced():
            gaps = kube.cache.gaps
            troubled.kubeconfig(tmp_path, token="new")
            only("new", troubled)
            troubled.asked.clear()
            troubled.cut()
            await eventually(
                lambda: all(troubled.asked[f"{each.path}?watch"] >= 1 for each in Resource),
                "watches with the new token",
            )
            assert (await api.get(Resource.ADAPTERS.path))["items"] == []
            assert kube.cache.gaps == gaps
            assert kube.cache.synced


async def test_a_token_that_stays_refused_is_an_error_not_a_loop(troubled: TroubledApi, tmp_path: Path) -> None:
    access = await Access.load(troubled.kubeconfig(tmp_path, token="old"))
    only("another", troubled)
    async with ApiServer(access) as api:
        with pytest.raises(ApiStatusError, match="trouble 401"):
            await api.get(Resource.ADAPTERS.path)
    assert troubled.asked[Resource.ADAPTERS.path] == 1


async def test_a_server_that_is_not_there_is_a_passing_trouble(tmp_path: Path) -> None:
    async with TroubledApi().running() as stopped:
        kubeconfig = stopped.kubeconfig(tmp_path)
    async with ApiServer(await Access.load(kubeconfig)) as api:
        with pytest.raises(TransientError, match="could not be reached"):
            await api.get(Resource.ADAPTERS.path)


async def test_the_deployed_roles_are_enough_for_everything_and_end_at_the_namespace(
    control_plane: ControlPlane, api: Admin, namespace: str
) -> None:
    apply_deploy(control_plane.kubectl())
    kubeconfig = control_plane.service_account_kubeconfig(NAMESPACE, "vmk-operator")
    access, clock, woken = await Access.load(str(kubeconfig)), RealClock(), Woken()
    key = VmkAdapter.model_validate(await api.create(adapters(namespace), adapter("a"))).key
    async with ApiServer(access) as ours:
        kube = Kube(access, ours)
        writer = KubeStatusWriter(ours, kube.cache, clock)
        secrets = KubeSecrets(ours, clock, namespace=NAMESPACE)
        secrets.subscribe(woken)
        events = KubeEvents(ours, clock, identity="test")
        lease = KubeLeases(ours, clock, namespace=NAMESPACE, identity="test").lease("u-1")
        async with kube.synced(), running(writer.run(), secrets.run(), events.run()), lease.keep():
            await lease.record_session("s")
            await writer.persist(key, VmkAdapterStatus(observed_generation=1))
            await writer.add_finalizer(key)
            await writer.release_finalizer(key)
            events.record(key, warning=False, reason="Converged", message="As declared.")
            await events.flush(timeout_s=5)
            await eventually(lambda: secrets.readiness() == (), "the Secrets")
            with pytest.raises(ApiStatusError, match="cannot list resource"):
                await ours.get(f"/api/v1/namespaces/{namespace}/secrets")
    written = await api.get(f"{adapters(namespace)}/a")
    assert written["status"]["observedGeneration"] == 1
    assert len((await api.get(f"/api/v1/namespaces/{namespace}/events"))["items"]) == 1
