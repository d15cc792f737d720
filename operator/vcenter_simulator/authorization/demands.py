"""Which privilege every method asks for, and on which object.

The API reference's "Required Privileges" are in pyVmomi's metadata, for a method as for the objects among its
parameters. ``ROWS`` has the rest: what the reference calls dynamic, and what nobody documents.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from typing import Any, Protocol

from vcenter_simulator.authorization.privileges import READ
from vcenter_simulator.inventory.growing import ROOT
from vcenter_simulator.soap.references import ManagedType, reference_of
from vcenter_simulator.soap.schema import field_of


class Source(StrEnum):
    """Where a row comes from."""

    METADATA = "metadata"
    """pyVmomi's type information, which is made from the API's own definition."""
    REFERENCE = "reference"
    """The text of the API reference."""
    UNCONFIRMED = "unconfirmed"
    """No source says it; this is the privilege of the nearest documented method."""


class Places(Protocol):
    """The inventory, as far as demands go."""

    def entity_of(self, moid: str) -> str:
        """Return the entity that decides about an object: a host for its managers, the root folder for services."""

    def switch_moid(self, uuid: str) -> str | None:
        """Find the distributed switch with *uuid*."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A call, as far as demands go."""

    entity: str
    """The entity of the called object."""
    arguments: Mapping[str, Any]
    places: Places


On = Callable[[Asked], Iterable[str]]
"""From a call to the entities on which a privilege is needed."""


@dataclass(frozen=True, slots=True)
class Demand:
    """A privilege, and on what."""

    privilege: str
    on: On


@dataclass(frozen=True, slots=True)
class Row:
    """What a method asks for."""

    demands: tuple[Demand, ...]
    source: Source


def the_called(asked: Asked) -> Iterator[str]:
    """Ask for it on the called object."""
    yield asked.entity


def the_called_host(asked: Asked) -> Iterator[str]:
    """Ask for it on the called object if it is a host's."""
    if asked.entity != ROOT.moid:
        yield asked.entity


def the_called_service(asked: Asked) -> Iterator[str]:
    """Ask for it on the root folder if the called object is vCenter's own."""
    if asked.entity == ROOT.moid:
        yield ROOT.moid


def in_argument(name: str) -> On:
    """Ask for it on the object, or on every object, that is the argument *name*."""

    def on(asked: Asked) -> Iterator[str]:
        value = asked.arguments.get(name)
        for managed in value if isinstance(value, list) else [value]:
            if managed is not None:
                yield asked.places.entity_of(reference_of(managed).moid)

    return on


def the_ports_of(specs: Callable[[Mapping[str, Any]], Iterable[Any]]) -> On:
    """Ask for it where adapters are plugged in: on distributed port groups, or on the switch of a port without one."""

    def on(asked: Asked) -> Iterator[str]:
        for spec in specs(asked.arguments):
            port = spec.distributedVirtualPort if spec is not None else None
            if port is None:
                continue
            place = port.portgroupKey or asked.places.switch_moid(port.switchUuid or "")
            if place is not None:
                yield place

    return on


def _adapter(arguments: Mapping[str, Any]) -> Iterator[Any]:
    yield arguments["nic"]


def _adapters(arguments: Mapping[str, Any]) -> Iterator[Any]:
    return (one.spec for one in arguments["config"].vnic)


_CONFIGURES_NETWORK = Demand("Host.Config.Network", the_called)

_WRITES_ADAPTER = Row((_CONFIGURES_NETWORK, Demand("Network.Assign", the_ports_of(_adapter))), Source.REFERENCE)

_OF_THE_SESSION = Row((), Source.REFERENCE)
"""For objects that only their own session can call at all."""

_OF_A_COLLECTOR = ("SetCollectorPageSize", "RewindCollector", "ResetCollector", "DestroyCollector")

