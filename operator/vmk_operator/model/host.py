"""What one ESXi host looks like: the networking part, as last observed.

Source: reference/vsphere.md §1, §2, §5. An absent ``config`` is *unknown*, never *empty*: such a host has
``network is None`` and nothing may be concluded from it.
"""

import enum
from dataclasses import dataclass, field
from ipaddress import IPv4Address, IPv4Interface, IPv4Network, IPv6Address, IPv6Interface, IPv6Network

from vmk_operator.model.identity import HostRef

DEFAULT_NETSTACK = "defaultTcpipStack"
VMOTION_NETSTACK = "vmotion"
PROVISIONING_NETSTACK = "vSphereProvisioning"
SYSTEM_NETSTACKS = (DEFAULT_NETSTACK, VMOTION_NETSTACK, PROVISIONING_NETSTACK)
"""Those that every host has."""
RESERVED_NETSTACKS = (*SYSTEM_NETSTACKS, "mirror", "ops", "vnetworking", "vxlan", "hyperbus", "vsan")
"""Keys that no custom stack has: ESXi's own, and those of NSX and vSAN. Source: reference/vsphere.md 1.2."""
_RESERVED = frozenset(key.lower() for key in RESERVED_NETSTACKS)
_SEPARATORS = str.maketrans("", "", " -_")


def is_custom(netstack: str) -> bool:
    """Tell whether *netstack* is the key of a custom stack, which people make and remove, and no look-alike."""
    return netstack.lower().translate(_SEPARATORS) not in _RESERVED


KERNEL_NETWORKS = (IPv6Network("fe80::/10"), IPv6Network("ff00::/8"))
"""Link-local and multicast: the routes in them are made by the host itself. Source: reference/vsphere.md 1.1."""


class Connection(enum.StrEnum):
    """``HostSystem.runtime.connectionState``, in vSphere's words."""

    CONNECTED = "connected"
    DISCONNECTED = "disconnected"
    NOT_RESPONDING = "notResponding"


@dataclass(frozen=True, slots=True)
class StandardAttachment:
    """A port group of a standard switch; its name is its identity on the host."""

    port_group: str


@dataclass(frozen=True, slots=True)
class DistributedAttachment:
    """A distributed port group. Port key and connection cookie are vCenter's business and are not kept."""

    switch_uuid: str
    port_group_key: str


@dataclass(frozen=True, slots=True)
class OpaqueAttachment:
    """A network that another system manages (NSX)."""

    network_id: str
    network_type: str
    """In vSphere's words, for example ``nsx.LogicalSwitch``; sent beside the id."""


Attachment = StandardAttachment | DistributedAttachment | OpaqueAttachment


@dataclass(frozen=True, slots=True)
class Ipv4State:
    """IPv4 configuration of an adapter. ``address is None``: it has none (yet)."""

    dhcp: bool
    address: IPv4Interface | None

    @property
    def configured(self) -> "Ipv4State":
        """What of it is set by somebody: an address from DHCP is a reflection. Source: reference/vsphere.md 2.5."""
        return Ipv4State(dhcp=True, address=None) if self.dhcp else self


@dataclass(frozen=True, slots=True)
class LearnedAddress:
    """An IPv6 address that an adapter has from its network."""

    address: IPv6Interface
    origin: str
    """In vSphere's words: ``dhcp``, ``linklayer``, ``random`` or ``other``."""


@dataclass(frozen=True, slots=True)
class Ipv6State:
    """IPv6 configuration of an adapter."""

    auto: bool
    """It takes addresses and gateways from router advertisements."""
    dhcp: bool
    """It takes addresses from DHCPv6."""
    addresses: tuple[IPv6Interface, ...] = ()
    """Those that were given by hand, sorted by network and number."""
    learned: tuple[LearnedAddress, ...] = ()
    """The others, but for the one that every adapter gives itself; for people only."""

    @property
    def configured(self) -> "Ipv6State":
        """What of it is set by somebody. Source: reference/vsphere.md 2.5."""
        return Ipv6State(self.auto, self.dhcp, self.addresses)


@dataclass(frozen=True, slots=True)
class RouteConfig:
    """Default gateways, of a stack or an adapter's own; written as a whole, because an omitted one is a removal."""

    ipv4_gateway: IPv4Address | None = None
    ipv6_gateway: IPv6Address | None = None


@dataclass(frozen=True, slots=True)
class AdapterState:
    """One VMkernel adapter."""

    device: str
    """``vmk0``, ``vmk1``, … Chosen by the host."""
    mac: str
    netstack: str
    """Key of its TCP/IP stack."""
    attachment: Attachment | None
    """``None``: vCenter names none that we understand."""
    mtu: int
    """In bytes."""
    ipv4: Ipv4State
    ipv6: Ipv6State | None = None
    """``None``: the host does not tell; so it is with every adapter where IPv6 is switched off."""
    routes: RouteConfig = RouteConfig()
    """Gateways of its own, over the stack's. Source: reference/vsphere.md 2.6."""
    system_owned: bool = False
    """Configured by another system (vSAN, NSX, …): hands off."""

    @property
    def interfaces(self) -> tuple[IPv4Interface | IPv6Interface, ...]:
        """Every address that it has, with its network, wherever it comes from."""
        ipv4 = () if self.ipv4.address is None else (self.ipv4.address,)
        ipv6 = () if self.ipv6 is None else (*self.ipv6.addresses, *(one.address for one in self.ipv6.learned))
        return (*ipv4, *ipv6)


