"""Finding hosts by what they are called, as SearchIndex does. All search a datacenter, by its id, or everywhere."""

from collections.abc import Callable, Iterator

from vcenter_simulator.host.services import selected_adapters
from vcenter_simulator.inventory.hosts import HostRecord
from vcenter_simulator.inventory.tree import Inventory
from vcenter_simulator.soap.references import Reference

Search = Callable[[Inventory, str | None, str], list[Reference]]
"""From the inventory, a datacenter's id or ``None`` for all, and what is looked for, to hosts."""


def hosts_by_uuid(inventory: Inventory, datacenter: str | None, uuid: str) -> list[Reference]:
    """Find hosts by the UUID of their hardware."""
    return [host.reference for host in _hosts(inventory, datacenter) if host.seen.uuid.lower() == uuid.lower()]


def hosts_by_dns_name(inventory: Inventory, datacenter: str | None, name: str) -> list[Reference]:
    """Find hosts by the name under which they were added, or the one that their own DNS settings say."""
    return [host.reference for host in _hosts(inventory, datacenter) if name.lower() in _dns_names(host)]


def hosts_by_ip(inventory: Inventory, datacenter: str | None, address: str) -> list[Reference]:
    """Find hosts by the address of an adapter that carries management."""
    return [
        host.reference
        for host in _hosts(inventory, datacenter)
        if any(one.ipv4.address == address for one in selected_adapters(host.seen, "management"))
    ]


def _hosts(inventory: Inventory, datacenter: str | None) -> Iterator[HostRecord]:
    for host in inventory.hosts.values():
        above = {one.reference.moid for one in inventory.lineage(host.reference.moid)}
        if datacenter is None or datacenter in above:
            yield host


def _dns_names(host: HostRecord) -> set[str]:
    own = {f"{stack.dns.host_name}.{stack.dns.domain_name}".strip(".").lower() for stack in host.seen.netstacks}
    return {host.seen.name.lower(), *own} - {""}
