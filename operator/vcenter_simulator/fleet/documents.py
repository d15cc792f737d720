"""The documents' schema. Names are camelCase; whatever is left out of an edit stays as it is."""

from ipaddress import IPv4Interface
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field
from pydantic.alias_generators import to_camel


def _interface(text: str) -> str:
    if "/" not in text:
        raise ValueError("must be an address with a prefix length, for example 10.0.40.11/24")
    return str(IPv4Interface(text))


Device = Annotated[str, Field(pattern=r"^vmk(0|[1-9][0-9]{0,2})$")]
Name = Annotated[str, Field(min_length=1, max_length=255)]
Cidr = Annotated[str, AfterValidator(_interface)]


class Document(BaseModel):
    """The base of all documents."""

    model_config = ConfigDict(
        extra="forbid",  # a misspelt field in a test must not pass silently
        alias_generator=to_camel,
        validate_by_name=True,
        use_attribute_docstrings=True,
    )


class DistributedPlace(Document):
    """A port group of a distributed switch, by names."""

    switch: Name
    name: Name
    port_key: str | None = None
    connection_cookie: int = 0


class PlaceDocument(Document):
    """Where an adapter is plugged in: exactly one of the two."""

    standard: Name | None = None
    distributed: DistributedPlace | None = None


class Ipv4Document(Document):
    """An adapter's IPv4 configuration; neither DHCP nor an address means none."""

    dhcp: bool = False
    address: Cidr | None = None
    gateway: str | None = None
    """The adapter's own gateway."""


class AdapterDocument(Document):
    """A VMkernel adapter; in an edit, the fields to change."""

    mac: str | None = None
    netstack: Name | None = None
    port_group: PlaceDocument | None = None
    mtu: int | None = Field(default=None, ge=1, le=65535)
    tso: bool | None = None
    ipv4: Ipv4Document | None = None
    services: list[str] | None = None


class DnsDocument(Document):
    """The DNS client of a stack."""

    dhcp: bool = False
    device: str | None = None
    host_name: str = ""
    domain_name: str = ""
    servers: list[str] = []
    search_domains: list[str] = []


class NetstackDocument(Document):
    """A TCP/IP stack; in an edit, the fields to change. A gateway of ``null`` is none."""

    name: str | None = None
    gateway: str | None = None
    dns: DnsDocument | None = None
    max_connections: int | None = None
    congestion_control: str | None = None
    in_kernel: bool | None = None
    """Whether it was created by hand, as ``esxcli network ip netstack add`` does; a custom stack always is."""
    enabled: bool | None = None


class StandardSwitchDocument(Document):
    """A switch of the host's own."""

    mtu: int = 1500
    uplinks: list[str] = []
    port_groups: dict[Name, int] = {}
    """Name to VLAN."""


class HostDocument(Document):
    """A host."""

    name: Name
    uuid: Name
    connection_state: Literal["connected", "disconnected", "notResponding"] = "connected"
    in_maintenance_mode: bool = False
    pnics: dict[str, str] = {}
    """Device to MAC."""
    switches: dict[Name, StandardSwitchDocument] = {}
    distributed_switches: dict[Name, list[str]] = {}
    """Name of a distributed switch of the datacenter to the host's uplinks."""
    adapters: dict[Device, AdapterDocument] = {}
    netstacks: dict[Name, NetstackDocument] = {}
    """What differs from a freshly installed host; a name that no host comes with is a custom stack."""


class DistributedSwitchDocument(Document):
    """A distributed switch."""

    name: Name
    uuid: Name
    mtu: int = 9000
    port_groups: dict[Name, int] = {}
    """Name to VLAN."""


class ClusterDocument(Document):
    """A cluster."""

    name: Name
    hosts: list[HostDocument] = []


class DatacenterDocument(Document):
    """A datacenter with clusters and standalone hosts."""

    name: Name
    distributed_switches: list[DistributedSwitchDocument] = []
    clusters: list[ClusterDocument] = []
    hosts: list[HostDocument] = []


class FleetDocument(Document):
    """Everything."""

    datacenters: list[DatacenterDocument] = []


class HostEdit(Document):
    """A change behind vCenter's back. An adapter of ``null`` is removed, one that is not there is created."""

    published: bool = True
    """Whether vCenter notices."""
    adapters: dict[Device, AdapterDocument | None] = {}
    netstacks: dict[Name, NetstackDocument | None] = {}
    """A custom stack of ``null`` is removed, one that is not there is created."""
    in_maintenance_mode: bool | None = None
