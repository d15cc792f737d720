"""VMkernel adapters as HostVirtualNic."""

from functools import lru_cache
from ipaddress import IPv6Interface
from typing import Any

from pyVmomi import vim

from vcenter_simulator.host.leases import advertised_address, ipv6_lease, link_local
from vcenter_simulator.host.state import Adapter, DistributedAttachment, HostState, OpaqueAttachment, StandardAttachment
from vcenter_simulator.soap.objects import made
from vcenter_simulator.soap.references import typed_array

# pyVmomi looks a name up anew whenever it is used.
_IP_CONFIG = vim.host.IpConfig
_IP_V6_ADDRESS = vim.host.IpConfig.IpV6Address
_IP_V6_ADDRESS_CONFIGURATION = vim.host.IpConfig.IpV6AddressConfiguration
_VIRTUAL_NIC = vim.host.VirtualNic
_SPECIFICATION = vim.host.VirtualNic.Specification


def virtual_nics(state: HostState) -> Any:
    """All adapters, as ``config.network.vnic`` has them."""
    return typed_array(_VIRTUAL_NIC, (virtual_nic(adapter, has_ipv6=state.ipv6_enabled) for adapter in state.adapters))


@lru_cache(maxsize=1024)
def virtual_nic(adapter: Adapter, *, has_ipv6: bool) -> Any:
    """One adapter. Most who read a host's adapters read its services next, which have them all again."""
    attachment = adapter.attachment
    nic = made(
        _VIRTUAL_NIC,
        device=adapter.device,
        key=adapter.key,
        portgroup=attachment.portgroup if isinstance(attachment, StandardAttachment) else "",
        spec=specification(adapter, has_ipv6=has_ipv6),
    )
    if isinstance(attachment, StandardAttachment):
        # A link: on the wire it is the key of the port group's port.
        port: Any = f"key-vim.host.PortGroup.Port-{attachment.portgroup}-{adapter.device}"
        nic.port = port
    return nic


def specification(adapter: Adapter, *, has_ipv6: bool) -> Any:
    """What an adapter is set to."""
    attachment = adapter.attachment
    spec = made(
        _SPECIFICATION,
        ip=made(
            _IP_CONFIG,
            dhcp=adapter.ipv4.dhcp,
            ipAddress=adapter.ipv4.address,
            subnetMask=adapter.ipv4.netmask,
            ipV6Config=_ipv6_configuration(adapter) if has_ipv6 else None,
        ),
        mac=adapter.mac,
        mtu=adapter.mtu,
        tsoEnabled=adapter.tso,
        netStackInstanceKey=adapter.netstack,
        systemOwned=False,
    )
    if isinstance(attachment, StandardAttachment):
        spec.portgroup = attachment.portgroup
    elif isinstance(attachment, OpaqueAttachment):
        spec.opaqueNetwork = vim.host.VirtualNic.OpaqueNetworkSpec(
            opaqueNetworkId=attachment.network_id, opaqueNetworkType=attachment.kind
        )
    else:
        spec.distributedVirtualPort = port_connection(attachment)
    if adapter.gateway is not None or adapter.gateway6 is not None:
        spec.ipRouteSpec = made(
            vim.host.VirtualNic.IpRouteSpec,
            ipRouteConfig=made(
                vim.host.IpRouteConfig, defaultGateway=adapter.gateway, ipV6DefaultGateway=adapter.gateway6
            ),
        )
    return spec


def _ipv6_configuration(adapter: Adapter) -> Any:
    """The switches and all addresses, however they came about; origins as observed on a real host."""
    found = [(link_local(adapter.mac), "other")]
    if adapter.ipv6.auto:
        found.append((advertised_address(adapter.attachment, adapter.mac), "linklayer"))
    if adapter.ipv6.dhcp:
        found.append((ipv6_lease(adapter.attachment, adapter.mac), "dhcp"))
    found += [(IPv6Interface(one), "manual") for one in adapter.ipv6.addresses]
    return made(
        _IP_V6_ADDRESS_CONFIGURATION,
        ipV6Address=[
            made(
                _IP_V6_ADDRESS,
                ipAddress=str(address.ip),
                prefixLength=address.network.prefixlen,
                origin=origin,
                dadState="preferred",
            )
            for address, origin in found
        ],
        autoConfigurationEnabled=adapter.ipv6.auto,
        dhcpV6Enabled=adapter.ipv6.dhcp,
    )


def port_connection(attachment: DistributedAttachment) -> Any:
    """The port of a distributed switch that an adapter is on."""
    return made(
        vim.dvs.PortConnection,
        switchUuid=attachment.switch_uuid,
        portgroupKey=attachment.portgroup_key,
        portKey=attachment.port_key,
        connectionCookie=attachment.connection_cookie,
    )
