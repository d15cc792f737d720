"""vmware_migrate_vmk: an adapter to a distributed switch and back, in calls that change several things at once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from referees.ansible.playing import Player, Results

HOST = "esx01.example.com"


@pytest.fixture(scope="module")
def told(player: Player) -> Results:
    return player.play("migration.yml")


def vmk1(told: Results, task: str) -> dict[str, Any]:
    adapters: list[dict[str, Any]] = told[task]["host_vmk_info"][HOST]
    return next(adapter for adapter in adapters if adapter["device"] == "vmk1")


def port_groups(told: Results, task: str) -> list[tuple[str, str, int]]:
    groups = told[task]["hosts_portgroup_info"][HOST]
    return [(group["vswitch"], group["portgroup"], group["vlan_id"]) for group in groups]


def test_an_adapter_keeps_what_it_is_when_it_moves(told: Results) -> None:
    assert told["migrate to the distributed switch"] == {"changed": True}
    assert vmk1(told, "read it there") == vmk1(told, "read it back") | {"portgroup": ""}
    assert vmk1(told, "read it there")["enable_vmotion"]


def test_its_port_group_goes_in_the_same_call(told: Results) -> None:
    assert port_groups(told, "read the port groups that are left") == [
        ("vSwitch0", "Management Network", 0),
        ("vSwitch1", "Storage-30", 30),
        ("vSwitch1", "Backup-40", 40),
    ]


def test_a_second_run_changes_nothing(told: Results) -> None:
    assert told["migrate again"] == {"changed": False}


def test_an_adapter_moves_back_to_a_port_group_that_is_made_for_it(told: Results) -> None:
    assert told["migrate back"] == {"changed": True}
    assert vmk1(told, "read it back")["portgroup"] == "vMotion-New"
    assert ("vSwitch1", "vMotion-New", 21) in port_groups(told, "read the new port group")
