"""Where values go on the wire, and how values of every type are written there.

What is written is what pyVmomi's serialiser writes, but for the type that a reference states. That one looks up names,
versions and namespaces anew for every value; a place works out how to write a type of value when it meets the first of
it, and keeps the function.
"""

import copy
from collections.abc import Callable
from functools import lru_cache
from typing import Any, NamedTuple

from pyVmomi import SoapAdapter, VmomiSupport, vmodl

from vcenter_simulator.soap.escaping import escape
from vcenter_simulator.soap.scalars import is_name, text_of
from vcenter_simulator.soap.versions import NAMESPACE, is_within

Seen = dict[tuple[int, int], tuple[Any, str]]
"""What was written already in one go, by the identities of the data object and of its place.

A host's services repeat every adapter a dozen times. The object is kept too, so that no other can have its identity.
"""

Writer = Callable[[Any, Seen], str]
"""From a value to its element, or to nothing for a value that is not written."""

_PREFIXES = {**SoapAdapter.SOAP_NSMAP, NAMESPACE: ""}


class Slot(NamedTuple):
    """An element as the schema describes it."""

    name: str
    declared: Any
    """The type of its values; with ``object`` every value states its own."""
    flags: int
    """pyVmomi's, of the property."""
    since: str
    """The version that it came with."""
    around: str
    """The namespace in force around it."""


class Place:
    """An element that values of clients of one version go into.

    Args:
        slot: the element.
        dialect: the version.
    """

    def __init__(self, slot: Slot, dialect: "Dialect") -> None:
        self.slot = slot
        self.dialect = dialect
        self.declared = slot.declared
        self.namespace: str = VmomiSupport.GetWsdlNamespace(slot.since)
        self.is_optional = bool(slot.flags & VmomiSupport.F_OPTIONAL)
        self.writers = _Writers(self)

    @property
    def takes_anything(self) -> bool:
        """Whether values of every type go here, and say which they are."""
        return self.declared is object

    def write(self, value: Any) -> str:
        """Return *value* as an element.

        Raises:
            TypeError: when it is unset and the schema requires it.
        """
        return self.writers[type(value)](value, {})

    def write_bare(self, fault: Any) -> str:
        """Return a fault as itself, without its sentence: that is beside it, wherever it is."""
        bare = copy.copy(fault)
        bare.msg = None
        return _data_object(self, type(fault))(bare, {})

    def tags(self, attributes: str) -> tuple[str, str]:
        """Return the start and the end of the element."""
        declaration = "" if self.namespace == self.slot.around else f' xmlns="{self.namespace}"'
        return f"<{self.slot.name}{declaration}{attributes}>", f"</{self.slot.name}>"

    def stated(self, kind: Any) -> str:
        """Return the attributes that say that a value is a *kind*, where the element does not say it."""
        return "" if kind is self.declared else self.dialect.stated(kind, self.namespace)


class _Writers(dict[type, Writer]):
    """The writers of one place by the type of the value."""

    def __init__(self, place: Place) -> None:
        super().__init__()
        self._place = place

    def __missing__(self, kind: type) -> Writer:
        self[kind] = writer = _writer(self._place, kind)
        return writer


class Dialect:
    """All places for clients of one version.

    Args:
        version: pyVmomi's name of it.
    """

    def __init__(self, version: str) -> None:
        self.version = version
        self._names: Any = SoapAdapter.SoapSerializer(None, version, _PREFIXES)
        self._places: dict[Slot, Place] = {}

    def place(self, slot: Slot) -> Place:
        """Return the one place of a slot."""
        if slot not in self._places:
            self._places[slot] = Place(slot, self)
        return self._places[slot]

    def place_of(self, info: Any, around: str = NAMESPACE) -> Place:
        """Return the place of a property or a result, inside a namespace."""
        return self.place(Slot(info.name, info.type, info.flags, info.version, around))

    def stated(self, kind: Any, namespace: str) -> str:
        """Return the attributes that state a type inside *namespace*."""
        declaration, name = self._names._QName(kind, namespace)  # noqa: SLF001 - what a type is called is pyVmomi's to say
        if name.endswith("ManagedObject"):
            name += "Reference"  # the WSDL's name; alone, pyVmomi leaves it out, and govc takes it for no reference
        return f'{declaration} xsi:type="{name}"'


@lru_cache(maxsize=8)  # clients choose the version, and there are dozens
def dialect(version: str) -> Dialect:
    """Return the places for clients of *version*."""
    return Dialect(version)


def _writer(place: Place, kind: type) -> Writer:
    if kind is type(None):
        return _unset(place)
    if issubclass(kind, vmodl.MethodFault):
        return _fault(place)
    if issubclass(kind, VmomiSupport.DataObject):
        return _link(place) if place.slot.flags & VmomiSupport.F_LINK else _data_object(place, kind)
    if issubclass(kind, VmomiSupport.ManagedObject):
        return _reference(place, kind)
    if issubclass(kind, list):
        return _stated_list(place, kind) if place.takes_anything else _list(place)
    return _scalar(place, kind)


def _unset(place: Place) -> Writer:
    def write(_: Any, __: Seen) -> str:
        if not place.is_optional:
            raise TypeError(f"'{place.slot.name}' is required and has no value")
        return ""

    return write


def _link(place: Place) -> Writer:
    return lambda value, seen: place.writers[type(value.key)](value.key, seen)


def _fault(place: Place) -> Writer:
    """A fault inside other objects comes with its sentence beside it."""
    localized = vmodl.LocalizedMethodFault
    opening, closing = place.tags(place.stated(localized) if place.takes_anything else "")
    fault, sentence = (
        place.dialect.place_of(localized._GetPropertyInfo(name), place.namespace)  # noqa: SLF001 - pyVmomi's official schema interface
        for name in ("fault", "localizedMessage")
    )

    def write(value: Any, _: Seen) -> str:
        return f"{opening}{fault.write_bare(value)}{sentence.write(value.msg)}{closing}"

    return write


def _data_object(place: Place, kind: Any) -> Writer:
    known = VmomiSupport.GetCompatibleType(kind, place.dialect.version)
    opening, closing = place.tags(place.stated(known))
    fields = [
        (info.name, at.is_optional, issubclass(info.type, list), at.writers)
        for info in kind._GetPropertyList()  # noqa: SLF001 - pyVmomi's official schema interface
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


def _reference(place: Place, kind: Any) -> Writer:
    stated = place.stated(VmomiSupport.ManagedObject) if place.takes_anything else ""
    opening, closing = place.tags(f'{stated} type="{VmomiSupport.GetWsdlName(kind)}"')
    return lambda value, _: f"{opening}{escape(value._moId)}{closing}"  # noqa: SLF001 - the only way to the id


def _list(place: Place) -> Writer:
    """The elements by themselves, one after the other."""
    items = place.dialect.place(place.slot._replace(declared=place.declared.Item))

    def write(values: Any, seen: Seen) -> str:
        if not values and not place.is_optional:
            raise TypeError(f"'{place.slot.name}' is required and has no elements")
        return "".join([items.writers[type(one)](one, seen) for one in values])

    return write


def _stated_list(place: Place, kind: Any) -> Writer:
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


def _scalar(place: Place, kind: type) -> Writer:
    text = text_of(kind)
    stated = ""
    if place.takes_anything:
        stated = ' xsi:type="xsd:string"' if is_name(kind) else place.stated(kind)
    opening, closing = place.tags(stated)
    return lambda value, _: f"{opening}{text(value)}{closing}"
