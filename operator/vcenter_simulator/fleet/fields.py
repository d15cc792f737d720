"""The words that documents are made of."""

import re
from collections.abc import Callable
from ipaddress import IPv4Interface, IPv6Interface, ip_address, ip_network
from typing import Annotated

from pydantic import AfterValidator, Field

from vcenter_simulator.fleet.ranges import has_range, length, member


def _each(text: str, check: Callable[[str], str]) -> str:
    """Check *text*, or the first and the last of those that it stands for."""
    if not has_range(text):
        return check(text)
    for index in (0, length(text) - 1):
        check(member(text, index))
    return text


def _interface(text: str) -> str:
    if "/" not in text:
        raise ValueError(f"'{text}' has no prefix length; write for example 10.0.40.11/24")
    return str(IPv4Interface(text))


def _ipv6_interface(text: str) -> str:
    if "/" not in text:
        raise ValueError(f"'{text}' has no prefix length; write for example fd00:40::11/64")
    return str(IPv6Interface(text))


def _mac(text: str) -> str:
    if not _MAC.fullmatch(text):
        raise ValueError(f"'{text}' is no MAC address; write for example 00:50:56:60:00:01")
    return text


_MAC = re.compile(r"([0-9A-Fa-f]{2}:){5}[0-9A-Fa-f]{2}")

Device = Annotated[str, Field(pattern=r"^vmk(0|[1-9][0-9]{0,2})$")]
Name = Annotated[str, Field(min_length=1, max_length=255)]
Cidr = Annotated[str, AfterValidator(lambda text: _each(text, _interface))]
Cidr6 = Annotated[str, AfterValidator(lambda text: _each(text, _ipv6_interface))]
Network = Annotated[str, AfterValidator(lambda text: _each(text, lambda one: str(ip_network(one))))]
Address = Annotated[str, AfterValidator(lambda text: _each(text, lambda one: str(ip_address(one))))]
Mac = Annotated[str, AfterValidator(lambda text: _each(text, _mac))]
