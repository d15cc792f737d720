"""What hosts tell of their hardware and of their network as a whole."""

from dataclasses import replace

from unit.vcenter_simulator.builders import SWITCH, inventory, managed_host, surroundings
from vcenter_simulator.inventory.host_leaves import HOST_LEAVES_OF, network_leaves_of
from vcenter_simulator.projection.hardware import pci_devices, system_info
from vcenter_simulator.projection.network_config import network_config
from vcenter_simulator.projection.switches import physical_nics, standard_portgroups, standard_switches


def test_every_network_card_is_on_the_pci_bus() -> None:
    state = managed_host()

    on_the_bus = {device.id for device in pci_devices(state)}

    assert {nic.pci for nic in physical_nics(state)} == on_the_bus


def test_two_hosts_have_different_service_tags() -> None:
    first, second = (record.seen for record in inventory().hosts.values())

    assert system_info(first).serialNumber != system_info(second).serialNumber


def test_a_port_group_does_what_its_switch_does() -> None:
    state = managed_host()
    group = next(group for group in standard_portgroups(state) if group.spec.name == "Management Network")

    assert group.computedPolicy.nicTeaming.nicOrder.activeNic == ["vmnic0"]
    assert group.spec.policy.nicTeaming.nicOrder is None


def test_a_switch_without_uplinks_has_no_bridge() -> None:
    lonely = next(switch for switch in standard_switches(managed_host()) if switch.name == "vSwitch1")

    assert lonely.spec.bridge is None
    assert lonely.spec.policy.nicTeaming.nicOrder.activeNic == []


def test_the_network_configuration_names_everything_that_the_host_has() -> None:
    config = network_config(managed_host(), surroundings().switches)

    assert [one.name for one in config.vswitch] == ["vSwitch0", "vSwitch1"]
    assert [one.uuid for one in config.proxySwitch] == [SWITCH]
    assert [one.spec.name for one in config.portgroup] == ["Management Network", "Storage-30", "Backup-40"]
    assert [one.device for one in config.pnic] == ["vmnic0", "vmnic1"]
    assert [(one.device, one.portgroup) for one in config.vnic] == [("vmk0", "Management Network")]


def test_the_network_configuration_changes_with_every_part_of_it() -> None:
    network = {name for name, leaves in HOST_LEAVES_OF.items() if any("config.network" in leaf for leaf in leaves)}

    assert all("networkConfig" in network_leaves_of(frozenset({name})) for name in network)
    assert "networkConfig" not in network_leaves_of(frozenset({"in_maintenance"}))


def test_a_host_is_on_the_networks_of_its_switches() -> None:
    tree = inventory(1)
    (record,) = tree.hosts.values()
    published = tree.objects[record.reference.moid]

    def networks() -> list[str]:
        return [one._moId for one in published.read("network")]

    assert networks() == [group.key for switch in tree.switches.values() for group in switch.all_portgroups]
    record.commit(replace(record.actual, memberships=()))
    assert networks() == []
