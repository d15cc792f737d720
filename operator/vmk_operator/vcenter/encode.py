"""Steps to vSphere calls. Pure: a step carries the complete sub-object already, so this only translates.

Source: reference/vsphere.md §1.3, §2, §3.2.
"""

import enum
from dataclasses import dataclass
from ipaddress import IPv6Interface
from typing import Any, assert_never

from vmk_operator.model.host import (
    Attachment,
    DistributedAttachment,
    DnsState,
    Ipv4State,
    OpaqueAttachment,
    RouteConfig,
    StandardAttachment,
    StaticRoute,
)
from vmk_operator.model.step import (
    ApiStep,
    CreateAdapter,
    DeselectService,
    Ipv6Change,
    RemoveAdapter,
    RouteChanges,
    SelectService,
    UpdateAdapter,
    UpdateNetstack,
    UpdateVsan,
)
from vmk_operator.vcenter.encode_vsan import vsan_config
from vmk_operator.vcenter.vmomi import vim

IPV4, IPV6 = 4, 6


class Manager(enum.Enum):
    """The managed object of a host that a call is made on."""

    NETWORK_SYSTEM = enum.auto()
    VIRTUAL_NIC_MANAGER = enum.auto()
    VSAN_SYSTEM = enum.auto()


@dataclass(frozen=True, slots=True)
class HostCall:
    """One call of one host, with pyVmomi's name of the method and pyVmomi's arguments."""

    manager: Manager
    method: str
    args: tuple[Any, ...]
    is_task: bool = False
    """It begins a task, and how that ends is what counts."""


def encode(step: ApiStep) -> HostCall:
    """Translate *step*."""
    match step:
        case CreateAdapter():
            # Anywhere else the name of the port group must be empty: it would be a standard one's.
            name = step.attachment.port_group if isinstance(step.attachment, StandardAttachment) else ""
            return HostCall(Manager.NETWORK_SYSTEM, "AddVirtualNic", (name, _new_adapter(step)))
        case UpdateAdapter():
            return HostCall(Manager.NETWORK_SYSTEM, "UpdateVirtualNic", (step.device, _changed_adapter(step)))
        case RemoveAdapter():
            return HostCall(Manager.NETWORK_SYSTEM, "RemoveVirtualNic", (step.device,))
        case SelectService() | DeselectService():
            method = "SelectVnic" if isinstance(step, SelectService) else "DeselectVnic"
            return HostCall(Manager.VIRTUAL_NIC_MANAGER, method, (step.service, step.device))
        case UpdateVsan():
            return HostCall(Manager.VSAN_SYSTEM, "Update", (vsan_config(step.ports),), is_task=True)
        case UpdateNetstack():
            return HostCall(Manager.NETWORK_SYSTEM, "UpdateNetworkConfig", (_network_config(step), "modify"))
        case _:
            assert_never(step)


def _new_adapter(step: CreateAdapter) -> Any:
    spec = vim.host.VirtualNic.Specification(ip=_ip_config(step.ipv4, step.ipv6), netStackInstanceKey=step.netstack)
    if not isinstance(step.attachment, StandardAttachment):  # which is named beside the specification
        _attach(spec, step.attachment)
    if step.mtu is not None:
        spec.mtu = step.mtu
    if step.routes is not None:
        spec.ipRouteSpec = _own_routes(step.routes)
    return spec


def _changed_adapter(step: UpdateAdapter) -> Any:
    spec = vim.host.VirtualNic.Specification(ip=_ip_config(step.ipv4, step.ipv6))
    if step.attachment is not None:
        _attach(spec, step.attachment)
    if step.mtu is not None:
        spec.mtu = step.mtu
    if step.routes is not None:
        spec.ipRouteSpec = _own_routes(step.routes)
    return spec


def _own_routes(routes: RouteConfig) -> Any:
    return vim.host.VirtualNic.IpRouteSpec(ipRouteConfig=_route_config(routes))


def _attach(spec: Any, attachment: Attachment) -> None:
    match attachment:
        case StandardAttachment(port_group=name):
            spec.portgroup = name
        case DistributedAttachment(switch_uuid=uuid, port_group_key=key):
            spec.distributedVirtualPort = vim.dvs.PortConnection(switchUuid=uuid, portgroupKey=key)
        case OpaqueAttachment(network_id=network_id, network_type=network_type):
            spec.opaqueNetwork = vim.host.VirtualNic.OpaqueNetworkSpec(
                opaqueNetworkId=network_id, opaqueNetworkType=network_type
            )
        case _:
            assert_never(attachment)


