"""Reading with the property collector."""

from __future__ import annotations

import pytest
from pyVmomi import vim

from contract.simulator.client import PC, over
from referees.vcsim.asking import NOBODY, about, differs, retrieve
from referees.vcsim.vcenters import Client, VCenter, fault_of, faults_in, results

VMK0 = 'config.network.vnic["key-vim.host.VirtualNic-vmk0"]'


def test_big_answers_come_in_pages(client: Client) -> None:
    spec = over(client.view(vim.HostSystem), vim.HostSystem, "name")
    collector = client.collector

    first = collector.RetrievePropertiesEx([spec], PC.RetrieveOptions(maxObjects=2))
    second = collector.ContinueRetrievePropertiesEx(first.token)
    third = collector.ContinueRetrievePropertiesEx(second.token)

    pages = [first, second, third]
    assert [len(page.objects) for page in pages] == [2, 2, 1]
    assert third.token is None
    assert len({name["name"] for page in pages for _, name in results(page)}) == 5


def test_a_token_that_stands_for_nothing_is_refused(vcenter: VCenter, client: Client) -> None:
    try:
        fault = fault_of(client.collector.ContinueRetrievePropertiesEx, "nothing")
    except KeyError as unknown:  # a fault of a type that there is not: pyVmomi cannot read it
        fault = str(unknown)

    differs(vcenter, fault, ours="InvalidArgument", vcsim="'InvalidPropertyFault'")


def test_a_retrieval_can_be_given_up(vcenter: VCenter, client: Client) -> None:
    spec = over(client.view(vim.HostSystem), vim.HostSystem, "name")
    page = client.collector.RetrievePropertiesEx([spec], PC.RetrieveOptions(maxObjects=2))

    fault = fault_of(client.collector.CancelRetrievePropertiesEx, page.token)

    differs(vcenter, fault, ours="", vcsim="MethodNotFound")


@pytest.mark.parametrize("size", [0, -1])
def test_a_page_has_at_least_one_object(vcenter: VCenter, client: Client, size: int) -> None:
    view = client.view(vim.HostSystem)

    fault = fault_of(client.read, view, vim.HostSystem, "name", maxObjects=size)

    differs(vcenter, fault, ours="InvalidArgument", vcsim="")


def test_paths_are_nested_and_keyed(client: Client) -> None:
    host = client.hosts[0]

    assert client.get(host, "config.product.productLineId") == "embeddedEsx"
    assert client.get(host, VMK0).device == "vmk0"
    assert client.get(host, f"{VMK0}.spec.mtu") == 1500
    assert client.get(host, 'config.network.netStackInstance["vmotion"].key') == "vmotion"


def test_a_key_that_is_not_there_is_unset(client: Client) -> None:
    assert client.get(client.hosts[0], 'config.network.vnic["key-vim.host.VirtualNic-vmk9"]') is None


def test_what_is_unset_is_left_out(client: Client) -> None:
    ((_, read),) = retrieve(client, about(client.content.rootFolder, "name", "parent"))

    assert list(read) == ["name"]


@pytest.mark.parametrize("path", ["config.nothing", "nothing", "config..network", "config.network.vnic.device"])
def test_a_property_that_does_not_exist_is_an_invalid_property(vcenter: VCenter, client: Client, path: str) -> None:
    seen = fault_of(client.get, client.hosts[0], path)
    if not seen:
        spec = about(client.hosts[0], path)
        seen = faults_in(client.collector.RetrievePropertiesEx([spec], PC.RetrieveOptions()))[path]
        seen = f"{seen} of a value"

    differs(vcenter, seen, ours="InvalidProperty", vcsim="InvalidProperty of a value")


def test_an_object_that_is_not_there_is_not_found(client: Client) -> None:
    assert fault_of(client.get, NOBODY, "name") == "ManagedObjectNotFound"


def test_a_reference_of_another_type_is_to_another_object(client: Client) -> None:
    assert fault_of(client.get, vim.Folder(client.hosts[0]._moId), "name") == "ManagedObjectNotFound"


