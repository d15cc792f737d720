"""Accounts that may not, hosts that are away: what the modules say, and the modules that change both."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from referees.ansible.playing import Player, Results

DENIED = "Permission to perform this operation was denied."


@pytest.fixture(scope="module")
def told(player: Player) -> Results:
    return player.play("trouble.yml")


def test_an_account_without_any_permission_is_not_let_in(told: Results) -> None:
    refused = told["log in without any permission"]["msg"]
    assert refused.startswith("User playbook@vsphere.local does not have required permission to log on")
    assert refused.endswith(DENIED)


def test_an_account_that_may_read_reads(told: Results) -> None:
    assert told["let it read"] == {"changed": True}
    adapters = told["read with the role that may"]["host_vmk_info"]["esx01.example.com"]
    assert [adapter["device"] for adapter in adapters] == ["vmk0", "vmk1"]


def test_an_account_that_may_only_read_changes_nothing(told: Results) -> None:
    assert told["create with a role that may only read"]["msg"] == DENIED


def test_an_account_with_a_role_of_one_s_own_may_what_the_role_says(told: Results) -> None:
    assert told["make a role"]["result"]["new_privileges"] == ["Host.Config.Network", "Network.Assign"]
    assert told["let it change networks"] == {"changed": True}
    assert told["create with the role that may"]["device"] == "vmk2"


def test_a_host_enters_and_leaves_maintenance(told: Results) -> None:
    assert told["enter maintenance"]["msg"] == "Host esx02.example.com entered maintenance mode"
    assert told["leave maintenance"]["msg"] == "Host esx02.example.com exited maintenance mode"


def test_a_host_that_is_disconnected_shows_what_was_last_known_and_takes_no_change(told: Results) -> None:
    assert told["disconnect"]["result"].startswith("Host disconnected from vCenter")
    assert told["read what was last known"]["ansible_facts"] == {
        "config": {"network": {"ipV6Enabled": True}},
        "runtime": {"connectionState": "disconnected"},
    }
    assert told["create on a host that is away"]["msg"] == "The host esx02.example.com is disconnected."


def test_a_host_is_reconnected(told: Results) -> None:
    assert told["reconnect"]["result"].startswith("Host reconnected to vCenter")
