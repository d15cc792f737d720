"""The installation page's own commands, by govc: they make a role with which the operator can do all that it does."""

from __future__ import annotations

import asyncio
import os
import shlex
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from contract.vcenter.tour import refused, watching_as_the_operator
from testbed.operator_account import PASSWORD, SHOWN, USERNAME
from vcenter_simulator.fleet.documents import AccessDocument
from vcenter_simulator.running import Running, start

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

PAGE = Path(__file__).parents[3] / "docs" / "how-to" / "install.md"
COMMANDS = [line.strip() for line in PAGE.read_text().splitlines() if line.strip().startswith("govc ")]


@pytest.fixture
async def simulator() -> AsyncIterator[Running]:
    """Run a vCenter in which the operator has an account and may do nothing."""
    async with start(hosts=2, access=AccessDocument(accounts={USERNAME: PASSWORD})) as running:
        yield running


class Govc:
    """govc, as somebody."""

    def __init__(self, binary: Path, simulator: Running, home: Path) -> None:
        """Prepare to run *binary* as the administrator."""
        self._binary = binary
        self._environment = os.environ | {
            "HOME": str(home),
            "GOVC_URL": simulator.url,
            "GOVC_USERNAME": simulator.username,
            "GOVC_PASSWORD": simulator.password,
            "GOVC_TLS_CA_CERTS": str(simulator.ca_file),
            "GOVC_PERSIST_SESSION": "false",
        }

    async def __call__(self, *arguments: str, **environment: str) -> str:
        """Run it and return all that it says, whether it works or not."""
        process = await asyncio.create_subprocess_exec(
            self._binary,
            *arguments,
            env=self._environment | environment,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
        )
        said, _ = await process.communicate()
        return said.decode()


@pytest.fixture
async def run(govc: Path, simulator: Running, tmp_path: Path) -> Govc:
    """Return govc in which the page's commands have been run."""
    made = Govc(govc, simulator, tmp_path)
    for command in COMMANDS:
        _, *arguments = shlex.split(command.replace(" /lab", " /Datacenter"))
        assert await made(*arguments) == ""
    return made


async def test_the_commands_give_the_operator_what_it_needs(simulator: Running, run: Govc) -> None:
    listed = await run("permissions.ls", "/Datacenter")
    assert ["vmk-operator", "/Datacenter", SHOWN, "Yes"] in [line.split() for line in listed.splitlines()]

    async with watching_as_the_operator(simulator) as watcher:
        assert await refused(simulator, watcher) == []


async def test_the_roles_have_the_pages_privileges_and_those_that_every_role_has(run: Govc) -> None:
    everybody = ["System.Anonymous", "System.Read", "System.View"]

    assert (await run("role.ls", "vmk-operator")).split() == ["Host.Config.Network", "Network.Assign", *everybody]
    assert (await run("role.ls", "vmk-operator-sessions")).split() == ["Sessions.TerminateSession", *everybody]
    assert ["Admin", "Full access rights"] in [line.split(maxsplit=1) for line in (await run("role.ls")).splitlines()]


async def test_the_operators_account_can_do_nothing_else(run: Govc) -> None:
    own = {"GOVC_USERNAME": USERNAME, "GOVC_PASSWORD": PASSWORD}

    assert SHOWN in await run("session.ls", **own)
    assert "/Datacenter/host/Cluster-1" in await run("ls", "/Datacenter/host", **own)
    for arguments in (
        ("host.maintenance.enter", "esx01.example.com"),
        ("role.create", "more"),
        ("permissions.set", "-principal", USERNAME, "-role", "Admin", "/"),
    ):
        assert "Permission to perform this operation was denied" in await run(*arguments, **own)
