"""The documents' schema. Names are camelCase; whatever is left out of an edit stays as it is."""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator
from pydantic.alias_generators import to_camel

from vcenter_simulator.fleet.fields import Cidr, Device, Name
from vcenter_simulator.fleet.sentences import alternatives


class Document(BaseModel):
    """The base of all documents."""

    model_config = ConfigDict(
        extra="forbid",  # a misspelt field in a test must not pass silently
        allow_inf_nan=False,
        alias_generator=to_camel,
        validate_by_name=True,
        use_attribute_docstrings=True,
    )

    @model_validator(mode="before")
    @classmethod
    def _know_every_field(cls, given: Any) -> Any:
        """Refuse an unknown field with the one that was meant."""
        if isinstance(given, dict):
            names = cls.model_fields.keys() | {to_camel(name) for name in cls.model_fields}
            unknown = next((key for key in given if key not in names), None)
            if unknown is not None:
                hint = alternatives(str(unknown), (to_camel(name) for name in cls.model_fields))
                raise ValueError(f"there is no field '{unknown}' here{hint}")
        return given


class DistributedPlace(Document):
    """A port group of a distributed switch, by names."""

    switch: Name
    name: Name
    port_key: str | None = None
    connection_cookie: int = 0


class PlaceDocument(Document):
    """Where an adapter is plugged in: exactly one of the three."""

    standard: Name | None = None
    """A port group of a switch of the host's own."""
    distributed: DistributedPlace | None = None
    """A port group of a distributed switch."""
    name: Name | None = None
    """A port group of either kind; of two with that name the standard one."""


def _standard_or_distributed(given: Any) -> Any:
    return {"name": given} if isinstance(given, str) else given


Place = Annotated[PlaceDocument, BeforeValidator(_standard_or_distributed, json_schema_input_type=Name | PlaceDocument)]
"""A place, or in short the name of a port group that the host has, whatever its kind."""


class Ipv4Document(Document):
    """An adapter's IPv4 configuration; neither DHCP nor an address means none."""

    dhcp: bool = False
    address: Cidr | None = None
    gateway: str | None = None
    """The adapter's own gateway."""


def _address_or_dhcp(given: Any) -> Any:
    if isinstance(given, str):
        return {"dhcp": True} if given == "dhcp" else {"address": given}
    return given


Ipv4Configuration = Annotated[
    Ipv4Document, BeforeValidator(_address_or_dhcp, json_schema_input_type=Cidr | Literal["dhcp"] | Ipv4Document)
]
"""The configuration, or in short the address, or ``dhcp``."""


class AdapterDocument(Document):
    """A VMkernel adapter; in an edit, the fields to change."""

    mac: str | None = None
    netstack: Name | None = None
    port_group: Place | None = None
    mtu: int | None = Field(default=None, ge=1, le=65535)
    tso: bool | None = None
    ipv4: Ipv4Configuration | None = None
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


def _devices(given: Any) -> Any:
    return dict.fromkeys(given) if isinstance(given, list) and all(isinstance(one, str) for one in given) else given


PhysicalNics = Annotated[
    dict[str, str | None], BeforeValidator(_devices, json_schema_input_type=list[str] | dict[str, str | None])
]
"""Device to MAC, or in short the devices; one without a MAC gets one."""


class HostDocument(Document):
    """A host; with a range in its name, as ``esx[01:50].example.com``, many hosts.

    Every other text may have a range as well, of as many members: ``10.0.0.[11:60]/24``, or over whole addresses
    ``[10.0.0.11:10.0.3.250]/22``.
    """

    name: Name
    uuid: Name | None = None
    """Unset: made of the name."""
    connection_state: Literal["connected", "disconnected", "notResponding"] = "connected"
    in_maintenance_mode: bool = False
    pnics: PhysicalNics = {}
    """Those that are uplinks of a switch need not be listed."""
    switches: dict[Name, StandardSwitchDocument] = {}
    distributed_switches: dict[Name, list[str]] = {}
    """Name of a distributed switch of the datacenter to the host's uplinks."""
    adapters: dict[Device, AdapterDocument] = {}
    netstacks: dict[Name, NetstackDocument] = {}
    """What differs from a freshly installed host; a name that no host comes with is a custom stack."""


class DistributedSwitchDocument(Document):
    """A distributed switch."""

    name: Name
    uuid: Name | None = None
    """Unset: made of the name."""
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


class PermissionDocument(Document):
    """A role on an entity for a user."""

    entity: str = "/"
    """Its inventory path, for example ``/Datacenter/host/Cluster-1``; ``/`` is the vCenter itself."""
    principal: Name
    role: Name
    propagate: bool = True
    """Whether it holds below the entity too."""


class FleetDocument(Document):
    """Everything."""

    datacenters: list[DatacenterDocument] = []
    accounts: dict[Name, str] = {}
    """User to password; the administrator's is not among them."""
    roles: dict[Name, list[str]] = {}
    """Name to the ids of its privileges, but for the system's roles: Admin, ReadOnly and NoAccess are always there."""
    permissions: list[PermissionDocument] = []
    """Beside the administrator's, who has the role Admin on ``/``."""


class StandardSwitchEdit(Document):
    """The fields of a switch to change; a switch that is not there is created."""

    mtu: int | None = None
    uplinks: list[str] | None = None
    port_groups: dict[Name, int | None] = {}
    """Name to VLAN; ``null`` removes the port group."""


class HostEdit(Document):
    """A change behind vCenter's back. What is ``null`` is removed, what is not there is created."""

    published: bool = True
    """Whether vCenter notices."""
    pnics: dict[str, str | None] = {}
    """Device to MAC."""
    switches: dict[Name, StandardSwitchEdit | None] = {}
    distributed_switches: dict[Name, list[str] | None] = {}
    """Name of a distributed switch of the datacenter to the host's uplinks."""
    adapters: dict[Device, AdapterDocument | None] = {}
    netstacks: dict[Name, NetstackDocument | None] = {}
    """A custom stack of ``null`` is removed, one that is not there is created."""
    in_maintenance_mode: bool | None = None
