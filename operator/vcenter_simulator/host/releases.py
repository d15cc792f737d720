"""The releases of vSphere that can be simulated: what each is called, and what its hosts have."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from types import MappingProxyType

DEFAULT_STACK = "defaultTcpipStack"

_SERVICES: Mapping[str, bool] = {
    "faultToleranceLogging": True,
    "management": True,
    "nvmeRdma": True,
    "nvmeTcp": True,
    "ptp": False,
    "vSphereBackupNFC": True,
    "vSphereProvisioning": True,
    "vSphereReplication": True,
    "vSphereReplicationNFC": True,
    "vmotion": True,
    "vsan": True,
    "vsanWitness": True,
}


class ReleaseName(StrEnum):
    """What people call a release."""

    V7 = "7.0"
    V8 = "8.0"
    V9 = "9.0"


@dataclass(frozen=True, slots=True, kw_only=True)
class Release:
    """One release: the newest update of it that the public API bindings describe."""

    name: ReleaseName
    api: str
    """The API version, as ``about.apiVersion`` has it."""
    version: str
    vcenter_build: str
    host_product: str
    host_build: str
    system_stacks: tuple[str, ...]
    """The keys that every host lists, used or not. Source: reference/vsphere.md 1.2 (observed on ESXi 8.0.3)."""
    services: Mapping[str, bool] = field(hash=False)
    """Service to whether several adapters may carry it. Source: reference/vsphere.md 3.1 (observed on ESXi 8.0.3)."""


V7 = Release(
    name=ReleaseName.V7,
    api="7.0.3.0",
    version="7.0.3",
    vcenter_build="18700403",
    host_product="VMware ESXi",
    host_build="18644231",
    system_stacks=(DEFAULT_STACK, "vmotion", "vSphereProvisioning"),
    services=MappingProxyType({**_SERVICES}),
)

V8 = replace(
    V7,
    name=ReleaseName.V8,
    api="8.0.3.0",
    version="8.0.3",
    vcenter_build="24322831",
    host_build="24022510",
    # The last two came with 8.0.0.1.
    system_stacks=(*V7.system_stacks, "mirror", "ops"),
)

V9 = replace(
    V8,
    name=ReleaseName.V9,
    api="9.0.0.0",
    version="9.0.0",
    vcenter_build="24755230",
    host_product="VMware ESX",
    host_build="24755229",
    services=MappingProxyType({**_SERVICES, "vsanExternal": True}),
)

RELEASES: Mapping[ReleaseName, Release] = {one.name: one for one in (V7, V8, V9)}
"""By name."""
