"""What we say about an object arrives, once, on the right object."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any

import pytest

from integration.kube.harness import Admin, RealClock, adapter, adapters, running, vcenter
from vmk_operator.api.conditions import Condition, ConditionType
from vmk_operator.api.reasons import Reason
from vmk_operator.api.v1alpha1 import Binding, VmkAdapter, VmkAdapterStatus
from vmk_operator.api.v1alpha1.objects import FINALIZER
from vmk_operator.errors import BugError, TransientError
from vmk_operator.kube.client import Body
from vmk_operator.kube.desired import DesiredCache
from vmk_operator.kube.resources import Resource
from vmk_operator.kube.status import KubeStatusWriter
from vmk_operator.model.identity import ObjectKey
from vmk_operator.model.vcenter import VCenterReport, VCenterState

THEN = datetime(2026, 3, 1, 12, 0, 0, 123456, tzinfo=UTC)


class CountingAdmin(Admin):
    """Counts what is written."""

    patches = 0
    at_once = 0
    most_at_once = 0

    async def patch(self, path: str, operations: Any, *, timeout_s: float | None = None) -> Body:
        self.patches += 1
        self.at_once += 1
        self.most_at_once = max(self.most_at_once, self.at_once)
        try:
            return await super().patch(path, operations, timeout_s=timeout_s)
        finally:
            self.at_once -= 1


@pytest.fixture
async def api(access: Any) -> AsyncIterator[CountingAdmin]:
    async with CountingAdmin(access) as opened:
        yield opened


@pytest.fixture
def cache() -> DesiredCache:
    return DesiredCache()


@pytest.fixture
async def writer(api: CountingAdmin, cache: DesiredCache, clock: RealClock) -> AsyncIterator[KubeStatusWriter]:
    made = KubeStatusWriter(api, cache, clock)
    async with running(made.run()):
        yield made


def status(message: str = "As declared.", *, device: str = "vmk1") -> VmkAdapterStatus:
    ready = Condition(
        type=ConditionType.READY,
        status="True",
        reason=Reason.CONVERGED,
        message=message,
        last_transition_time=THEN,
        observed_generation=1,
    )
    binding = Binding(
        device=device,
        mac="00:50:56:00:00:01",
        host_id="host-30",
        host_uuid="4c4c4544-0000-1000-8000-000000000001",
        host_name="esx01.example.com",
    )
    return VmkAdapterStatus(observed_generation=1, conditions=(ready,), since=THEN, binding=binding)


async def create(api: Admin, cache: DesiredCache, namespace: str, name: str = "a") -> ObjectKey:
    body = await api.create(adapters(namespace), adapter(name))
    cache.feed(Resource.ADAPTERS, body)
    return VmkAdapter.model_validate(body).key


async def read(api: Admin, namespace: str, name: str = "a") -> Body:
    return await api.get(f"{adapters(namespace)}/{name}")


async def test_a_published_status_is_in_the_api_server_in_kubernetes_own_words(
    writer: KubeStatusWriter, api: CountingAdmin, cache: DesiredCache, namespace: str
) -> None:
    key = await create(api, cache, namespace)
    writer.publish(key, status())
    assert await writer.flush(timeout_s=5)
    written = (await read(api, namespace))["status"]
    assert written["conditions"][0]["lastTransitionTime"] == "2026-03-01T12:00:00Z"
    assert written["binding"]["hostId"] == "host-30"
    assert "drift" not in written


async def test_nothing_is_written_that_the_api_server_has_already(
    writer: KubeStatusWriter, api: CountingAdmin, cache: DesiredCache, namespace: str
) -> None:
    key = await create(api, cache, namespace)
    await writer.persist(key, status())
    before = api.patches
    writer.publish(key, status())
    await writer.persist(key, status())
    assert await writer.flush(timeout_s=5)
    assert api.patches == before


async def test_of_many_statuses_published_at_once_the_last_is_written(
    writer: KubeStatusWriter, api: CountingAdmin, cache: DesiredCache, namespace: str
) -> None:
    key = await create(api, cache, namespace)
    for number in range(50):
        writer.publish(key, status(f"number {number}"))
    assert await writer.flush(timeout_s=5)
    assert (await read(api, namespace))["status"]["conditions"][0]["message"] == "number 49"
    assert api.patches == 1


async def test_a_durable_status_overtakes_what_was_published_before(
    writer: KubeStatusWriter, api: CountingAdmin, cache: DesiredCache, namespace: str
) -> None:
    key = await create(api, cache, namespace)
    writer.publish(key, status("older"))
    await writer.persist(key, status("durable", device="vmk2"))
    assert cache.get(key).status.binding.device == "vmk2"  # type: ignore[union-attr]  # it was just written
    assert await writer.flush(timeout_s=5)
    assert (await read(api, namespace))["status"]["conditions"][0]["message"] == "durable"


async def test_a_status_never_lands_on_another_object_of_the_same_name(
    writer: KubeStatusWriter, api: CountingAdmin, cache: DesiredCache, namespace: str
) -> None:
    key = await create(api, cache, namespace)
    await api.delete(f"{adapters(namespace)}/a")
    await api.create(adapters(namespace), adapter("a"))
    writer.publish(key, status())
    assert await writer.flush(timeout_s=5)
    with pytest.raises(TransientError, match="created anew"):
        await writer.persist(key, status())
    assert "binding" not in (await read(api, namespace))["status"]
    assert cache.get(key) is None


async def test_a_status_for_an_object_that_is_gone_is_dropped(
    writer: KubeStatusWriter, api: CountingAdmin, cache: DesiredCache, namespace: str
) -> None:
    key = await create(api, cache, namespace)
    await api.delete(f"{adapters(namespace)}/a")
    writer.publish(key, status())
    assert await writer.flush(timeout_s=5)
    assert cache.get(key) is None


async def test_a_status_that_breaks_the_schema_is_our_own_fault_and_not_tried_forever(
    writer: KubeStatusWriter,
    api: CountingAdmin,
    cache: DesiredCache,
    namespace: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    key = await create(api, cache, namespace)
    monkeypatch.setattr("vmk_operator.kube.status.serialise", lambda said: {"observedGeneration": str(id(said))})
    with pytest.raises(BugError, match="refuses"):
        await writer.persist(key, status())
    writer.publish(key, status())
    assert await writer.flush(timeout_s=5)
    assert api.patches == 2


async def test_the_finalizer_is_put_on_beside_others_and_taken_off_alone(
    writer: KubeStatusWriter, api: CountingAdmin, cache: DesiredCache, namespace: str
) -> None:
    key = await create(api, cache, namespace)
    other = [{"op": "add", "path": "/metadata/finalizers", "value": ["example.com/other"]}]
    await api.patch(f"{adapters(namespace)}/a", other)
    await writer.add_finalizer(key)
    await writer.add_finalizer(key)
    assert (await read(api, namespace))["metadata"]["finalizers"] == ["example.com/other", FINALIZER]
    await writer.release_finalizer(key)
    await writer.release_finalizer(key)
    assert (await read(api, namespace))["metadata"]["finalizers"] == ["example.com/other"]


async def test_releasing_the_last_finalizer_lets_a_deleted_object_go(
    writer: KubeStatusWriter, api: CountingAdmin, cache: DesiredCache, namespace: str
) -> None:
    key = await create(api, cache, namespace)
    await writer.add_finalizer(key)
    await api.delete(f"{adapters(namespace)}/a")
    await writer.release_finalizer(key)
    assert cache.get(key) is None
    await writer.release_finalizer(key)
    assert (await api.get(adapters(namespace)))["items"] == []


async def test_an_object_that_is_being_deleted_takes_no_finalizer(
    writer: KubeStatusWriter, api: CountingAdmin, cache: DesiredCache, namespace: str
) -> None:
    key = await create(api, cache, namespace)
    other = [{"op": "add", "path": "/metadata/finalizers", "value": ["example.com/other"]}]
    await api.patch(f"{adapters(namespace)}/a", other)
    await api.delete(f"{adapters(namespace)}/a")
    with pytest.raises(TransientError, match="being deleted"):
        await writer.add_finalizer(key)


async def test_a_vcenter_gets_its_status_and_a_standby_stays_silent(
    writer: KubeStatusWriter,
    api: CountingAdmin,
    cache: DesiredCache,
    namespace: str,  # noqa: ARG001 - cleans up
) -> None:
    body = await api.create(Resource.VCENTERS.path, vcenter("lab"))
    cache.feed(Resource.VCENTERS, body)
    uid = body["metadata"]["uid"]
    standby = VCenterReport("lab", uid, 1, VCenterState.STANDBY, "Another replica.")
    writer.publish_vcenter(standby)
    assert await writer.flush(timeout_s=5)
    assert api.patches == 0
    connected = VCenterReport("lab", uid, 1, VCenterState.CONNECTED, "Live.", instance_uuid="u-1", version="8.0.3")
    writer.publish_vcenter(connected)
    writer.publish_vcenter(connected)
    assert await writer.flush(timeout_s=5)
    written = (await api.get(f"{Resource.VCENTERS.path}/lab"))["status"]
    assert {each["type"]: each["status"] for each in written["conditions"]} == {
        "Ready": "True",
        "Reconciling": "False",
        "Stalled": "False",
        "Paused": "False",
    }
    assert (written["instanceUuid"], written["version"]) == ("u-1", "8.0.3")
    assert api.patches == 1


async def test_a_spec_that_is_not_understood_is_told_by_us_and_keeps_its_binding(
    writer: KubeStatusWriter, api: CountingAdmin, cache: DesiredCache, namespace: str
) -> None:
    key = await create(api, cache, namespace)
    await writer.persist(key, status())
    newer = await read(api, namespace)
    newer["spec"]["jumbo"] = True  # what a newer release's CRD would let through
    newer["metadata"]["resourceVersion"] = str(int(newer["metadata"]["resourceVersion"]) + 1)
    cache.feed(Resource.ADAPTERS, newer)
    assert await writer.flush(timeout_s=5)
    written = (await read(api, namespace))["status"]
    stalled = next(each for each in written["conditions"] if each["type"] == "Stalled")
    assert (stalled["status"], stalled["reason"]) == ("True", "InvalidSpec")
    assert "spec.jumbo" in stalled["message"]
    assert written["binding"]["device"] == "vmk1"


async def test_many_statuses_are_written_with_bounded_concurrency(
    writer: KubeStatusWriter, api: CountingAdmin, cache: DesiredCache, namespace: str
) -> None:
    many = 300
    keys = await asyncio.gather(*(create(api, cache, namespace, f"a{number}") for number in range(many)))
    for key in keys:
        writer.publish(key, status())
    assert await writer.flush(timeout_s=50)
    assert api.patches == many
    assert api.most_at_once <= 16
