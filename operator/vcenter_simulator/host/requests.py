"""What clients ask of a host, decoded: an unset field is one that the client did not send."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from vcenter_simulator.host.behaviour import Behaviour
from vcenter_simulator.host.state import Dns, Ipv4


@dataclass(frozen=True, slots=True)
class DistributedPort:
    """The port of a distributed switch that an adapter shall use; with no port key, any free one."""

    switch_uuid: str
    portgroup_key: str | None = None
    port_key: str | None = None


@dataclass(frozen=True, slots=True)
class Gateway:
    """A gateway that was sent; ``None`` takes away the one that is there."""

    address: str | None


@dataclass(frozen=True, slots=True)
class Ipv6Change:
    """One address of an IPv6 configuration that was sent; without an operation it may just be read back."""

    address: str
    """With its prefix length."""
    operation: str | None = None
    origin: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Ipv6Spec:
    """An IPv6 configuration that was sent."""

    auto: bool | None = None
    dhcp: bool | None = None
    changes: tuple[Ipv6Change, ...] = ()


@dataclass(frozen=True, slots=True)
class RouteChange:
    """One route of a routing table that was sent; ``ignore`` is what a table that was read back says."""

    operation: str
    network: str
    """With its prefix length."""
    gateway: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AdapterSpec:
    """The specification of AddVirtualNic and UpdateVirtualNic."""

    portgroup: str | None = None
    distributed: DistributedPort | None = None
    opaque: str | None = None
    """The id of an opaque network."""
    netstack: str | None = None
    mac: str | None = None
    mtu: int | None = None
    tso: bool | None = None
    ipv4: Ipv4 | None = None
    gateway: Gateway | None = None
    ipv6: Ipv6Spec | None = None
    gateway6: Gateway | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class NetstackEdit:
    """One stack of UpdateNetworkConfig's netStackSpec."""

    key: str
    operation: str
    name: str | None = None
    gateway: Gateway | None = None
    gateway6: Gateway | None = None
    routes: tuple[RouteChange, ...] = ()
    dns: Dns | None = None
    max_connections: int | None = None
    congestion_control: str | None = None


def _no_portgroup(_: str) -> str | None:
    return None


@dataclass(frozen=True, slots=True)
class Uplinks:
    """The port group of a distributed switch that its members' network cards are on."""

    portgroup_key: str
    names: tuple[str, ...]
    ports: Mapping[str, tuple[str, ...]]
    """The ports of each member, by the host's name: one for every uplink name, and the first are in use."""


@dataclass(frozen=True, slots=True)
class DistributedSwitchFacts:
    """What a host must know of a distributed switch that it is a member of."""

    uuid: str
    name: str
    mtu: int
    portgroups: Mapping[str, str]
    """Key to name."""
    vlans: Mapping[str, int] = field(default_factory=dict)
    """Key of a port group to its VLAN, where it has one."""
    portgroup_of: Callable[[str], str | None] = _no_portgroup
    """From a port's key to that of its port group."""
    uplinks: Uplinks | None = None


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What a host's rules need from outside the host."""

    switches: Mapping[str, DistributedSwitchFacts]
    """By UUID."""
    behaviour: Behaviour