ROWS: Mapping[tuple[str, str], Row] = {
    # reference/vsphere.md 4: "dynamic"; not needed for standard networks.
    ("HostNetworkSystem", "AddVirtualNic"): _WRITES_ADAPTER,
    ("HostNetworkSystem", "UpdateVirtualNic"): _WRITES_ADAPTER,
    ("HostNetworkSystem", "UpdateNetworkConfig"): Row(
        (_CONFIGURES_NETWORK, Demand("Network.Assign", the_ports_of(_adapters))), Source.REFERENCE
    ),
    ("PropertyFilter", "DestroyPropertyFilter"): _OF_THE_SESSION,
    ("ListView", "ResetListViewFromView"): _OF_THE_SESSION,
    **{
        ("TaskHistoryCollector", one): _OF_THE_SESSION
        for one in (*_OF_A_COLLECTOR, "ReadNextTasks", "ReadPreviousTasks")
    },
    **{
        ("EventHistoryCollector", one): _OF_THE_SESSION
        for one in (*_OF_A_COLLECTOR, "ReadNextEvents", "ReadPreviousEvents")
    },
    # vSphere Security: "required on the inventory object related to the task"; of one's own tasks it says nothing.
    ("Task", "CancelTask"): Row((Demand("Global.CancelTask", the_called),), Source.REFERENCE),
    # The reference calls it dynamic: there is one manager for every host, and one for vCenter.
    ("OptionManager", "UpdateOptions"): Row(
        (Demand("Host.Config.AdvancedConfig", the_called_host), Demand("Global.Settings", the_called_service)),
        Source.UNCONFIRMED,
    ),
    # The reference calls both dynamic; of the second it says what it needs on a port group.
    ("DistributedVirtualPortgroup", "ReconfigureDVPortgroup_Task"): Row(
        (Demand("DVPortgroup.Modify", the_called),), Source.UNCONFIRMED
    ),
    ("DistributedVirtualPortgroup", "Destroy_Task"): Row((Demand("DVPortgroup.Delete", the_called),), Source.REFERENCE),
    # esxcli through vCenter is documented nowhere: reference/vsphere.md 4 and 9 (8).
    ("HostSystem", "RetrieveManagedMethodExecuter"): Row((Demand(READ, the_called),), Source.UNCONFIRMED),
    ("HostSystem", "RetrieveDynamicTypeManager"): Row((Demand(READ, the_called),), Source.UNCONFIRMED),
    **{
        ("InternalDynamicTypeManager", one): Row((Demand(READ, the_called),), Source.UNCONFIRMED)
        for one in ("DynamicTypeMgrQueryTypeInfo", "DynamicTypeMgrQueryMoInstances")
    },
    ("ReflectManagedMethodExecuter", "ExecuteSoap"): Row((_CONFIGURES_NETWORK,), Source.UNCONFIRMED),
}
"""Kind and method to what the metadata does not say."""


@lru_cache(maxsize=1024)
def row_of(kind: str, info: Any) -> Row | None:
    """Return what a method asks for; ``None`` when neither a row nor the metadata says.

    Args:
        kind: the called object's kind, as on the wire.
        info: pyVmomi's description of the method.
    """
    return ROWS.get((kind, info.wsdlName)) or _documented(info)


@lru_cache(maxsize=4096)  # clients send the paths
def privilege_to_read(kind: ManagedType, path: str, *, is_inventory: bool) -> str | None:
    """Return the privilege that reading *path* asks for; ``None``: none.

    Args:
        kind: pyVmomi's class of the object.
        path: the property path; its first step decides.
        is_inventory: whether the object is in the inventory and not a service or an object of the session. There,
            the reference asks for System.Read wherever it names nothing else.
    """
    name = path.partition(".")[0].partition("[")[0]
    try:
        documented = field_of(kind, name).privId
    except AttributeError:
        documented = None
    return documented or (READ if is_inventory else None)


def _documented(info: Any) -> Row | None:
    demands = [Demand(info.privId, the_called)] if info.privId else []
    demands += [Demand(one.privId, in_argument(one.name)) for one in info.params if one.privId]
    return Row(tuple(demands), Source.METADATA) if demands else None
