"""VmkAdapter: one VMkernel port of one host."""

import enum
from typing import Annotated

from vmk_operator.api.base import SpecModel
from vmk_operator.api.bounds import AtMost
from vmk_operator.api.rules import Because, Between, OneOf, Rule
from vmk_operator.api.v1alpha1.addresses import GatewayAddress, HostAddress
from vmk_operator.api.v1alpha1.ipv6_addresses import GatewayAddress6, HostAddress6
from vmk_operator.api.v1alpha1.placement import PlacedSpec
from vmk_operator.api.v1alpha1.words import STACK_KEYS, Device, NetstackKey, OpaqueNetworkId, PortGroupName, Service
from vmk_operator.model.host import DEFAULT_NETSTACK, PROVISIONING_NETSTACK, VMOTION_NETSTACK


class Distributed(SpecModel):
    """A port group of a distributed switch."""

    switch: PortGroupName
    """Name of the distributed switch."""
    name: PortGroupName
    """Name of the distributed port group."""


class Opaque(SpecModel):
    """A network that another system manages, for example NSX."""

    id: OpaqueNetworkId
    """Its id, as vCenter shows it. Source: vim.host.OpaqueNetworkInfo.opaqueNetworkId."""


class PortGroup(SpecModel):
    """Where the adapter is plugged in; exactly one of the three."""

    rules = (
        Rule(
            "[has(self.standard), has(self.distributed), has(self.opaque)].exists_one(given, given)",
            "needs exactly one of standard (the name of a port group of a standard switch), distributed "
            "(switch and name) and opaque (the id of a network that another system manages)",
        ),
    )

    standard: PortGroupName | None = None
    """Name of a port group of a standard switch of this host."""
    distributed: Distributed | None = None
    """A port group of a distributed switch that this host is a member of."""
    opaque: Opaque | None = None
    """A network of this host that another system manages, for example NSX."""


class Ipv4Mode(enum.StrEnum):
    """Where an adapter's IPv4 address comes from."""

    STATIC = "Static"
    DHCP = "DHCP"
    NONE = "None"


class Ipv4(SpecModel):
    """IPv4 of the adapter."""

    rules = (
        Rule(
            "self.mode != 'Static' || has(self.address)",
            "must be given with mode Static, for example 10.0.40.11/24",
            because=Because.REQUIRED,
            at=".address",
        ),
        Rule(
            "!(self.mode in ['DHCP', 'None']) || !has(self.address)",
            "can be given with mode Static only: with DHCP the address comes from the server, with None there is none",
            because=Because.FORBIDDEN,
            at=".address",
        ),
        Rule(
            "self.mode != 'None' || !has(self.gateway) || self.gateway == 'None'",
            "needs an address: with mode None there is nothing to route",
            because=Because.FORBIDDEN,
            at=".gateway",
        ),
        Rule(
            "!has(self.address) || !has(self.gateway) || !isCIDR(self.address) || !isIP(self.gateway) || "
            "cidr(self.address).containsIP(self.gateway)",
            "must be in the subnet of the adapter's address",
            at=".gateway",
        ),
    )

    mode: Annotated[Ipv4Mode, OneOf()]
    """Static: exactly the given address. DHCP: the server's. None: no IPv4 at all."""
    address: HostAddress | None = None
    """Address with prefix length, for example 10.0.40.11/24. With mode Static only."""
    gateway: GatewayAddress | None = None
    """Default gateway of this adapter's own, over that of its stack, or None for exactly the stack's. Source:
    vim.host.VirtualNic.Specification.ipRouteSpec."""


