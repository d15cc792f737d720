"""What a rule gets to see: one object of ours, the host, and what else this plan is about to do there."""

from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address
from typing import Literal, TypeVar

from vmk_operator.api.v1alpha1 import Binding, VmkAdapter, VmkNetstack
from vmk_operator.model.drift import Difference
from vmk_operator.model.host import (
    AdapterState,
    Attachment,
    HostState,
    Ipv4State,
    Ipv6State,
    NetstackState,
    NetworkState,
    RouteConfig,
)
from vmk_operator.model.identity import ObjectKey
from vmk_operator.model.precautions import Precautions
from vmk_operator.model.step import RouteChanges
from vmk_operator.planner.assignment import Assigned, Claim, Found
from vmk_operator.planner.dns import DnsSource
from vmk_operator.planner.intent import AdapterIntent, NetstackIntent
from vmk_operator.planner.ipv6 import present_ipv6, wanted_ipv6
from vmk_operator.planner.scene import Scene
from vmk_operator.planner.surroundings import Surroundings
from vmk_operator.planner.verdict import Blocked

G = TypeVar("G", IPv4Address, IPv6Address)


@dataclass(frozen=True, slots=True)
class DeclaredAdapter:
    """A live VmkAdapter, whether or not the host has what it names."""

    item: VmkAdapter
    claim: Claim
    assigned: Assigned
    binding: Binding | None
    scene: Scene
    coming: NetworkState
    """The host's network with the adapters that this plan creates."""

    @property
    def adapter(self) -> AdapterState | None:
        """The adapter that the object is about."""
        return self.assigned.adapter if isinstance(self.assigned, Found) else None

    @property
    def surroundings(self) -> Surroundings:
        """What is known around the host."""
        return self.scene.surroundings


@dataclass(frozen=True, slots=True)
class DeclaredNetstack:
    """A live VmkNetstack, whether or not the host has such a stack."""

    item: VmkNetstack
    intent: NetstackIntent | Blocked
    binding: Binding
    scene: Scene

    @property
    def stack(self) -> NetstackState | None:
        """The stack that the object is about."""
        return self.scene.network.netstack(self.item.spec.netstack)

    @property
    def surroundings(self) -> Surroundings:
        """What is known around the host."""
        return self.scene.surroundings


@dataclass(frozen=True, slots=True)
class HostCase:
    """What every change of a host is judged by."""

    host: HostState
    network: NetworkState
    """The host's network as observed."""
    surroundings: Surroundings
    precautions: Precautions


@dataclass(frozen=True, slots=True)
class StackRemovalCase(HostCase):
    """A custom stack that is to go with its deleted object."""

    stack: NetstackState


@dataclass(frozen=True, slots=True)
class RemovalCase(HostCase):
    """An adapter that is to go with its deleted object."""

    adapter: AdapterState


@dataclass(frozen=True, slots=True)
class AdapterCase(HostCase):
    """A VmkAdapter whose port group and stack exist on the host."""

    claim: Claim
    intent: AdapterIntent
    coming: NetworkState
    """The same with the adapters that this plan creates."""
    adapter: AdapterState | None
    """``None``: it would have to be created."""
    template: AdapterState | None
    """The adapter that a new one takes the place of, which gets from it what nobody declared."""
    attachment: Attachment
    claims: tuple[Claim, ...]
    """Of all live adapter objects of the host, this one included."""
    held: frozenset[ObjectKey]
    """Objects that have an adapter."""
    differences: tuple[Difference, ...]

    def differs(self, *fields: str) -> bool:
        """Tell whether one of *fields* is not as declared."""
        return any(difference.field in fields for difference in self.differences)

    @property
    def is_creation(self) -> bool:
        """The adapter does not exist yet."""
        return self.adapter is None

    @property
    def is_replacement(self) -> bool:
        """The adapter exists on another stack, and no adapter can be moved there."""
        return self.adapter is not None and self.differs("netstack")

    @property
    def wanted_ipv4(self) -> Ipv4State:
        """The IPv4 configuration once it is as declared; what is there where it is so already, or not declared."""
        declared, present = self.intent.ipv4, self._present
        if present is None:
            return Ipv4State(dhcp=False, address=None) if declared is None else declared.state
        is_right = self.adapter is not None and not self.differs("ipv4.mode", "ipv4.address")
        return present.ipv4 if declared is None or is_right else declared.state

    @property
    def present_ipv6(self) -> Ipv6State | None:
        """The IPv6 configuration as it is; ``None``: unknown."""
        return present_ipv6(self._present, self.network)

    @property
    def wanted_ipv6(self) -> Ipv6State | None:
        """The IPv6 configuration once it is as declared; ``None``: unknown."""
        return wanted_ipv6(self.intent.ipv6, self.present_ipv6)

    @property
    def own_routes(self) -> RouteConfig:
        """The adapter's own gateways once they are as declared."""
        ipv4, ipv6 = self.intent.ipv4, self.intent.ipv6
        present = RouteConfig() if self._present is None else self._present.routes
        return RouteConfig(
            _chosen(None if ipv4 is None else ipv4.gateway, present.ipv4_gateway),
            _chosen(None if ipv6 is None else ipv6.gateway, present.ipv6_gateway),
        )

    @property
    def _present(self) -> AdapterState | None:
        """What has the values that nobody declared."""
        return self.adapter if self.adapter is not None else self.template


@dataclass(frozen=True, slots=True)
class NetstackCase(HostCase):
    """A VmkNetstack whose stack exists on the host and has or gets an adapter."""

    intent: NetstackIntent
    stack: NetstackState
    final: NetworkState
    """The host's network once this plan's adapter steps are done."""
    differences: tuple[Difference, ...]
    route_changes: RouteChanges
    dns_source: DnsSource | None
    """The VmkAdapter that it is to have its DNS from; ``None``: not declared."""

    def differs(self, *fields: str) -> bool:
        """Tell whether one of *fields* is not as declared."""
        return any(difference.field in fields for difference in self.differences)

    @property
    def dns_adapter(self) -> AdapterState | None:
        """The adapter that it is to have its DNS from, as it will be, if there is one."""
        device = None if self.dns_source is None else self.dns_source.device
        return None if device is None else self.final.adapter(device)

    @property
    def new_gateway(self) -> IPv4Address | None:
        """The IPv4 gateway that would have to be set, if any."""
        return self.wanted_routes.ipv4_gateway if self.differs("gateway.ipv4") else None

    @property
    def new_ipv6_gateway(self) -> IPv6Address | None:
        """The IPv6 gateway that would have to be set, if any."""
        return self.wanted_routes.ipv6_gateway if self.differs("gateway.ipv6") else None

    @property
    def wanted_routes(self) -> RouteConfig:
        """The stack's gateways once they are as declared; what is there where it is so already, or not declared."""
        present = self.stack.routes
        return RouteConfig(
            _chosen(self.intent.gateway if self.differs("gateway.ipv4") else None, present.ipv4_gateway),
            _chosen(self.intent.ipv6_gateway if self.differs("gateway.ipv6") else None, present.ipv6_gateway),
        )


def _chosen(declared: G | Literal["None"] | None, present: G | None) -> G | None:
    if declared is None:
        return present
    return None if declared == "None" else declared
