"""Of all replicas one writes, and it stops before another may begin."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path

import pytest
from aiohttp import web

from integration.kube.harness import Admin, RealClock, eventually
from integration.kube.troubled_api import TroubledApi
from vmk_operator.errors import TransientError
from vmk_operator.kube.access import Access
from vmk_operator.kube.client import ApiServer
from vmk_operator.kube.lease import KubeLease, KubeLeases
from vmk_operator.kube.lease_record import LeaseTimes

UUID = "4C4C4544-0000-1000-8000-000000000001"
QUICK = LeaseTimes(duration_s=3.0, valid_s=2.0, retry_s=0.2, request_s=0.6)
"""As in production, only five times faster."""


def lease(api: ApiServer, namespace: str, identity: str) -> KubeLease:
    return KubeLeases(api, RealClock(), namespace=namespace, identity=identity, times=QUICK).lease(UUID)


def lease_path(namespace: str) -> str:
    return f"/apis/coordination.k8s.io/v1/namespaces/{namespace}/leases/vmk-operator-{UUID.lower()}"


def valid(kept: KubeLease) -> bool:
    return kept.valid_until > RealClock().monotonic()


async def test_a_lease_is_created_kept_renewed_and_released(api: Admin, namespace: str) -> None:
    ours = lease(api, namespace, "one")
    assert not valid(ours)
    async with ours.keep() as kept:
        assert valid(kept)
        first = kept.valid_until
        await eventually(lambda: kept.valid_until > first + QUICK.valid_s, "renewals beyond the first validity")
        spec = (await api.get(lease_path(namespace)))["spec"]
        assert spec["holderIdentity"].startswith("one_")
        assert kept.holder == spec["holderIdentity"]
    assert not valid(ours)
    assert not (await api.get(lease_path(namespace)))["spec"].get("holderIdentity")


async def test_a_second_replica_waits_and_takes_over_at_once_when_the_first_stops(api: Admin, namespace: str) -> None:
    first, second = lease(api, namespace, "one"), lease(api, namespace, "two")
    async with AsyncExitStack() as stack:
        async with first.keep():
            waiting = asyncio.create_task(stack.enter_async_context(second.keep()))
            await eventually(lambda: (second.holder or "").startswith("one_"), "the second to see the first")
            await asyncio.wait({waiting}, timeout=QUICK.duration_s + 1.0)
            assert not waiting.done()
            assert valid(first)
        released = time.monotonic()
        await waiting
        assert time.monotonic() - released < QUICK.duration_s
        assert valid(second)
        assert not valid(first)


async def test_two_competitors_never_hold_it_at_the_same_time(api: Admin, namespace: str) -> None:
    replicas = [lease(api, namespace, f"replica{number}") for number in range(3)]
    tenures: list[str] = []
    at_once = 0

    async def compete(name: str, competitor: KubeLease) -> None:
        nonlocal at_once
        for _ in range(3):
            async with competitor.keep():
                at_once += 1
                assert at_once == 1
                assert [valid(each) for each in replicas].count(True) == 1
                tenures.append(name)
                await asyncio.sleep(0)
                at_once -= 1

    async with asyncio.timeout(40):
        await asyncio.gather(*(compete(str(number), each) for number, each in enumerate(replicas)))
    assert len(tenures) == 9


async def test_a_killed_holder_is_followed_only_after_its_validity_and_its_session_is_known(
    access: Access, api: Admin, namespace: str
) -> None:
    dying_api = Admin(access)
    await dying_api.__aenter__()
    dying = lease(dying_api, namespace, "dying")
    holding = dying.keep()
    await holding.__aenter__()
    await dying.record_session("session-of-the-dead")
    await dying_api.__aexit__(None, None, None)  # from here on it can neither renew nor release
    last_word = dying.valid_until
    async with lease(api, namespace, "heir").keep() as heir:
        assert RealClock().monotonic() > last_word
        assert not valid(dying)
        assert heir.predecessor_session() == "session-of-the-dead"
        await heir.record_session("session-of-the-heir")
        annotations = (await api.get(lease_path(namespace)))["metadata"]["annotations"]
        assert annotations == {"vmkernel.dev/session-key": "session-of-the-heir"}
    await dying.lost()
    await holding.__aexit__(None, None, None)


async def test_our_own_session_is_no_predecessor(api: Admin, namespace: str) -> None:
    ours = lease(api, namespace, "one")
    async with ours.keep():
        assert ours.predecessor_session() is None
        await ours.record_session("ours")
    async with ours.keep():
        assert ours.predecessor_session() is None


async def test_a_session_is_recorded_only_while_the_lease_is_held(api: Admin, namespace: str) -> None:
    with pytest.raises(TransientError, match="nobody holds it"):
        await lease(api, namespace, "one").record_session("s")


async def test_a_lease_that_somebody_deleted_is_lost(api: Admin, namespace: str) -> None:
    async with lease(api, namespace, "one").keep() as kept:
        await api.delete(lease_path(namespace))
        await asyncio.wait_for(kept.lost(), QUICK.valid_s + 1.0)
        assert not valid(kept)


async def test_an_edit_of_its_labels_does_not_lose_a_lease(api: Admin, namespace: str) -> None:
    async with lease(api, namespace, "one").keep() as kept:
        await api.patch(lease_path(namespace), [{"op": "add", "path": "/metadata/labels/team", "value": "network"}])
        edited = kept.valid_until
        await eventually(lambda: kept.valid_until > edited + QUICK.valid_s, "renewals after the edit")
        assert (await api.get(lease_path(namespace)))["metadata"]["labels"]["team"] == "network"


@pytest.fixture
async def troubled() -> AsyncIterator[TroubledApi]:
    async with TroubledApi().running() as api:
        yield api


@pytest.fixture
async def troubled_lease(troubled: TroubledApi, tmp_path: Path) -> AsyncIterator[KubeLease]:
    async with ApiServer(await Access.load(troubled.kubeconfig(tmp_path))) as api:
        yield lease(api, "vmk-operator", "one")


async def hang(_: web.Request) -> web.StreamResponse | None:
    await asyncio.Event().wait()
    return None


async def reset(request: web.Request) -> web.StreamResponse | None:
    assert request.transport is not None
    request.transport.abort()
    return None


async def test_a_hung_api_server_ends_the_lease_in_time_and_does_not_hold_up_the_stop(
    troubled: TroubledApi, troubled_lease: KubeLease
) -> None:
    async with troubled_lease.keep() as kept:
        troubled.trouble = hang
        until = kept.valid_until + QUICK.retry_s  # a renewal may have been answered on the way
        await asyncio.wait_for(kept.lost(), QUICK.valid_s + 1.0)
        assert RealClock().monotonic() < until + 0.5
        assert not valid(kept)
        stopping = time.monotonic()
    assert time.monotonic() - stopping < 3 * QUICK.request_s


async def test_a_lease_survives_connections_that_are_reset_for_a_moment(
    troubled: TroubledApi, troubled_lease: KubeLease
) -> None:
    async with troubled_lease.keep() as kept:
        troubled.asked.clear()
        troubled.trouble = reset
        await eventually(lambda: troubled.asked.total() >= 2, "failed renewals")
        troubled.trouble = None
        first = kept.valid_until
        await eventually(lambda: kept.valid_until > first, "a renewal that succeeds")
        assert valid(kept)


async def test_a_renewal_whose_answer_was_lost_does_not_lose_the_lease(
    troubled: TroubledApi, troubled_lease: KubeLease
) -> None:
    async with troubled_lease.keep() as kept:
        lost: list[str] = []

        async def execute_and_hang_once(request: web.Request) -> web.StreamResponse | None:
            if request.method == "PUT" and not lost:
                lost.append(request.path)
                await troubled.lease_answer(request)
                await asyncio.Event().wait()
            return None

        troubled.trouble = execute_and_hang_once
        await eventually(lambda: lost, "the renewal whose answer is lost")
        first = kept.valid_until
        await eventually(lambda: kept.valid_until > first, "the next renewal")
        assert valid(kept)
