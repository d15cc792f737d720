"""ViewManager and the three kinds of views."""

from collections.abc import Iterable
from typing import Any

from pyVmomi import vim

from vcenter_simulator.host.refusals import invalid_argument
from vcenter_simulator.methods.calls import Call, MethodTable
from vcenter_simulator.properties.leaves import Leaves
from vcenter_simulator.session_objects import add_object, remove_object
from vcenter_simulator.soap.references import managed_reference, object_not_found, reference_of, wsdl_name
from vcenter_simulator.views import (
    CONTAINER_VIEW,
    INVENTORY_VIEW,
    LEAVES,
    LIST_VIEW,
    ContainerView,
    InventoryView,
    ListView,
    View,
)

CONTAINERS = (vim.Folder, vim.Datacenter, vim.ComputeResource, vim.ResourcePool, vim.HostSystem)
"""What a container view may be of (API reference, CreateContainerView)."""


async def create_container_view(call: Call) -> Any:
    """Create a view of everything of some types below an object."""
    container = reference_of(call.arguments["container"])
    inventory = call.vcenter.inventory
    if container.moid not in inventory.objects:
        raise object_not_found(container)
    if not issubclass(type(call.arguments["container"]), CONTAINERS):
        raise invalid_argument("container", f"A {container.kind} is no container.")
    kinds = tuple(call.arguments["type"])
    stranger = next((one for one in kinds if not issubclass(one, vim.ManagedEntity)), None)
    if stranger is not None:
        raise invalid_argument("type", f"A {wsdl_name(stranger)} is no entity.")
    sees = call.logged_in.sight.sees
    view = ContainerView(inventory, container, kinds, recursive=call.arguments["recursive"], sees=sees)
    return _add(call, CONTAINER_VIEW, view)


async def create_list_view(call: Call) -> Any:
    """Create a view of the given objects, leaving out those that are not there."""
    view = ListView(call.find)
    view.add(_moids(call.arguments["obj"]))
    return _add(call, LIST_VIEW, view)


async def create_list_view_from_view(call: Call) -> Any:
    """Create a view of what is in another view now."""
    view = ListView(call.find)
    view.add(_members(call))
    return _add(call, LIST_VIEW, view)


async def create_inventory_view(call: Call) -> Any:
    """Create a view with the root folder in it."""
    return _add(call, INVENTORY_VIEW, InventoryView(call.vcenter.inventory, call.logged_in.sight.sees))


async def destroy_view(call: Call) -> None:
    """Destroy a view."""
    remove_object(call.logged_in, call.target.reference.moid, call.vcenter.journal)


async def modify_list_view(call: Call) -> Any:
    """Put objects in and take others out; return those to put in that are not there."""
    view: ListView = call.target.source
    unknown = view.add(_moids(call.arguments["add"]))
    view.remove(_moids(call.arguments["remove"]))
    _note_change(call)
    return _unresolved(call.arguments["add"], unknown)


async def reset_list_view(call: Call) -> Any:
    """Let the given objects be all that are in the view; return those that are not there."""
    call.target.source.listed.clear()
    unknown = call.target.source.add(_moids(call.arguments["obj"]))
    _note_change(call)
    return _unresolved(call.arguments["obj"], unknown)


async def reset_list_view_from_view(call: Call) -> None:
    """Let what is in another view now be all that is in this one."""
    members = _members(call)
    call.target.source.listed.clear()
    call.target.source.add(members)
    _note_change(call)


async def open_inventory_view_folder(call: Call) -> Any:
    """Show what is directly below entities; return those that are not there."""
    unknown = call.target.source.open(_moids(call.arguments["entity"]))
    _note_change(call)
    return _unresolved(call.arguments["entity"], unknown)


async def close_inventory_view_folder(call: Call) -> Any:
    """Hide what is below entities; return those that are not there."""
    unknown = call.target.source.close(_moids(call.arguments["entity"]))
    _note_change(call)
    return _unresolved(call.arguments["entity"], unknown)


def _add(call: Call, leaves: Leaves, view: View) -> Any:
    session = call.logged_in
    return managed_reference(add_object(session, leaves, session.new_moid(), view).reference)


def _members(call: Call) -> list[str]:
    """Return what is in the view that the call names."""
    found = call.find(reference_of(call.arguments["view"]).moid)
    if found is None or found.leaves not in LEAVES:
        raise object_not_found(reference_of(call.arguments["view"]))
    return [one.moid for one in found.source.members()]


def _moids(managed: Iterable[Any]) -> list[str]:
    return [reference_of(one).moid for one in managed]


def _note_change(call: Call) -> None:
    call.vcenter.journal.record(call.target.reference.moid, ("view",))


def _unresolved(given: Any, moids: Iterable[str]) -> Any:
    unknown = set(moids)
    return type(given)(one for one in given if reference_of(one).moid in unknown)


MANAGER: MethodTable = {
    "CreateContainerView": create_container_view,
    "CreateListView": create_list_view,
    "CreateListViewFromView": create_list_view_from_view,
    "CreateInventoryView": create_inventory_view,
}

CONTAINER: MethodTable = {"DestroyView": destroy_view}

LIST: MethodTable = {
    "DestroyView": destroy_view,
    "ModifyListView": modify_list_view,
    "ResetListView": reset_list_view,
    "ResetListViewFromView": reset_list_view_from_view,
}

INVENTORY: MethodTable = {
    "DestroyView": destroy_view,
    "OpenInventoryViewFolder": open_inventory_view_folder,
    "CloseInventoryViewFolder": close_inventory_view_folder,
}
