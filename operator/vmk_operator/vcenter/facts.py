"""What vCenter has told about its objects, property by property, before it becomes a ``HostState``.

Every field of a facts type is one leaf path of the property collector's filter, already decoded; ``None`` is what
vCenter does not tell.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address

from vmk_operator.model.host import AdapterState, Connection, NetstackState, OpaqueNetwork, VsanPort

Services = tuple[tuple[str, frozenset[str]], ...]


@dataclass(slots=True)
class HostFacts:
    """One HostSystem."""

    name: str = ""
    uuid: str = ""
    connection: Connection = Connection.NOT_RESPONDING
    in_maintenance: bool = False
    management_server: IPv4Address | IPv6Address | None = None
    adapters: tuple[AdapterState, ...] | None = None
    netstacks: tuple[NetstackState, ...] | None = None
    """As configured: whether a stack runs, and with what limit of sockets, is a fact of the runtime."""
    running_netstacks: tuple[tuple[str, int | None], ...] | None = None
    """Keys of the active stacks, each with its limit of sockets in force."""
    port_groups: tuple[tuple[str, str], ...] | None = None
    """Standard port groups and their switches, by name."""
    switch_mtus: Mapping[str, int | None] | None = None
    """Standard switches by name."""
    opaque_networks: tuple[OpaqueNetwork, ...] | None = None
    services: Services | None = None
    ipv6_enabled: bool | None = None
    vsan_ports: tuple[VsanPort, ...] | None = None
    network_system: str | None = None
    """Managed object id, as of *virtual_nic_manager* and *vsan_system*."""
    virtual_nic_manager: str | None = None
    vsan_system: str | None = None
    parent: str | None = None
    """Managed object id of what the host is in: a cluster, or of a standalone host a compute resource of its own."""


@dataclass(slots=True)
class ClusterFacts:
    """One ClusterComputeResource."""

    name: str = ""


@dataclass(slots=True)
class SwitchFacts:
    """One VmwareDistributedVirtualSwitch."""

    name: str = ""
    uuid: str = ""
    mtu: int | None = None
    members: frozenset[str] = frozenset()
    """Managed object ids of the hosts on it."""


@dataclass(slots=True)
class PortGroupFacts:
    """One DistributedVirtualPortgroup."""

    name: str = ""
    key: str = ""
    switch: str | None = None
    """Managed object id of its switch."""
