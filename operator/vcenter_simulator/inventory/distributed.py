"""Distributed switches with their port groups, and who holds which port."""

from dataclasses import dataclass, field, replace
from typing import Any

from vcenter_simulator.fleet.errors import DocumentError
from vcenter_simulator.host.refusals import invalid_argument, resource_in_use
from vcenter_simulator.host.releases import V8, Release
from vcenter_simulator.host.requests import DistributedSwitchFacts, Uplinks
from vcenter_simulator.host.state import DistributedAttachment

FEWEST_UPLINKS = 2

FEWEST_PORTS = 8
"""The ports of a new port group, and by how many it grows when they are in use (New Distributed Port Group wizard)."""


@dataclass(eq=False)
class DistributedPortgroup:
    """A port group; its key is its managed object id."""

    key: str
    name: str
    vlan: int = 0
    is_uplink: bool = False
    free: list[str] = field(default_factory=list)
    held: dict[str, str] = field(default_factory=dict)
    """Port key to the host and device on it."""
    description: str = ""
    port_policy: Any = None
    """What its ports do otherwise than by default: a VMwareDVSPortSetting."""
    policy: Any = None
    """What its ports may override, if not what is usual: a VMwareDVSPortgroupPolicy."""
    version: int = 0
    """Of its configuration; it grows with every change."""

    @property
    def ports(self) -> list[str]:
        """The keys of its ports."""
        return sorted((*self.held, *self.free), key=lambda port: (len(port), port))


@dataclass(frozen=True, slots=True)
class Member:
    """A host with the network cards that it has on a switch."""

    host: str
    cards: tuple[str, ...]


@dataclass(eq=False)
class DistributedSwitch:
    """A distributed switch of one datacenter; its ports are numbered through all of its port groups."""

    moid: str
    uuid: str
    name: str
    mtu: int
    portgroups: dict[str, DistributedPortgroup] = field(default_factory=dict)
    """By key."""
    release: Release = V8
    uplinks: DistributedPortgroup | None = None
    uplinks_per_host: int = FEWEST_UPLINKS
    members: dict[str, Member] = field(default_factory=dict)
    """By the managed object id of the host."""
    uplink_ports: dict[str, tuple[str, ...]] = field(default_factory=dict)
    """Host name to its ports among the uplinks, in the order of the uplinks' names."""
    ports: int = 0
    """How many numbers were given to ports."""
    cookie: int = 0

    @property
    def all_portgroups(self) -> list[DistributedPortgroup]:
        """Its port groups and that of its uplinks."""
        return [*self.portgroups.values(), *([] if self.uplinks is None else [self.uplinks])]

    @property
    def uplink_names(self) -> tuple[str, ...]:
        """What its uplinks are called, as vCenter calls those of a new switch."""
        return tuple(f"Uplink {number}" for number in range(1, self.uplinks_per_host + 1))

    @property
    def facts(self) -> DistributedSwitchFacts:
        """What hosts know of it."""
        return DistributedSwitchFacts(
            self.uuid,
            self.name,
            self.mtu,
            {key: group.name for key, group in self.portgroups.items()},
            {key: group.vlan for key, group in self.portgroups.items()},
            self._portgroup_of,
            None if self.uplinks is None else Uplinks(self.uplinks.key, self.uplink_names, self.uplink_ports),
        )

    def join(self, moid: str, member: Member) -> None:
        """Give a host, whose id is *moid*, ports for its network cards; ports without a card stay free."""
        self.members[moid] = member
        if self.uplinks is None:
            return
        ports = self._new_ports(self.uplinks_per_host)
        self.uplink_ports[member.host] = ports
        self.uplinks.held |= {port: f"{member.host}:{card}" for port, card in zip(ports, member.cards, strict=False)}
        self.uplinks.free += ports[len(member.cards) :]

    def resize(self, group: DistributedPortgroup, count: int) -> None:
        """Let a port group have *count* ports.

        Raises:
            Refusal: InvalidArgument for fewer than are in use.
        """
        if count < len(group.held):
            raise invalid_argument("spec.numPorts", f"{len(group.held)} ports of {group.name} are in use.")
        more = count - len(group.ports)
        group.free = [*group.free, *self._new_ports(more)][: count - len(group.held)]

    def fill(self) -> None:
        """Give every port group the ports that it has at the least."""
        for group in self.portgroups.values():
            group.free += self._new_ports(FEWEST_PORTS - len(group.ports))

    def _new_ports(self, count: int) -> tuple[str, ...]:
        first = self.ports
        self.ports = first + max(count, 0)
        return tuple(str(number) for number in range(first, self.ports))

    def _portgroup_of(self, port: str) -> str | None:
        return next((key for key, one in self.portgroups.items() if port in one.held or port in one.free), None)

    def check_port(self, attachment: DistributedAttachment) -> None:
        """Refuse a port that was asked for by its key and is not free."""
        group = self.portgroups[attachment.portgroup_key]
        if attachment.port_key in group.held:
            raise resource_in_use(f"{group.name}:{attachment.port_key}")
        if attachment.port_key not in group.free:
            raise invalid_argument(
                "nic.distributedVirtualPort.portKey", f"{group.name} has no port '{attachment.port_key}'."
            )

    def take_port(self, attachment: DistributedAttachment, holder: str) -> DistributedAttachment:
        """Give *holder* the port that it asked for, or the lowest free one; port groups grow when they are full."""
        group = self.portgroups[attachment.portgroup_key]
        if attachment.port_key is None:
            if not group.free:
                group.free += self._new_ports(FEWEST_PORTS)
            port = group.free.pop(0)
        else:
            port = attachment.port_key
            group.free.remove(port)
        group.held[port] = holder
        self.cookie += 1
        return replace(attachment, port_key=port, connection_cookie=self.cookie)

    def reserve_port(self, attachment: DistributedAttachment, holder: str) -> None:
        """Note that *holder* has its port already, whether or not the port existed so far.

        Raises:
            DocumentError: when somebody else has it.
        """
        group = self.portgroups[attachment.portgroup_key]
        port = attachment.port_key or ""
        if port in group.held:
            raise DocumentError(f"{holder} and {group.held[port]} name the same port {port} of {self.name}.")
        if port in group.free:
            group.free.remove(port)
        group.held[port] = holder
        self.ports = max(self.ports, int(port) + 1 if port.isdecimal() else 0)
        self.cookie = max(self.cookie, attachment.connection_cookie)

    def release_port(self, attachment: DistributedAttachment) -> None:
        """Take back a port."""
        group = self.portgroups.get(attachment.portgroup_key)
        if group is not None and attachment.port_key is not None and group.held.pop(attachment.port_key, ""):
            group.free.append(attachment.port_key)
