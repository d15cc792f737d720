"""The installation page's own commands, by govc: they make a role with which the operator can do all that it does."""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from contract.vcenter.tour import refused, watching_as_the_operator
from referees.govc.driving import Govc
from testbed.operator_account import PASSWORD, SHOWN, USERNAME
from vcenter_simulator.fleet.documents import AccessDocument
from vcenter_simulator.running import Running, start_in_thread

if TYPE_CHECKING:
    from collections.abc import Iterator

PAGE = Path(__file__).parents[3] / "docs" / "how-to" / "install.md"
COMMANDS = [line.strip() for line in PAGE.read_text().splitlines() if line.strip().startswith("govc ")]


@pytest.fixture
def simulator() -> Iterator[Running]:
    """Run a vCenter in which the operator has an account and may do nothing."""
    with start_in_thread(hosts=2, access=AccessDocument(accounts={USERNAME: PASSWORD})) as running:
        yield running


@pytest.fixture
def installed(govc: Path, simulator: Running, tmp_path: Path) -> Govc:
    """Return the administrator's govc, by which the page's commands have been run."""
    made = Govc(govc, simulator, tmp_path)
    for command in COMMANDS:
        _, *arguments = shlex.split(command.replace(" /lab", " /Datacenter"))
        assert made.says(*arguments) == ""
    return made


async def test_the_commands_give_the_operator_what_it_needs(simulator: Running, installed: Govc) -> None:
    listed = installed.says("permissions.ls", "/Datacenter")
    assert ["vmk-operator", "/Datacenter", SHOWN, "Yes"] in [line.split() for line in listed.splitlines()]

    async with watching_as_the_operator(simulator) as watcher:
        assert await refused(simulator, watcher) == []


def test_the_roles_have_the_pages_privileges_and_those_that_every_role_has(installed: Govc) -> None:
    everybody = ["System.Anonymous", "System.Read", "System.View"]

    own = ["Host.Config.Network", "Host.Config.Storage", "Network.Assign"]
    assert installed.says("role.ls", "vmk-operator").split() == [*own, *everybody]
    assert installed.says("role.ls", "vmk-operator-sessions").split() == ["Sessions.TerminateSession", *everybody]
    assert "Admin Full access rights" in installed.lines("role.ls")


def test_the_operators_account_can_do_nothing_else(installed: Govc) -> None:
    own = {"GOVC_USERNAME": USERNAME, "GOVC_PASSWORD": PASSWORD}

    assert SHOWN in installed.says("session.ls", **own)
    assert "/Datacenter/host/Cluster-1" in installed.says("ls", "/Datacenter/host", **own)
    for arguments in (
        ("host.maintenance.enter", "esx01.example.com"),
        ("role.create", "more"),
        ("permissions.set", "-principal", USERNAME, "-role", "Admin", "/"),
    ):
        assert "Permission to perform this operation was denied" in installed.refuses(*arguments, **own)
