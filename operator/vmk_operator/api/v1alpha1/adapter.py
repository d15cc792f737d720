"""VmkAdapter: one VMkernel port of one host."""

from typing import Literal

from vmk_operator.api.base import SpecModel
from vmk_operator.api.v1alpha1.placement import PlacedSpec


class Distributed(SpecModel):
    """A port group of a distributed switch."""

    switch: str
    """Name of the distributed switch."""
    name: str
    """Name of the distributed port group."""


class PortGroup(SpecModel):
    """Where the adapter is plugged in; exactly one of the two."""

    standard: str | None = None
    """Name of a port group of a standard switch of this host."""
    distributed: Distributed | None = None
    """A port group of a distributed switch that this host is a member of."""


class Ipv4(SpecModel):
    """IPv4 of the adapter."""

    mode: Literal["Static"]
    """Static: exactly the given address."""
    address: str
    """Address with prefix length, for example 10.0.40.11/24."""


class VmkAdapterSpec(PlacedSpec):
    """Desired state of one VMkernel adapter. A field that is not set is not managed and never touched."""

    netstack: str
    """vSphere's key of the TCP/IP stack the adapter is on: defaultTcpipStack, vmotion or vSphereProvisioning."""
    port_group: PortGroup
    """The port group the adapter is on."""
    adopt_device: str | None = None
    """While nothing is bound: take exactly this existing device, for example vmk3, instead of creating one."""
    mtu: int | None = None
    """Largest IP packet, in bytes. Source: vim.host.VirtualNic.Specification.mtu."""
    ipv4: Ipv4 | None = None
    """IPv4 configuration. Needed to create an adapter."""
    services: tuple[str, ...] | None = None
    """Exactly the services that are enabled on this adapter; [] is none. On the default stack only: the other stacks
    imply theirs. Source: vim.host.VirtualNicManager.NicType."""
