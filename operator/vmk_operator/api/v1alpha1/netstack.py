"""VmkNetstack: one TCP/IP stack of one host."""

from vmk_operator.api.base import SpecModel
from vmk_operator.api.v1alpha1.placement import PlacedSpec


class Gateway(SpecModel):
    """Default gateways of the stack."""

    ipv4: str | None = None
    """IPv4 address of the default gateway, or None for exactly no gateway."""


class VmkNetstackSpec(PlacedSpec):
    """Desired state of one TCP/IP stack. A field that is not set is not managed and never touched."""

    netstack: str
    """vSphere's key of the stack: defaultTcpipStack, vmotion or vSphereProvisioning. Immutable."""
    gateway: Gateway | None = None
    """Default gateways. Source: vim.host.NetStackInstance.ipRouteConfig."""
    congestion_control: str | None = None
    """TCP congestion control: newreno or cubic. Source: vim.host.NetStackInstance.congestionControlAlgorithm."""
    max_connections: int | None = None
    """Limit of sockets. Source: vim.host.NetStackInstance.requestedMaxNumberOfConnections."""
