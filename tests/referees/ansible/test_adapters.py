"""vmware_vmkernel and vmware_vmkernel_info: an adapter's whole life, with what the modules return."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from referees.ansible.playing import Player, Results

HOST = "esx01.example.com"
CREATED = {
    "changed": True,
    "device": "vmk2",
    "ipv4": "static",
    "ipv4_gw": "No override",
    "ipv4_ip": "10.0.30.11",
    "ipv4_sm": "255.255.255.0",
    "message": "",
    "msg": "VMkernel Adapter created",
    "mtu": 9000,
    "portgroup": "Storage-30",
    "services": "",
    "switch": "vSwitch1",
    "tcpip_stack": "default",
}


@pytest.fixture(scope="module")
def told(player: Player) -> Results:
    return player.play("adapters.yml")


def adapters(told: Results, task: str) -> dict[str, Any]:
    return {adapter["device"]: adapter for adapter in told[task]["host_vmk_info"][HOST]}


def test_check_mode_creates_nothing(told: Results) -> None:
    assert told["try to create"] == CREATED | {"device": None, "msg": "VMkernel Adapter would be created"}
    assert told["create"]["changed"]


def test_an_adapter_is_created_under_the_lowest_free_name(told: Results) -> None:
    assert told["create"] == CREATED


def test_a_second_run_changes_nothing(told: Results) -> None:
    unchanged = {name: value for name, value in CREATED.items() if name != "message"}
    assert told["create again"] == unchanged | {
        "changed": False,
        "msg": "VMkernel Adapter already configured properly",
    }


def test_check_mode_changes_nothing(told: Results) -> None:
    assert told["try to change the MTU"]["msg"] == "VMkernel Adapter MTU would be updated"
    assert told["change the MTU"]["mtu_previous"] == 9000


def test_the_mtu_is_changed(told: Results) -> None:
    assert told["change the MTU"]["msg"] == "VMkernel Adapter MTU updated"
    assert told["change the MTU"]["mtu"] == 1500


def test_the_address_and_the_gateway_are_changed(told: Results) -> None:
    changed = told["change the address, add a gateway"]
    assert changed["msg"] == "VMkernel Adapter IP and GW override updated"
    assert changed["ipv4_ip_previous"] == "10.0.30.11"
    assert told["drop the gateway, enable services"]["ipv4_gw_previous"] == "10.0.30.1"


def test_services_are_enabled(told: Results) -> None:
    assert told["drop the gateway, enable services"]["msg"] == "VMkernel Adapter GW override and services updated"
    assert told["drop the gateway, enable services"]["services"] == "Mgmt, FT, VSAN, Prov"


def test_vsan_is_enabled_and_disabled_by_a_call_of_its_own(told: Results) -> None:
    enabled = told["drop the gateway, enable services"]["vsan"]
    assert enabled == "Enable NIC vmk2 (currently enabled NICs: []) : Success"
    disabled = told["move to a distributed switch, disable services"]["vsan"]
    assert disabled == "Disable NIC vmk2 (currently enabled NICs: ['vmk2']) : Success"


def test_what_was_changed_is_read_back(told: Results) -> None:
    read = adapters(told, "read it")["vmk2"]
    assert read.pop("mac").startswith("00:50:56:6")
    assert read == {
        "device": "vmk2",
        "dhcp": False,
        "enable_ft": True,
        "enable_management": True,
        "enable_vmotion": False,
        "enable_vsan": True,
        "ipv4_address": "10.0.30.111",
        "ipv4_subnet_mask": "255.255.255.0",
        "key": "key-vim.host.VirtualNic-vmk2",
        "mtu": 1500,
        "portgroup": "Storage-30",
        "stack": "defaultTcpipStack",
    }


def test_an_adapter_is_moved_to_a_distributed_switch_in_place(told: Results) -> None:
    moved = told["move to a distributed switch, disable services"]
    assert moved["msg"] == "VMkernel Adapter MTU, GW override, Virtual Port, and services updated"
    assert (moved["switch_previous"], moved["portgroup_previous"]) == ("vSwitch1", "Storage-30")
    assert (moved["device"], moved["switch"], moved["portgroup"]) == ("vmk2", "DSwitch", "dpg-backup")


def test_services_are_disabled(told: Results) -> None:
    moved = told["move to a distributed switch, disable services"]
    assert (moved["services_previous"], moved["services"]) == ("FT, VSAN", "Mgmt, Prov")


def test_check_mode_deletes_nothing(told: Results) -> None:
    assert told["try to delete"] == {"changed": True, "device": "vmk2", "msg": "VMkernel Adapter would be deleted"}
    assert told["delete"]["changed"]


def test_an_adapter_is_deleted(told: Results) -> None:
    assert told["delete"] == {"changed": True, "device": "vmk2", "msg": "VMkernel Adapter deleted"}


def test_deleting_what_is_not_there_changes_nothing(told: Results) -> None:
    assert told["delete again"] == {"changed": False}


def test_an_adapter_on_the_vmotion_stack_carries_vmotion_and_takes_it_from_the_default_stack(told: Results) -> None:
    assert told["create on the vMotion stack"]["device"] == "vmk2"  # the name is free again
    now = adapters(told, "read all of them")
    assert (now["vmk2"]["stack"], now["vmk2"]["enable_vmotion"]) == ("vmotion", True)
    assert (now["vmk1"]["stack"], now["vmk1"]["enable_vmotion"]) == ("defaultTcpipStack", False)


def test_an_adapter_gets_its_address_by_dhcp_and_then_a_static_one(told: Results) -> None:
    assert told["create on the provisioning stack with DHCP"]["ipv4"] == "dhcp"
    assert told["change from DHCP to a static address"]["ipv4_previous"] == "DHCP"
    now = adapters(told, "read all of them")["vmk3"]
    assert (now["stack"], now["dhcp"], now["ipv4_address"]) == ("vSphereProvisioning", False, "10.0.50.11")


def test_the_stack_of_an_adapter_stays(told: Results) -> None:
    refused = told["change the stack"]
    assert refused["msg"] == "The TCP/IP stack cannot be changed on an existing VMkernel adapter!"


def test_a_standard_port_group_carries_one_adapter_of_a_host(told: Results) -> None:
    refused = told["create a second one on a standard port group"]
    assert refused["msg"] == (
        "Failed to add vmk as portgroup already has a virtual network adapter "
        "The specified key, name, or identifier 'vMotion-Old' already exists."
    )


def test_an_adapter_may_have_a_larger_mtu_than_its_switch(told: Results) -> None:
    # The collection's own test of the module does this, and expects the same.
    assert told["create one with a larger MTU than its switch"]["msg"] == "VMkernel Adapter created"
    assert adapters(told, "read all of them")["vmk4"]["mtu"] == 9000


def test_other_hosts_of_the_cluster_are_as_they_were(told: Results) -> None:
    others = told["read all of them"]["host_vmk_info"]["esx02.example.com"]
    assert [adapter["device"] for adapter in others] == ["vmk0", "vmk1"]
