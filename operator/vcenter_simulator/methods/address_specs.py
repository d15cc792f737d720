"""Addresses, gateways, DNS and routes as vSphere's data objects have them, to the host's requests."""

from typing import Any

from vcenter_simulator.host.refusals import invalid_argument
from vcenter_simulator.host.requests import Gateway, Ipv6Change, Ipv6Spec, RouteChange
from vcenter_simulator.host.state import Dns, Ipv4


def ipv4(ip: Any) -> Ipv4:
    """Return the IPv4 part of a HostIpConfig."""
    return Ipv4(dhcp=ip.dhcp, address=ip.ipAddress or None, netmask=ip.subnetMask or None)


def ipv6(config: Any) -> Ipv6Spec:
    """Return what a HostIpConfigIpV6AddressConfiguration asks for."""
    return Ipv6Spec(
        auto=config.autoConfigurationEnabled,
        dhcp=config.dhcpV6Enabled,
        changes=tuple(
            Ipv6Change(f"{one.ipAddress}/{one.prefixLength}", one.operation or None, one.origin or None)
            for one in config.ipV6Address
        ),
    )


def gateways(route_config: Any) -> tuple[Gateway, Gateway]:
    """Return the IPv4 and IPv6 gateway of a HostIpRouteConfig; what is unset in it is to be taken away."""
    return Gateway(route_config.defaultGateway or None), Gateway(route_config.ipV6DefaultGateway or None)


def dns(config: Any) -> Dns:
    """Return what a HostDnsConfig asks for.

    Raises:
        Refusal: InvalidArgument for a host name with a dot in it.
    """
    if "." in config.hostName:
        raise invalid_argument("dnsConfig.hostName", f"'{config.hostName}' has a dot in it.")
    return Dns(
        dhcp=config.dhcp,
        device=config.virtualNicDevice or None,
        device6=config.ipv6VirtualNicDevice or None,
        host_name=config.hostName,
        domain_name=config.domainName,
        servers=tuple(config.address),
        search_domains=tuple(config.searchDomain),
    )


def routes(table: Any) -> tuple[RouteChange, ...]:
    """Return the changes in a HostIpRouteTableConfig."""
    return tuple(
        RouteChange(one.changeOperation, f"{one.route.network}/{one.route.prefixLength}", one.route.gateway)
        for one in (*table.ipRoute, *table.ipv6Route)
    )
