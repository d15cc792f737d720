from pathlib import Path

import pytest
from pyVmomi import vim

from unit.vcenter_simulator.builders import inventory
from vcenter_simulator.authorization.demands import ROWS, Asked, Source, privilege_to_read, row_of
from vcenter_simulator.authorization.privileges import ALL
from vcenter_simulator.inventory.tree import Inventory
from vcenter_simulator.methods.dispatch import TABLES
from vcenter_simulator.soap.references import methods_of

METHODS = [(kind, method) for kind, table in TABLES.items() for method in table]


@pytest.mark.parametrize(("kind", "method"), METHODS)
def test_every_method_says_which_privileges_it_needs(kind: str, method: str) -> None:
    row = row_of(kind, methods_of(kind)[method])

    assert row is not None, f"{kind}.{method} needs a row in authorization/demands.py"
    assert {demand.privilege for demand in row.demands} <= ALL


def test_a_row_is_only_for_what_the_metadata_does_not_say() -> None:
    for kind, method in ROWS:
        # pyVmomi has no description of the types of esxcli at all.
        assert getattr(methods_of(kind)[method], "privId", None) is None, (kind, method)


def test_every_row_that_no_source_confirms_is_marked_in_the_documentation() -> None:
    page = (Path(__file__).parents[3] / "docs" / "simulator.md").read_text()
    marked = [line for line in page.splitlines() if line.endswith("| **unconfirmed** |")]

    for (_, method), row in ROWS.items():
        assert any(method in line for line in marked) == (row.source is Source.UNCONFIRMED), method


def demanded(tree: Inventory, method: str, **arguments: object) -> list[tuple[str, str]]:
    row = row_of("HostNetworkSystem", methods_of("HostNetworkSystem")[method])
    assert row is not None
    assert row.source in {Source.METADATA, Source.REFERENCE}
    asked = Asked("host-1", arguments, tree)
    return [(demand.privilege, entity) for demand in row.demands for entity in demand.on(asked)]


def port(**place: str) -> vim.host.VirtualNic.Specification:
    return vim.host.VirtualNic.Specification(distributedVirtualPort=vim.dvs.PortConnection(**place))


def test_an_adapter_asks_for_the_host_and_for_its_distributed_port_group() -> None:
    tree = inventory()
    switch = next(iter(tree.switches.values()))
    group = next(iter(switch.portgroups))

    for method in ("AddVirtualNic", "UpdateVirtualNic"):
        in_group = demanded(tree, method, nic=port(switchUuid=switch.uuid, portgroupKey=group))
        assert in_group == [("Host.Config.Network", "host-1"), ("Network.Assign", group)]
        alone = demanded(tree, method, nic=port(switchUuid=switch.uuid, portKey="3"))
        assert alone == [("Host.Config.Network", "host-1"), ("Network.Assign", switch.moid)]
        standard = demanded(tree, method, nic=vim.host.VirtualNic.Specification(portgroup="Storage-30"))
        assert standard == [("Host.Config.Network", "host-1")]


def test_a_network_configuration_asks_for_the_port_groups_of_all_its_adapters() -> None:
    tree = inventory()
    switch = next(iter(tree.switches.values()))
    groups = list(switch.portgroups)[:2]
    adapters = [
        vim.host.VirtualNic.Config(changeOperation="add", spec=port(switchUuid=switch.uuid, portgroupKey=one))
        for one in groups
    ]

    found = demanded(tree, "UpdateNetworkConfig", config=vim.host.NetworkConfig(vnic=adapters))

    assert found == [("Host.Config.Network", "host-1"), *(("Network.Assign", one) for one in groups)]


def test_an_argument_that_is_an_object_is_asked_for_too() -> None:
    tree = inventory()
    row = row_of("ViewManager", methods_of("ViewManager")["CreateContainerView"])
    assert row is not None

    asked = Asked("group-d1", {"container": vim.Datacenter("datacenter-2")}, tree)

    assert [entity for demand in row.demands for entity in demand.on(asked)] == ["group-d1", "datacenter-2"]


@pytest.mark.parametrize(
    ("kind", "path", "privilege"),
    [
        (vim.HostSystem, "name", "System.View"),
        (vim.HostSystem, "config.network.vnic", "System.Read"),
        (vim.host.NetworkSystem, "networkInfo", "System.Read"),
        (vim.SessionManager, "sessionList", "Sessions.TerminateSession"),
        (vim.SessionManager, "currentSession", "System.Anonymous"),
    ],
)
def test_a_property_asks_for_what_the_reference_says(kind: type, path: str, privilege: str) -> None:
    assert privilege_to_read(kind, path, is_inventory=True) == privilege


def test_an_object_of_the_session_can_be_read_by_it() -> None:
    assert privilege_to_read(vim.view.ContainerView, "view", is_inventory=False) is None
