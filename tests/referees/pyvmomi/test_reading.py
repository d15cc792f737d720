"""Reading as pyVmomi's samples do: attribute by attribute, through views, with the property collector."""

from __future__ import annotations

import json
from typing import Any

import pytest
from pyVmomi import vim, vmodl
from pyVmomi.VmomiJSONEncoder import VmomiJSONEncoder

COLLECTOR = vmodl.query.PropertyCollector
HOSTS = ["esx01.example.com", "esx02.example.com", "esx03.example.com"]


@pytest.fixture
def host(instance: Any) -> Any:
    """Find a host by walking down the tree, as everybody's first script does."""
    center = next(one for one in instance.content.rootFolder.childEntity if isinstance(one, vim.Datacenter))
    cluster = center.hostFolder.childEntity[0]
    return cluster.host[0]


def collect(instance: Any, kind: type[Any], paths: list[str] | None) -> list[dict[str, Any]]:
    """Collect properties of everything of a kind, all of them if *paths* is None."""
    content = instance.content
    view = content.viewManager.CreateContainerView(container=content.rootFolder, type=[kind], recursive=True)
    through = COLLECTOR.TraversalSpec(name="traverseEntities", path="view", skip=False, type=view.__class__)
    wanted = COLLECTOR.PropertySpec(type=kind, all=paths is None, pathSet=paths or [])
    spec = COLLECTOR.FilterSpec(
        objectSet=[COLLECTOR.ObjectSpec(obj=view, skip=True, selectSet=[through])], propSet=[wanted]
    )
    found = content.propertyCollector.RetrieveContents([spec])
    view.Destroy()
    return [{prop.name: prop.val for prop in one.propSet} for one in found]


def test_a_view_holds_everything_of_its_types(instance: Any) -> None:
    content = instance.RetrieveContent()
    view = content.viewManager.CreateContainerView(content.rootFolder, [vim.HostSystem], recursive=True)

    assert sorted(host.name for host in view.view) == HOSTS

    view.Destroy()
    with pytest.raises(vmodl.fault.ManagedObjectNotFound):
        _ = view.view


def test_a_view_without_types_holds_every_entity(instance: Any) -> None:
    content = instance.RetrieveContent()
    view = content.viewManager.CreateContainerView(content.rootFolder, type=[], recursive=True)

    kinds = {type(one) for one in view.view}

    assert {vim.Datacenter, vim.Folder, vim.ClusterComputeResource, vim.HostSystem} <= kinds
    view.Destroy()


def test_a_view_of_a_base_type_holds_its_descendants(instance: Any) -> None:
    content = instance.RetrieveContent()
    view = content.viewManager.CreateContainerView(content.rootFolder, [vim.Network], recursive=True)

    assert "dpg-backup" in [network.name for network in view.view]

    view.Destroy()


def test_the_property_collector_returns_what_was_asked(instance: Any) -> None:
    found = collect(instance, vim.HostSystem, ["name", "config.network.pnic", "summary.hardware.numNics"])

    assert sorted(one["name"] for one in found) == HOSTS
    assert all(len(one["config.network.pnic"]) == one["summary.hardware.numNics"] for one in found)


def test_the_property_collector_returns_everything(instance: Any) -> None:
    (switch,) = collect(instance, vim.dvs.VmwareDistributedVirtualSwitch, None)

    assert switch["name"] == switch["summary"].name == switch["config"].name == "DSwitch"
    assert {"uuid", "portgroup", "parent"} <= set(switch)


def test_the_managers_of_a_host_are_its_attributes(host: Any) -> None:
    network: Any = host.configManager.networkSystem
    services: Any = host.configManager.virtualNicManager

    assert (type(network), type(services)) == (vim.host.NetworkSystem, vim.host.VirtualNicManager)
    assert [one.device for one in network.networkInfo.vnic] == ["vmk0", "vmk1"]
    assert services.QueryNetConfig("vmotion").selectedVnic


def test_the_attributes_of_a_host_are_three_views_of_one_network(host: Any) -> None:
    pnics = [one.device for one in host.config.network.pnic]

    assert [one.device for one in host.configManager.networkSystem.networkInfo.pnic] == pnics
    assert [one.device for one in host.configManager.networkSystem.networkConfig.pnic] == pnics


def test_an_optional_property_that_is_unset_is_none(host: Any) -> None:
    assert host.licensableResource is None
    assert host.config.hyperThread is None
    assert host.summary.customValue == []


def test_a_property_that_does_not_exist_is_an_attribute_error(host: Any) -> None:
    with pytest.raises(AttributeError):
        _ = host.colour


def test_the_way_up_ends_at_the_root_folder(host: Any, instance: Any) -> None:
    above = []
    entity = host
    while entity.parent is not None:
        entity = entity.parent
        above.append(entity.name)

    assert above == ["Cluster-1", "host", "Datacenter", "Datacenters"]
    assert entity == instance.content.rootFolder


def test_the_search_index_finds_a_host_by_its_place_its_name_its_uuid_and_its_address(instance: Any) -> None:
    index: Any = instance.content.searchIndex
    host = index.FindByInventoryPath("/Datacenter/host/Cluster-1/esx02.example.com")

    assert host.name == HOSTS[1]
    assert index.FindByDnsName(dnsName=HOSTS[1], vmSearch=False) == host
    assert index.FindByUuid(uuid=host.hardware.systemInfo.uuid, vmSearch=False) == host
    assert index.FindByIp(ip="10.0.0.12", vmSearch=False) == host
    assert index.FindByDnsName(dnsName=HOSTS[1], vmSearch=True) is None
    assert index.FindChild(host.parent, HOSTS[1]) == host


def test_a_host_becomes_json(host: Any) -> None:
    encoded = json.loads(json.dumps(host, cls=VmomiJSONEncoder, explode=[host], strip_dynamic=True))

    assert encoded["name"] == HOSTS[0]
    assert [nic["device"] for nic in encoded["config"]["network"]["vnic"]] == ["vmk0", "vmk1"]
