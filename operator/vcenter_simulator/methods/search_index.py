"""SearchIndex. There are no virtual machines, so a search for one finds nothing."""

from typing import Any

from pyVmomi import vim

from vcenter_simulator.inventory.searching import Search, hosts_by_dns_name, hosts_by_ip, hosts_by_uuid
from vcenter_simulator.methods.calls import Call, Method, MethodTable
from vcenter_simulator.soap.references import (
    Reference,
    managed_reference,
    object_not_found,
    reference_array,
    reference_of,
)


async def find_by_inventory_path(call: Call) -> Any:
    """Find an entity by its path; unset when nothing is there, or nothing that the caller may know of."""
    return _entity(call, call.vcenter.inventory.names.find(call.arguments["inventoryPath"]))


async def find_child(call: Call) -> Any:
    """Find an entity by its name directly below another one; unset when there is none."""
    moid = reference_of(call.arguments["entity"]).moid
    if moid not in call.vcenter.inventory.objects:
        raise object_not_found(reference_of(call.arguments["entity"]))
    return _entity(call, call.vcenter.inventory.names.child(moid, call.arguments["name"]))


async def find_by_datastore_path(_: Call) -> None:
    """Find a virtual machine by its files."""


def _find_all(search: Search, parameter: str) -> Method:
    async def find(call: Call) -> Any:
        return reference_array(vim.ManagedEntity, _hosts(call, search, parameter))

    return find


def _find_one(search: Search, parameter: str) -> Method:
    async def find(call: Call) -> Any:
        found = _hosts(call, search, parameter)
        return managed_reference(found[0]) if found else None

    return find


def _hosts(call: Call, search: Search, parameter: str) -> list[Reference]:
    if call.arguments["vmSearch"]:
        return []
    datacenter = call.arguments["datacenter"]
    if datacenter is not None and call.find(reference_of(datacenter).moid) is None:
        raise object_not_found(reference_of(datacenter))
    moid = None if datacenter is None else reference_of(datacenter).moid
    found = search(call.vcenter.inventory, moid, call.arguments[parameter])
    return [one for one in found if call.sight.sees(one.moid)]


def _entity(call: Call, moid: str | None) -> Any:
    if moid is None or not call.sight.sees(moid):
        return None
    return managed_reference(call.vcenter.inventory.objects[moid].reference)


METHODS: MethodTable = {
    "FindByInventoryPath": find_by_inventory_path,
    "FindChild": find_child,
    "FindByDatastorePath": find_by_datastore_path,
    "FindByUuid": _find_one(hosts_by_uuid, "uuid"),
    "FindAllByUuid": _find_all(hosts_by_uuid, "uuid"),
    "FindByDnsName": _find_one(hosts_by_dns_name, "dnsName"),
    "FindAllByDnsName": _find_all(hosts_by_dns_name, "dnsName"),
    "FindByIp": _find_one(hosts_by_ip, "ip"),
    "FindAllByIp": _find_all(hosts_by_ip, "ip"),
}
