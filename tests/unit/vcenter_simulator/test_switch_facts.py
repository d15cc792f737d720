"""What distributed switches tell of their ports and of the network cards of their members."""

from unit.vcenter_simulator.builders import NAME, config_of, inventory, plug_in, switch_of


def test_a_new_port_group_has_eight_ports_and_grows_when_they_are_in_use() -> None:
    tree = inventory(1)
    key = next(iter(switch_of(tree).portgroups))

    assert config_of(tree, key).numPorts == 8
    plug_in(tree, key, *(f"10.0.60.{number}" for number in range(1, 10)))
    assert config_of(tree, key).numPorts == 16
    assert len(tree.objects[key].read("portKeys")) == 16


def test_no_two_ports_of_a_switch_have_the_same_key() -> None:
    switch = switch_of(inventory(3))
    ports = [port for group in switch.all_portgroups for port in group.ports]

    assert len(ports) == len(set(ports))
    assert config_of(inventory(3), switch.moid).numPorts == len(ports)


def test_the_ports_that_a_dumped_fleet_names_stay_where_they_are() -> None:
    tree = inventory(1)
    key = list(switch_of(tree).portgroups)[1]
    plug_in(tree, key, "10.0.60.1")
    before = tree.hosts[NAME].actual.by_device["vmk2"].attachment

    again = inventory(1, fleet=tree.dump())

    assert again.hosts[NAME].actual.by_device["vmk2"].attachment == before
    ports = [port for group in switch_of(again).all_portgroups for port in group.ports]
    assert len(ports) == len(set(ports))


def test_the_uplinks_have_a_port_group_that_clients_know_by_its_tag() -> None:
    tree = inventory(1)
    switch = switch_of(tree)
    (uplinks,) = config_of(tree, switch.moid).uplinkPortgroup
    published = tree.objects[uplinks._moId]

    assert published.read("name") == f"DSwitch-DVUplinks-{switch.moid.removeprefix('dvs-')}"
    assert [tag.key for tag in published.read("tag")] == ["SYSTEM/DVS.UPLINKPG"]
    assert published.read("config").uplink
    assert [(one.start, one.end) for one in published.read("config").defaultPortConfig.vlan.vlanId] == [(0, 4094)]


def test_the_network_cards_of_a_member_are_on_ports_of_the_uplinks() -> None:
    tree = inventory(2)
    switch = switch_of(tree)
    uplinks = switch.uplinks
    assert uplinks is not None
    record = tree.hosts["esx02.example.com"]
    (proxy,) = tree.objects[record.reference.moid].read("config.network.proxySwitch")
    member = config_of(tree, switch.moid).host[1]

    cards = proxy.spec.backing.pnicSpec
    assert [one.pnicDevice for one in cards] == ["vmnic4", "vmnic5"]
    assert {one.uplinkPortgroupKey for one in cards} == {uplinks.key}
    assert {one.uplinkPortKey for one in cards} <= set(uplinks.ports)
    assert {one.key: one.value for one in proxy.uplinkPort} == {
        cards[0].uplinkPortKey: "Uplink 1",
        cards[1].uplinkPortKey: "Uplink 2",
    }
    assert [one.uplinkPortKey for one in member.config.backing.pnicSpec] == [one.uplinkPortKey for one in cards]


def test_a_switch_has_as_many_uplinks_as_any_of_its_members_has_cards_on_it() -> None:
    document = inventory(2).dump()
    (first, _) = document.datacenters[0].clusters[0].hosts
    first.switches["vSwitch1"].uplinks = []
    first.distributed_switches["DSwitch"] = ["vmnic2", "vmnic3", "vmnic4", "vmnic5"]

    tree = inventory(2, fleet=document)

    read = config_of(tree, switch_of(tree).moid)
    assert read.uplinkPortPolicy.uplinkPortName == ["Uplink 1", "Uplink 2", "Uplink 3", "Uplink 4"]
    assert [len(member.uplinkPortKey) for member in read.host] == [4, 4]
    assert [len(member.config.backing.pnicSpec) for member in read.host] == [4, 2]
