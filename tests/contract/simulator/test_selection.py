"""What a filter means: starting points, ways, names, and objects that are not there."""

from typing import Any

import pytest
from pyVmomi import vim, vmodl

from contract.simulator.client import NAME, PC, Client, control
from vcenter_simulator.running import Running

NOW = PC.WaitOptions(maxWaitSeconds=0)
OPTIONS = PC.RetrieveOptions()
GONE = vim.HostSystem("host-99999")


def starting_from(*objects: Any, path: str = "name", report_missing: bool | None = None, **start: Any) -> Any:
    return PC.FilterSpec(
        propSet=[PC.PropertySpec(type=vim.ManagedEntity, pathSet=[path])],
        objectSet=[PC.ObjectSpec(obj=one, **start) for one in objects],
        reportMissingObjectsInResults=report_missing,
    )


def rename(simulator: Running, old: str, new: str) -> None:
    """Let one host go and another come."""
    state = control(simulator, "GET", "/state")
    hosts = state["datacenters"][0]["clusters"][0]["hosts"]
    next(host for host in hosts if host["name"] == old)["name"] = new
    control(simulator, "PUT", "/state", state)


def test_an_object_that_is_not_there_is_refused(client: Client) -> None:
    spec = starting_from(client.host(), GONE)

    with pytest.raises(vmodl.fault.ManagedObjectNotFound) as refused:
        client.collector.RetrievePropertiesEx([spec], OPTIONS)
    assert refused.value.obj == GONE
    with pytest.raises(vmodl.fault.ManagedObjectNotFound):
        client.collector.RetrieveProperties([spec])
    with pytest.raises(vmodl.fault.ManagedObjectNotFound):
        client.collector.CreateFilter(spec, partialUpdates=False)


def test_objects_that_are_not_there_are_left_out_when_the_client_wants_it(client: Client) -> None:
    spec = starting_from(client.host(), GONE, report_missing=True)

    assert [one.obj for one in client.collector.RetrievePropertiesEx([spec], OPTIONS).objects] == [client.host()]
    assert [one.obj for one in client.collector.RetrieveProperties([spec])] == [client.host()]


def test_a_filter_tells_once_what_is_not_there(client: Client) -> None:
    client.collector.CreateFilter(starting_from(client.host(), GONE, report_missing=True), partialUpdates=False)

    first = client.collector.WaitForUpdatesEx("", NOW)

    assert [one.obj for one in first.filterSet[0].objectSet] == [client.host()]
    (missing,) = first.filterSet[0].missingSet
    assert missing.obj == GONE
    assert type(missing.fault) is vmodl.fault.ManagedObjectNotFound
    assert client.collector.WaitForUpdatesEx(first.version, NOW) is None


def test_an_object_that_goes_leaves_and_is_missing_then_and_enters_when_it_comes_back(
    simulator: Running, client: Client
) -> None:
    host, other = client.host(), client.host("esx02.example.com")
    client.collector.CreateFilter(starting_from(host, other), partialUpdates=False)
    version = client.collector.WaitForUpdatesEx("", NOW).version

    rename(simulator, NAME, "esx99.example.com")
    gone = client.collector.WaitForUpdatesEx(version, NOW)
    rename(simulator, "esx99.example.com", NAME)
    back = client.collector.WaitForUpdatesEx(gone.version, NOW)

    assert [(one.kind, one.obj) for one in gone.filterSet[0].objectSet] == [("leave", host)]
    assert [one.obj for one in gone.filterSet[0].missingSet] == [host]
    assert [(one.kind, one.obj) for one in back.filterSet[0].objectSet] == [("enter", host)]


def test_a_way_along_a_property_that_does_not_exist_is_refused(client: Client) -> None:
    walk = PC.TraversalSpec(type=vim.VirtualMachine, path="nothing", skip=False)

    with pytest.raises(vmodl.query.InvalidProperty) as refused:
        client.collector.CreateFilter(starting_from(client.host(), selectSet=[walk]), partialUpdates=False)

    assert refused.value.name == "nothing"


def test_a_name_that_nothing_has_is_refused_even_where_nobody_gets_to(client: Client) -> None:
    nowhere = PC.TraversalSpec(type=vim.VirtualMachine, path="network", selectSet=[PC.SelectionSpec(name="nobody")])

    with pytest.raises(vmodl.fault.InvalidArgument, match="nobody"):
        client.collector.RetrievePropertiesEx([starting_from(client.host(), selectSet=[nowhere])], OPTIONS)


def test_an_object_is_selected_once_by_however_many_ways(client: Client) -> None:
    up = PC.TraversalSpec(name="up", type=vim.ManagedEntity, path="parent", selectSet=[PC.SelectionSpec(name="up")])
    spec = starting_from(client.host(), client.host("esx02.example.com"), selectSet=[up])

    names = [one.propSet[0].val for one in client.collector.RetrievePropertiesEx([spec], OPTIONS).objects]

    assert sorted(names) == ["Cluster-1", "Datacenter", "Datacenters", NAME, "esx02.example.com", "host"]


def test_what_is_skipped_is_passed_through_and_not_reported(client: Client) -> None:
    down = PC.TraversalSpec(type=vim.ComputeResource, path="host", skip=False)
    up = PC.TraversalSpec(type=vim.HostSystem, path="parent", skip=True, selectSet=[down])

    found = client.collector.RetrievePropertiesEx([starting_from(client.host(), skip=True, selectSet=[up])], OPTIONS)

    assert len(found.objects) == 3
    assert {type(one.obj) for one in found.objects} == {vim.HostSystem}


def test_properties_of_a_type_above_are_read_of_those_below(client: Client) -> None:
    spec = starting_from(client.host(), client.content.rootFolder)

    found = client.collector.RetrievePropertiesEx([spec], OPTIONS).objects

    assert [one.propSet[0].val for one in found] == [NAME, "Datacenters"]
