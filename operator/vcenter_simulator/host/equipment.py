"""What a host's adapters are plugged into, as plain frozen values: switches, port groups, cards. It decides nothing."""

from dataclasses import dataclass

from vcenter_simulator.host.policies import INHERITED, Policy


@dataclass(frozen=True, slots=True)
class Bond:
    """How a standard switch uses its uplinks besides sending over them."""

    discovery: str = "listen"
    """What it does with the protocol by which switches find each other: none, listen, advertise or both."""
    beacon_interval: int = 1
    """Seconds between the beacons of uplinks that are probed."""


@dataclass(frozen=True, slots=True)
class StandardSwitch:
    """A switch of the host's own."""

    name: str
    mtu: int = 1500
    uplinks: tuple[str, ...] = ()
    ports: int = 128
    """As they were asked for."""
    policy: Policy = INHERITED
    bond: Bond = Bond()


@dataclass(frozen=True, slots=True)
class PortGroup:
    """A port group of a standard switch."""

    name: str
    switch: str
    vlan: int = 0
    policy: Policy = INHERITED


@dataclass(frozen=True, slots=True)
class Membership:
    """The host's part in a distributed switch."""

    switch_uuid: str
    uplinks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PhysicalNic:
    """A network card."""

    device: str
    mac: str
    speed_mb: int = 25000


@dataclass(frozen=True, slots=True)
class OpaqueNetwork:
    """A network that something besides vSphere manages; each has its uplinks from the one opaque switch of its host."""

    network_id: str
    name: str
    kind: str = "nsx.LogicalSwitch"


@dataclass(frozen=True, slots=True)
class IscsiAdapter:
    """A storage adapter of software iSCSI."""

    name: str
    """For example ``vmhba64``."""
    bound: tuple[str, ...] = ()
    """The devices that carry its traffic; none lets the host choose."""
