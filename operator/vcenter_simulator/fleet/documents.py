"""The documents' schema. Names are camelCase; whatever is left out of an edit stays as it is."""

from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field

from vcenter_simulator.fleet.base import Document
from vcenter_simulator.fleet.fields import Address, Cidr, Cidr6, Device, Mac, Name, Network
from vcenter_simulator.fleet.policy_documents import PolicyDocument


class DistributedPlace(Document):
    """A port group of a distributed switch, by names."""

    switch: Name
    name: Name
    port_key: str | None = None
    connection_cookie: int = 0


class PlaceDocument(Document):
    """Where an adapter is plugged in: exactly one of the four."""

    standard: Name | None = None
    """A port group of a switch of the host's own."""
    distributed: DistributedPlace | None = None
    """A port group of a distributed switch."""
    opaque: Name | None = None
    """The id of an opaque network."""
    name: Name | None = None
    """A port group of either kind; of two with that name the standard one."""


def _standard_or_distributed(given: Any) -> Any:
    return {"name": given} if isinstance(given, str) else given


Place = Annotated[PlaceDocument, BeforeValidator(_standard_or_distributed, json_schema_input_type=Name | PlaceDocument)]
"""A place, or in short the name of a port group that the host has, whatever its kind."""


class Ipv4Document(Document):
    """An adapter's IPv4 configuration; neither DHCP nor an address means none. Without one, DHCP gives a lease."""

    dhcp: bool = False
    address: Cidr | None = None
    gateway: Address | None = None
    """The adapter's own gateway."""


def _address_or_dhcp(given: Any) -> Any:
    if isinstance(given, str):
        return {"dhcp": True} if given == "dhcp" else {"address": given}
    return given


Ipv4Configuration = Annotated[
    Ipv4Document, BeforeValidator(_address_or_dhcp, json_schema_input_type=Cidr | Literal["dhcp"] | Ipv4Document)
]
"""The configuration, or in short the address, or ``dhcp``."""


class Ipv6Document(Document):
    """An adapter's IPv6 configuration; what it takes from its network goes without saying."""

    auto: bool = False
    dhcp: bool = False
    addresses: list[Cidr6] = []
    gateway: Address | None = None
    """The adapter's own gateway."""


class AdapterDocument(Document):
    """A VMkernel adapter; in an edit, the fields to change."""

    mac: Mac | None = None
    netstack: Name | None = None
    port_group: Place | None = None
    mtu: int | None = Field(default=None, ge=1, le=65535)
    tso: bool | None = None
    ipv4: Ipv4Configuration | None = None
    ipv6: Ipv6Document | None = None
    services: list[str] | None = None


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


class DistributedSwitchDocument(Document):
    """A distributed switch."""

    name: Name
    uuid: Name | None = None
    """Unset: made of the name."""
    mtu: int = 9000
    port_groups: dict[Name, int] = {}
    """Name to VLAN."""


class ClusterDocument(Document):
    """A cluster."""

    name: Name
    hosts: list[HostDocument] = []


class DatacenterDocument(Document):
    """A datacenter with clusters and standalone hosts."""

    name: Name
    distributed_switches: list[DistributedSwitchDocument] = []
    clusters: list[ClusterDocument] = []
    hosts: list[HostDocument] = []


class PermissionDocument(Document):
    """A role on an entity for a user."""

    entity: str = "/"
    """Its inventory path, for example ``/Datacenter/host/Cluster-1``; ``/`` is the vCenter itself."""
    principal: Name
    role: Name
    propagate: bool = True
    """Whether it holds below the entity too."""


class AccessDocument(Document):
    """Who may do what."""

    accounts: dict[Name, str] = {}
    """User to password; the administrator's is not among them."""
    roles: dict[Name, list[str]] = {}
    """Name to the ids of its privileges, but for the system's roles: Admin, ReadOnly and NoAccess are always there."""
    permissions: list[PermissionDocument] = []
    """Beside the administrator's, who has the role Admin on ``/``."""


class FleetDocument(AccessDocument):
    """Everything."""

    datacenters: list[DatacenterDocument] = []


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
    adapters: dict[Device, AdapterDocument | None] = {}
    netstacks: dict[Name, NetstackDocument | None] = {}
    """A custom stack of ``null`` is removed, one that is not there is created."""
    in_maintenance_mode: bool | None = None
    iscsi: dict[Name, list[Device] | None] = {}
    """Name of a software iSCSI adapter to the VMkernel adapters that it is bound to."""
    fabric_mtu: int | None = None
    ipv6_enabled: bool | None = None
    """As after a restart of the host."""
