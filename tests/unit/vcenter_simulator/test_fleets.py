import pytest
from pydantic import ValidationError

from unit.vcenter_simulator.builders import NAME, inventory
from vcenter_simulator.fleet.default import default_fleet
from vcenter_simulator.fleet.documents import FleetDocument
from vcenter_simulator.fleet.editing import edit_host
from vcenter_simulator.fleet.errors import DocumentError
from vcenter_simulator.fleet.host_documents import HostEdit
from vcenter_simulator.host.equipment import IscsiAdapter, OpaqueNetwork
from vcenter_simulator.host.leases import ipv4_lease
from vcenter_simulator.host.state import HostState, StandardAttachment
from vcenter_simulator.inventory.tree import Inventory


def edit(tree: Inventory, document: dict[str, object]) -> HostState:
    wanted = HostEdit.model_validate(document)
    return edit_host(tree.hosts[NAME].actual, wanted, tree.facts(), tree.new_mac)


def test_what_is_dumped_loads_as_the_same_fleet() -> None:
    tree = inventory(3)
    place = {"distributed": {"switch": "DSwitch", "name": "dpg-vmotion"}}
    adapter = {"netstack": "vmotion", "portGroup": place, "mtu": 9000, "ipv4": {"address": "10.0.40.11/24"}}
    tree.hosts[NAME].commit_unseen(
        edit(tree, {"adapters": {"vmk2": adapter}, "netstacks": {"vmotion": {"gateway": "10.0.40.1"}}})
    )
    dumped = tree.dump()

    again = inventory(fleet=FleetDocument.model_validate_json(dumped.model_dump_json(by_alias=True)))

    assert again.dump() == dumped
    assert again.hosts[NAME].actual == tree.hosts[NAME].actual


def test_what_a_host_can_have_besides_loads_as_it_was_dumped() -> None:
    document = default_fleet(1, 1).model_dump(by_alias=True)
    host = document["datacenters"][0]["clusters"][0]["hosts"][0]
    security = {"promiscuous": True, "macChanges": None, "forgedTransmits": False}
    teaming = {"policy": "failover_explicit", "active": ["vmnic2"], "standby": ["vmnic3"]}
    host["ipv6Enabled"], host["ipv6AtBoot"] = True, False
    host["opaqueSwitch"] = {"uplinks": ["vmnic6"], "networks": {"id-1": "segment"}}
    host["adapters"]["vmk6"] = {"portGroup": {"opaque": "id-1"}, "ipv4": {"dhcp": True}}
    host["adapters"]["vmk6"] |= {"services": ["vsan", "vsanWitness"]}
    host["adapters"]["vmk6"] |= {"vsanMulticast": {"upstream": "224.1.2.3", "downstream": "224.2.3.4"}}
    host["switches"]["vSwitch1"] |= {
        "ports": 256,
        "discovery": "both",
        "beaconInterval": 5,
        "policy": {"security": security},
    }
    host["switches"]["vSwitch1"]["portGroups"]["Own"] = {"vlan": 7, "policy": {"teaming": teaming}}
    host["adapters"]["vmk1"]["ipv6"] = {"auto": True, "addresses": ["fd00::11/64"], "gateway": "fd00::1"}
    host["adapters"]["vmk5"] = {"portGroup": {"standard": "Own"}, "ipv4": {"dhcp": True}, "ipv6": {"dhcp": True}}
    host["netstacks"]["defaultTcpipStack"] |= {
        "ipv6Gateway": "fe80::9",
        "routes": [{"network": "10.99.0.0/16", "gateway": "10.0.0.9"}, {"network": "fd09::/32", "gateway": "fe80::9"}],
    }
    tree = inventory(fleet=FleetDocument.model_validate(document))
    dumped = tree.dump()

    again = inventory(fleet=FleetDocument.model_validate_json(dumped.model_dump_json(by_alias=True)))

    state = again.hosts[NAME].actual
    assert state == tree.hosts[NAME].actual
    assert again.dump() == dumped
    assert (state.ipv6_enabled, state.ipv6_at_boot) == (True, False)
    assert state.by_device["vmk1"].ipv6.addresses == ("fd00::11/64",)
    assert state.by_device["vmk5"].ipv4.address is not None
    group = state.portgroup("Own")
    assert group is not None
    assert (group.vlan, group.policy.teaming.active) == (7, ("vmnic2",))


