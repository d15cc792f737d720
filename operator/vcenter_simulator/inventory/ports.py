"""The ports of a distributed switch, as DistributedVirtualPort, and which of them a client asks for."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from pyVmomi import vim

from vcenter_simulator.host.state import DistributedAttachment
from vcenter_simulator.inventory.distributed import DistributedPortgroup, DistributedSwitch
from vcenter_simulator.inventory.hosts import HostRecord
from vcenter_simulator.inventory.switch_leaves import CREATED, port_settings
from vcenter_simulator.inventory.tree import Inventory
from vcenter_simulator.soap.references import managed_reference, reference_of


@dataclass(frozen=True, slots=True)
class Port:
    """A port of a port group, and what is plugged in."""

    key: str
    group: DistributedPortgroup
    host: HostRecord | None
    device: str
    """An adapter, or the network card behind an uplink; empty while nothing is plugged in."""


def ports_of(switch: DistributedSwitch, inventory: Inventory) -> Iterator[Port]:
    """Return all ports of a switch, those of one port group after the other."""
    for group in switch.all_portgroups:
        for key in group.ports:
            name, _, device = group.held.get(key, "").rpartition(":")
            yield Port(key, group, inventory.hosts.get(name), device)


def is_wanted(port: Port, criteria: Any) -> bool:
    """Say whether a port meets the criteria, of which an unset one is always met (API reference, PortCriteria)."""
    return all(
        (
            criteria.connected in {None, bool(port.device)},
            criteria.active in {None, bool(port.device)},
            criteria.uplinkPort in {None, port.group.is_uplink},
            not criteria.nsxPort,
            not criteria.portgroupKey or (port.group.key in criteria.portgroupKey) is (criteria.inside is not False),
            not criteria.portKey or port.key in criteria.portKey,
            not criteria.host or _host_id(port) in {reference_of(one).moid for one in criteria.host},
        )
    )


def shown_port(port: Port, switch: DistributedSwitch) -> Any:
    """Return a port as clients see it. Nothing is sent over it, so it has no statistics."""
    shown = vim.dvs.DistributedVirtualPort(
        key=port.key,
        config=vim.dvs.DistributedVirtualPort.ConfigInfo(
            configVersion="0",
            setting=port_settings(switch, port.group),
        ),
        dvsUuid=switch.uuid,
        portgroupKey=port.group.key,
        conflict=False,
        lastStatusChange=CREATED,
    )
    if port.host is not None:
        shown.proxyHost = managed_reference(port.host.reference)
        shown.connectee = vim.dvs.PortConnectee(
            connectedEntity=managed_reference(port.host.reference),
            nicKey=port.device,
            type="pnic" if port.group.is_uplink else "hostVmkVnic",
        )
        shown.connectionCookie = _cookie(port.host, port.device)
    return shown


def _host_id(port: Port) -> str | None:
    return None if port.host is None else port.host.reference.moid


def _cookie(host: HostRecord, device: str) -> int | None:
    adapter = host.actual.by_device.get(device)
    attachment = None if adapter is None else adapter.attachment
    return attachment.connection_cookie if isinstance(attachment, DistributedAttachment) else None
