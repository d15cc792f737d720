"""Finding hosts as SearchIndex does."""

import pytest

from unit.vcenter_simulator.builders import inventory
from vcenter_simulator.inventory.searching import Search, hosts_by_dns_name, hosts_by_ip, hosts_by_uuid
from vcenter_simulator.inventory.tree import Inventory

SECOND = "esx02.example.com"


@pytest.fixture(scope="module")
def tree() -> Inventory:
    return inventory(3)


def datacenter(tree: Inventory) -> str:
    return next(node.reference.moid for node in tree.nodes.values() if node.reference.kind == "Datacenter")


@pytest.mark.parametrize(
    ("search", "text"),
    [(hosts_by_dns_name, SECOND), (hosts_by_dns_name, SECOND.upper()), (hosts_by_ip, "10.0.0.12")],
)
def test_a_host_is_found_by_what_it_is_called(tree: Inventory, search: Search, text: str) -> None:
    assert search(tree, None, text) == [tree.hosts[SECOND].reference]


def test_a_host_is_found_by_the_uuid_of_its_hardware_in_any_case(tree: Inventory) -> None:
    host = tree.hosts[SECOND]

    assert hosts_by_uuid(tree, None, host.seen.uuid.upper()) == [host.reference]


def test_an_address_without_management_finds_nothing(tree: Inventory) -> None:
    assert hosts_by_ip(tree, None, "10.1.0.12") == []


def test_a_search_may_be_limited_to_a_datacenter(tree: Inventory) -> None:
    assert hosts_by_dns_name(tree, datacenter(tree), SECOND) == [tree.hosts[SECOND].reference]
    assert hosts_by_dns_name(tree, "datacenter-99", SECOND) == []


def test_a_path_that_leads_nowhere_finds_nothing(tree: Inventory) -> None:
    assert tree.names.find("/Datacenter/host/Cluster-1/nobody") is None
