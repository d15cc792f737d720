"""The state of one host, as plain frozen values. It decides nothing."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from ipaddress import IPv4Interface

from vcenter_simulator.host.equipment import (
    IscsiAdapter,
    Membership,
    OpaqueNetwork,
    PhysicalNic,
    PortGroup,
    StandardSwitch,
)
from vcenter_simulator.host.options import Changed
from vcenter_simulator.host.releases import DEFAULT_STACK as DEFAULT_STACK
from vcenter_simulator.host.releases import RELEASES, V8, Release

DEDICATED_SERVICES: Mapping[str, str] = {"vmotion": "vmotion", "vSphereProvisioning": "vSphereProvisioning"}
"""Stack key to the service that its adapters carry without being told."""

SYSTEM_STACKS = frozenset(key for release in RELEASES.values() for key in release.system_stacks)
"""The keys that no custom stack has."""


@dataclass(frozen=True, slots=True)
class Ipv4:
    """The IPv4 configuration of an adapter; neither DHCP nor an address means none."""

    dhcp: bool = False
    address: str | None = None
    netmask: str | None = None

    @property
    def interface(self) -> IPv4Interface | None:
        """The address with its subnet, or ``None`` without one."""
        if self.address is None or self.netmask is None:
            return None
        return _interface(self.address, self.netmask)


@lru_cache(maxsize=4096)  # reading an address costs more than most of what is done with it
def _interface(address: str, netmask: str) -> IPv4Interface:
    return IPv4Interface(f"{address}/{netmask}")


@dataclass(frozen=True, slots=True)
class Ipv6:
    """The IPv6 configuration of an adapter; its link-local address goes without saying."""

    auto: bool = False
    """Whether it takes an address and a gateway from router advertisements."""
    dhcp: bool = False
    addresses: tuple[str, ...] = ()
    """What was given to it by hand, each with its prefix length."""


@dataclass(frozen=True, slots=True)
class StandardAttachment:
    """An adapter on a port group of the host's own switch."""

    portgroup: str


@dataclass(frozen=True, slots=True)
class DistributedAttachment:
    """An adapter on a port of a distributed switch; the port is unset until the switch has given one."""

    switch_uuid: str
    portgroup_key: str
    port_key: str | None = None
    connection_cookie: int = 0


@dataclass(frozen=True, slots=True)
class OpaqueAttachment:
    """An adapter on a network that something besides vSphere manages."""

    network_id: str
    kind: str


Attachment = StandardAttachment | DistributedAttachment | OpaqueAttachment


@dataclass(frozen=True, slots=True)
class VsanMulticast:
    """The multicast addresses of a vSAN port, both IPv4."""

    upstream: str
    downstream: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Adapter:
    """A VMkernel adapter."""

    device: str
    mac: str
    attachment: Attachment
    netstack: str = DEFAULT_STACK
    mtu: int = 1500
    """Bytes."""
    tso: bool = True
    ipv4: Ipv4 = Ipv4()
    gateway: str | None = None
    """This adapter's own gateway, over the stack's."""
    ipv6: Ipv6 = Ipv6()
    gateway6: str | None = None
    services: frozenset[str] = frozenset()
    """The services that it was selected for; what a dedicated stack implies is not among them."""
    vsan_multicast: VsanMulticast | None = None
    """As somebody gave them with one of vSAN's services."""

    @property
    def number(self) -> int:
        """The N of vmkN."""
        return int(self.device.removeprefix("vmk"))

    @property
    def key(self) -> str:
        """The key by which vSphere's lists name it."""
        return f"key-vim.host.VirtualNic-{self.device}"


@dataclass(frozen=True, slots=True)
class Dns:
    """The DNS client of a stack."""

    dhcp: bool = False
    device: str | None = None
    host_name: str = ""
    domain_name: str = ""
    servers: tuple[str, ...] = ()
    search_domains: tuple[str, ...] = ()
    device6: str | None = None


