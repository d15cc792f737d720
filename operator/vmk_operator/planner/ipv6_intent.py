"""What a spec asks for of an adapter's IPv6, in typed values."""

from dataclasses import dataclass
from ipaddress import AddressValueError, IPv6Address, IPv6Interface, NetmaskValueError
from typing import Literal

from vmk_operator.api.v1alpha1 import Ipv6
from vmk_operator.planner.invalid_spec import invalid
from vmk_operator.planner.verdict import Blocked

MOST_ADDRESSES = 16


@dataclass(frozen=True, slots=True)
class Ipv6Intent:
    """Desired IPv6 configuration of an adapter; ``None`` is not managed."""

    auto: bool | None
    """Takes addresses and gateways from router advertisements."""
    dhcp: bool | None
    addresses: tuple[IPv6Interface, ...] | None
    """Exactly those given by hand, sorted by network and number."""
    gateway: IPv6Address | Literal["None"] | None
    """The adapter's own."""

    @property
    def is_configuration(self) -> bool:
        """Tell whether it says where addresses come from: enough to create an adapter with."""
        return (self.auto, self.dhcp, self.addresses) != (None, None, None)

    @property
    def needs_ipv6(self) -> bool:
        """Tell whether it asks for anything that a host without IPv6 can't give."""
        return bool(self.auto or self.dhcp or self.addresses) or isinstance(self.gateway, IPv6Address)


def read_ipv6(ipv6: Ipv6) -> Ipv6Intent | Blocked:
    """Convert the IPv6 of a VmkAdapter."""
    addresses = None if ipv6.addresses is None else _read_addresses(ipv6.addresses)
    if isinstance(addresses, Blocked):
        return addresses
    gateway = read_ipv6_gateway("ipv6.gateway", ipv6.gateway)
    if isinstance(gateway, Blocked):
        return gateway
    return Ipv6Intent(ipv6.accept_router_advertisements, ipv6.dhcp, addresses, gateway)


def read_ipv6_gateway(field: str, text: str | None) -> IPv6Address | Literal["None"] | Blocked | None:
    """Convert a gateway of a spec, where *field* is."""
    if text is None:
        return None
    if text == "None":
        return "None"
    try:
        gateway = IPv6Address(text)
    except AddressValueError:
        return invalid(field, repr(text), "use an IPv6 address, or None for exactly no gateway")
    if is_special(gateway):
        return invalid(field, repr(text), "use an address that a router can have")
    return gateway


def _read_addresses(texts: tuple[str, ...]) -> tuple[IPv6Interface, ...] | Blocked:
    if len(texts) > MOST_ADDRESSES:
        return invalid("ipv6.addresses", f"{len(texts)} addresses", f"declare {MOST_ADDRESSES} at most")
    addresses: list[IPv6Interface] = []
    for text in texts:
        address = _read_address(text)
        if isinstance(address, Blocked):
            return address
        addresses.append(address)
    if len({one.ip for one in addresses}) < len(addresses):
        return invalid("ipv6.addresses", ", ".join(texts), "name each address once")
    return tuple(sorted(addresses))


def _read_address(text: str) -> IPv6Interface | Blocked:
    advice = "use IPv6 addresses with their prefix length, for example fd00:40::11/64"
    address, slash, prefix = text.partition("/")
    if not slash or not prefix.isascii() or not prefix.isdigit():
        return invalid("ipv6.addresses", repr(text), advice)
    try:
        given = IPv6Address(address)
        interface = IPv6Interface((given, int(prefix)))
    except (AddressValueError, NetmaskValueError, ValueError):
        return invalid("ipv6.addresses", repr(text), advice)
    if is_special(given) or given.is_link_local or interface.network.prefixlen == 0:
        return invalid("ipv6.addresses", repr(text), "use addresses that an adapter can be given")
    return interface


def is_special(address: IPv6Address) -> bool:
    """Tell whether neither a host nor a router can have *address*."""
    return (
        address.is_multicast
        or address.is_unspecified
        or address.is_loopback
        or address.ipv4_mapped is not None
        or address.scope_id is not None
    )
