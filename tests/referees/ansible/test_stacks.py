"""vmware_host_tcpip_stacks, vmware_host_dns and vmware_host_dns_info, with what the modules return."""

from __future__ import annotations

from ipaddress import ip_address, ip_network
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from referees.ansible.playing import Player, Results

HOST = "esx01.example.com"
AT_FIRST = {"congestion_algorithm": "newreno", "gateway": None, "ipv6_gateway": None, "max_num_connections": 11000}
CHANGED = {
    "congestion_algorithm": "cubic",
    "gateway": "10.0.40.1",
    "ipv6_gateway": None,
    "max_num_connections": 12000,
}


@pytest.fixture(scope="module")
def told(player: Player) -> Results:
    return player.play("stacks.yml")


def dns(told: Results, task: str) -> Any:
    return told[task]["dns_config_result"][HOST]


def test_a_stack_without_adapters_does_not_run(told: Results) -> None:
    answer = told["change a stack that does not run"]
    assert answer["warnings"] == [f"vmotion isn't supported in {HOST}"]
    assert (answer["changed"], answer["vmotion"]) == (False, {})


def test_a_stack_runs_with_its_first_adapter(told: Results) -> None:
    assert told["start it"]["tcpip_stack"] == "vmotion"
    assert told["try to change it"]["diff"]["before"]["vmotion"] == AT_FIRST


def test_check_mode_changes_no_stack(told: Results) -> None:
    assert told["try to change it"]["diff"]["after"]["vmotion"] == CHANGED
    assert told["change it"]["diff"]["before"]["vmotion"] == AT_FIRST


def test_a_stack_is_changed(told: Results) -> None:
    assert told["change it"]["changed"]
    assert told["change it again"]["diff"]["before"]["vmotion"] == CHANGED


def test_a_second_run_changes_no_stack(told: Results) -> None:
    assert not told["change it again"]["changed"]


def test_a_stack_loses_the_gateway_that_is_not_sent(told: Results) -> None:
    assert told["take its gateway away"]["diff"]["before"]["vmotion"]["gateway"] == "10.0.40.1"
    assert told["change the default stack"]["diff"]["before"]["vmotion"]["gateway"] is None


def test_the_default_stack_is_changed_as_a_whole(told: Results) -> None:
    diff = told["change the default stack"]["diff"]
    assert diff["before"]["default"] == AT_FIRST | {
        "gateway": "10.0.0.1",
        "hostname": "esx01",
        "domain": "example.com",
        "preferred_dns": "10.0.0.2",
        "alternate_dns": "10.0.0.3",
        "search_domains": ["example.com"],
    }
    assert diff["after"]["default"] == AT_FIRST | {
        "gateway": "10.0.0.254",
        "hostname": "esx01",
        "domain": "example.org",
        "preferred_dns": "10.0.0.5",
        "alternate_dns": "10.0.0.6",
        "search_domains": ["example.org", "example.com"],
    }


def test_check_mode_changes_no_dns(told: Results) -> None:
    assert dns(told, "try to change DNS")["msg"] == "Domain and DNS servers would be changed"
    assert dns(told, "change DNS")["domain_previous"] == "example.org"


def test_dns_is_changed(told: Results) -> None:
    assert dns(told, "change DNS") == {
        "changed": True,
        "dns_config": "static",
        "dns_servers": ["10.0.0.7"],
        "dns_servers_changed": ["10.0.0.5", "10.0.0.6", "10.0.0.7"],
        "dns_servers_previous": ["10.0.0.5", "10.0.0.6"],
        "domain": "example.net",
        "domain_previous": "example.org",
        "host_name": HOST,
        "msg": "Domain and DNS servers changed",
        "search_domains": None,
    }


def test_a_second_run_changes_no_dns(told: Results) -> None:
    assert dns(told, "change DNS again")["msg"] == "All settings are already configured"


def test_dns_is_read_back(told: Results) -> None:
    assert told["read DNS"]["hosts_dns_info"][HOST] == {
        "dhcp": False,
        "domain_name": "example.net",
        "host_name": "esx01",
        "ip_address": ["10.0.0.7"],
        "search_domain": ["example.org", "example.com"],
        "virtual_nic_device": None,
    }


def test_dns_is_taken_from_no_adapter_without_a_lease(told: Results) -> None:
    refused = told["take DNS from an adapter without a lease"]
    assert refused["msg"] == (f"An invalid parameter is passed in for one of the networking objects for host '{HOST}'")


def test_dns_is_taken_from_a_lease(told: Results) -> None:
    assert dns(told, "take DNS from the lease")["dns_config_previous"] == "static"
    lease = next(one for one in told["read the lease"]["host_vmk_info"][HOST] if one["device"] == "vmk3")
    learned = told["read DNS of the lease"]["hosts_dns_info"][HOST]
    assert (learned["dhcp"], learned["virtual_nic_device"]) == (True, "vmk3")
    assert learned["ip_address"]
    assert lease["dhcp"]
    network = ip_network(f"{lease['ipv4_address']}/{lease['ipv4_subnet_mask']}", strict=False)
    assert all(ip_address(server) in network for server in learned["ip_address"])


def test_a_second_run_takes_no_dns_anew(told: Results) -> None:
    assert not dns(told, "take DNS from the lease again")["changed"]
