"""What the tests of kube against a real API server have in common."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from testbed.control_plane import ControlPlane
from testbed.waiting import wait_until
from vmk_operator.kube.access import Access
from vmk_operator.kube.client import ApiServer, Body
from vmk_operator.kube.desired import DesiredCache
from vmk_operator.kube.resources import Resource
from vmk_operator.kube.sweep import Sweep
from vmk_operator.kube.watching import Watching

CRDS = Path(__file__).parents[3] / "crds"


class RealClock:
    """Implements ``engine.ports.Clock``."""

    def now(self) -> datetime:
        return datetime.now(UTC)

    def monotonic(self) -> float:
        return time.clock_gettime(time.CLOCK_BOOTTIME)

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)


@dataclass
class Woken:
    """Implements ``engine.ports.DesiredListener`` by remembering."""

    vcenters: list[str] = field(default_factory=list)
    hosts: list[tuple[str, str, str | None]] = field(default_factory=list)
    secrets: list[str] = field(default_factory=list)

    def vcenter_changed(self, name: str) -> None:
        self.vcenters.append(name)

    def object_changed(self, *, vcenter: str, host_name: str, host_id: str | None) -> None:
        self.hosts.append((vcenter, host_name, host_id))

    def secret_changed(self, name: str) -> None:
        self.secrets.append(name)


class Admin(ApiServer):
    """The product's client with what only a test does."""

    async def delete(self, path: str) -> None:
        await self._request("DELETE", path)


async def eventually(condition: Callable[[], Any], what: str, within: float = 30.0) -> None:
    """Wait until *condition* holds, and fail after *within* seconds."""
    deadline = time.monotonic() + within
    while not condition():
        assert time.monotonic() < deadline, f"waited {within:g} s for {what}"
        await asyncio.sleep(0.02)


@asynccontextmanager
async def running(*loops: Coroutine[Any, Any, None]) -> AsyncIterator[None]:
    """Run endless coroutines for the length of a block; one that ends by itself fails the test."""
    tasks = [asyncio.create_task(loop) for loop in loops]
    try:
        yield
    finally:
        ended = [task for task in tasks if task.done()]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        for task in ended:
            task.result()


class Kube:
    """The watching side as ``main`` composes it."""

    def __init__(self, access: Access, api: ApiServer, *, sweep_every_s: float = 600.0) -> None:
        self.cache = DesiredCache()
        self.woken = Woken()
        self.cache.subscribe(self.woken)
        self.watching = Watching(access, api, self.cache, RealClock())
        self.sweep = Sweep(api, self.cache, self.watching.state, RealClock(), interval_s=sweep_every_s)

    @asynccontextmanager
    async def running(self) -> AsyncIterator["Kube"]:
        async with running(self.watching.run(), self.sweep.run()):
            yield self

    @asynccontextmanager
    async def synced(self) -> AsyncIterator["Kube"]:
        async with self.running():
            await eventually(lambda: self.cache.synced, f"the cache to be confirmed: {self.watching.readiness()}")
            yield self


def install_crds(control_plane: ControlPlane) -> None:
    kubectl = control_plane.kubectl()
    kubectl.run("apply", "--filename", str(CRDS))
    kubectl.run("wait", "--for=condition=Established", "crd", *(each.crd for each in Resource))
    served = ",".join(each.crd for each in Resource)
    # Established is not served yet: "storage is (re)initializing".
    wait_until(lambda: kubectl.try_run("get", served).returncode == 0, what="the CRDs to be served")


def vcenter(name: str, **spec: Any) -> Body:
    return {
        "apiVersion": "vmkernel.dev/v1alpha1",
        "kind": "VCenter",
        "metadata": {"name": name},
        "spec": {
            "server": "vcenter.example.com",
            "credentialsSecret": "vcenter-lab",
            "allowedNamespaces": {"from": "All"},
            "managementPolicy": "Enforce",
        }
        | spec,
    }


def adapter(name: str, *, host: str = "esx01.example.com", mtu: int = 9000) -> Body:
    return {
        "apiVersion": "vmkernel.dev/v1alpha1",
        "kind": "VmkAdapter",
        "metadata": {"name": name},
        "spec": {
            "vcenter": "lab",
            "host": host,
            "netstack": "defaultTcpipStack",
            "portGroup": {"standard": "Backup-40"},
            "mtu": mtu,
        },
    }


def adapters(namespace: str) -> str:
    return f"/apis/vmkernel.dev/v1alpha1/namespaces/{namespace}/vmkadapters"