def test_missing_objects_may_be_left_out(client: Client) -> None:
    spec = PC.FilterSpec(
        objectSet=[PC.ObjectSpec(obj=NOBODY), PC.ObjectSpec(obj=client.hosts[0])],
        propSet=[PC.PropertySpec(type=vim.HostSystem, pathSet=["name"])],
        reportMissingObjectsInResults=True,
    )

    assert [managed for managed, _ in retrieve(client, spec)] == client.hosts[:1]


def test_the_properties_of_a_type_are_those_of_its_subtypes(client: Client) -> None:
    ((_, read),) = retrieve(client, about(client.hosts[0], "name", kind=vim.ManagedEntity))

    assert list(read) == ["name"]
    assert retrieve(client, about(client.hosts[0], "name", kind=vim.Datacenter)) == []


def test_specifications_of_one_object_add_up(client: Client) -> None:
    spec = about(client.hosts[0], "name")
    spec.propSet.append(PC.PropertySpec(type=vim.ManagedEntity, pathSet=["parent", "name"]))

    ((_, read),) = retrieve(client, spec)

    assert sorted(read) == ["name", "parent"]


def test_without_paths_only_the_reference_is_told(client: Client) -> None:
    host = client.hosts[0]

    assert retrieve(client, about(host)) == [(host, {})]


def test_an_object_is_skipped_when_its_specification_says_so(vcenter: VCenter, client: Client) -> None:
    read = retrieve(client, about(client.hosts[0], "name", skip=True))

    differs(vcenter, len(read), ours=0, vcsim=1)


def test_a_cluster_counts_its_hosts(client: Client) -> None:
    summary = client.get(client.get(client.hosts[0], "parent"), "summary")

    assert (summary.numHosts, summary.numEffectiveHosts) == (5, 5)


def test_named_selections_lead_down_the_tree(client: Client) -> None:
    again = [PC.SelectionSpec(name=name) for name in ("folder", "datacenter", "compute")]
    folder = PC.TraversalSpec(name="folder", type=vim.Folder, path="childEntity", selectSet=again)
    center = PC.TraversalSpec(name="datacenter", type=vim.Datacenter, path="hostFolder", selectSet=again[:1])
    compute = PC.TraversalSpec(name="compute", type=vim.ComputeResource, path="host")

    spec = about(client.content.rootFolder, "name", kind=vim.ManagedEntity, selectSet=[folder, center, compute])

    kinds = [type(managed).__name__ for managed, _ in retrieve(client, spec)]
    assert kinds.count("vim.HostSystem") == 5
    assert set(kinds) == {"vim.Folder", "vim.Datacenter", "vim.ClusterComputeResource", "vim.HostSystem"}


def test_a_traversal_leads_up_to_the_root(client: Client) -> None:
    up = PC.TraversalSpec(name="up", type=vim.ManagedEntity, path="parent", selectSet=[PC.SelectionSpec(name="up")])

    found = retrieve(client, about(client.hosts[0], "name", kind=vim.ManagedEntity, selectSet=[up]))

    assert [managed for managed, _ in found][-1] == client.content.rootFolder
    assert len(found) == 5


def test_skipped_steps_are_not_told(client: Client) -> None:
    below = PC.TraversalSpec(type=vim.Datacenter, path="hostFolder")
    step = PC.TraversalSpec(type=vim.Folder, path="childEntity", skip=True, selectSet=[below])

    found = retrieve(client, about(client.content.rootFolder, "name", kind=vim.Folder, skip=True, selectSet=[step]))

    assert [read["name"] for _, read in found] == ["host"]


def test_a_selection_of_a_name_that_nothing_has_is_refused(client: Client) -> None:
    spec = about(client.content.rootFolder, "name", selectSet=[PC.SelectionSpec(name="nobody")])

    assert fault_of(retrieve, client, spec) == "InvalidArgument"


def test_a_traversal_along_a_path_that_does_not_exist_is_refused(vcenter: VCenter, client: Client) -> None:
    traversal = PC.TraversalSpec(type=vim.Folder, path="nothing")

    fault = fault_of(retrieve, client, about(client.content.rootFolder, "name", selectSet=[traversal]))

    differs(vcenter, fault, ours="InvalidProperty", vcsim="")


def test_the_older_read_answers_the_same(client: Client) -> None:
    spec = over(client.view(vim.HostSystem), vim.HostSystem, "name")

    assert len(client.collector.RetrieveProperties([spec])) == 5
