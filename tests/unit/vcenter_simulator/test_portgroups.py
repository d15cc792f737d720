"""Distributed port groups that come, change and go."""

from typing import Any

import pytest
from pyVmomi import vim

from unit.vcenter_simulator.builders import NAME, config_of, inventory, plug_in, switch_of
from vcenter_simulator.host.refusals import Refusal
from vcenter_simulator.inventory.portgroup_settings import PortgroupSpec
from vcenter_simulator.inventory.portgroups import add_portgroups, change_portgroup, remove_portgroup
from vcenter_simulator.inventory.tree import Inventory

Vmware = vim.dvs.VmwareDistributedVirtualSwitch


def add(tree: Inventory, name: str = "dpg-new", **fields: Any) -> str:
    (added,) = add_portgroups(tree, switch_of(tree).moid, [PortgroupSpec(name=name, **fields)])
    return added.moid


def networks(tree: Inventory, moid: str) -> list[str]:
    return [one._moId for one in tree.objects[moid].read("network")]


def test_a_new_port_group_is_everywhere_where_port_groups_are_listed() -> None:
    tree = inventory(2)
    switch = switch_of(tree)
    moid = add(tree, vlan=70)

    (cluster,) = (one for one in tree.nodes if one.startswith("domain-c"))
    lists = [networks(tree, one) for one in (*switch.members, cluster, "datacenter-2")]
    lists.append([one._moId for one in tree.objects[switch.moid].read("portgroup")])
    folder = tree.nodes[switch.moid].parent
    assert folder is not None
    lists.append([one._moId for one in tree.objects[folder.moid].read("childEntity")])
    assert all(moid in one for one in lists)
    assert "dpg-new" in tree.objects[switch.moid].read("summary.portgroupName")
    assert (config_of(tree, moid).numPorts, config_of(tree, moid).defaultPortConfig.vlan.vlanId) == (8, 70)


def test_an_adapter_can_be_on_a_new_port_group() -> None:
    tree = inventory(1)

    plug_in(tree, add(tree), "10.0.70.1")

    assert "vmk2" in tree.hosts[NAME].actual.by_device


def test_everybody_who_watches_hears_of_a_new_port_group() -> None:
    tree = inventory(1)
    tree.objects[tree.hosts[NAME].reference.moid].encoded("network", "vim.version.v8_0_3_0")
    before, structure = tree.journal.sequence, tree.journal.structure

    moid = add(tree)

    changed = {(one.moid, leaf) for one in tree.journal.since(before) for leaf in one.leaves}
    assert {(moid, "name"), (tree.hosts[NAME].reference.moid, "network")} <= changed
    assert tree.journal.structure > structure
    encoded = tree.objects[tree.hosts[NAME].reference.moid].encoded("network", "vim.version.v8_0_3_0")
    assert moid.encode() in (encoded or b"")


def test_what_a_client_sets_is_over_what_is_usual() -> None:
    tree = inventory(1)
    teaming = Vmware.UplinkPortTeamingPolicy(policy=vim.StringPolicy(value="failover_explicit"))
    moid = add(tree, port_policy=Vmware.VmwarePortConfigPolicy(uplinkTeamingPolicy=teaming))
    security = Vmware.SecurityPolicy(macChanges=vim.BoolPolicy(value=True))

    change_portgroup(
        tree,
        moid,
        PortgroupSpec(description="ours", port_policy=Vmware.VmwarePortConfigPolicy(securityPolicy=security)),
    )

    read = config_of(tree, moid)
    assert read.description == "ours"
    assert read.defaultPortConfig.uplinkTeamingPolicy.policy.value == "failover_explicit"
    assert read.defaultPortConfig.uplinkTeamingPolicy.notifySwitches.value is True
    assert read.defaultPortConfig.securityPolicy.macChanges.value is True
    assert read.defaultPortConfig.securityPolicy.forgedTransmits.value is False


def test_a_port_group_is_renamed_and_dumped_under_its_new_name() -> None:
    tree = inventory(1)
    moid = add(tree, vlan=70)

    change_portgroup(tree, moid, PortgroupSpec(name="dpg-other", vlan=71, version=config_of(tree, moid).configVersion))

    assert tree.objects[moid].read("name") == "dpg-other"
    assert tree.dump().datacenters[0].distributed_switches[0].port_groups["dpg-other"] == 71


def test_a_port_group_that_was_made_keeps_its_id_when_the_fleet_is_loaded_again() -> None:
    tree = inventory(1)
    moid = add(tree)
    plug_in(tree, moid, "10.0.70.1")

    tree.load(tree.dump())

    assert tree.nodes[moid].name == "dpg-new"
    assert tree.hosts[NAME].actual.by_device["vmk2"].attachment.portgroup_key == moid  # type: ignore[union-attr]


def test_a_removed_port_group_is_nowhere_and_its_name_is_free_for_another_one() -> None:
    tree = inventory(1)
    moid = add(tree)

    remove_portgroup(tree, moid)

    assert moid not in tree.objects
    assert moid not in networks(tree, tree.hosts[NAME].reference.moid)
    assert "dpg-new" not in tree.dump().datacenters[0].distributed_switches[0].port_groups
    assert add(tree) != moid


@pytest.mark.parametrize("name", ["", "x" * 81])
def test_a_name_has_one_to_eighty_letters(name: str) -> None:
    with pytest.raises(Refusal) as refused:
        add(inventory(1), name)
    assert refused.value.fault == "InvalidName"


@pytest.mark.parametrize("name", ["dpg-backup", "DSwitch"])
def test_a_name_is_given_once_in_a_folder(name: str) -> None:
    tree = inventory(1)
    moid = add(tree)

    with pytest.raises(Refusal) as refused:
        change_portgroup(tree, moid, PortgroupSpec(name=name))

    assert refused.value.fault == "DuplicateName"


def test_one_bad_name_lets_none_of_the_port_groups_come() -> None:
    tree = inventory(1)
    before = set(tree.objects)

    with pytest.raises(Refusal):
        add_portgroups(tree, switch_of(tree).moid, [PortgroupSpec(name="dpg-new"), PortgroupSpec(name="dpg-new")])

    assert set(tree.objects) == before


def test_a_port_group_with_an_adapter_stays_with_at_least_its_port() -> None:
    tree = inventory(1)
    moid = add(tree)
    plug_in(tree, moid, "10.0.70.1")

    with pytest.raises(Refusal, match="in use") as removed:
        remove_portgroup(tree, moid)
    with pytest.raises(Refusal, match="1 ports of dpg-new are in use"):
        change_portgroup(tree, moid, PortgroupSpec(ports=0))
    change_portgroup(tree, moid, PortgroupSpec(ports=1))

    assert removed.value.fault == "ResourceInUse"
    assert config_of(tree, moid).numPorts == 1


def test_a_change_of_what_somebody_else_has_changed_meanwhile_is_refused() -> None:
    tree = inventory(1)
    moid = add(tree)
    read = config_of(tree, moid).configVersion
    change_portgroup(tree, moid, PortgroupSpec(vlan=71, version=read))

    with pytest.raises(Refusal) as refused:
        change_portgroup(tree, moid, PortgroupSpec(vlan=72, version=read))

    assert refused.value.fault == "ConcurrentAccess"


def test_the_port_group_of_the_uplinks_stays() -> None:
    tree = inventory(1)
    uplinks = switch_of(tree).uplinks
    assert uplinks is not None

    with pytest.raises(Refusal) as refused:
        remove_portgroup(tree, uplinks.key)

    assert refused.value.fault == "NotSupported"
