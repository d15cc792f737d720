"""What govc says of the vCenter and finds in it."""

from __future__ import annotations

import pytest

from referees.govc.driving import HOST, Govc

CLUSTER = "/Datacenter/host/Cluster-1"
SECOND = "esx02.example.com"


def test_about_is_a_vcenter(reader: Govc) -> None:
    about = reader.tells("about")["about"]

    assert about["instanceUuid"] == reader.simulator.vcenter.instance_uuid
    assert (about["apiType"], about["apiVersion"], about["productLineId"]) == ("VirtualCenter", "8.0.3.0", "vpx")
    assert "API version: 8.0.3.0" in reader.lines("about")


def test_a_certificate_of_an_unknown_authority_is_not_trusted(reader: Govc) -> None:
    assert "certificate signed by unknown authority" in reader.refuses("ls", GOVC_TLS_CA_CERTS="")


def test_a_wrong_password_is_told_in_vcenters_words(reader: Govc) -> None:
    reason = reader.refuses("ls", GOVC_PASSWORD="wrong")

    assert reason == "ServerFaultCode: Cannot complete login due to an incorrect user name or password."


def test_ls_lists_the_folders_of_the_datacenter(reader: Govc) -> None:
    assert reader.lines("ls") == [f"/Datacenter/{name}" for name in ("vm", "host", "datastore", "network")]


def test_ls_lists_what_is_in_a_cluster(reader: Govc) -> None:
    listed = reader.lines("ls", "-l", CLUSTER)

    assert listed[:3] == [f"{CLUSTER}/{name} (HostSystem)" for name in (HOST, SECOND, "esx03.example.com")]
    assert f"{CLUSTER}/Resources (ResourcePool)" in listed


def test_find_lists_the_whole_inventory(reader: Govc) -> None:
    found = reader.lines("find", "/")

    assert found[:2] == ["/", "/Datacenter"]
    assert {CLUSTER, f"{CLUSTER}/Resources", f"{CLUSTER}/{SECOND}", "/Datacenter/network/dpg-vmotion"} <= set(found)


def test_find_filters_by_type_name_and_property(reader: Govc) -> None:
    assert reader.lines("find", "/", "-type", "h", "-name", "*02*") == [f"{CLUSTER}/{SECOND}"]
    assert reader.lines("find", "/", "-type", "w") == ["/Datacenter/network/DSwitch"]
    assert len(reader.lines("find", "/", "-type", "h", "-runtime.connectionState", "connected")) == 3
    assert reader.lines("find", "/", "-type", "h", "-runtime.connectionState", "disconnected") == []


def test_the_tree_is_the_inventory(reader: Govc) -> None:
    tree = reader.says("tree")

    assert "└── Datacenter" in tree
    assert "│   └── Cluster-1" in tree
    assert f"│       ├── {HOST}" in tree


@pytest.mark.parametrize(
    "option",
    [
        ("-host", SECOND),
        ("-host.dns", SECOND),
        ("-host.ip", "10.0.0.12"),
        ("-host.ipath", f"{CLUSTER}/{SECOND}"),
    ],
)
def test_a_host_is_found_by_name_dns_address_and_path(reader: Govc, option: tuple[str, str]) -> None:
    told = reader.lines("host.info", *option)

    assert told[:2] == [f"Name: {SECOND}", f"Path: {CLUSTER}/{SECOND}"]
    assert "State: connected" in told


def test_a_host_is_found_by_the_uuid_of_its_hardware(reader: Govc) -> None:
    (uuid,) = reader.lines("collect", "-s", f"{CLUSTER}/{SECOND}", "hardware.systemInfo.uuid")

    assert f"Name: {SECOND}" in reader.lines("host.info", "-host.uuid", uuid)


def test_a_host_that_is_not_there_is_not_found(reader: Govc) -> None:
    assert reader.refuses("host.info", "-host", "nobody") == "host 'nobody' not found"


def test_a_datacenter_counts_what_is_in_it(reader: Govc) -> None:
    told = reader.lines("datacenter.info", "Datacenter")

    assert {"Hosts: 3", "Clusters: 1", "Virtual Machines: 0"} <= set(told)


def test_folders_tell_what_may_be_in_them(reader: Govc) -> None:
    assert "Types: Folder,Datacenter" in reader.lines("folder.info", "/")


def test_the_resource_pool_of_a_cluster_has_what_its_hosts_have(reader: Govc) -> None:
    told = reader.lines("pool.info", "Cluster-1/Resources")

    assert told[:2] == ["Name: Resources", f"Path: {CLUSTER}/Resources"]
    assert {"CPU Limit: 192000MHz", "Mem Limit: 786432MB"} <= set(told)
