"""Events reach the cache, and nothing that happened while nobody watched stays unknown."""

import asyncio
import time

from integration.kube.harness import Admin, Kube, adapter, adapters, eventually, install_crds, vcenter
from testbed.control_plane import ControlPlane
from vmk_operator.kube.access import Access
from vmk_operator.kube.resources import Resource


def names(kube: Kube) -> list[str]:
    return sorted(each.metadata.name for each in kube.cache.of_vcenter("lab"))


async def test_a_created_object_is_in_the_cache_and_wakes_its_host_within_a_second(
    kube: Kube, api: Admin, namespace: str
) -> None:
    async with kube.synced():
        await api.create(adapters(namespace), adapter("a"))
        begun = time.monotonic()
        await eventually(lambda: names(kube) == ["a"], "the adapter", within=1.0)
        assert time.monotonic() - begun < 1.0
        assert kube.woken.hosts == [("lab", "esx01.example.com", None)]


async def test_a_deleted_object_leaves_the_cache_within_a_second(kube: Kube, api: Admin, namespace: str) -> None:
    await api.create(adapters(namespace), adapter("a"))
    async with kube.synced():
        await api.delete(f"{adapters(namespace)}/a")
        await eventually(lambda: names(kube) == [], "the adapter to go", within=1.0)


async def test_a_vcenter_is_told_with_its_settings_converted(kube: Kube, api: Admin, namespace: str) -> None:  # noqa: ARG001
    async with kube.synced():
        await api.create(Resource.VCENTERS.path, vcenter("lab", repairDelay="1h30m", resyncPeriod="90s"))
        await eventually(lambda: "lab" in kube.woken.vcenters, "the VCenter", within=1.0)
        config = kube.cache.vcenters()["lab"]
        assert (config.repair_delay_s, config.resync_period_s) == (5400.0, 90.0)
        assert config.max_concurrent_hosts == 16


async def test_an_echo_of_a_status_wakes_nobody_but_is_remembered(kube: Kube, api: Admin, namespace: str) -> None:
    created = await api.create(adapters(namespace), adapter("a"))
    async with kube.synced():
        kube.woken.hosts.clear()
        status = created["status"] | {"observedGeneration": 7}
        await api.patch(f"{adapters(namespace)}/a/status", [{"op": "replace", "path": "/status", "value": status}])
        await eventually(
            lambda: kube.cache.of_vcenter("lab")[0].status.observed_generation == 7, "the echo of the status"
        )
        assert kube.woken.hosts == []


async def test_an_annotation_that_we_read_wakes_its_host(kube: Kube, api: Admin, namespace: str) -> None:
    await api.create(adapters(namespace), adapter("a"))
    async with kube.synced():
        kube.woken.hosts.clear()
        paused = [{"op": "add", "path": "/metadata/annotations", "value": {"vmkernel.dev/paused": "true"}}]
        await api.patch(f"{adapters(namespace)}/a", paused)
        await eventually(lambda: kube.woken.hosts == [("lab", "esx01.example.com", None)], "the annotation")


async def test_objects_deleted_while_nobody_watched_are_found_by_the_sweep(
    kube: Kube, api: Admin, namespace: str
) -> None:
    await api.create(adapters(namespace), adapter("a"))
    await api.create(adapters(namespace), adapter("b"))
    async with kube.synced():
        assert names(kube) == ["a", "b"]
    assert not kube.cache.synced
    await api.delete(f"{adapters(namespace)}/a")
    kube.woken.hosts.clear()
    async with kube.synced():
        assert names(kube) == ["b"]
        assert ("lab", "esx01.example.com", None) in kube.woken.hosts


async def test_a_periodic_sweep_repairs_a_cache_that_lost_an_event(access: Access, api: Admin, namespace: str) -> None:
    kube = Kube(access, api, sweep_every_s=0.2)
    await api.create(adapters(namespace), adapter("a"))
    async with kube.synced():
        (known,) = kube.cache.of_vcenter("lab")
        seen = next(iter(kube.cache._seen.values()))
        kube.cache.forget(seen.target)
        await eventually(lambda: kube.cache.get(known.key) is not None, "the sweep")


async def test_without_crds_nothing_is_ready_until_they_appear(
    kube: Kube, api: Admin, namespace: str, control_plane: ControlPlane
) -> None:
    control_plane.kubectl().run("delete", "crd", *(each.crd for each in Resource))
    try:
        async with kube.running():
            missing = tuple(f"CustomResourceDefinition {each.crd} is not established" for each in Resource)
            await eventually(lambda: kube.watching.readiness() == missing, "the missing CRDs to be told")
            await asyncio.to_thread(install_crds, control_plane)
            await eventually(lambda: kube.cache.synced, "the start of kopf")
            assert kube.watching.readiness() == ()
            await api.create(adapters(namespace), adapter("a"))
            await eventually(lambda: names(kube) == ["a"], "the adapter", within=1.0)
    finally:
        await asyncio.to_thread(install_crds, control_plane)