def test_the_default_fleet_is_the_world_before_migration() -> None:
    tree = inventory(2)
    host = tree.hosts["esx02.example.com"].actual

    assert list(tree.hosts) == [NAME, "esx02.example.com"]
    assert host.by_device["vmk0"].services == {"management"}
    assert host.by_device["vmk1"].services == {"vmotion"}
    assert host.by_device["vmk1"].attachment == StandardAttachment("vMotion-Old")
    assert {one.name: one.mtu for one in host.switches} == {"vSwitch0": 1500, "vSwitch1": 9000}


@pytest.mark.parametrize(("hosts", "clusters"), [(0, 0), (1, 0), (5, 2), (300, 10), (3, 7)])
def test_hosts_are_spread_over_the_clusters_and_none_is_like_another(hosts: int, clusters: int) -> None:
    center = default_fleet(hosts, clusters).datacenters[0]
    members = [host for cluster in center.clusters for host in cluster.hosts] + center.hosts
    addresses = {adapter.ipv4.address for host in members for adapter in host.adapters.values() if adapter.ipv4}

    assert len(center.clusters) == clusters
    assert len({host.name for host in members}) == len({host.uuid for host in members}) == hosts
    assert len(addresses) == 2 * hosts


def test_an_edit_changes_what_it_names_and_nothing_else() -> None:
    tree = inventory()
    before = tree.hosts[NAME].actual

    after = edit(tree, {"adapters": {"vmk1": {"mtu": 1400}}})

    changed = after.by_device["vmk1"]
    assert changed.mtu == 1400
    assert changed.ipv4 == before.by_device["vmk1"].ipv4
    assert changed.services == {"vmotion"}
    assert after.by_device["vmk0"] == before.by_device["vmk0"]


def test_null_takes_away_and_a_place_creates() -> None:
    document = {
        "adapters": {"vmk1": None, "vmk5": {"portGroup": {"standard": "Backup-40"}, "ipv4": {"dhcp": True}}},
        "netstacks": {"defaultTcpipStack": {"gateway": None}},
    }

    after = edit(inventory(), document)

    stack = after.netstack("defaultTcpipStack")
    assert sorted(after.by_device) == ["vmk0", "vmk5"]
    assert after.by_device["vmk5"].ipv4 == ipv4_lease(StandardAttachment("Backup-40"), after.by_device["vmk5"].mac)
    assert stack is not None
    assert stack.gateway is None
    assert stack.dns.host_name == "esx01"


def test_opaque_networks_come_and_go_but_not_from_under_an_adapter() -> None:
    tree = inventory()
    on_segment = {"portGroup": {"opaque": "id-1"}, "ipv4": {"dhcp": True}}
    networks = {"opaqueSwitch": {"networks": {"id-1": "segment", "id-2": "other"}}, "adapters": {"vmk7": on_segment}}
    tree.hosts[NAME].commit(edit(tree, networks))

    after = edit(tree, {"opaqueSwitch": {"networks": {"id-1": "segment"}}})

    assert after.opaque_networks == (OpaqueNetwork("id-1", "segment"),)
    with pytest.raises(DocumentError, match=r"adapters\.vmk7 is on the opaque network 'id-1'"):
        edit(tree, {"opaqueSwitch": {}})
    with pytest.raises(DocumentError, match="an uplink is 'vmnic99'"):
        edit(tree, {"opaqueSwitch": {"uplinks": ["vmnic99"], "networks": {"id-1": "segment"}}})
    assert edit(tree, {"opaqueSwitch": {}, "adapters": {"vmk7": None}}).opaque_networks == ()


def test_iscsi_and_the_network_around_a_host_are_edited() -> None:
    tree = inventory()
    tree.hosts[NAME].commit(edit(tree, {"iscsi": {"vmhba64": ["vmk1"], "vmhba65": []}, "fabricMtu": 1500}))

    after = edit(tree, {"iscsi": {"vmhba65": None}, "adapters": {"vmk1": None}})

    assert tree.hosts[NAME].actual.iscsi == (IscsiAdapter("vmhba64", ("vmk1",)), IscsiAdapter("vmhba65"))
    assert after.iscsi == (IscsiAdapter("vmhba64"),)
    assert after.fabric_mtu == 1500
    with pytest.raises(DocumentError, match="no adapter 'vmk7'"):
        edit(tree, {"iscsi": {"vmhba64": ["vmk7"]}})