@dataclass(frozen=True, slots=True)
class Route:
    """A static route of either family."""

    network: str
    """With its prefix length."""
    gateway: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Netstack:
    """A TCP/IP stack."""

    key: str
    name: str = ""
    gateway: str | None = None
    gateway6: str | None = None
    routes: tuple[Route, ...] = ()
    dns: Dns = Dns()
    max_connections: int = 11000
    running_connections: int | None = None
    """The limit in force, where that is another than *max_connections* until the host restarts."""
    congestion_control: str = "newreno"
    in_kernel: bool = False
    """Whether it was created in the kernel by hand: it runs then without an adapter. Custom stacks always are."""
    enabled: bool = True

    @property
    def connections_in_force(self) -> int:
        """How many connections it may have now."""
        return self.max_connections if self.running_connections is None else self.running_connections

    @property
    def is_custom(self) -> bool:
        """Whether somebody made it up; the others come with the host."""
        return self.key not in SYSTEM_STACKS


@dataclass(frozen=True, slots=True)
class StackInUse:
    """A stack with the adapters that are on it."""

    stack: Netstack
    adapters: tuple[Adapter, ...]
    has_ipv6: bool


def default_netstacks(release: Release = V8) -> tuple[Netstack, ...]:
    """The stacks of a freshly installed host; only the default stack has a display name (observed)."""
    return tuple(Netstack(key=key, name=key if key == DEFAULT_STACK else "") for key in release.system_stacks)


@dataclass(frozen=True)
class HostState:
    """Everything about one host that its network methods read or change."""

    name: str
    uuid: str
    adapters: tuple[Adapter, ...] = ()
    """In the order of their numbers."""
    netstacks: tuple[Netstack, ...] = field(default_factory=default_netstacks)
    switches: tuple[StandardSwitch, ...] = ()
    portgroups: tuple[PortGroup, ...] = ()
    memberships: tuple[Membership, ...] = ()
    pnics: tuple[PhysicalNic, ...] = ()
    in_maintenance: bool = False
    release: Release = V8
    ipv6_enabled: bool = True
    options: Changed = ()
    """The advanced options that are not as they come."""
    ipv6_at_boot: bool = True
    """What the host will do when it starts again."""
    opaque_networks: tuple[OpaqueNetwork, ...] = ()
    opaque_uplinks: tuple[str, ...] = ()
    iscsi: tuple[IscsiAdapter, ...] = ()
    fabric_mtu: int = 9000
    """The largest that the physical network carries; the host does not know it."""

    @cached_property
    def by_device(self) -> Mapping[str, Adapter]:
        """The adapters by device name."""
        return {adapter.device: adapter for adapter in self.adapters}

    @cached_property
    def by_stack(self) -> Mapping[str, tuple[Adapter, ...]]:
        """The adapters of every stack that has any."""
        found: dict[str, tuple[Adapter, ...]] = {}
        for adapter in self.adapters:
            found[adapter.netstack] = (*found.get(adapter.netstack, ()), adapter)
        return found

    def in_use(self, stack: Netstack) -> StackInUse:
        """Put a stack together with its adapters."""
        return StackInUse(stack, self.by_stack.get(stack.key, ()), self.ipv6_enabled)

    def netstack(self, key: str) -> Netstack | None:
        """Find a stack by its key."""
        return next((stack for stack in self.netstacks if stack.key == key), None)

    def portgroup(self, name: str) -> PortGroup | None:
        """Find a standard port group by its name."""
        return next((group for group in self.portgroups if group.name == name), None)

    def opaque_network(self, network_id: str) -> OpaqueNetwork | None:
        """Find an opaque network by its id."""
        return next((one for one in self.opaque_networks if one.network_id == network_id), None)

    def switch(self, name: str) -> StandardSwitch | None:
        """Find a standard switch by its name."""
        return next((switch for switch in self.switches if switch.name == name), None)
