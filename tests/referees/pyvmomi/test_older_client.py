"""pyVmomi 7 as PyPI has it: a client that knows no version after 7.0.3, and vCenters of every release."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest

from vcenter_simulator.host.releases import RELEASES, V7, Release
from vcenter_simulator.running import start_in_thread
from vcenter_simulator.vcenter import Settings

PROGRAM = Path(__file__).with_name("older_client.py")


def saw(python: Path, release: Release) -> Any:
    with start_in_thread(hosts=1, settings=Settings(release=release)) as simulator:
        host, _, port = simulator.server.rpartition(":")
        login = {
            "host": host,
            "port": int(port),
            "user": simulator.username,
            "pwd": simulator.password,
            "caFile": str(simulator.ca_file),
        }
        ended = subprocess.run(
            [python, PROGRAM], input=json.dumps(login), capture_output=True, text=True, timeout=60, check=False
        )
    assert ended.returncode == 0, ended.stderr
    return json.loads(ended.stdout)


@pytest.mark.parametrize("release", RELEASES.values(), ids=lambda one: one.name)
def test_an_older_client_agrees_on_its_newest_version_and_understands_everything(
    pyvmomi: Path, release: Release
) -> None:
    told = saw(pyvmomi, release)

    assert (told["version"], told["server"]) == ('"urn:vim25/7.0.3.0"', release.api)
    assert told["adapters"] == {"vmk0": 1500, "vmk1": 1500, "vmk2": 1400}
    assert told["after"] == ["vmk0", "vmk1"]
    assert ("mirror" in told["stacks"]) is (release is not V7)
    assert all(told["read"])
