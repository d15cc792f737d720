"""Where values go on the wire: elements, as the schema describes them to clients of one version.

What is written is what pyVmomi's serialiser writes, but for the type that a reference states. That one looks up names,
versions and namespaces anew for every value; a place works out how to write a type of value when it meets the first of
it, and keeps the function.
"""

import copy
from functools import lru_cache
from typing import Any, NamedTuple

from pyVmomi import SoapAdapter, VmomiSupport

from vcenter_simulator.soap.versions import NAMESPACE
from vcenter_simulator.soap.writers import Writer, data_object_writer, writer_of

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
        self._bare: dict[type, Writer] = {}

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
        kind = type(fault)
        if kind not in self._bare:
            self._bare[kind] = data_object_writer(self, kind)
        bare = copy.copy(fault)
        bare.msg = None
        return self._bare[kind](bare, {})

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
        self[kind] = writer = writer_of(self._place, kind)
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
