"""vmware_dvs_portgroup: a distributed port group that comes, changes and goes, with what the module returns."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from referees.ansible.playing import Player, Results

DONE = {"changed": True, "result": "None"}


@pytest.fixture(scope="module")
def told(player: Player) -> Results:
    return player.play("distributed.yml")


def test_a_port_group_is_created_once(told: Results) -> None:
    assert told["create a port group"] == DONE
    assert told["create it again"] == {"changed": False}


def test_an_adapter_is_created_on_it(told: Results) -> None:
    assert (told["create an adapter"]["device"], told["create an adapter"]["portgroup"]) == ("vmk2", "dpg-replication")


def test_it_is_changed_once(told: Results) -> None:
    assert told["change the port group"] == DONE
    assert told["change it again"] == {"changed": False}


def test_what_was_changed_is_read_back_and_the_rest_is_as_usual(told: Results) -> None:
    groups = told["read it"]["dvs_portgroup_info"]["DSwitch"]
    read = next(group for group in groups if group["portgroup_name"] == "dpg-replication")
    assert read["vlan_info"] == {"pvlan": False, "trunk": False, "vlan_id": "71"}
    assert read["network_policy"] == {"forged_transmits": False, "mac_changes": False, "promiscuous": True}
    assert (read["active_uplinks"], read["standby_uplinks"]) == (["Uplink 1"], ["Uplink 2"])
    assert read["teaming_policy"]["policy"] == "failover_explicit"
    assert read["mac_learning"]["enabled"] is False
    assert read["num_ports"] == 8


def test_it_stays_while_an_adapter_is_on_it(told: Results) -> None:
    assert "The resource 'dpg-replication' is in use." in told["delete it under the adapter"]["msg"]


def test_it_is_deleted_once(told: Results) -> None:
    assert told["delete the adapter"]["changed"]
    assert told["delete it"] == DONE
    assert told["delete it again"] == {"changed": False}
