"""VmkNetstack: one TCP/IP stack of one host."""

from typing import Annotated

from vmk_operator.api.base import SpecModel
from vmk_operator.api.bounds import AtMost
from vmk_operator.api.rules import Because, Between, OneOf, Rule, immutable
from vmk_operator.api.v1alpha1.addresses import GatewayAddress
from vmk_operator.api.v1alpha1.dns import HOST_NAME_ON_DEFAULT_STACK, Dns
from vmk_operator.api.v1alpha1.ipv6_addresses import GatewayAddress6
from vmk_operator.api.v1alpha1.placement import PlacedSpec
from vmk_operator.api.v1alpha1.routes import ONE_PER_NETWORK, Route
from vmk_operator.api.v1alpha1.words import NetstackKey
from vmk_operator.model.host import RESERVED_NETSTACKS


class Gateway(SpecModel):
    """Default gateways of the stack."""

    ipv4: GatewayAddress | None = None
    """IPv4 address of the default gateway, or None for exactly no gateway."""
    ipv6: GatewayAddress6 | None = None
    """IPv6 address of the default gateway, which may be link-local, or None for exactly no gateway but those that
    routers advertise."""


class VmkNetstackSpec(PlacedSpec):
    """Desired state of one TCP/IP stack. A field that is not set is not managed and never touched."""

    rules = (
        Rule(
            f"self.deletionPolicy != 'Delete' || !(self.netstack in {list(RESERVED_NETSTACKS)})",
            "must be Orphan: the system's own stacks, for example defaultTcpipStack, vmotion and vSphereProvisioning, "
            "cannot be deleted, only custom ones",
            because=Because.FORBIDDEN,
            at=".deletionPolicy",
        ),
        HOST_NAME_ON_DEFAULT_STACK,
    )

    netstack: Annotated[NetstackKey, immutable("is immutable: create another VmkNetstack for the other stack")]
    """vSphere's key of the stack: defaultTcpipStack, vmotion, vSphereProvisioning, or that of a custom one, which is
    created if the host does not have it. Immutable."""
    gateway: Gateway | None = None
    """Default gateways. Source: vim.host.NetStackInstance.ipRouteConfig."""
    dns: Dns | None = None
    """DNS client. Source: vim.host.NetStackInstance.dnsConfig."""
    routes: Annotated[tuple[Route, ...], AtMost(64), ONE_PER_NETWORK] | None = None
    """Static routes; [] is none of ours. Routes to other networks that this object did not bring stay, and are not
    told. Source: vim.host.NetStackInstance.routeTableConfig."""
    congestion_control: Annotated[str, OneOf(("newreno", "cubic"))] | None = None
    """TCP congestion control: newreno or cubic. Source: vim.host.NetStackInstance.congestionControlAlgorithm."""
    max_connections: Annotated[int, Between(1, 65536, "connections")] | None = None
    """Limit of sockets. A running stack may take another one only when the host restarts: status.observed has both, and
    the advisory TakesEffectAfterReboot says so. Source: vim.host.NetStackInstance.requestedMaxNumberOfConnections."""
