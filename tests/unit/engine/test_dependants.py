"""The VCenter's finalizer stays as long as an object has ours, also while that is being written."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import TYPE_CHECKING, cast

import pytest

from vmk_operator.api.v1alpha1 import VmkAdapter
from vmk_operator.engine.dependants import Dependants
from vmk_operator.errors import TransientError
from vmk_operator.model.identity import ObjectKey
from vmk_operator.model.vcenter import Policy, VCenterConfig

if TYPE_CHECKING:
    from vmk_operator.engine.ports import DesiredView, StatusWriter

LAB = VCenterConfig(
    name="lab",
    uid="uid-of-lab",
    generation=1,
    created_at=datetime(2026, 1, 1, tzinfo=UTC),
    server="vcenter.example.com",
    credentials_secret="lab",
    ca_bundle=None,
    insecure_skip_verify=False,
    allowed_namespaces=None,
    policy=Policy.ENFORCE,
    paused=None,
    repair_delay_s=0,
    resync_period_s=900,
    max_concurrent_hosts=16,
)


def adapter(*, finalizers: tuple[str, ...] = ()) -> VmkAdapter:
    metadata = {
        "name": "backup",
        "namespace": "team",
        "uid": "uid-of-backup",
        "generation": 1,
        "creationTimestamp": "2026-01-01T00:00:00Z",
        "finalizers": finalizers,
    }
    spec = {
        "vcenter": "lab",
        "host": "esx01.example.com",
        "netstack": "defaultTcpipStack",
        "portGroup": {"standard": "Backup-40"},
        "deletionPolicy": "Delete",
    }
    return VmkAdapter.model_validate({"metadata": metadata, "spec": spec})


class Writer:
    """Notes the writes, and does *meanwhile* while the object's finalizer is under way."""

    def __init__(self, meanwhile: Callable[[], Awaitable[None]]) -> None:
        self.writes: list[str] = []
        self._meanwhile = meanwhile

    async def add_vcenter_finalizer(self, name: str, _uid: str) -> None:
        self.writes.append(f"add to {name}")

    async def release_vcenter_finalizer(self, name: str, _uid: str) -> None:
        self.writes.append(f"release {name}")

    async def add_finalizer(self, key: ObjectKey) -> None:
        await self._meanwhile()
        self.writes.append(f"add to {key.name}")

    async def release_finalizer(self, key: ObjectKey) -> None:
        self.writes.append(f"release {key.name}")


class Desired:
    """A confirmed cache without an object that is finalised."""

    synced = True

    def of_vcenter(self, _: str) -> tuple[()]:
        return ()


def dependants(meanwhile: Callable[[], Awaitable[None]]) -> tuple[Dependants, Writer]:
    writer = Writer(meanwhile)
    return Dependants(desired=cast("DesiredView", Desired()), writer=cast("StatusWriter", writer)), writer


async def nothing() -> None:
    await asyncio.sleep(0)


async def test_the_vcenter_gets_its_finalizer_first_and_loses_it_last() -> None:
    counted, writer = dependants(nothing)

    await counted.add(LAB, adapter())
    await counted.release_vcenter(LAB)
    await counted.release(adapter())
    await counted.release_vcenter(LAB)

    assert writer.writes == ["add to lab", "add to backup", "release backup", "release lab"]


async def test_the_vcenter_is_not_released_while_the_object_gets_its_finalizer() -> None:
    async def vcenter_echo() -> None:
        await counted.release_vcenter(LAB)

    counted, writer = dependants(vcenter_echo)

    await counted.add(LAB, adapter())

    assert writer.writes == ["add to lab", "add to backup"]


async def test_an_object_that_did_not_get_its_finalizer_is_not_counted() -> None:
    async def refuse() -> None:
        raise TransientError("the API server is away")

    counted, writer = dependants(refuse)

    with pytest.raises(TransientError):
        await counted.add(LAB, adapter())
    await counted.release_vcenter(LAB)

    assert writer.writes == ["add to lab", "release lab"]
