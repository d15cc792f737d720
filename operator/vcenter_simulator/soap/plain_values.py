"""Plain values, as JSON has them, to values of vSphere's types."""

from datetime import datetime
from typing import Any

from pyVmomi import VmomiSupport

from vcenter_simulator.soap.references import managed_type
from vcenter_simulator.soap.schema import fields_of

TYPE = "_type"
"""The field of a plain object that names a type below the declared one."""

_SCALARS: dict[type, tuple[type, ...]] = {bool: (bool,), str: (str,), float: (int, float), int: (int,)}


class PlainValueError(ValueError):
    """A plain value that the declared type can't have; the message says which field of it."""


def typed_object(kind: Any, fields: dict[str, Any], place: str) -> Any:
    """Return a data object or fault of *kind* with *fields*; managed objects are written ``HostSystem:host-12``.

    Raises:
        PlainValueError: for an unknown field or a value of another type.
    """
    declared = {info.name: info for info in fields_of(kind)}
    made = kind()
    for name, value in fields.items():
        if name not in declared:
            known = ", ".join(one for one in declared if not one.startswith("dynamic"))
            raise PlainValueError(f"{place}: {VmomiSupport.GetWsdlName(kind)} has no field '{name}', only {known}")
        setattr(made, name, _typed(declared[name].type, value, f"{place}.{name}"))
    return made


def type_named(name: str, above: Any, place: str) -> Any:
    """Return the type of vSphere's that is called *name* and is an *above*.

    Raises:
        PlainValueError: when there is none.
    """
    try:
        found = VmomiSupport.GuessWsdlType(name)
    except KeyError:
        found = None
    if not (isinstance(found, type) and issubclass(found, above)):
        raise PlainValueError(f"{place}: '{name}' is no {VmomiSupport.GetWsdlName(above)}")
    return found


def _typed(declared: Any, value: Any, place: str) -> Any:
    if issubclass(declared, VmomiSupport.Array):
        if not isinstance(value, list):
            raise PlainValueError(f"{place}: should be a list")
        return declared(_typed(declared.Item, one, f"{place}[{index}]") for index, one in enumerate(value))
    if issubclass(declared, VmomiSupport.ManagedObject):
        return _reference(declared, value, place)
    if issubclass(declared, VmomiSupport.DataObject):
        if not isinstance(value, dict):
            raise PlainValueError(
                f"{place}: should be an object, with the fields of {VmomiSupport.GetWsdlName(declared)}"
            )
        fields = {name: one for name, one in value.items() if name != TYPE}
        kind = type_named(str(value[TYPE]), declared, place) if TYPE in value else declared
        return typed_object(kind, fields, place)
    if issubclass(declared, VmomiSupport.Enum):
        if value not in declared.values:
            raise PlainValueError(f"{place}: should be one of {', '.join(declared.values)}")
        return declared(value)
    return _scalar(declared, value, place)


def _reference(declared: Any, value: Any, place: str) -> Any:
    kind, separator, moid = str(value).partition(":")
    found = managed_type(kind)
    if not separator or found is None or not issubclass(found, declared):
        raise PlainValueError(f"{place}: should name a {VmomiSupport.GetWsdlName(declared)}, as HostSystem:host-12")
    return found(moid)


def _scalar(declared: Any, value: Any, place: str) -> Any:
    if declared is object and isinstance(value, str | int | float):
        return value
    if declared is datetime and isinstance(value, str):
        try:
            return datetime.fromisoformat(value)
        except ValueError:
            raise PlainValueError(f"{place}: should be a time, as 2026-01-31T12:00:00+00:00") from None
    for base, accepted in _SCALARS.items():
        if issubclass(declared, base):
            # In Python a truth value is a number; in vSphere it is not.
            if isinstance(value, accepted) and (base is bool or not isinstance(value, bool)):
                return declared(value)
            raise PlainValueError(f"{place}: should be of the type {VmomiSupport.GetWsdlName(declared)}")
    raise PlainValueError(f"{place}: a {VmomiSupport.GetWsdlName(declared)} can't be written down here")
