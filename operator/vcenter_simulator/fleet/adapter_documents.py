"""The schema of VMkernel adapters, and of where they are plugged in."""

from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field

from vcenter_simulator.fleet.base import Document
from vcenter_simulator.fleet.fields import Address, Cidr, Cidr6, Mac, Name


class DistributedPlace(Document):
    """A port group of a distributed switch, by names."""

    switch: Name
    name: Name
    port_key: str | None = None
    connection_cookie: int = 0


class PlaceDocument(Document):
    """Where an adapter is plugged in: exactly one of the four."""

    standard: Name | None = None
    """A port group of a switch of the host's own."""
    distributed: DistributedPlace | None = None
    """A port group of a distributed switch."""
    opaque: Name | None = None
    """The id of an opaque network."""
    name: Name | None = None
    """A port group of either kind; of two with that name the standard one."""


def _standard_or_distributed(given: Any) -> Any:
    return {"name": given} if isinstance(given, str) else given


Place = Annotated[PlaceDocument, BeforeValidator(_standard_or_distributed, json_schema_input_type=Name | PlaceDocument)]
"""A place, or in short the name of a port group that the host has, whatever its kind."""


class Ipv4Document(Document):
    """An adapter's IPv4 configuration; neither DHCP nor an address means none. Without one, DHCP gives a lease."""

    dhcp: bool = False
    address: Cidr | None = None
    gateway: Address | None = None
    """The adapter's own gateway."""


def _address_or_dhcp(given: Any) -> Any:
    if isinstance(given, str):
        return {"dhcp": True} if given == "dhcp" else {"address": given}
    return given


Ipv4Configuration = Annotated[
    Ipv4Document, BeforeValidator(_address_or_dhcp, json_schema_input_type=Cidr | Literal["dhcp"] | Ipv4Document)
]
"""The configuration, or in short the address, or ``dhcp``."""


class Ipv6Document(Document):
    """An adapter's IPv6 configuration; what it takes from its network goes without saying."""

    auto: bool = False
    dhcp: bool = False
    addresses: list[Cidr6] = []
    gateway: Address | None = None
    """The adapter's own gateway."""


class VsanMulticastDocument(Document):
    """The multicast addresses of an adapter that carries vSAN."""

    upstream: Address
    downstream: Address


class AdapterDocument(Document):
    """A VMkernel adapter; in an edit, the fields to change."""

    mac: Mac | None = None
    netstack: Name | None = None
    port_group: Place | None = None
    mtu: int | None = Field(default=None, ge=1, le=65535)
    tso: bool | None = None
    ipv4: Ipv4Configuration | None = None
    ipv6: Ipv6Document | None = None
    services: list[str] | None = None
    vsan_multicast: VsanMulticastDocument | None = None
