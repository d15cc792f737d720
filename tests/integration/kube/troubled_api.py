"""A small API server that misbehaves on request: what a healthy one cannot be made to do at a given moment."""

import asyncio
import json
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import yaml
from aiohttp import web

from vmk_operator.kube.resources import Resource

TOKEN = "t"
VERBS = ["get", "list", "watch", "patch"]
Trouble = Callable[[web.Request], Awaitable[web.StreamResponse | None]]
"""Answers a request in place of the server; ``None``: the server shall do so."""


class TroubledApi:
    """Serves our kinds without any objects, and Leases as a dictionary."""

    def __init__(self) -> None:
        self.trouble: Trouble | None = None
        self.asked: Counter[str] = Counter()
        """Requests by path, ``watch`` ones with ``?watch`` appended."""
        self.leases: dict[str, dict[str, Any]] = {}
        self.url = ""
        self._version = 100
        self._cut = asyncio.Event()

    @asynccontextmanager
    async def running(self) -> AsyncIterator["TroubledApi"]:
        app = web.Application()
        app.router.add_route("*", "/{path:.*}", self._answer)
        runner = web.AppRunner(app, shutdown_timeout=0.1, handler_cancellation=True)
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        host, port = runner.addresses[0][:2]
        self.url = f"http://{host}:{port}"
        try:
            yield self
        finally:
            await runner.cleanup()

    def kubeconfig(self, folder: Path, *, token: str = TOKEN) -> str:
        path = folder / "troubled.kubeconfig"
        content = {
            "clusters": [{"name": "c", "cluster": {"server": self.url}}],
            "users": [{"name": "u", "user": {"token": token}}],
            "contexts": [{"name": "x", "context": {"cluster": "c", "user": "u"}}],
            "current-context": "x",
        }
        path.write_text(yaml.safe_dump(content))
        return str(path)

    def cut(self) -> None:
        """End every open watch, politely."""
        self._cut.set()
        self._cut = asyncio.Event()

    async def _answer(self, request: web.Request) -> web.StreamResponse:
        watch = request.query.get("watch") == "true"
        self.asked[request.path + ("?watch" if watch else "")] += 1
        if self.trouble is not None:
            answer = await self.trouble(request)
            if answer is not None:
                return answer
        if "/leases" in request.path:
            return await self.lease_answer(request)
        if watch:
            return await self._watch(request)
        return _discovery(request.path) or web.json_response(_empty_list())

    async def _watch(self, request: web.Request) -> web.StreamResponse:
        cut = self._cut
        stream = await begin_stream(request)
        await cut.wait()
        return stream

    async def lease_answer(self, request: web.Request) -> web.StreamResponse:
        name = request.path.rpartition("/")[2]
        self._version += 1
        if request.method == "GET":
            return web.json_response(self.leases[name]) if name in self.leases else failure(404)
        body = await request.json()
        name = body["metadata"]["name"]
        known = self.leases.get(name)
        if known is not None and known["metadata"]["resourceVersion"] != body["metadata"].get("resourceVersion"):
            return failure(409)
        body["metadata"]["resourceVersion"] = str(self._version)
        self.leases[name] = body
        return web.json_response(body)


def _discovery(path: str) -> web.Response | None:
    """Tell our kinds, and the two that kopf insists on knowing although it is not to look at them."""
    groups = {
        "vmkernel.dev/v1alpha1": [(each.value, each.kind, each is not Resource.VCENTERS) for each in Resource],
        "apiextensions.k8s.io/v1": [("customresourcedefinitions", "CustomResourceDefinition", False)],
    }
    if path == "/api":
        return web.json_response({"versions": ["v1"]})
    if path == "/api/v1":
        return _resources("v1", [("namespaces", "Namespace", False)])
    if path == "/apis":
        versions = {each: {"groupVersion": each, "version": each.partition("/")[2]} for each in groups}
        listed = [
            {"name": each.partition("/")[0], "versions": [version], "preferredVersion": version}
            for each, version in versions.items()
        ]
        return web.json_response({"groups": listed})
    group_version = path.removeprefix("/apis/")
    return _resources(group_version, groups[group_version]) if group_version in groups else None


def _resources(group_version: str, kinds: list[tuple[str, str, bool]]) -> web.Response:
    resources = [
        {"name": name, "kind": kind, "singularName": kind.lower(), "namespaced": namespaced, "verbs": VERBS}
        for name, kind, namespaced in kinds
    ]
    return web.json_response({"groupVersion": group_version, "resources": resources})


def _empty_list() -> dict[str, Any]:
    return {"kind": "List", "metadata": {"resourceVersion": "100"}, "items": []}


def failure(code: int) -> web.Response:
    body = {"kind": "Status", "status": "Failure", "code": code, "message": f"trouble {code}"}
    return web.json_response(body, status=code)


async def begin_stream(request: web.Request, *events: dict[str, Any]) -> web.StreamResponse:
    stream = web.StreamResponse(headers={"Content-Type": "application/json"})
    await stream.prepare(request)
    for event in events:
        await stream.write(json.dumps(event).encode() + b"\n")
    return stream
