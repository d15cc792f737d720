"""IPv4 addresses as specs have them.

CEL's traps here, all measured against kube-apiserver: ``cidr()`` and ``ip()`` fail the whole rule on text that they
cannot parse, so every rule but the first lets such text pass; CEL has neither shifts nor powers, hence the table.
"""

from ipaddress import IPv4Address, IPv4Interface, ip_address
from typing import Annotated

from pydantic import AfterValidator

from vmk_operator.api.bounds import AtMost
from vmk_operator.api.rules import Rule

NO_GATEWAY = "None"
"""The word that means: exactly no gateway."""

_IS_CIDR = "isCIDR(self) && cidr(self).ip().family() == 4"
_IS_IP = "isIP(self) && ip(self).family() == 4"
_NOT_FOR_HOSTS = ("0.0.0.0/8", "127.0.0.0/8", "224.0.0.0/3")
"""Unspecified, loopback, and from multicast to the end: multicast, reserved, limited broadcast."""
_POWERS = [2**bits for bits in range(33)]


def usable(address: str) -> str:
    """Write CEL for: *address* is one that a host can have."""
    within = " || ".join(f"cidr('{network}').containsIP({address})" for network in _NOT_FOR_HOSTS)
    return f"!({within})"


def _is_interface(text: str) -> str:
    IPv4Interface(text)
    return text


def _is_address(text: str) -> str:
    ip_address(text)
    return text


def _is_gateway(text: str) -> str:
    if text != NO_GATEWAY:
        IPv4Address(text)
    return text


UNUSABLE = "must be an address that a host can have, not an unspecified, loopback, multicast or reserved one"

HostAddress = Annotated[
    str,
    AtMost(64),
    AfterValidator(_is_interface),
    Rule(
        _IS_CIDR,
        "must be an IPv4 address with its prefix length, for example 10.0.40.11/24",
        message_cel="isIP(self) && ip(self).family() == 4 ? 'needs its prefix length, for example ' + self + '/24' : "
        r"self.matches('(^|\\.)0[0-9]') ? 'must not have leading zeros in its numbers' : "
        "'must be an IPv4 address with its prefix length, for example 10.0.40.11/24'",
    ),
    Rule(
        f"!({_IS_CIDR}) || cidr(self).prefixLength() > 0",
        "must have a prefix length from 1 to 32",
    ),
    Rule(f"!({_IS_CIDR}) || {usable('cidr(self).ip()')}", UNUSABLE),
    Rule(
        f"!({_IS_CIDR}) || cidr(self).prefixLength() in [0, 31, 32] || !(cidr(self) == cidr(self).masked())",
        "must be the address of a host, not the address of its network",
    ),
    Rule(
        f"!({_IS_CIDR}) || cidr(self).prefixLength() in [0, 31, 32] || "
        "[self.split('/')[0].split('.').map(octet, int(octet))].all(o, "
        "(o[0] * 16777216 + o[1] * 65536 + o[2] * 256 + o[3] + 1) "
        f"% {_POWERS}[32 - cidr(self).prefixLength()] != 0)",
        "must be the address of a host, not the broadcast address of its network",
    ),
]

NameServer = Annotated[
    str,
    AtMost(64),
    AfterValidator(_is_address),
    Rule("isIP(self)", "must be the address of a DNS server, for example 10.0.40.53 or fd00:40::53"),
    Rule("!isIP(self) || ip(self).isGlobalUnicast() || ip(self).isLinkLocalUnicast()", UNUSABLE),
]

GatewayAddress = Annotated[
    str,
    AtMost(64),
    AfterValidator(_is_gateway),
    Rule(
        "self != ''",
        "must not be empty: leave it out to leave the gateway alone, or write None for exactly no gateway",
    ),
    Rule(
        f"self in ['', 'None'] || ({_IS_IP})",
        "must be an IPv4 address, for example 10.0.40.1, or None for exactly no gateway",
        message_cel="'must be an IPv4 address' + (isCIDR(self) ? ' without a prefix length' : '') + "
        "', for example 10.0.40.1, or None for exactly no gateway' + "
        "(self.lowerAscii() in ['none', 'null', 'nil'] ? '; did you mean None?' : '')",
    ),
    Rule(f"!({_IS_IP}) || {usable('ip(self)')}", UNUSABLE),
]
