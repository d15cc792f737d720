"""Where something happened: the arguments of an event, and whether an event is about an entity."""

from collections.abc import Callable, Mapping
from typing import Any

from pyVmomi import vim

from vcenter_simulator.inventory.growing import ROOT
from vcenter_simulator.inventory.tree import Inventory
from vcenter_simulator.soap.references import Reference, managed_reference, reference_of

_ARGUMENTS: Mapping[str, tuple[str, Any, str]] = {
    "HostSystem": ("host", vim.event.HostEventArgument, "host"),
    "ClusterComputeResource": ("computeResource", vim.event.ComputeResourceEventArgument, "computeResource"),
    "ComputeResource": ("computeResource", vim.event.ComputeResourceEventArgument, "computeResource"),
    "Datacenter": ("datacenter", vim.event.DatacenterEventArgument, "datacenter"),
    "VmwareDistributedVirtualSwitch": ("dvs", vim.event.DvsEventArgument, "dvs"),
    "DistributedVirtualPortgroup": ("net", vim.event.NetworkEventArgument, "network"),
}
"""Kind of entity to the event's field, the argument's class, and its field for the entity."""

_SUBJECTS = (
    {"vm": "vm", "host": "host", "ds": "datastore", "net": "network", "dvs": "dvs"},
    {"computeResource": "computeResource"},
    {"datacenter": "datacenter"},
)
"""Fields of an event to their arguments' fields for the entity; those that come first are in those that follow."""


def arguments_of(inventory: Inventory, about: Reference) -> dict[str, Any]:
    """Return the arguments of an event about an entity: the entity and what it is in."""
    found: dict[str, Any] = {}
    for entity in inventory.lineage(about.moid):
        field, kind, name = _ARGUMENTS.get(entity.reference.kind, ("", None, ""))
        if kind is not None and field not in found:
            found[field] = kind(name=entity.name, **{name: managed_reference(entity.reference)})
    return found


def subjects_of(event: Any) -> list[str]:
    """Return the ids of what an event is about, without what that is in; nothing for one about vCenter itself."""
    if isinstance(event, vim.event.EventEx) and event.objectId:
        return [event.objectId]
    for fields in _SUBJECTS:
        given = [(getattr(event, field), name) for field, name in fields.items()]
        found = [reference_of(getattr(argument, name)).moid for argument, name in given if argument is not None]
        if found:
            return found
    return []


def is_seen(event: Any, sees: Callable[[str], bool]) -> bool:
    """Say whether somebody may know of an event.

    Args:
        event: the event; one about nothing in the inventory is for those who may know of the root folder.
        sees: whether they may know of an entity.
    """
    return all(map(sees, subjects_of(event) or [ROOT.moid]))


def is_about(inventory: Inventory, event: Any, entity: str, recursion: str) -> bool:
    """Say whether an event is about *entity* (``self``), something below it (``children``), or either (``all``).

    What is about nothing in the inventory, such as a login, is about the root folder.
    """
    subjects = subjects_of(event)
    itself = entity in subjects or (not subjects and entity == ROOT.moid)
    if recursion == "self" or (recursion == "all" and itself):
        return itself
    return any(
        one.reference.moid == entity and subject != entity for subject in subjects for one in inventory.lineage(subject)
    )
