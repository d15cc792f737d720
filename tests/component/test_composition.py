"""The process as a whole, without an API server: how it starts, tells its health, and ends."""

import asyncio
import os
import signal
import socket
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import aiohttp
import pytest
import yaml
from structlog.testing import capture_logs
from structlog.typing import EventDict

from vmk_operator import main
from vmk_operator.kube.sweep import Sweep
from vmk_operator.settings import OperatorSettings

DEADLINE_S = 10.0


@pytest.fixture
def log() -> Iterator[list[EventDict]]:
    with capture_logs() as lines:
        yield lines


@pytest.fixture
def settings(tmp_path: Path) -> OperatorSettings:
    """Settings of an operator whose API server does not listen."""
    with socket.socket() as never_listens:
        never_listens.bind(("127.0.0.1", 0))
        port = never_listens.getsockname()[1]
    kubeconfig = {
        "apiVersion": "v1",
        "kind": "Config",
        "current-context": "nobody",
        "contexts": [{"name": "nobody", "context": {"cluster": "nobody", "user": "nobody"}}],
        "clusters": [{"name": "nobody", "cluster": {"server": f"https://127.0.0.1:{port}"}}],
        "users": [{"name": "nobody", "user": {"token": "none"}}],
    }
    file = tmp_path / "kubeconfig"
    file.write_text(yaml.safe_dump(kubeconfig))
    return OperatorSettings.model_validate({"listen": "127.0.0.1:0", "kubeconfig": str(file), "namespace": "here"})


async def line(log: list[EventDict], event: str) -> EventDict:
    """Wait for the log line of that event."""
    async with asyncio.timeout(DEADLINE_S):
        while True:
            for each in log:
                if each["event"] == event:
                    return each
            await asyncio.sleep(0.01)


@pytest.fixture
async def running(settings: OperatorSettings, log: list[EventDict]) -> AsyncIterator[tuple[str, asyncio.Task[int]]]:
    """Run the operator; its URL and its end."""
    task = asyncio.create_task(main.operate(settings))
    yield (await line(log, "operator.started"))["listen"], task
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


async def get(url: str) -> tuple[int, Any]:
    async with aiohttp.ClientSession() as session, session.get(url) as answer:
        return answer.status, await answer.json() if answer.content_type == "application/json" else await answer.text()


async def test_without_an_api_server_it_lives_but_is_not_ready_and_says_why(
    running: tuple[str, asyncio.Task[int]],
) -> None:
    url, _ = running

    status, body = await get(f"{url}/readyz")

    assert status == 503
    assert set(body["missing"]) == {"objects", "secrets"}
    assert (await get(f"{url}/livez"))[0] == 200


async def test_metrics_are_served_from_the_start(running: tuple[str, asyncio.Task[int]]) -> None:
    url, _ = running

    status, text = await get(f"{url}/metrics")

    assert status == 200
    assert f'vmk_build_info{{version="{main.VERSION}"}} 1.0' in text


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
async def test_a_signal_ends_it_in_order(
    running: tuple[str, asyncio.Task[int]], log: list[EventDict], number: signal.Signals
) -> None:
    _, task = running

    os.kill(os.getpid(), number)

    assert await asyncio.wait_for(task, DEADLINE_S) == 0
    assert [each["event"] for each in log][-1] == "operator.stopped"


@pytest.mark.parametrize("ending", [RuntimeError("a bug of ours"), asyncio.CancelledError(), None])
async def test_a_part_that_ends_by_itself_ends_the_process_and_is_named(
    settings: OperatorSettings,
    log: list[EventDict],
    monkeypatch: pytest.MonkeyPatch,
    ending: BaseException | None,
) -> None:
    async def run(_: Sweep) -> None:
        if ending is not None:
            raise ending

    monkeypatch.setattr(Sweep, "run", run)

    code = await asyncio.wait_for(main.operate(settings), DEADLINE_S)

    assert code == 1
    ended = await line(log, "operator.part_ended")
    assert ended["part"] == "sweep"
    assert ended["exc_info"] is (ending if isinstance(ending, Exception) else None)


async def test_an_address_that_is_taken_is_told_in_a_sentence(settings: OperatorSettings, log: list[EventDict]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        host, port = taken.getsockname()
        code = await main.operate(OperatorSettings.model_validate({**dict(settings), "listen": f"{host}:{port}"}))

    assert code == 1
    assert "address already in use" in (await line(log, "operator.not_started"))["reason"]


async def test_a_broken_kubeconfig_is_told_in_a_sentence(settings: OperatorSettings, log: list[EventDict]) -> None:
    assert settings.kubeconfig is not None
    settings.kubeconfig.write_text("nonsense")

    code = await main.operate(settings)

    assert code == 1
    assert str(settings.kubeconfig) in (await line(log, "operator.not_started"))["reason"]
