"""Events arrive on the object; whatever goes wrong with them stays theirs."""

from collections.abc import AsyncIterator

import pytest

from integration.kube.harness import Admin, RealClock, adapter, adapters, running
from vmk_operator.api.v1alpha1 import VmkAdapter
from vmk_operator.kube.client import Body
from vmk_operator.kube.events import KubeEvents
from vmk_operator.model.identity import ObjectKey


@pytest.fixture
async def events(api: Admin) -> AsyncIterator[KubeEvents]:
    made = KubeEvents(api, RealClock(), identity="test")
    async with running(made.run()):
        yield made


@pytest.fixture
async def key(api: Admin, namespace: str) -> ObjectKey:
    return VmkAdapter.model_validate(await api.create(adapters(namespace), adapter("a"))).key


async def sent(api: Admin, namespace: str) -> list[Body]:
    items: list[Body] = (await api.get(f"/api/v1/namespaces/{namespace}/events"))["items"]
    return items


async def test_an_event_is_about_its_object(events: KubeEvents, api: Admin, key: ObjectKey) -> None:
    events.record(key, warning=True, reason="Drifted", message="mtu: 1500 instead of 9000")
    await events.flush(timeout_s=5)
    (event,) = await sent(api, key.namespace)
    assert (event["type"], event["reason"], event["message"]) == ("Warning", "Drifted", "mtu: 1500 instead of 9000")
    assert event["involvedObject"]["uid"] == key.uid
    assert event["reportingComponent"] == "vmkernel.dev/vmk-operator"


async def test_the_same_is_said_once(events: KubeEvents, api: Admin, key: ObjectKey) -> None:
    for message in ("first", "first", "second", "first"):
        events.record(key, warning=False, reason="Repaired", message=message)
    await events.flush(timeout_s=5)
    assert sorted(event["message"] for event in await sent(api, key.namespace)) == ["first", "second"]


async def test_an_event_that_is_refused_does_not_stop_the_next(events: KubeEvents, api: Admin, key: ObjectKey) -> None:
    nowhere = ObjectKey(key.kind, "no-such-namespace", "a", "u")
    events.record(nowhere, warning=False, reason="Repaired", message="lost")
    events.record(key, warning=False, reason="Repaired", message="kept")
    await events.flush(timeout_s=5)
    assert [event["message"] for event in await sent(api, key.namespace)] == ["kept"]


async def test_a_message_longer_than_an_event_takes_is_cut(events: KubeEvents, api: Admin, key: ObjectKey) -> None:
    events.record(key, warning=False, reason="Repaired", message="x" * 3000)
    await events.flush(timeout_s=5)
    (event,) = await sent(api, key.namespace)
    assert len(event["message"]) == 1024
