"""vSphere's specifications to the host's requests. What is not simulated is refused, never ignored."""

from typing import Any

from vcenter_simulator.host.refusals import invalid_argument, not_supported
from vcenter_simulator.host.requests import AdapterSpec, DistributedPort, Gateway, NetstackEdit
from vcenter_simulator.host.state import Dns, Ipv4


def adapter_spec(portgroup: str | None, spec: Any) -> AdapterSpec:
    """Return what a HostVirtualNicSpec asks for.

    Args:
        portgroup: AddVirtualNic's own parameter; the specification's counts when it is empty.
        spec: the HostVirtualNicSpec.

    Raises:
        Refusal: NotSupported for what is not simulated, InvalidArgument for two different port groups.
    """
    for name in ("opaqueNetwork", "dpuId"):
        if getattr(spec, name) is not None:
            raise not_supported(f"The simulator has no '{name}' for VMkernel adapters.")
    if portgroup and spec.portgroup and portgroup != spec.portgroup:
        raise invalid_argument("nic.portgroup", f"It names '{spec.portgroup}', the call '{portgroup}'.")
    port = spec.distributedVirtualPort
    return AdapterSpec(
        portgroup=portgroup or spec.portgroup or None,
        distributed=DistributedPort(port.switchUuid, port.portgroupKey, port.portKey) if port is not None else None,
        netstack=spec.netStackInstanceKey,
        mac=spec.mac,
        mtu=spec.mtu,
        tso=spec.tsoEnabled,
        ipv4=_ipv4(spec.ip) if spec.ip is not None else None,
        gateway=_own_gateway(spec.ipRouteSpec),
    )


def netstack_edit(spec: Any) -> NetstackEdit:
    """Return what a HostNetworkConfigNetStackSpec asks for.

    Raises:
        Refusal: NotSupported for what is not simulated, InvalidArgument without a key.
    """
    instance = spec.netStackInstance
    if not instance.key:
        raise invalid_argument("netStackSpec.netStackInstance.key", "It is missing.")
    if instance.ipV6Enabled is False:
        raise not_supported("IPv6 can't be switched off for one TCP/IP stack.")
    _check_routes(instance.routeTableConfig)
    return NetstackEdit(
        key=instance.key,
        operation=spec.operation or "",
        name=instance.name,
        gateway=_gateway(instance.ipRouteConfig) if instance.ipRouteConfig is not None else None,
        dns=_dns(instance.dnsConfig) if instance.dnsConfig is not None else None,
        max_connections=instance.requestedMaxNumberOfConnections,
        congestion_control=instance.congestionControlAlgorithm,
    )


def netstack_edits(config: Any) -> tuple[NetstackEdit, ...]:
    """Return the stack edits of a HostNetworkConfig.

    Raises:
        Refusal: NotSupported when it asks for anything else.
    """
    for info in config._GetPropertyList():  # noqa: SLF001 - pyVmomi's official schema interface
        value = getattr(config, info.name)
        if info.name != "netStackSpec" and value is not None and value != []:
            raise not_supported(f"The simulator's UpdateNetworkConfig has no '{info.name}'.")
    return tuple(netstack_edit(one) for one in config.netStackSpec)


def _ipv4(ip: Any) -> Ipv4:
    if ip.ipV6Config is not None:
        raise not_supported("The simulator's VMkernel adapters have no IPv6.")
    return Ipv4(dhcp=ip.dhcp, address=ip.ipAddress or None, netmask=ip.subnetMask or None)


def _own_gateway(route_spec: Any) -> Gateway | None:
    if route_spec is None:
        return None
    return _gateway(route_spec.ipRouteConfig) if route_spec.ipRouteConfig is not None else Gateway(None)


def _gateway(route_config: Any) -> Gateway:
    if route_config.ipV6DefaultGateway:
        raise not_supported("The simulator's TCP/IP stacks have no IPv6.")
    return Gateway(route_config.defaultGateway or None)


def _dns(config: Any) -> Dns:
    if "." in config.hostName:
        raise invalid_argument("netStackSpec.dnsConfig.hostName", f"'{config.hostName}' has a dot in it.")
    return Dns(
        dhcp=config.dhcp,
        device=config.virtualNicDevice,
        host_name=config.hostName,
        domain_name=config.domainName,
        servers=tuple(config.address),
        search_domains=tuple(config.searchDomain),
    )


def _check_routes(table: Any) -> None:
    """Take a table that was read back; refuse one with changes in it."""
    entries = [*table.ipRoute, *table.ipv6Route] if table is not None else []
    if any(one.changeOperation != "ignore" for one in entries):
        raise not_supported("The simulator's TCP/IP stacks have no static routes.")
