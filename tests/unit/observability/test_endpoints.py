import asyncio
import gzip
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field

import aiohttp
import pytest

from vmk_operator.observability.endpoints import Check, Endpoints, Heartbeat, serving


@dataclass
class Served:
    """A process with checks that a test can break."""

    url: str = ""
    ready: dict[str, Check] = field(default_factory=dict)
    live: dict[str, Check] = field(default_factory=dict)
    text: bytes = b"vmk_build_info 1\n"

    async def get(self, path: str, **headers: str) -> tuple[int, Mapping[str, str], bytes]:
        asking = aiohttp.ClientSession(auto_decompress=False, skip_auto_headers=["Accept-Encoding"])
        async with asking as session, session.get(self.url + path, headers=headers) as answer:
            return answer.status, answer.headers, await answer.read()


@pytest.fixture
async def served() -> AsyncIterator[Served]:
    served = Served()
    endpoints = Endpoints(metrics=lambda: served.text, live=served.live, ready=served.ready)
    async with serving("127.0.0.1", 0, endpoints) as served.url:
        yield served


async def test_metrics_are_plain_text_of_the_known_version(served: Served) -> None:
    status, headers, body = await served.get("/metrics")

    assert (status, body) == (200, served.text)
    assert headers["Content-Type"] == "text/plain; version=0.0.4; charset=utf-8"
    assert "Content-Encoding" not in headers


@pytest.mark.parametrize("accepted", ["gzip", "deflate, gzip;q=0.5", "*", "GZIP"])
async def test_metrics_are_compressed_for_who_accepts_it(served: Served, accepted: str) -> None:
    _, headers, body = await served.get("/metrics", **{"Accept-Encoding": accepted})

    assert headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(body) == served.text


@pytest.mark.parametrize("refused", ["identity", "gzip;q=0", "gzip; q=0.0", "deflate"])
async def test_metrics_are_not_compressed_for_who_does_not(served: Served, refused: str) -> None:
    _, headers, body = await served.get("/metrics", **{"Accept-Encoding": refused})

    assert "Content-Encoding" not in headers
    assert body == served.text


async def test_ready_is_200_when_nothing_is_missing(served: Served) -> None:
    served.ready["caches"] = lambda: ()

    status, _, body = await served.get("/readyz")

    assert (status, body) == (200, b'{"ok": true, "missing": {}}')


async def test_ready_is_503_and_names_what_is_missing_and_nothing_else(served: Served) -> None:
    served.ready["caches"] = lambda: ()
    served.ready["crds"] = lambda: ("vmkadapters.vmkernel.dev is not established",)

    status, headers, body = await served.get("/readyz")

    assert status == 503
    assert headers["Content-Type"].startswith("application/json")
    assert body == b'{"ok": false, "missing": {"crds": ["vmkadapters.vmkernel.dev is not established"]}}'


async def test_not_ready_is_still_alive(served: Served) -> None:
    served.ready["crds"] = lambda: ("no",)
    served.live["event-loop"] = lambda: ()

    assert (await served.get("/livez"))[0] == 200


async def test_a_dead_part_is_not_alive(served: Served) -> None:
    served.live["watch"] = lambda: ("the supervisor of the watch streams has ended",)

    status, _, body = await served.get("/livez")

    assert status == 503
    assert b"supervisor" in body


async def test_an_address_in_use_is_an_error_of_the_caller(served: Served) -> None:
    port = int(served.url.rpartition(":")[2])

    with pytest.raises(OSError, match="address already in use"):
        async with serving("127.0.0.1", port, Endpoints(metrics=bytes, live={}, ready={})):
            pass


async def test_the_heart_beats_while_the_loop_runs() -> None:
    time = 0.0
    heartbeat = Heartbeat(lambda: time)
    beating = asyncio.create_task(heartbeat.run())
    time = 100.0
    await asyncio.sleep(0)

    assert heartbeat.check() == ()

    beating.cancel()


def test_a_loop_that_does_not_run_its_timers_is_told() -> None:
    time = 0.0
    heartbeat = Heartbeat(lambda: time)

    time = 31.0

    assert heartbeat.check() == ("the event loop has not run its timers for 31 s",)
