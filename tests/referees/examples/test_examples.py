"""What docs/simulator.md shows is what works: every example is run as a reader would run it."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from vcenter_simulator.options import SWITCHES
from vcenter_simulator.testing.control_client import ControlClient

if TYPE_CHECKING:
    from vcenter_simulator.running import Running

pytest_plugins = ["pytester"]

ROOT = Path(__file__).parents[3]
EXAMPLES = ROOT / "examples" / "simulator"
SHOWN = ["with_govc.sh", "with_pyvmomi.py", "with_ansible.yml", "test_with_pytest.py", "fleet.yaml"]


def run(*command: str | Path, **environment: str) -> str:
    env = {
        "PATH": os.environ["PATH"],
        "HOME": environment.pop("HOME", "/nonexistent"),
        "LC_ALL": "C.UTF-8",
    } | environment
    ended = subprocess.run(command, env=env, capture_output=True, text=True, check=False)
    assert ended.returncode == 0, ended.stdout + ended.stderr
    return ended.stdout


def test_pyvmomi(ready_file: Path) -> None:
    printed = run(sys.executable, EXAMPLES / "with_pyvmomi.py", ready_file)

    assert printed.splitlines() == ["esx01.example.com vmk2 10.0.30.11", "esx02.example.com vmk2 10.0.30.12"]


def test_govc(govc: Path, ready_file: Path, tmp_path: Path) -> None:
    (tmp_path / "govc").symlink_to(govc)

    printed = run(EXAMPLES / "with_govc.sh", ready_file, PATH=f"{tmp_path}:{os.environ['PATH']}", HOME=str(tmp_path))

    assert "/Datacenter/host/Cluster-1" in printed.splitlines()
    assert "API type:     VirtualCenter" in printed
    assert "10.0.0.11" in printed
    assert "Recieved:         3" in printed.splitlines()


def test_ansible(ansible: Path, simulator: Running, tmp_path: Path) -> None:
    address, _, port = simulator.server.rpartition(":")
    playing = (ansible, EXAMPLES / "with_ansible.yml")
    environment = {
        "HOME": str(tmp_path),
        "SSL_CERT_FILE": str(simulator.ca_file),
        "VMWARE_HOST": address,
        "VMWARE_PORT": port,
        "VMWARE_USER": simulator.username,
        "VMWARE_PASSWORD": simulator.password,
    }

    first, second = (run(*playing, **environment) for _ in range(2))

    assert "changed=1 " in first
    assert "changed=0 " in second


def test_pytest(pytester: pytest.Pytester) -> None:
    pytester.makepyfile((EXAMPLES / "test_with_pytest.py").read_text())

    # pytest-asyncio, which this repository has, warns in a project that does not.
    pytester.runpytest_subprocess("-p", "no:asyncio", "-W", "error").assert_outcomes(passed=2)


@pytest.mark.parametrize("name", SHOWN)
def test_the_page_shows_the_example_as_it_is(name: str) -> None:
    page = (ROOT / "docs" / "simulator.md").read_text()

    assert (EXAMPLES / name).read_text() in page


def test_the_control_port_takes_what_the_page_shows(simulator: Running) -> None:
    control = ControlClient(simulator.control_url)
    fault, edit = re.findall(r"```json\n(.*?)```", (ROOT / "docs" / "simulator.md").read_text(), flags=re.DOTALL)

    control.add_fault(**json.loads(fault))
    control.edit_host("esx01.example.com", **json.loads(edit))

    (rule,) = control.faults()
    host = control.state()["datacenters"][0]["clusters"][0]["hosts"][0]
    assert (rule["method"], rule["host"], rule["fault"], rule["hits"]) == (
        "AddVirtualNic",
        "esx01*",
        "AlreadyExists",
        0,
    )
    assert (sorted(host["adapters"]), host["inMaintenanceMode"]) == (["vmk0", "vmk1", "vmk4"], True)


def test_the_page_names_every_switch() -> None:
    page = (ROOT / "docs" / "simulator.md").read_text()

    assert [name for name in SWITCHES if f"`--{name.replace('_', '-')}`" not in page] == []