@dataclass(frozen=True, slots=True)
class DnsState:
    """DNS client of a stack; written as a whole, because what is left out is blanked.

    Source: reference/vsphere.md 1.3.
    """

    dhcp: bool = False
    """The rest comes with a lease; it is a reflection then, and not written."""
    device: str | None = None
    """The adapter whose lease it is, with DHCP only; ``None``: any."""
    ipv6_device: str | None = None
    """The one that the DNS of IPv6 comes from; ``None``: as *device*."""
    host_name: str = ""
    domain_name: str = ""
    servers: tuple[str, ...] = ()
    """Addresses in canonical form."""
    search_domains: tuple[str, ...] = ()

    @property
    def configured(self) -> "DnsState":
        """What of it is set by somebody."""
        return DnsState(dhcp=True, device=self.device, ipv6_device=self.ipv6_device) if self.dhcp else self


@dataclass(frozen=True, slots=True)
class StaticRoute:
    """A route that somebody made: neither the default route nor one that a subnet or the kernel brings."""

    network: IPv4Network | IPv6Network
    gateway: IPv4Address | IPv6Address
    """Of the family of *network*."""


@dataclass(frozen=True, slots=True)
class NetstackState:
    """One TCP/IP stack as configured."""

    key: str
    routes: RouteConfig = RouteConfig()
    dns: DnsState = DnsState()
    static_routes: frozenset[StaticRoute] = frozenset()
    """As far as they are in force: a host shows none on a stack without an adapter (reference/vsphere.md 1.1)."""
    max_connections: int | None = None
    """Requested limit of sockets."""
    running_max_connections: int | None = None
    """The limit in force: what was requested when the stack was started. ``None``: it does not run, or nobody tells."""
    congestion_control: str | None = None
    active: bool = False
    """The kernel has an instance of it: an adapter is on it, or it is a custom one."""
    owner: str | None = None
    """Another system's stack (9.0+): hands off."""


@dataclass(frozen=True, slots=True)
class StandardPortGroup:
    """A port group of a standard switch of this host."""

    name: str
    switch: str
    mtu: int | None
    """MTU of its switch in bytes; ``None``: unknown."""


@dataclass(frozen=True, slots=True)
class OpaqueNetwork:
    """A network of this host that another system manages; its id is its identity."""

    network_id: str
    network_type: str
    """In vSphere's words, for example ``nsx.LogicalSwitch``."""
    name: str
    """For people."""


@dataclass(frozen=True, slots=True)
class DistributedPortGroup:
    """A port group of a distributed switch."""

    key: str
    name: str


@dataclass(frozen=True, slots=True)
class DistributedSwitch:
    """A distributed switch; one instance is shared by the states of all its hosts."""

    uuid: str
    name: str
    mtu: int | None
    """In bytes; ``None``: unknown."""
    port_groups: tuple[DistributedPortGroup, ...] = ()


@dataclass(frozen=True, slots=True)
class VsanMulticast:
    """Multicast addresses of a vSAN port; nobody has needed them since vSAN 6.6, and none may get lost."""

    upstream: str
    downstream: str
    upstream_ipv6: str | None = None
    downstream_ipv6: str | None = None


@dataclass(frozen=True, slots=True)
class VsanPort:
    """An adapter in vSAN's own configuration, which is written as a whole: one that is left out loses vSAN."""

    device: str
    traffic: frozenset[str] = frozenset({"vsan"})
    """In vSphere's words: ``vsan``, ``witness``, …"""
    multicast: VsanMulticast | None = None


@dataclass(frozen=True, slots=True)
class NetworkState:
    """Everything under ``config.network`` that we use, plus who carries which service."""

    adapters: tuple[AdapterState, ...]
    netstacks: tuple[NetstackState, ...]
    services: tuple[tuple[str, frozenset[str]], ...]
    """Service type and the devices that are selected for it, for every type that the host reports."""
    standard_port_groups: tuple[StandardPortGroup, ...] = ()
    distributed_switches: tuple[DistributedSwitch, ...] = ()
    opaque_networks: tuple[OpaqueNetwork, ...] = ()
    ipv6_enabled: bool | None = None
    """Of the whole host, changed by a restart only; ``None``: unknown."""
    vsan_ports: tuple[VsanPort, ...] | None = None
    """As vSAN's own configuration has them, ordered by number; ``None``: the host does not tell."""

    def adapter(self, device: str) -> AdapterState | None:
        """Find an adapter by its exact device name."""
        return next((a for a in self.adapters if a.device == device), None)

    def netstack(self, key: str) -> NetstackState | None:
        """Find a stack by its key."""
        return next((s for s in self.netstacks if s.key == key), None)

    def devices_with(self, service: str) -> frozenset[str]:
        """Name the devices that are selected for *service*; empty for a type the host does not report."""
        return next((devices for name, devices in self.services if name == service), frozenset())

    def services_of(self, device: str) -> frozenset[str]:
        """Name the services that *device* is selected for."""
        return frozenset(name for name, devices in self.services if device in devices)


@dataclass(frozen=True, slots=True)
class Cluster:
    """The cluster that a host is in."""

    id: str
    """vCenter's id of it; it survives a rename."""
    name: str


@dataclass(frozen=True, slots=True)
class HostState:
    """One host as last observed."""

    ref: HostRef
    name: str
    uuid: str
    """Hardware UUID; another one means that the host was rebuilt."""
    connection: Connection
    in_maintenance: bool
    network: NetworkState | None = field(default=None)
    """``None``: vCenter shows no configuration; nothing may be concluded."""
    cluster: Cluster | None = None
    """``None``: a standalone host, or vCenter does not tell."""
    management_server: IPv4Address | IPv6Address | None = None
    """Where the host reaches its vCenter (``summary.managementServerIp``); ``None``: it does not tell."""
