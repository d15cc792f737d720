import pytest
from pyVmomi import vim

from unit.vcenter_simulator.builders import inventory
from vcenter_simulator.host.behaviour import DisconnectedConfig
from vcenter_simulator.host.refusals import Refusal
from vcenter_simulator.inventory.hosts import Connection
from vcenter_simulator.inventory.tree import Inventory
from vcenter_simulator.properties.published import PublishedObject
from vcenter_simulator.soap.versions import NEWEST

VNIC = "config.network.vnic"


def host(built: Inventory | None = None) -> PublishedObject:
    tree = built or inventory()
    return next(one for one in tree.objects.values() if one.leaves.kind is vim.HostSystem)


def test_a_property_above_the_leaves_is_composed_of_them() -> None:
    network = host().read("config.network")

    assert isinstance(network, vim.host.NetworkInfo)
    assert [nic.device for nic in network.vnic] == ["vmk0", "vmk1"]


def test_a_path_goes_on_inside_a_leaf() -> None:
    assert host().read(f'{VNIC}["key-vim.host.VirtualNic-vmk0"].spec.mtu') == 1500
    assert host().read("summary.hardware.uuid") == host().read("hardware.systemInfo.uuid")


def test_a_list_inside_a_leaf_can_be_sent_alone() -> None:
    switch = next(one for one in inventory().objects.values() if one.reference.kind == "VmwareDistributedVirtualSwitch")

    assert b"ArrayOfString" in (switch.encoded("config.uplinkPortPolicy.uplinkPortName", NEWEST) or b"")


def test_a_key_that_is_not_there_is_unset() -> None:
    assert host().read(f'{VNIC}["key-vim.host.VirtualNic-vmk7"]') is None


def test_a_property_that_is_not_simulated_is_unset() -> None:
    assert host().read("config.firewall") is None


@pytest.mark.parametrize("path", ["config.nothing", f"{VNIC}.spec", f'{VNIC}["key-vim.host.VirtualNic-vmk0"].sepc'])
def test_a_path_that_does_not_exist_is_an_invalid_property(path: str) -> None:
    with pytest.raises(Refusal) as refused:
        host().read(path)

    assert refused.value.fault == "InvalidProperty"


def test_three_objects_are_views_of_one_host() -> None:
    tree = inventory()
    record = tree.hosts["esx01.example.com"]
    views = (
        (record.reference, VNIC),
        (record.network_system, "networkInfo.vnic"),
    )

    encoded = [tree.objects[reference.moid].encoded(path, NEWEST) for reference, path in views]
    services = [
        tree.objects[record.reference.moid].encoded("config.virtualNicManagerInfo.netConfig", NEWEST),
        tree.objects[record.nic_manager.moid].encoded("info.netConfig", NEWEST),
    ]

    assert encoded[0] == encoded[1]
    assert services[0] == services[1]


def test_a_value_is_encoded_once_until_it_changes() -> None:
    published = host()
    first = published.encoded(VNIC, NEWEST)

    assert published.encoded(VNIC, NEWEST) is first
    published.forget(["config.network.netStackInstance"])
    assert published.encoded(VNIC, NEWEST) is first
    published.forget(["config.network"])
    assert published.encoded(VNIC, NEWEST) is not first


def test_asking_for_endless_keys_keeps_nothing() -> None:
    published = host()

    for number in range(100):
        published.encoded(f'{VNIC}["{number}"]', NEWEST)

    assert not published._encoded


def test_an_older_client_is_not_shown_later_fields() -> None:
    published = host()

    old = published.encoded(VNIC, "vim.version.version8") or b""
    new = published.encoded(VNIC, NEWEST) or b""

    assert b"netStackInstanceKey" in new
    assert b"netStackInstanceKey" not in old


@pytest.mark.parametrize(("choice", "is_there"), [(DisconnectedConfig.KEPT, True), (DisconnectedConfig.ABSENT, False)])
def test_what_is_read_of_a_disconnected_host_is_a_matter_of_the_switch(
    choice: DisconnectedConfig,
    is_there: bool,  # noqa: FBT001 - a table
) -> None:
    tree = inventory(disconnected_config=choice)
    tree.hosts["esx01.example.com"].connect(Connection.DISCONNECTED)
    published = host(tree)

    assert (published.read("config.network") is not None) is is_there
    assert published.read("runtime.connectionState") == "disconnected"
    assert published.read("name") == "esx01.example.com"


def test_every_published_leaf_of_every_kind_can_be_encoded() -> None:
    for published in inventory(1).objects.values():
        for path in (*published.leaves.readers, *published.leaves.top_level):
            published.encoded(path, NEWEST)
            published.encoded(path, "vim.version.version1")