class Ipv6(SpecModel):
    """IPv6 of the adapter. A field that is not set is not managed."""

    rules = (
        Rule(
            "!has(self.gateway) || !isIP(self.gateway) || ip(self.gateway).isLinkLocalUnicast() || "
            "!has(self.addresses) || "
            "!has(self.acceptRouterAdvertisements) || self.acceptRouterAdvertisements || "
            "!has(self.dhcp) || self.dhcp || "
            "self.addresses.exists(one, isCIDR(one) && cidr(one).containsIP(self.gateway))",
            "must be link-local or in the subnet of one of the adapter's addresses: it takes no other ones",
            at=".gateway",
        ),
    )

    accept_router_advertisements: bool | None = None
    """Whether the adapter takes addresses and gateways from router advertisements. Source:
    vim.host.IpConfig.IpV6AddressConfiguration.autoConfigurationEnabled."""
    dhcp: bool | None = None
    """Whether the adapter takes addresses from DHCPv6. Source:
    vim.host.IpConfig.IpV6AddressConfiguration.dhcpV6Enabled."""
    addresses: (
        Annotated[
            tuple[HostAddress6, ...],
            AtMost(16),
            Rule(
                "self.all(one, !isCIDR(one) || "
                "self.exists_one(other, isCIDR(other) && cidr(other).ip() == cidr(one).ip()))",
                "must not have an entry twice",
            ),
        ]
        | None
    ) = None
    """Exactly the addresses that are given by hand, with prefix length, in any order; [] is none. Those from the
    network and the link-local one are left alone. Source: vim.host.IpConfig.IpV6AddressConfiguration.ipV6Address."""
    gateway: GatewayAddress6 | None = None
    """Default gateway of this adapter's own, over that of its stack, or None for exactly the stack's. Source:
    vim.host.VirtualNic.Specification.ipRouteSpec."""


class ReplacementRequires(enum.StrEnum):
    """What must hold before an approved replacement runs."""

    MAINTENANCE_MODE = "MaintenanceMode"
    NONE = "None"


class Replacement(SpecModel):
    """How the adapter is replaced: removed, and created anew on the declared stack."""

    requires: Annotated[ReplacementRequires, OneOf()] = ReplacementRequires.MAINTENANCE_MODE
    """MaintenanceMode: the host must be in maintenance mode. None: the approval is enough."""


class VmkAdapterSpec(PlacedSpec):
    """Desired state of one VMkernel adapter. A field that is not set is not managed and never touched."""

    rules = (
        Rule(
            f"!has(self.services) || self.netstack == '{DEFAULT_NETSTACK}' || {STACK_KEYS.refuses('self.netstack')}",
            f"can be declared on {DEFAULT_NETSTACK} only: {VMOTION_NETSTACK} and {PROVISIONING_NETSTACK} imply their "
            "own service, and no other stack has any, so leave it out",
            because=Because.FORBIDDEN,
            at=".services",
        ),
    )

    netstack: NetstackKey
    """vSphere's key of the TCP/IP stack the adapter is on: defaultTcpipStack, vmotion, vSphereProvisioning, or that
    of a custom one. Only a VmkNetstack creates a custom stack. vSphere can't move an adapter to another stack: a change
    is a replacement, which waits for approval."""
    port_group: PortGroup
    """The port group the adapter is on; another one moves it there, in place."""
    adopt_device: Device | None = None
    """While nothing is bound: take exactly this existing device, for example vmk3, instead of creating one."""
    mtu: Annotated[int, Between(1280, 9000, "bytes")] | None = None
    """Largest IP packet, in bytes. Source: vim.host.VirtualNic.Specification.mtu."""
    ipv4: Ipv4 | None = None
    """IPv4 configuration. To create an adapter, this or ipv6 is needed. Source: vim.host.IpConfig."""
    ipv6: Ipv6 | None = None
    """IPv6 configuration. An adapter that is created with it alone has no IPv4. Source:
    vim.host.IpConfig.ipV6Config."""
    services: (
        Annotated[
            tuple[Service, ...],
            AtMost(32),
            Rule(
                "self.all(service, self.exists_one(other, other == service))",
                "must not name a service twice",
            ),
        ]
        | None
    ) = None
    """Exactly the services that are enabled on this adapter; [] is none. On the default stack only: vmotion and
    vSphereProvisioning imply theirs, and custom stacks have none. Source: vim.host.VirtualNicManager.NicType."""
    replacement: Replacement | None = None
    """What must hold when the adapter is replaced by one on another stack."""