def _ip_config(ipv4: Ipv4State, ipv6: Ipv6Change | None) -> Any:
    config = vim.host.IpConfig(dhcp=ipv4.dhcp)
    if ipv4.address is not None:
        config.ipAddress, config.subnetMask = str(ipv4.address.ip), str(ipv4.address.netmask)
    if ipv6 is not None:  # what is left out stays
        config.ipV6Config = _ipv6_config(ipv6)
    return config


def _ipv6_config(change: Ipv6Change) -> Any:
    config = vim.host.IpConfig.IpV6AddressConfiguration()
    if change.auto is not None:
        config.autoConfigurationEnabled = change.auto
    if change.dhcp is not None:
        config.dhcpV6Enabled = change.dhcp
    # What goes goes first: an address may come back with another prefix length.
    config.ipV6Address = [
        *(_ipv6_address(one, "remove") for one in change.remove),
        *(_ipv6_address(one, "add") for one in change.add),
    ]
    return config


def _ipv6_address(address: IPv6Interface, operation: str) -> Any:
    return vim.host.IpConfig.IpV6Address(
        ipAddress=str(address.ip), prefixLength=address.network.prefixlen, origin="manual", operation=operation
    )


def _network_config(step: UpdateNetstack) -> Any:
    stack = vim.host.NetStackInstance(key=step.key)
    if step.routes is not None:
        stack.ipRouteConfig = _route_config(step.routes)
    if step.dns is not None:
        # Only then: the required fields of an empty one would blank the host's name (vsphere.md §1.3).
        stack.dnsConfig = _dns_config(step.dns)
    if step.route_changes is not None:
        stack.routeTableConfig = _route_table_config(step.route_changes)
    if step.max_connections is not None:
        stack.requestedMaxNumberOfConnections = step.max_connections
    if step.congestion_control is not None:
        stack.congestionControlAlgorithm = step.congestion_control
    edit = vim.host.NetworkConfig.NetStackSpec(netStackInstance=stack, operation="edit")
    return vim.host.NetworkConfig(netStackSpec=[edit])


def _dns_config(dns: DnsState) -> Any:
    config = vim.host.DnsConfig(dhcp=dns.dhcp, hostName=dns.host_name, domainName=dns.domain_name)
    config.address, config.searchDomain = list(dns.servers), list(dns.search_domains)
    if dns.device is not None:
        config.virtualNicDevice = dns.device
    if dns.ipv6_device is not None:
        config.ipv6VirtualNicDevice = dns.ipv6_device
    return config


def _route_table_config(changes: RouteChanges) -> Any:
    config = vim.host.IpRouteTableConfig()
    config.ipRoute, config.ipv6Route = _route_ops(changes, IPV4), _route_ops(changes, IPV6)
    return config


def _route_ops(changes: RouteChanges, version: int) -> list[Any]:
    # First what goes: a network may get another gateway.
    return [
        *(_route_op("remove", one) for one in _of_version(changes.remove, version)),
        *(_route_op("add", one) for one in _of_version(changes.add, version)),
    ]


def _of_version(routes: frozenset[StaticRoute], version: int) -> list[StaticRoute]:
    found = (one for one in routes if one.network.version == version)
    return sorted(found, key=lambda one: (int(one.network.network_address), one.network.prefixlen, int(one.gateway)))


def _route_op(operation: str, route: StaticRoute) -> Any:
    entry = vim.host.IpRouteEntry(
        network=str(route.network.network_address), prefixLength=route.network.prefixlen, gateway=str(route.gateway)
    )
    return vim.host.IpRouteOp(changeOperation=operation, route=entry)


def _route_config(routes: RouteConfig) -> Any:
    """Send the whole of it: an unset gateway is a removal."""
    config = vim.host.IpRouteConfig()
    if routes.ipv4_gateway is not None:
        config.defaultGateway = str(routes.ipv4_gateway)
    if routes.ipv6_gateway is not None:
        config.ipV6DefaultGateway = str(routes.ipv6_gateway)
    return config