@pytest.mark.parametrize(
    ("document", "words"),
    [
        ({"adapters": {"vmk7": {"mtu": 1500}}}, "needs a portGroup"),
        ({"adapters": {"vmk7": None}}, "no adapter vmk7"),
        ({"adapters": {"vmk1": {"portGroup": {"standard": "Nowhere"}}}}, "no port group 'Nowhere'"),
        ({"adapters": {"vmk1": {"portGroup": {"opaque": "id-9"}}}}, "no opaque network 'id-9'"),
        ({"adapters": {"vmk1": {"portGroup": {}}}}, "either standard or distributed"),
        (
            {"adapters": {"vmk1": {"portGroup": {"distributed": {"switch": "DSwitch", "name": "x"}}}}},
            "no port group 'x'",
        ),
        ({"adapters": {"vmk1": {"netstack": "nowhere"}}}, "'nowhere'"),
        ({"adapters": {"vmk1": {"services": ["flying"]}}}, "'flying'"),
    ],
)
def test_an_edit_that_contradicts_the_host_is_one_sentence(document: dict[str, object], words: str) -> None:
    with pytest.raises(DocumentError, match=words):
        edit(inventory(), document)


@pytest.mark.parametrize(
    "document",
    [
        {"adapter": {}},
        {"adapters": {"eth0": {}}},
        {"adapters": {"vmk1": {"mtu": "large"}}},
        {"adapters": {"vmk1": {"ipv4": {"address": "10.0.0.1"}}}},
        {"adapters": {"vmk1": {"ipv4": {"address": "10.0.0.300/24"}}}},
    ],
)
def test_a_misspelt_edit_is_refused(document: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        HostEdit.model_validate(document)


def test_a_fleet_that_contradicts_itself_changes_nothing() -> None:
    tree = inventory(2)
    before = tree.dump()
    twice = tree.dump()
    twice.datacenters[0].clusters[0].hosts[1] = twice.datacenters[0].clusters[0].hosts[0]

    with pytest.raises(DocumentError, match=NAME):
        tree.load(twice)

    assert tree.dump() == before


def test_an_edit_changes_network_cards_switches_and_port_groups() -> None:
    after = edit(
        inventory(),
        {
            "pnics": {"vmnic9": "b0:26:00:00:00:09", "vmnic5": None},
            "switches": {
                "vSwitch1": {"mtu": 1500, "portGroups": {"Backup-40": None}},
                "vSwitch2": {"uplinks": ["vmnic9"]},
            },
            "distributedSwitches": {"DSwitch": ["vmnic4"]},
        },
    )

    assert [nic.device for nic in after.pnics] == ["vmnic0", "vmnic1", "vmnic2", "vmnic3", "vmnic4", "vmnic9"]
    assert {switch.name: (switch.mtu, switch.uplinks) for switch in after.switches} == {
        "vSwitch0": (1500, ("vmnic0", "vmnic1")),
        "vSwitch1": (1500, ("vmnic2", "vmnic3")),
        "vSwitch2": (1500, ("vmnic9",)),
    }
    assert [group.name for group in after.portgroups] == ["Management Network", "vMotion-Old", "Storage-30"]
    assert [member.uplinks for member in after.memberships] == [("vmnic4",)]


def test_a_switch_and_a_membership_go_away_with_null() -> None:
    after = edit(inventory(), {"switches": {"vSwitch1": None}, "distributedSwitches": {"DSwitch": None}})

    assert [switch.name for switch in after.switches] == ["vSwitch0"]
    assert {group.switch for group in after.portgroups} == {"vSwitch0"}
    assert after.memberships == ()


@pytest.mark.parametrize(
    ("document", "words"),
    [
        ({"pnics": {"vmnic9": None}}, "pnics.vmnic9: the host has none to remove"),
        ({"pnics": {"vmnic0": None}}, "an uplink is 'vmnic0'"),
        ({"switches": {"vSwitch9": None}}, "switches.vSwitch9: the host has none"),
        ({"switches": {"vSwitch0": None}}, r"adapters\.vmk0 is on the port group 'Management Network'"),
        ({"switches": {"vSwitch0": {"portGroups": {"Nowhere": None}}}}, "portGroups.Nowhere: the host has none"),
        ({"distributedSwitches": {"Nowhere": []}}, "no such switch; there is DSwitch"),
        (
            {"adapters": {"vmk3": {"portGroup": "dpg-backup"}}, "distributedSwitches": {"DSwitch": None}},
            "no port group 'dpg-backup'",
        ),
    ],
)
def test_an_edit_that_takes_away_what_is_needed_is_one_sentence(document: dict[str, object], words: str) -> None:
    with pytest.raises(DocumentError, match=words):
        edit(inventory(), document)
