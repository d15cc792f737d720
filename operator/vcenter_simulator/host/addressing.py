"""The rules about addresses: what a host takes as an IPv4 configuration, an MTU or a gateway."""

import re
from ipaddress import AddressValueError, IPv4Address, IPv4Network, NetmaskValueError

from vcenter_simulator.host.refusals import config_fault, invalid_argument
from vcenter_simulator.host.state import Adapter, HostState, Ipv4

SMALLEST_MTU, LARGEST_MTU = 1280, 9000

_MAC = re.compile(r"([0-9A-Fa-f]{2}:){5}[0-9A-Fa-f]{2}")


def check_ipv4(wanted: Ipv4) -> Ipv4:
    """Return *wanted* as the host stores it: with DHCP, a sent address is a reflection and is dropped.

    Raises:
        Refusal: InvalidArgument that names the wrong field.
    """
    if wanted.dhcp:
        return Ipv4(dhcp=True)
    if not wanted.address and not wanted.netmask:
        return Ipv4()
    address = _address(wanted.address or "", "nic.ip.ipAddress")
    if address.is_multicast or address.is_unspecified or address.is_loopback or address.is_reserved:
        raise invalid_argument("nic.ip.ipAddress", f"{address} is not the address of a host.")
    try:
        network = IPv4Network(f"{address}/{wanted.netmask or ''}", strict=False)
    except (AddressValueError, NetmaskValueError, ValueError) as error:
        raise invalid_argument("nic.ip.subnetMask", f"'{wanted.netmask or ''}' is not a subnet mask.") from error
    # /31 and /32 have no network and broadcast address of their own.
    if network.prefixlen < 31 and address in (network.network_address, network.broadcast_address):  # noqa: PLR2004
        raise invalid_argument("nic.ip.ipAddress", f"{address} is the network or broadcast address of {network}.")
    return Ipv4(address=str(address), netmask=str(network.netmask))


def check_mac(mac: str) -> str:
    """Return *mac* if an adapter can have it.

    Raises:
        Refusal: InvalidArgument.
    """
    if not _MAC.fullmatch(mac) or int(mac[:2], 16) & 1:
        raise invalid_argument("nic.mac", f"'{mac}' is not the MAC address of an adapter.")
    return mac.lower()


def check_mtu(mtu: int) -> int:
    """Return *mtu* if a host takes it at all.

    Raises:
        Refusal: InvalidArgument.
    """
    if not SMALLEST_MTU <= mtu <= LARGEST_MTU:
        raise invalid_argument("nic.mtu", f"{mtu} is outside {SMALLEST_MTU} to {LARGEST_MTU}.")
    return mtu


def check_unique_address(state: HostState, adapter: Adapter) -> None:
    """Refuse an address, set by hand, that another adapter of the host has."""
    if adapter.ipv4.address is None or adapter.ipv4.dhcp:
        return
    for other in state.adapters:
        if other.device != adapter.device and other.ipv4.address == adapter.ipv4.address:
            raise config_fault(f"The address {adapter.ipv4.address} is already in use by {other.device}.")


def _address(text: str, parameter: str) -> IPv4Address:
    try:
        return IPv4Address(text)
    except AddressValueError as error:
        raise invalid_argument(parameter, f"'{text}' is not an IPv4 address.") from error
