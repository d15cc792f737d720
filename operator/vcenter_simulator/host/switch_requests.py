"""What clients ask of a host's switches, decoded: an unset field is one that the client did not send."""

from dataclasses import dataclass

from vcenter_simulator.host.policies import INHERITED, Policy


@dataclass(frozen=True, slots=True)
class Discovery:
    """The protocol by which switches find each other, and what to do with it."""

    protocol: str
    operation: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SwitchSpec:
    """The specification of a standard switch."""

    ports: int
    uplinks: tuple[str, ...] = ()
    """Empty without a bridge: then the switch has none, before or after."""
    mtu: int | None = None
    policy: Policy | None = None
    discovery: Discovery | None = None
    beacon_interval: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PortGroupSpec:
    """The specification of a standard port group, always sent as a whole."""

    name: str
    switch: str
    vlan: int
    policy: Policy = INHERITED


@dataclass(frozen=True, slots=True)
class SwitchChange:
    """One standard switch of UpdateNetworkConfig."""

    operation: str
    name: str
    spec: SwitchSpec | None


@dataclass(frozen=True, slots=True)
class PortGroupChange:
    """One standard port group of UpdateNetworkConfig."""

    operation: str
    spec: PortGroupSpec


@dataclass(frozen=True, slots=True)
class MembershipChange:
    """The uplinks that the host shall give to one distributed switch; ``None`` leaves them."""

    operation: str
    switch_uuid: str
    uplinks: tuple[str, ...] | None
