"""govc's property collector: values, paths, many objects, and waiting for changes."""

from __future__ import annotations

from referees.govc.driving import HOST, Govc

PATH = f"/Datacenter/host/Cluster-1/{HOST}"


def test_properties_are_read_by_path_nested_and_keyed(reader: Govc) -> None:
    keyed = 'config.network.vnic["key-vim.host.VirtualNic-vmk0"].spec.ip.ipAddress'

    assert reader.lines("collect", "-s", "/", "name") == ["Datacenters"]
    assert reader.lines("collect", "-s", PATH, keyed) == ["10.0.0.11"]
    assert reader.lines("collect", "-s", PATH, "config.product.productLineId") == ["embeddedEsx"]


def test_references_are_references(reader: Govc) -> None:
    (parent,) = reader.lines("collect", "-s", PATH, "parent")
    (hosts,) = reader.lines("collect", "-s", parent, "host")

    assert parent.startswith("ClusterComputeResource:domain-c")
    assert [one.partition("-")[0] for one in hosts.split(",")] == ["HostSystem:host"] * 3


def test_many_objects_are_read_through_a_view(reader: Govc) -> None:
    read = reader.lines("collect", "-type", "h", "/", "name")

    assert [line.split()[-1] for line in read] == ["esx01.example.com", "esx02.example.com", "esx03.example.com"]


def test_a_property_that_does_not_exist_is_refused(reader: Govc) -> None:
    reason = reader.refuses("collect", "-s", PATH, "config.nothing")

    assert reason == "ServerFaultCode: The property 'config.nothing' does not exist."


def test_the_service_content_names_the_managers(reader: Govc) -> None:
    content = reader.tells("collect", "-", "content")[0]["val"]

    assert content["searchIndex"] == {"type": "SearchIndex", "value": "SearchIndex"}
    assert {"eventManager", "taskManager", "authorizationManager", "viewManager", "sessionManager"} <= set(content)


def test_a_wait_for_a_value_ends_when_it_is_there(writer: Govc) -> None:
    # With a condition, govc prints nothing but the value that met it.
    with writer.following("collect", "-s", PATH, "-runtime.inMaintenanceMode", "true") as said:
        writer.says("host.maintenance.enter", HOST)

        assert said.readline().strip() == "true"


def test_changes_are_followed(writer: Govc) -> None:
    with writer.following("collect", "-s", "-n", "2", PATH, "summary.config.vmotionEnabled") as said:
        assert said.readline().strip() == "true"
        writer.says("host.vnic.service", "-host", HOST, "-enable=false", "vmotion", "vmk1")

        assert said.readline().strip() == "false"
