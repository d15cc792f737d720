"""Names of managed objects, and the schema of their methods, as pyVmomi's type metadata has them."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any

from pyVmomi import VmomiSupport

from vcenter_simulator.host.refusals import Refusal
from vcenter_simulator.soap import dynamic_types, reflection

_DECLARED = (reflection, dynamic_types)
"""What pyVmomi's metadata lacks."""

ManagedType = Any
"""A class of pyVmomi's for a kind of managed object."""


@dataclass(frozen=True, slots=True)
class Reference:
    """A managed object's name on the wire."""

    kind: str
    """The type's WSDL name, for example ``HostSystem``."""
    moid: str


@lru_cache(maxsize=1024)  # clients send the names
def managed_type(wsdl_name: str) -> ManagedType | None:
    """Find the class of a managed object type by its WSDL name."""
    for declared in _DECLARED:
        if wsdl_name in declared.MANAGED_TYPES:
            return declared.MANAGED_TYPES[wsdl_name]
    try:
        found = VmomiSupport.GuessWsdlType(wsdl_name)
    except KeyError:
        return None
    return found if isinstance(found, type) and issubclass(found, VmomiSupport.ManagedObject) else None


def data_type(namespace: str | None, wsdl_name: str) -> Any:
    """Find the class of a data type by its WSDL name.

    Raises:
        KeyError: when there is none.
    """
    for declared in _DECLARED:
        if wsdl_name in declared.DATA_TYPES:
            return declared.DATA_TYPES[wsdl_name]
    return VmomiSupport.GetWsdlType(namespace, wsdl_name)


@lru_cache(maxsize=1024)  # clients send the names
def methods_of(kind: str) -> dict[str, Any]:
    """Return the methods of a managed object type by their WSDL names."""
    found = managed_type(kind)
    known = {} if found is None else {info.wsdlName: info for info in found._GetMethodList()}  # noqa: SLF001 - official
    for declared in _DECLARED:
        known |= declared.METHODS.get(kind, {})
    return known


def wsdl_name(managed: ManagedType) -> str:
    """Return the name of a type on the wire."""
    return str(VmomiSupport.GetWsdlName(managed))


def typed_array(item_type: Any, items: Iterable[Any] = ()) -> Any:
    """Return *items* as pyVmomi's array of *item_type*: an untyped list can't be a property's value."""
    return _array_type(item_type)(items)


def reference_array(item_type: Any, references: Iterable[Reference]) -> Any:
    """Return the objects that *references* name as pyVmomi's array of *item_type*."""
    return typed_array(item_type, map(managed_reference, references))


@cache  # pyVmomi takes its time to find one
def _array_type(item_type: Any) -> Any:
    return item_type.Array


def managed_reference(reference: Reference) -> Any:
    """Return the pyVmomi object that stands for *reference* in an answer."""
    found = managed_type(reference.kind)
    if found is None:
        raise LookupError(f"there is no managed object type {reference.kind}")
    return found(reference.moid)


def object_not_found(reference: Reference) -> Refusal:
    """Say that a managed object is not, or no longer, there; the fault names it if its kind is known."""
    text = f"The object '{reference.kind}:{reference.moid}' has already been deleted or has not been completely created"
    known = managed_type(reference.kind)
    return Refusal("ManagedObjectNotFound", text, **{} if known is None else {"obj": known(reference.moid)})


def reference_of(managed: Any) -> Reference:
    """Return the name of a pyVmomi managed object."""
    return Reference(wsdl_name(type(managed)), managed._moId)  # noqa: SLF001 - the only way to the id without a stub
