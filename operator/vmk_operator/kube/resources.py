"""Our custom resources as the API server addresses them."""

import enum
from dataclasses import dataclass

from vmk_operator.api.v1alpha1 import GROUP, VERSION
from vmk_operator.model.identity import Kind, ObjectKey

API_VERSION = f"{GROUP}/{VERSION}"


class Resource(enum.StrEnum):
    """A plural, as in the URL."""

    VCENTERS = "vcenters"
    NETSTACKS = "vmknetstacks"
    ADAPTERS = "vmkadapters"

    @property
    def kind(self) -> str:
        """The kind of its objects."""
        return _KINDS[self]

    @property
    def crd(self) -> str:
        """Name of the CustomResourceDefinition."""
        return f"{self}.{GROUP}"

    @property
    def path(self) -> str:
        """URL path of the list over all namespaces."""
        return f"/apis/{GROUP}/{VERSION}/{self}"


_KINDS = {Resource.VCENTERS: "VCenter", Resource.NETSTACKS: "VmkNetstack", Resource.ADAPTERS: "VmkAdapter"}
_OF_KIND = {Kind.NETSTACK: Resource.NETSTACKS, Kind.ADAPTER: Resource.ADAPTERS}


@dataclass(frozen=True, slots=True)
class Target:
    """One object of ours, VCenters included."""

    resource: Resource
    namespace: str
    """Empty for a cluster-scoped object."""
    name: str
    uid: str

    @classmethod
    def of(cls, key: ObjectKey) -> "Target":
        """Address the object of a key."""
        return cls(_OF_KIND[key.kind], key.namespace, key.name, key.uid)

    @classmethod
    def vcenter(cls, name: str, uid: str) -> "Target":
        """Address a VCenter."""
        return cls(Resource.VCENTERS, "", name, uid)

    @property
    def path(self) -> str:
        """URL path of the object."""
        scope = f"namespaces/{self.namespace}/" if self.namespace else ""
        return f"/apis/{GROUP}/{VERSION}/{scope}{self.resource}/{self.name}"

    def __str__(self) -> str:
        """Name the object as kubectl users do."""
        return f"{self.resource.kind} {f'{self.namespace}/' if self.namespace else ''}{self.name}"
