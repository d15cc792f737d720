"""IPv6 addresses as specs have them; the traps of CEL are those that ``addresses`` tells of."""

from ipaddress import IPv6Address, IPv6Interface
from typing import Annotated

from pydantic import AfterValidator

from vmk_operator.api.bounds import AtMost
from vmk_operator.api.rules import Rule
from vmk_operator.api.v1alpha1.addresses import NO_GATEWAY

_IS_CIDR = "isCIDR(self) && cidr(self).ip().family() == 6"
_IS_IP = "isIP(self) && ip(self).family() == 6"


def _is_interface(text: str) -> str:
    IPv6Interface(text)
    return text


def _is_gateway(text: str) -> str:
    if text != NO_GATEWAY:
        IPv6Address(text)
    return text


HostAddress6 = Annotated[
    str,
    AtMost(64),
    AfterValidator(_is_interface),
    Rule(
        _IS_CIDR,
        "must be an IPv6 address with its prefix length, for example fd00:40::11/64",
        message_cel="isIP(self) && ip(self).family() == 6 ? 'needs its prefix length, for example ' + self + '/64' : "
        "'must be an IPv6 address with its prefix length, for example fd00:40::11/64'",
    ),
    Rule(f"!({_IS_CIDR}) || cidr(self).prefixLength() > 0", "must have a prefix length from 1 to 128"),
    Rule(
        # Not unspecified, loopback, multicast or link-local: every adapter gives itself its link-local address.
        f"!({_IS_CIDR}) || cidr(self).ip().isGlobalUnicast()",
        "must be an address that an adapter can be given, not an unspecified, loopback, multicast or link-local one",
    ),
    Rule(
        f"!({_IS_CIDR}) || cidr(self).prefixLength() in [0, 127, 128] || !(cidr(self) == cidr(self).masked())",
        "must be the address of a host, not the address of its network",
    ),
]

GatewayAddress6 = Annotated[
    str,
    AtMost(64),
    AfterValidator(_is_gateway),
    Rule(
        "self != ''",
        "must not be empty: leave it out to leave the gateway alone, or write None for exactly no gateway",
    ),
    Rule(
        f"self in ['', 'None'] || ({_IS_IP})",
        "must be an IPv6 address, for example fd00:40::1 or fe80::1, or None for exactly no gateway",
        message_cel="'must be an IPv6 address' + (isCIDR(self) ? ' without a prefix length' : '') + "
        "', for example fd00:40::1 or fe80::1, or None for exactly no gateway' + "
        "(self.lowerAscii() in ['none', 'null', 'nil'] ? '; did you mean None?' : '')",
    ),
    Rule(
        f"!({_IS_IP}) || ip(self).isGlobalUnicast() || ip(self).isLinkLocalUnicast()",
        "must be an address that a router can have, not an unspecified, loopback or multicast one",
    ),
]
