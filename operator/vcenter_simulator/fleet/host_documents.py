"""The schema of a host, and of a change of it. Whatever is left out of an edit stays as it is."""

from typing import Annotated, Any, Literal

from pydantic import BeforeValidator

from vcenter_simulator.fleet.adapter_documents import AdapterDocument
from vcenter_simulator.fleet.base import Document
from vcenter_simulator.fleet.fields import Address, Device, Mac, Name, Network
from vcenter_simulator.fleet.policy_documents import PolicyDocument


class DnsDocument(Document):
    """The DNS client of a stack."""

    dhcp: bool = False
    device: str | None = None
    host_name: str = ""
    domain_name: str = ""
    servers: list[str] = []
    search_domains: list[str] = []
    ipv6_device: str | None = None


class RouteDocument(Document):
    """A static route of either family."""

    network: Network
    gateway: Address


class NetstackDocument(Document):
    """A TCP/IP stack; in an edit, the fields to change. A gateway of ``null`` is none."""

    name: str | None = None
    gateway: Address | None = None
    ipv6_gateway: Address | None = None
    routes: list[RouteDocument] | None = None
    dns: DnsDocument | None = None
    max_connections: int | None = None
    running_max_connections: int | None = None
    """The limit in force, if that is another until the host restarts; left out, *maxConnections* is."""
    congestion_control: str | None = None
    in_kernel: bool | None = None
    """Whether it was created by hand, as ``esxcli network ip netstack add`` does; a custom stack always is."""
    enabled: bool | None = None


class PortGroupDocument(Document):
    """A port group of a standard switch with a policy of its own."""

    vlan: int = 0
    policy: PolicyDocument | None = None


class StandardSwitchDocument(Document):
    """A switch of the host's own."""

    mtu: int = 1500
    uplinks: list[str] = []
    ports: int = 128
    discovery: Literal["none", "listen", "advertise", "both"] = "listen"
    """What it does with the protocol by which switches find each other."""
    beacon_interval: int = 1
    policy: PolicyDocument | None = None
    port_groups: dict[Name, int | PortGroupDocument] = {}
    """Name to VLAN, or to the whole."""


def _devices(given: Any) -> Any:
    return dict.fromkeys(given) if isinstance(given, list) and all(isinstance(one, str) for one in given) else given


PhysicalNics = Annotated[
    dict[Name, Mac | None], BeforeValidator(_devices, json_schema_input_type=list[Name] | dict[Name, Mac | None])
]
"""Device to MAC, or in short the devices; one without a MAC gets one."""


class OpaqueSwitchDocument(Document):
    """The switch that something besides vSphere manages."""

    uplinks: list[str] = []
    networks: dict[Name, Name] = {}
    """Id to name."""


class HostDocument(Document):
    """A host; with a range in its name, as ``esx[01:50].example.com``, many hosts.

    Every other text may have a range as well, of as many members: ``10.0.0.[11:60]/24``, or over whole addresses
    ``[10.0.0.11:10.0.3.250]/22``.
    """

    name: Name
    uuid: Name | None = None
    """Unset: made of the name."""
    connection_state: Literal["connected", "disconnected", "notResponding"] = "connected"
    in_maintenance_mode: bool = False
    ipv6_enabled: bool = True
    ipv6_at_boot: bool | None = None
    """Whether it will be enabled when the host starts again; ``null`` is: as now."""
    options: dict[str, bool | int | str] = {}
    """Advanced options that are not as they come."""
    opaque_switch: OpaqueSwitchDocument | None = None
    iscsi: dict[Name, list[Device]] = {}
    """Name of a software iSCSI adapter to the VMkernel adapters that it is bound to."""
    fabric_mtu: int = 9000
    """The largest that the physical network carries: a management adapter above it is out of reach."""
    pnics: PhysicalNics = {}
    """Those that are uplinks of a switch need not be listed."""
    switches: dict[Name, StandardSwitchDocument] = {}
    distributed_switches: dict[Name, list[str]] = {}
    """Name of a distributed switch of the datacenter to the host's uplinks."""
    adapters: dict[Device, AdapterDocument] = {}
    netstacks: dict[Name, NetstackDocument] = {}
    """What differs from a freshly installed host; a name that no host comes with is a custom stack."""


class StandardSwitchEdit(Document):
    """The fields of a switch to change; a switch that is not there is created."""

    mtu: int | None = None
    uplinks: list[str] | None = None
    port_groups: dict[Name, int | None] = {}
    """Name to VLAN; ``null`` removes the port group."""


class HostEdit(Document):
    """A change behind vCenter's back. What is ``null`` is removed, what is not there is created."""

    published: bool = True
    """Whether vCenter notices."""
    pnics: dict[Name, Mac | None] = {}
    """Device to MAC."""
    switches: dict[Name, StandardSwitchEdit | None] = {}
    distributed_switches: dict[Name, list[str] | None] = {}
    """Name of a distributed switch of the datacenter to the host's uplinks."""
    opaque_switch: OpaqueSwitchDocument | None = None
    """Takes the place of the one that is there, with all of its networks; one without anything removes it."""
    adapters: dict[Device, AdapterDocument | None] = {}
    netstacks: dict[Name, NetstackDocument | None] = {}
    """A custom stack of ``null`` is removed, one that is not there is created."""
    in_maintenance_mode: bool | None = None
    iscsi: dict[Name, list[Device] | None] = {}
    """Name of a software iSCSI adapter to the VMkernel adapters that it is bound to."""
    fabric_mtu: int | None = None
    ipv6_enabled: bool | None = None
    """As after a restart of the host."""
