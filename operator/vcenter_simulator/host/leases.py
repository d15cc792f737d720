"""What an adapter gets from its network: leases, router advertisements, and the address that it gives itself.

Every port group is taken for a network with a DHCP server and a router of its own. What they give out follows from
the port group and the adapter's MAC alone, so that the same adapter always gets the same.
"""

from functools import lru_cache
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Interface, IPv6Network
from zlib import crc32

from vcenter_simulator.host.state import (
    Adapter,
    Attachment,
    Dns,
    Ipv4,
    OpaqueAttachment,
    StackInUse,
    StandardAttachment,
)

ROUTER = IPv6Address("fe80::1")
"""Who advertises in every network."""

LINK_LOCAL = IPv6Network("fe80::/64")

LEASE_DOMAIN = "example.com"
"""The domain that every DHCP server tells."""

_LEASED = tuple(IPv4Network("172.16.0.0/12").subnets(new_prefix=20))
_ADVERTISED = IPv6Network("fd00:5eed::/32")
_FIRST_LEASE = 10


def ipv4_lease(attachment: Attachment, mac: str) -> Ipv4:
    """Return what the DHCP server of the adapter's network gives to *mac*."""
    network = _LEASED[_segment(attachment) % len(_LEASED)]
    places = network.num_addresses - _FIRST_LEASE - 1
    address = network.network_address + _FIRST_LEASE + _number(mac) % places
    return Ipv4(dhcp=True, address=str(address), netmask=str(network.netmask))


def leased_gateway(ipv4: Ipv4) -> str | None:
    """Return the gateway that came with a lease, if there is one: the first address of its network."""
    return _nth_address(ipv4, 1) if ipv4.dhcp else None


def leased_name_servers(ipv4: Ipv4) -> tuple[str, ...]:
    """Return the name servers that came with a lease: the next two addresses."""
    found = (_nth_address(ipv4, 2), _nth_address(ipv4, 3)) if ipv4.dhcp else ()
    return tuple(one for one in found if one is not None)


def leased_dns(used: StackInUse) -> Dns:
    """Return what came with the lease of the adapter that a stack has its DNS from; by itself, with its first."""
    wanted = used.stack.dns.device
    for adapter in used.adapters:
        servers = leased_name_servers(adapter.ipv4)
        if servers and wanted in (None, adapter.device):
            return Dns(domain_name=LEASE_DOMAIN, servers=servers, search_domains=(LEASE_DOMAIN,))
    return Dns()


@lru_cache(maxsize=4096)  # the spec of an adapter has it, and three lines of the routing table
def link_local(mac: str) -> IPv6Interface:
    """Return the address that an adapter gives itself (EUI-64, as observed on real hosts)."""
    return IPv6Interface((LINK_LOCAL[_eui64(mac)], 64))


def advertised_address(attachment: Attachment, mac: str) -> IPv6Interface:
    """Return the address that an adapter makes from the prefix that its router advertises."""
    return IPv6Interface((_advertised_network(attachment)[_eui64(mac)], 64))


def ipv6_lease(attachment: Attachment, mac: str) -> IPv6Interface:
    """Return what the DHCPv6 server of the adapter's network gives to *mac*."""
    return IPv6Interface((_advertised_network(attachment)[0xD000_0000 + _number(mac)], 64))


def learned_addresses(adapter: Adapter) -> tuple[IPv6Interface, ...]:
    """Return the IPv6 addresses that nobody gave to an adapter by hand."""
    found = [link_local(adapter.mac)]
    if adapter.ipv6.auto:
        found.append(advertised_address(adapter.attachment, adapter.mac))
    if adapter.ipv6.dhcp:
        found.append(ipv6_lease(adapter.attachment, adapter.mac))
    return tuple(found)


def is_same_network(one: Attachment, other: Attachment) -> bool:
    """Say whether two attachments are on the same port group."""
    return _name(one) == _name(other)


def _nth_address(ipv4: Ipv4, number: int) -> str | None:
    interface = ipv4.interface
    return None if interface is None else str(IPv4Address(interface.network.network_address + number))


def _advertised_network(attachment: Attachment) -> IPv6Network:
    first = int(_ADVERTISED.network_address) + (_segment(attachment) % (1 << 16) << 64)
    return IPv6Network((first, 64))


def _segment(attachment: Attachment) -> int:
    return crc32(_name(attachment).encode())


def _name(attachment: Attachment) -> str:
    if isinstance(attachment, StandardAttachment):
        return attachment.portgroup
    return attachment.network_id if isinstance(attachment, OpaqueAttachment) else attachment.portgroup_key


def _number(mac: str) -> int:
    """Return 16 bits that differ for MACs that were given out one after the other, at either end."""
    parts = bytes.fromhex(mac.replace(":", "").replace("-", ""))
    return int.from_bytes(parts[2:4], "big") ^ int.from_bytes(parts[4:6], "big")


def _eui64(mac: str) -> int:
    parts = bytes.fromhex(mac.replace(":", "").replace("-", ""))
    return int.from_bytes(bytes([parts[0] ^ 2]) + parts[1:3] + b"\xff\xfe" + parts[3:], "big")
