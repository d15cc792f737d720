"""What ends kopf does not end the watching: it is started again, and the cache is confirmed anew."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from aiohttp import web

from integration.kube.harness import Kube, eventually
from integration.kube.troubled_api import Trouble, TroubledApi, begin_stream, failure
from vmk_operator.kube.access import Access
from vmk_operator.kube.client import ApiServer
from vmk_operator.kube.resources import Resource

PATH = Resource.ADAPTERS.path


@pytest.fixture
async def troubled() -> AsyncIterator[TroubledApi]:
    async with TroubledApi().running() as api:
        yield api


@pytest.fixture
async def kube(troubled: TroubledApi, tmp_path: Path) -> AsyncIterator[Kube]:
    access = await Access.load(troubled.kubeconfig(tmp_path))
    async with ApiServer(access) as api:
        yield Kube(access, api)


async def error_in_the_stream(request: web.Request) -> web.StreamResponse | None:
    if request.query.get("watch") != "true":
        return None
    status = {"kind": "Status", "code": 500, "message": "etcdserver: leader changed"}
    return await begin_stream(request, {"type": "ERROR", "object": status})


async def expired_watch(request: web.Request) -> web.StreamResponse | None:
    if request.query.get("watch") != "true":
        return None
    status = {"kind": "Status", "code": 410, "message": "too old resource version"}
    return await begin_stream(request, {"type": "ERROR", "object": status})


async def expired_page(request: web.Request) -> web.StreamResponse | None:
    return await expired_watch(request) or failure(410)


async def unauthorized(_: web.Request) -> web.StreamResponse | None:
    return failure(401)


@pytest.mark.parametrize("trouble", [error_in_the_stream, expired_watch, expired_page, unauthorized])
async def test_the_watching_goes_on_after(kube: Kube, troubled: TroubledApi, trouble: Trouble) -> None:
    async with kube.running():
        await eventually(lambda: kube.cache.synced, "the first confirmation")
        troubled.asked.clear()

        async def once_for_adapters(request: web.Request) -> web.StreamResponse | None:
            return await trouble(request) if request.path == PATH else None

        troubled.trouble = once_for_adapters
        # The watch that is open knows nothing of the trouble yet.
        troubled.cut()
        await eventually(lambda: not kube.cache.synced, "the gap to be noticed")
        troubled.trouble = None
        await eventually(lambda: kube.cache.synced, "the confirmation after the trouble")
        assert troubled.asked[f"{PATH}?watch"] >= 1
        assert kube.watching.readiness() == ()
