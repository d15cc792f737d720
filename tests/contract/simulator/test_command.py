import json
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.request import urlopen

import pytest

from vcenter_simulator.host.behaviour import Behaviour

COMMAND = str(Path(sys.executable).with_name("vcenter-simulator"))
PATIENCE_S = 30


@contextmanager
def serving(folder: Path, *options: str) -> Iterator[tuple["subprocess.Popen[str]", dict[str, str]]]:
    """Start the command and wait until it says that it serves; it is killed if a test leaves it running."""
    ready = folder / "ready.json"
    process = subprocess.Popen([COMMAND, "--ready-file", str(ready), *options], stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout is not None
        assert process.stdout.readline().startswith("vCenter https://127.0.0.1:")
        yield process, json.loads(ready.read_text())
    finally:
        process.kill()
        process.communicate(timeout=PATIENCE_S)


def run(*options: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run([COMMAND, *options], capture_output=True, text=True, timeout=PATIENCE_S, check=False)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_it_says_where_it_serves_and_stops_on_a_signal(tmp_path: Path, number: signal.Signals) -> None:
    with serving(tmp_path, "--hosts", "4", "--clusters", "2") as (process, ready):
        with urlopen(f"{ready['control']}/state") as answer:  # noqa: S310 - our own loopback port
            clusters = json.load(answer)["datacenters"][0]["clusters"]
        ca_file = Path(ready["caFile"])
        was_there = ca_file.exists()

        process.send_signal(number)

        assert process.wait(PATIENCE_S) == 0
    assert [len(cluster["hosts"]) for cluster in clusters] == [2, 2]
    assert set(ready) == {"url", "server", "control", "caFile", "username", "password"}
    assert ready["url"] == f"https://{ready['server']}/sdk"
    assert was_there
    assert not ca_file.parent.exists()


def test_a_dumped_fleet_starts_again(tmp_path: Path) -> None:
    with (
        serving(tmp_path, "--hosts", "2") as (_, ready),
        urlopen(f"{ready['control']}/state") as answer,  # noqa: S310 - our own loopback port
    ):
        dumped = answer.read()
    fleet = tmp_path / "fleet.json"
    fleet.write_bytes(dumped)

    with (
        serving(tmp_path, "--fleet", str(fleet)) as (_, ready),
        urlopen(f"{ready['control']}/state") as answer,  # noqa: S310 - our own loopback port
    ):
        assert json.load(answer) == json.loads(dumped)


def test_the_help_has_every_open_question() -> None:
    text = run("--help").stdout

    for name in Behaviour.__dataclass_fields__:
        assert f"--{name.replace('_', '-')}" in text


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--listen", "nowhere"], "HOST:PORT"),
        (["--listen", "127.0.0.1:70000"], "HOST:PORT"),
        (["--hosts", "-1"], "--hosts"),
        (["--certificate", __file__], "go together"),
        (["--fleet", __file__], "JSON"),
        (["--updates", "some"], "--updates"),
    ],
)
def test_wrong_options_are_refused_with_a_sentence(options: list[str], words: str) -> None:
    refused = run(*options)

    assert refused.returncode == 2
    assert words in refused.stderr
    assert "Traceback" not in refused.stderr


def test_an_address_that_is_taken_is_said(tmp_path: Path) -> None:
    with serving(tmp_path) as (_, ready):
        refused = run("--listen", ready["server"])

    assert refused.returncode == 1
    assert "Cannot serve" in refused.stderr
    assert "Traceback" not in refused.stderr
