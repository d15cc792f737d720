"""Which ports of a distributed switch a client gets."""

from typing import Any

import pytest
from pyVmomi import vim

from unit.vcenter_simulator.builders import NAME, inventory, plug_in, switch_of
from vcenter_simulator.inventory.ports import is_wanted, ports_of, shown_port
from vcenter_simulator.inventory.tree import Inventory


@pytest.fixture(scope="module")
def tree() -> Inventory:
    """An inventory with an adapter on the first port of dpg-backup."""
    built = inventory(1)
    plug_in(built, backup(built), "10.0.40.11")
    return built


def backup(tree: Inventory) -> str:
    return str(next(key for key, group in switch_of(tree).portgroups.items() if group.name == "dpg-backup"))


def wanted(tree: Inventory, **criteria: Any) -> list[Any]:
    asked = vim.dvs.PortCriteria(**criteria)
    return [one for one in ports_of(switch_of(tree), tree) if is_wanted(one, asked)]


def test_without_criteria_every_port_is_wanted(tree: Inventory) -> None:
    assert wanted(tree) == list(ports_of(switch_of(tree), tree))


def test_a_port_with_an_adapter_is_connected(tree: Inventory) -> None:
    (port,) = wanted(tree, connected=True, uplinkPort=False)

    shown = shown_port(port, switch_of(tree))
    assert (shown.portgroupKey, shown.connectee.nicKey, shown.connectee.type) == (backup(tree), "vmk2", "hostVmkVnic")
    assert shown.proxyHost == shown.connectee.connectedEntity
    assert shown.connectionCookie > 0


def test_a_free_port_names_nobody(tree: Inventory) -> None:
    shown = shown_port(wanted(tree, connected=False, uplinkPort=False)[0], switch_of(tree))

    assert (shown.proxyHost, shown.connectee, shown.connectionCookie) == (None, None, None)


def test_ports_are_inside_or_outside_port_groups(tree: Inventory) -> None:
    inside = wanted(tree, portgroupKey=[backup(tree)], inside=True)
    outside = wanted(tree, portgroupKey=[backup(tree)], inside=False)

    assert {port.group.name for port in inside} == {"dpg-backup"}
    assert len(inside) + len(outside) == len(wanted(tree))


def test_ports_are_chosen_by_key_and_by_host(tree: Inventory) -> None:
    (port,) = wanted(tree, connected=True, uplinkPort=False)
    host = vim.HostSystem(tree.hosts[NAME].reference.moid)

    assert wanted(tree, portKey=[port.key]) == [port]
    assert port in wanted(tree, host=[host])
    assert wanted(tree, host=[vim.HostSystem("host-99")]) == []
