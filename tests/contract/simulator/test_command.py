import json
import signal
import ssl
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from pyVim.connect import SmartConnect, SmartConnection
from pyVmomi import vmodl

from testbed.waiting import wait_until
from vcenter_simulator.host.behaviour import Behaviour
from vcenter_simulator.testing.control_client import ControlClient

COMMAND = str(Path(sys.executable).with_name("vcenter-simulator"))
PATIENCE_S = 30
EXAMPLE = Path(__file__).parents[3] / "examples" / "simulator" / "fleet.yaml"


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


def get(ready: dict[str, str], path: str) -> Any:
    return ControlClient(ready["control"]).request("GET", path)


def run(*options: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run([COMMAND, *options], capture_output=True, text=True, timeout=PATIENCE_S, check=False)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_it_says_where_it_serves_and_stops_on_a_signal(tmp_path: Path, number: signal.Signals) -> None:
    with serving(tmp_path, "--hosts", "4", "--clusters", "2") as (process, ready):
        clusters = get(ready, "/state")["datacenters"][0]["clusters"]
        ca_file = Path(ready["caFile"])
        was_there = ca_file.exists()

        process.send_signal(number)

        assert process.wait(PATIENCE_S) == 0
    assert [len(cluster["hosts"]) for cluster in clusters] == [2, 2]
    assert set(ready) == {"url", "server", "control", "caFile", "username", "password"}
    assert ready["url"] == f"https://{ready['server']}/sdk"
    assert was_there
    assert not ca_file.parent.exists()


def test_it_stops_although_a_client_waits(tmp_path: Path) -> None:
    with serving(tmp_path) as (process, ready), ThreadPoolExecutor(1) as pool:
        context = ssl.create_default_context(cafile=ready["caFile"])
        host, _, port = ready["server"].rpartition(":")
        instance = SmartConnect(
            host=host, port=int(port), user=ready["username"], pwd=ready["password"], sslContext=context
        )
        collector = instance.RetrieveContent().propertyCollector
        waiting = pool.submit(collector.WaitForUpdatesEx, "", vmodl.query.PropertyCollector.WaitOptions())
        wait_until(lambda: get(ready, "/calls").get("WaitForUpdatesEx") == 1, what="the client to wait")

        process.terminate()

        assert process.wait(PATIENCE_S) == 0
        with pytest.raises(vmodl.fault.RequestCanceled):
            waiting.result(PATIENCE_S)
        instance._stub.DropConnections()


def test_a_dumped_fleet_starts_again(tmp_path: Path) -> None:
    with serving(tmp_path, "--hosts", "2") as (_, ready):
        dumped = get(ready, "/state")
    fleet = tmp_path / "fleet.json"
    fleet.write_text(json.dumps(dumped))

    with serving(tmp_path, "--fleet", str(fleet)) as (_, ready):
        assert get(ready, "/state") == dumped


def test_the_example_fleet_starts(tmp_path: Path) -> None:
    with serving(tmp_path, "--fleet", str(EXAMPLE)) as (_, ready):
        (center,) = get(ready, "/state")["datacenters"]

    assert [len(cluster["hosts"]) for cluster in center["clusters"]] == [8, 8]
    assert center["clusters"][0]["hosts"][7]["adapters"]["vmk1"]["ipv4"]["address"] == "10.40.0.18/24"


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
        (["--session-idle", "inf"], "session_idle can't be inf, only 0 to 1000000000 seconds"),
        (["--certificate", __file__], "go together"),
        (["--certificate", __file__, "--key", __file__], "no certificate chain and its key"),
        (["--fleet", __file__], "JSON"),
        (["--fleet", __file__, "--hosts", "5"], "leave out --hosts and --clusters"),
        (["--updates", "some"], "--updates"),
    ],
)
def test_wrong_options_are_refused_with_a_sentence(options: list[str], words: str) -> None:
    refused = run(*options)

    assert refused.returncode == 2
    assert words in refused.stderr
    assert "Traceback" not in refused.stderr


@pytest.mark.parametrize(
    ("document", "words"),
    [
        ("roles: {Operators: [Host.Config.Nothing]}", "'Host.Config.Nothing'"),
        ("permissions: [{principal: nobody, role: Admin}]", "'nobody'"),
        ("datacenters: []", "datacenters"),
        ("accounts: [", "neither JSON nor YAML"),
    ],
)
def test_accounts_that_make_no_sense_are_refused_with_a_sentence(tmp_path: Path, document: str, words: str) -> None:
    file = tmp_path / "access.yaml"
    file.write_text(document)

    refused = run("--access", str(file))

    assert refused.returncode == 2
    assert "--access" in refused.stderr
    assert words in refused.stderr
    assert "Traceback" not in refused.stderr


def test_more_accounts_log_in_beside_the_administrator(tmp_path: Path) -> None:
    file = tmp_path / "access.yaml"
    file.write_text("accounts: {reader@x: right}\npermissions: [{principal: reader@x, role: ReadOnly}]")

    with serving(tmp_path, "--access", str(file)) as (_, ready):
        assert get(ready, "/state")["permissions"][0]["role"] == "ReadOnly"
        host, _, port = ready["server"].partition(":")
        trust = ssl.create_default_context(cafile=ready["caFile"])
        with SmartConnection(host=host, port=int(port), user="reader@x", pwd="right", sslContext=trust) as reader:
            assert reader.RetrieveContent().sessionManager.currentSession.userName == r"X\reader"


def test_an_address_that_is_taken_is_said(tmp_path: Path) -> None:
    with serving(tmp_path) as (_, ready):
        refused = run("--listen", ready["server"])

    assert refused.returncode == 1
    assert "Cannot serve" in refused.stderr
    assert "Traceback" not in refused.stderr
