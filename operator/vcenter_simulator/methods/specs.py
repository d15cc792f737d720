"""Specifications of adapters and stacks to the host's requests. What is not simulated is refused, never ignored."""

from typing import Any

from vcenter_simulator.host.network_config import AdapterChange, NetworkChange, check_operation
from vcenter_simulator.host.refusals import invalid_argument, not_supported
from vcenter_simulator.host.requests import AdapterSpec, DistributedPort, Gateway, NetstackEdit
from vcenter_simulator.host.state import DEFAULT_STACK
from vcenter_simulator.methods.address_specs import dns, gateways, ipv4, ipv6, routes
from vcenter_simulator.methods.switch_specs import membership_change, portgroup_change, switch_change

_NOT_SIMULATED = ("pnic", "consoleVnic", "consoleIpRouteConfig", "dhcp", "nat", "migrationStatus")
"""The fields of HostNetworkConfig that nothing here stands behind."""


def adapter_spec(portgroup: str | None, spec: Any) -> AdapterSpec:
    """Return what a HostVirtualNicSpec asks for.

    Args:
        portgroup: the call's own parameter; the specification's counts when it is empty.
        spec: the HostVirtualNicSpec.

    Raises:
        Refusal: NotSupported for what is not simulated, InvalidArgument for two different port groups.
    """
    if spec.dpuId is not None:
        raise not_supported("The simulator has no 'dpuId' for VMkernel adapters.")
    if portgroup and spec.portgroup and portgroup != spec.portgroup:
        raise invalid_argument("nic.portgroup", f"It names '{spec.portgroup}', the call '{portgroup}'.")
    port, ip = spec.distributedVirtualPort, spec.ip
    gateway, gateway6 = _own_gateways(spec.ipRouteSpec)
    return AdapterSpec(
        portgroup=portgroup or spec.portgroup or None,
        distributed=DistributedPort(port.switchUuid, port.portgroupKey, port.portKey) if port is not None else None,
        opaque=spec.opaqueNetwork.opaqueNetworkId if spec.opaqueNetwork is not None else None,
        netstack=spec.netStackInstanceKey,
        mac=spec.mac,
        mtu=spec.mtu,
        tso=spec.tsoEnabled,
        ipv4=ipv4(ip) if ip is not None else None,
        ipv6=ipv6(ip.ipV6Config) if ip is not None and ip.ipV6Config is not None else None,
        gateway=gateway,
        gateway6=gateway6,
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
    edit = routing_edit(instance.key, spec.operation or "", instance)
    return NetstackEdit(
        key=edit.key,
        operation=edit.operation,
        name=instance.name,
        gateway=edit.gateway,
        gateway6=edit.gateway6,
        routes=edit.routes,
        dns=edit.dns,
        max_connections=instance.requestedMaxNumberOfConnections,
        congestion_control=instance.congestionControlAlgorithm,
    )


def routing_edit(key: str, operation: str, source: Any) -> NetstackEdit:
    """Return what *source* asks for by its dnsConfig, ipRouteConfig and routeTableConfig.

    A HostNetStackInstance has these for itself, a HostNetworkConfig for the default stack.
    """
    gateway, gateway6 = gateways(source.ipRouteConfig) if source.ipRouteConfig is not None else (None, None)
    return NetstackEdit(
        key=key,
        operation=operation,
        gateway=gateway,
        gateway6=gateway6,
        routes=routes(source.routeTableConfig) if source.routeTableConfig is not None else (),
        dns=dns(source.dnsConfig) if source.dnsConfig is not None else None,
    )


def network_change(config: Any) -> NetworkChange:
    """Return what a HostNetworkConfig asks for.

    Raises:
        Refusal: NotSupported for what is not simulated, InvalidArgument for an unknown operation.
    """
    for name in _NOT_SIMULATED:
        if getattr(config, name) not in (None, []):
            raise not_supported(f"The simulator's UpdateNetworkConfig has no '{name}'.")
    default = routing_edit(DEFAULT_STACK, "edit", config)
    is_used = default != NetstackEdit(key=DEFAULT_STACK, operation="edit")
    return NetworkChange(
        switches=tuple(switch_change(one) for one in config.vswitch),
        memberships=tuple(membership_change(one) for one in config.proxySwitch),
        portgroups=tuple(portgroup_change(one) for one in config.portgroup),
        adapters=tuple(_adapter_change(one) for one in config.vnic),
        netstacks=(*((default,) if is_used else ()), *(netstack_edit(one) for one in config.netStackSpec)),
        ipv6_enabled=config.ipV6Enabled,
    )


def _adapter_change(config: Any) -> AdapterChange:
    operation = check_operation(config.changeOperation, "vnic")
    spec = adapter_spec(config.portgroup, config.spec) if config.spec is not None else None
    return AdapterChange(operation, config.device or None, spec)


def _own_gateways(route_spec: Any) -> tuple[Gateway | None, Gateway | None]:
    if route_spec is None:
        return None, None
    if route_spec.ipRouteConfig is None:
        return Gateway(None), Gateway(None)
    return gateways(route_spec.ipRouteConfig)
