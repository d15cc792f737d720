"""How values of every type are written at a place: worked out once, from pyVmomi's metadata."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from pyVmomi import VmomiSupport, vmodl

from vcenter_simulator.soap.escaping import escape
from vcenter_simulator.soap.scalars import is_name, text_of
from vcenter_simulator.soap.schema import field_of, fields_of
from vcenter_simulator.soap.versions import is_within

if TYPE_CHECKING:
    from vcenter_simulator.soap.places import Place

Seen = dict[tuple[int, int], tuple[Any, str]]
"""What was written already in one go, by the identities of the data object and of its place.

A host's services repeat every adapter a dozen times. The object is kept too, so that no other can have its identity.
"""

Writer = Callable[[Any, Seen], str]
"""From a value to its element, or to nothing for a value that is not written."""


def writer_of(place: "Place", kind: type) -> Writer:
    """Work out how values of *kind* are written at *place*."""
    if kind is type(None):
        return _unset(place)
    if issubclass(kind, vmodl.MethodFault):
        return _fault(place)
    if issubclass(kind, VmomiSupport.DataObject):
        return _link(place) if place.slot.flags & VmomiSupport.F_LINK else data_object_writer(place, kind)
    if issubclass(kind, VmomiSupport.ManagedObject):
        return _reference(place, kind)
    if issubclass(kind, list):
        return _stated_list(place, kind) if place.takes_anything else _list(place)
    return _scalar(place, kind)


def _unset(place: "Place") -> Writer:
    def write(_: Any, __: Seen) -> str:
        if not place.is_optional:
            raise TypeError(f"'{place.slot.name}' is required and has no value")
        return ""

    return write


def _link(place: "Place") -> Writer:
    return lambda value, seen: place.writers[type(value.key)](value.key, seen)


def _fault(place: "Place") -> Writer:
    """A fault inside other objects comes with its sentence beside it."""
    localized = vmodl.LocalizedMethodFault
    opening, closing = place.tags(place.stated(localized) if place.takes_anything else "")
    fault, sentence = (
        place.dialect.place_of(field_of(localized, name), place.namespace) for name in ("fault", "localizedMessage")
    )

    def write(value: Any, _: Seen) -> str:
        return f"{opening}{fault.write_bare(value)}{sentence.write(value.msg)}{closing}"

    return write


def data_object_writer(place: "Place", kind: Any) -> Writer:
    """Work out how data objects of *kind* are written at *place*, faults as themselves."""
    known = VmomiSupport.GetCompatibleType(kind, place.dialect.version)
    opening, closing = place.tags(place.stated(known))
    fields = [
        (info.name, at.is_optional, issubclass(info.type, list), at.writers)
        for info in fields_of(kind)
        if is_within(place.dialect.version, info.version)
        for at in (place.dialect.place_of(info, place.namespace),)
    ]

    def write(value: Any, seen: Seen) -> str:
        key = (id(value), id(fields))
        if key in seen:
            return seen[key][1]
        state = value.__dict__
        inside = [
            writers[type(one)](one, seen)
            for name, is_optional, is_list, writers in fields
            if ((one := state[name]) is not None and (one or not is_list)) or not is_optional
        ]
        text = f"{opening}{''.join(inside)}{closing}"
        seen[key] = value, text
        return text

    return write


def _reference(place: "Place", kind: Any) -> Writer:
    stated = place.stated(VmomiSupport.ManagedObject) if place.takes_anything else ""
    opening, closing = place.tags(f'{stated} type="{VmomiSupport.GetWsdlName(kind)}"')
    return lambda value, _: f"{opening}{escape(value._moId)}{closing}"  # noqa: SLF001 - the only way to the id


def _list(place: "Place") -> Writer:
    """The elements by themselves, one after the other."""
    items = place.dialect.place(place.slot._replace(declared=place.declared.Item))

    def write(values: Any, seen: Seen) -> str:
        if not values and not place.is_optional:
            raise TypeError(f"'{place.slot.name}' is required and has no elements")
        return "".join([items.writers[type(one)](one, seen) for one in values])

    return write


def _stated_list(place: "Place", kind: Any) -> Writer:
    """An element that states the type of the list, with the elements in it."""
    item = kind.Item
    name, array = VmomiSupport.GetWsdlName(item), kind
    if is_name(item):
        name, array = "string", VmomiSupport.GetVmodlType("string[]")
    elif issubclass(item, VmomiSupport.ManagedObject):
        name, array = "ManagedObjectReference", VmomiSupport.GetVmodlType("vmodl.ManagedObject[]")
    opening, closing = place.tags(place.stated(array))
    items = place.dialect.place(place.slot._replace(name=name, declared=item, around=place.namespace))

    def write(values: Any, seen: Seen) -> str:
        return f"{opening}{''.join([items.writers[type(one)](one, seen) for one in values])}{closing}"

    return write


def _scalar(place: "Place", kind: type) -> Writer:
    text = text_of(kind)
    stated = ""
    if place.takes_anything:
        stated = ' xsi:type="xsd:string"' if is_name(kind) else place.stated(kind)
    opening, closing = place.tags(stated)
    return lambda value, _: f"{opening}{text(value)}{closing}"
