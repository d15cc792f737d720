"""The schema of a fleet and of who may do what in it. Names are camelCase in the files."""

from vcenter_simulator.fleet.base import Document
from vcenter_simulator.fleet.fields import Name
from vcenter_simulator.fleet.host_documents import HostDocument


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


class AccessDocument(Document):
    """Who may do what."""

    accounts: dict[Name, str] = {}
    """User to password; the administrator's is not among them."""
    roles: dict[Name, list[str]] = {}
    """Name to the ids of its privileges, but for the system's roles: Admin, ReadOnly and NoAccess are always there."""
    permissions: list[PermissionDocument] = []
    """Beside the administrator's, who has the role Admin on ``/``."""


class FleetDocument(AccessDocument):
    """Everything."""

    datacenters: list[DatacenterDocument] = []
