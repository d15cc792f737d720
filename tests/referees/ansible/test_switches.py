"""vmware_vswitch and vmware_portgroup: what adapters stand on, with what the modules return."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from referees.ansible.playing import Player, Results

HOST = "esx01.example.com"


@pytest.fixture(scope="module")
def told(player: Player) -> Results:
    return player.play("switches.yml")


def group(told: Results, task: str) -> Any:
    return told[task]["result"][HOST]


def test_a_port_group_needs_its_switch(told: Results) -> None:
    refused = told["create a port group of no switch"]
    assert refused["msg"] == f"The vSwitch 'vSwitch2' doesn't exist on host '{HOST}'"


def test_a_switch_is_created_as_it_was_asked_for(told: Results) -> None:
    assert told["create a switch"]["result"] == "vSwitch 'vSwitch2' is created successfully"
    read = told["read the switch"]["hosts_vswitch_info"][HOST]["vSwitch2"]
    assert read == {"mtu": 9000, "num_ports": 256, "pnics": []}


def test_check_mode_creates_no_port_group(told: Results) -> None:
    assert group(told, "try to create a port group")["msg"] == "Port Group would be added"
    assert group(told, "create a port group")["msg"] == "Port Group added"


def test_an_adapter_is_created_on_a_new_port_group(told: Results) -> None:
    assert (told["create an adapter"]["device"], told["create an adapter"]["mtu"]) == ("vmk2", 9000)


def test_a_port_group_is_changed(told: Results) -> None:
    changed = group(told, "change the port group")
    assert changed["msg"] == (
        "VLAN ID, Promiscuous mode, MAC address changes, Forged transmits, "
        "Load balancing, Notify switches, and Failback changed"
    )
    assert (changed["vlan_id_previous"], changed["vlan_id"]) == (70, 71)


def test_a_second_run_changes_no_port_group(told: Results) -> None:
    assert group(told, "change it again")["msg"] == "Port Group already configured properly"


def test_a_changed_port_group_says_what_it_does_itself_and_what_its_switch_does(told: Results) -> None:
    read = next(one for one in told["read it"]["hosts_portgroup_info"][HOST] if one["portgroup"] == "Replication-70")
    assert read == {
        "failback": False,
        "failover_active": "No override",
        "failover_standby": "No override",
        "failure_detection": "link_status_only",
        "lb": "loadbalance_srcmac",
        "notify": False,
        "portgroup": "Replication-70",
        "security": [True, False, False],
        "ts": "No override",
        "vlan_id": 71,
        "vswitch": "vSwitch2",
    }


def test_a_switch_may_carry_less_than_its_adapters_send(told: Results) -> None:
    assert told["let the switch carry less than its adapter sends"]["changed"]


def test_a_port_group_stays_while_an_adapter_is_on_it(told: Results) -> None:
    refused = told["delete the port group under the adapter"]
    assert refused["msg"] == "Failed to remove Portgroup as it is in use: The resource 'Replication-70' is in use."


def test_a_port_group_without_adapters_is_deleted(told: Results) -> None:
    assert told["delete the adapter"]["changed"]
    assert group(told, "delete the port group")["msg"] == "Port Group removed"


def test_a_switch_is_deleted_once(told: Results) -> None:
    assert told["delete the switch"]["result"] == "vSwitch 'vSwitch2' removed successfully."
    assert told["delete it again"] == {"changed": False}
