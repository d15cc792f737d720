"""The information modules: what they say of a fleet that nobody has touched."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from referees.ansible.playing import Player, Results

HOST = "esx01.example.com"
UPLINKS = {"vSwitch0": ["vmnic0", "vmnic1"], "vSwitch1": ["vmnic2", "vmnic3"]}
CARD = {
    "actual_duplex": "Full Duplex",
    "actual_speed": 25000,
    "adapter": "Broadcom BCM57414 NetXtreme-E 10Gb/25Gb RDMA Ethernet Controller",
    "auto_negotiation_supported": True,
    "cdp_info": "N/A",
    "configured_duplex": "Full Duplex",
    "configured_speed": 25000,
    "device": "vmnic4",
    "driver": "bnxtnet",
    "lldp_info": "N/A",
    "location": "0000:05:00.0",
    "mac": "b0:26:00:01:00:04",
    "nioc_status": "Allowed",
    "status": "Connected",
    "wake_on_lan_supported": False,
}


@pytest.fixture(scope="module")
def told(player: Player) -> Results:
    return player.play("facts.yml")


def test_it_is_a_vcenter(told: Results) -> None:
    about = told["about"]["about_info"]
    assert (about["product_name"], about["api_type"]) == ("VMware vCenter Server", "VirtualCenter")
    assert about["api_version"].startswith(about["version"])


def test_a_host_has_facts(told: Results) -> None:
    facts = told["host facts"]["ansible_facts"]
    uuid = facts.pop("ansible_uuid")
    assert facts.pop("ansible_product_serial") == uuid[:7].upper()
    assert facts == {
        "ansible_all_ipv4_addresses": ["10.0.0.11", "10.1.0.11"],
        "ansible_bios_date": "2025-01-01T00:00:00+00:00",
        "ansible_bios_version": "1.0.0",
        "ansible_datastore": [],
        "ansible_distribution": "VMware ESXi",
        "ansible_distribution_build": "24022510",
        "ansible_distribution_version": "8.0.3",
        "ansible_host_connection_state": "connected",
        "ansible_hostname": HOST,
        "ansible_in_maintenance_mode": False,
        "ansible_interfaces": ["vmk0", "vmk1"],
        "ansible_memfree_mb": 245760,
        "ansible_memtotal_mb": 262144,
        "ansible_os_type": "vmnix-x86",
        "ansible_processor": "Simulated CPU",
        "ansible_processor_cores": 32,
        "ansible_processor_count": 2,
        "ansible_processor_vcpus": 64,
        "ansible_product_name": "Simulated Server",
        "ansible_system_vendor": "Simulated",
        "ansible_uptime": 2592000,
        "ansible_vmk0": adapter("vmk0", "10.0.0.11", "b0:26:00:01:00:00"),
        "ansible_vmk1": adapter("vmk1", "10.1.0.11", "00:50:56:60:00:01"),
        "cluster": "Cluster-1",
        "datacenter": "Datacenter",
        "host_date_time": {},
        "vsan_cluster_uuid": None,
        "vsan_health": "unknown",
        "vsan_node_uuid": None,
    }


def adapter(device: str, address: str, mac: str) -> dict[str, Any]:
    ipv4 = {"address": address, "netmask": "255.255.255.0"}
    return {"device": device, "ipv4": ipv4, "macaddress": mac, "mtu": 1500}


def test_a_host_tells_single_properties(told: Results) -> None:
    assert told["host properties"]["ansible_facts"] == {
        "capability": {"multipleNetworkStackInstanceSupported": True},
        "hardware": {"cpuInfo": {"numCpuCores": 32}, "memorySize": 274877906944},
        "overallStatus": "green",
        "runtime": {"connectionState": "connected"},
        "summary": {"config": {"product": {"apiVersion": "8.0.3.0"}}},
    }


def test_every_network_card_is_on_its_switch(told: Results) -> None:
    cards = told["network cards"]["hosts_vmnics_info"][HOST]
    assert cards["all"] == [f"vmnic{number}" for number in range(6)]
    assert cards["vswitch"] == UPLINKS
    assert cards["dvswitch"] == {"DSwitch": ["vmnic4", "vmnic5"]}
    assert cards["available"] == []


def test_a_network_card_has_details(told: Results) -> None:
    assert told["network cards"]["hosts_vmnics_info"][HOST]["vmnic_details"][4] == CARD


@pytest.mark.parametrize(("switch", "mtu"), [("vSwitch0", 1500), ("vSwitch1", 9000)])
def test_a_standard_switch_has_its_policy(told: Results, switch: str, mtu: int) -> None:
    assert told["switches"]["hosts_vswitch_info"][HOST][switch] == {
        "failback": True,
        "failover_active": UPLINKS[switch],
        "failover_standby": [],
        "failure_detection": "link_status_only",
        "lb": "loadbalance_srcid",
        "mtu": mtu,
        "notify": True,
        "num_ports": 128,
        "pnics": UPLINKS[switch],
        "security": [False, True, True],
        "ts": False,
    }


def test_a_standard_port_group_leaves_everything_to_its_switch(told: Results) -> None:
    groups = told["port groups"]["hosts_portgroup_info"]["esx02.example.com"]
    assert groups[2] == {
        "failback": "No override",
        "failover_active": "No override",
        "failover_standby": "No override",
        "failure_detection": "link_status_only",
        "lb": "No override",
        "notify": "No override",
        "portgroup": "Storage-30",
        "security": ["No override", "No override", "No override"],
        "ts": "No override",
        "vlan_id": 30,
        "vswitch": "vSwitch1",
    }


def test_a_distributed_switch_has_its_configuration(told: Results) -> None:
    (switch,) = told["distributed switches"]["distributed_virtual_switches"]
    configured = switch["configure"]
    assert (configured["name"], configured["folder"]) == ("DSwitch", "network")
    assert configured["hosts"] == ["esx01.example.com", "esx02.example.com"]
    assert configured["settings"] == {
        "healthCheck": {"TeamingHealthCheckConfig": False, "VlanMtuHealthCheckConfig": False},
        "netflow": {
            "activeFlowTimeout": 60,
            "collectorIpAddress": "",
            "collectorPort": 0,
            "idleFlowTimeout": 15,
            "internalFlowsOnly": False,
            "observationDomainId": 0,
            "samplingRate": 0,
            "switchIpAddress": None,
        },
        "privateVlan": [],
        "properties": {
            "administratorContact": {"contact": None, "name": None},
            "advanced": {"maxMtu": 9000, "multicastFilteringMode": "legacyFiltering"},
            "discoveryProtocol": {"operation": "listen", "protocol": "cdp"},
            "general": {
                "ioControl": True,
                "name": "DSwitch",
                "numPorts": 28,  # eight of each port group, two uplinks of each host
                "numUplinks": 2,
                "vendor": "VMware, Inc.",
                "version": "8.0.3",
            },
        },
    }


def test_a_distributed_port_group_has_its_configuration(told: Results) -> None:
    group = told["distributed port groups"]["dvs_portgroup_info"]["DSwitch"][0]
    assert group.pop("key") == group.pop("moid")
    assert group == {
        "active_uplinks": ["Uplink 1", "Uplink 2"],
        "description": None,
        "dvswitch_name": "DSwitch",
        "mac_learning": {"allow_unicast_flooding": None, "enabled": False, "limit": None, "limit_policy": None},
        "network_policy": {"forged_transmits": False, "mac_changes": False, "promiscuous": False},
        "num_ports": 8,
        "port_allocation": "elastic",
        "port_binding": "static",
        "port_policy": {
            "block_override": True,
            "ipfix_override": False,
            "live_port_move": False,
            "network_rp_override": False,
            "port_config_reset_at_disconnect": True,
            "shaping_override": False,
            "traffic_filter_override": False,
            "uplink_teaming_override": False,
            "vendor_config_override": False,
            "vlan_override": False,
        },
        "portgroup_name": "dpg-vmotion",
        "standby_uplinks": [],
        "teaming_policy": {
            "inbound_policy": True,
            "notify_switches": True,
            "policy": "loadbalance_srcid",
            "rolling_order": False,
        },
        "type": "earlyBinding",
        "vlan_info": {"pvlan": False, "trunk": False, "vlan_id": "40"},
    }


def test_the_uplinks_are_a_port_group_that_carries_every_vlan(told: Results) -> None:
    groups = told["distributed port groups"]["dvs_portgroup_info"]["DSwitch"]
    uplinks = next(group for group in groups if group["portgroup_name"].startswith("DSwitch-DVUplinks-"))
    assert uplinks["num_ports"] == 4
    assert uplinks["port_allocation"] == "fixed"
    assert uplinks["vlan_info"] == {"pvlan": False, "trunk": True, "vlan_id": ["0-4094"]}
