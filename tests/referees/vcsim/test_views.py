"""Views."""

from __future__ import annotations

from pyVmomi import vim

from referees.vcsim.asking import NOBODY, differs
from referees.vcsim.vcenters import Client, VCenter, fault_of


def test_a_container_view_has_everything_of_its_types_below_it(client: Client) -> None:
    view = client.view(vim.HostSystem)

    assert len(client.get(view, "view")) == 5
    assert list(client.get(view, "type")) == ["HostSystem"]
    assert client.get(view, "container") == client.content.rootFolder


def test_a_type_stands_for_those_below_it(client: Client) -> None:
    assert [type(one).__name__ for one in client.view(vim.ComputeResource).view] == ["vim.ClusterComputeResource"]


def test_a_view_that_is_not_recursive_has_children_only(client: Client) -> None:
    assert len(client.view(vim.Datacenter, recursive=False).view) == 1
    assert len(client.view(vim.HostSystem, recursive=False).view) == 0


def test_a_host_may_be_the_container_of_a_view(client: Client) -> None:
    assert list(client.view(vim.HostSystem, container=client.hosts[0]).view) == []


def test_a_view_is_of_entities_only_and_of_what_is_there(client: Client) -> None:
    assert fault_of(client.view, vim.TaskManager) == "InvalidArgument"
    assert fault_of(client.view, vim.HostSystem, container=vim.Folder("group-x9")) == "ManagedObjectNotFound"


def test_a_destroyed_view_is_gone(client: Client) -> None:
    view = client.view(vim.HostSystem)
    view.DestroyView()

    assert fault_of(view.DestroyView) == "ManagedObjectNotFound"
    assert fault_of(client.get, view, "view") == "ManagedObjectNotFound"


def test_the_view_manager_lists_the_views(vcenter: VCenter, client: Client) -> None:
    view = client.view(vim.HostSystem)

    listed = client.get(client.content.viewManager, "viewList")

    differs(vcenter, list(listed or ()), ours=[view], vcsim=[])


def test_a_list_view_has_what_was_put_in(client: Client) -> None:
    first, second = client.hosts[:2]
    view = client.content.viewManager.CreateListView([first])

    assert list(view.ModifyListView([second], [first])) == []
    assert list(client.get(view, "view")) == [second]


def test_what_is_not_there_cannot_be_put_in_a_list_view(vcenter: VCenter, client: Client) -> None:
    fault = fault_of(client.content.viewManager.CreateListView, [NOBODY])

    differs(vcenter, fault, ours="", vcsim="ManagedObjectNotFound")
