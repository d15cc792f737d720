"""The search index."""

from __future__ import annotations

from pyVmomi import vim

from referees.vcsim.vcenters import Client, fault_of

MACHINES, HOSTS = True, False
"""What the search index looks for."""


def test_everything_is_found_by_its_path(client: Client) -> None:
    index, host = client.content.searchIndex, client.hosts[0]
    cluster = client.get(host, "parent")
    center = client.all(vim.Datacenter)[0]
    path = "/".join([client.get(center, "name"), "host", client.get(cluster, "name"), client.get(host, "name")])

    assert index.FindByInventoryPath("/") == client.content.rootFolder
    assert [index.FindByInventoryPath(one) for one in (path, f"/{path}", f"{path}/", f"/{path}/")] == [host] * 4
    assert index.FindByInventoryPath(f"{path}/nothing") is None


def test_the_resource_pool_of_a_cluster_is_found_below_it(client: Client) -> None:
    cluster = client.get(client.hosts[0], "parent")

    pool = client.content.searchIndex.FindChild(cluster, "Resources")

    assert pool == client.get(cluster, "resourcePool")
    assert client.get(pool, "owner") == cluster


def test_children_are_found_by_name(client: Client) -> None:
    index, center = client.content.searchIndex, client.all(vim.Datacenter)[0]

    assert index.FindChild(center, "host") == client.get(center, "hostFolder")
    assert index.FindChild(center, "nothing") is None
    assert fault_of(index.FindChild, vim.Folder("group-x9"), "host") == "ManagedObjectNotFound"


def test_hosts_are_found_by_uuid(client: Client) -> None:
    index, host, center = client.content.searchIndex, client.hosts[0], client.all(vim.Datacenter)[0]
    uuid = client.get(host, "hardware.systemInfo.uuid")

    assert index.FindByUuid(None, uuid, HOSTS) == host
    assert index.FindByUuid(center, uuid, HOSTS) == host
    assert list(index.FindAllByUuid(None, uuid, HOSTS)) == [host]
    assert index.FindByUuid(None, uuid, MACHINES) is None


def test_a_name_that_nobody_has_finds_nothing(client: Client) -> None:
    index = client.content.searchIndex

    assert index.FindByDnsName(None, "nobody.example.com", HOSTS) is None
    assert index.FindByIp(None, "203.0.113.9", HOSTS) is None
