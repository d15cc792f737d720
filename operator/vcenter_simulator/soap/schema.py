"""The fields of vSphere's types, as pyVmomi's metadata has them: its official interface has private names."""

from collections.abc import Iterable, Sequence
from typing import Any


def fields_of(kind: Any) -> Sequence[Any]:
    """Return what the metadata says of every field of a type, or of a value's type: name, type, flags and version."""
    found: Sequence[Any] = kind._GetPropertyList()  # noqa: SLF001 - see above
    return found


def field_of(kind: Any, name: str) -> Any:
    """Return what the metadata says of one field.

    Raises:
        AttributeError: when there is no such field.
    """
    return kind._GetPropertyInfo(name)  # noqa: SLF001 - see above


def list_of(kind: Any, name: str, items: Iterable[Any]) -> Any:
    """Return *items* as the list that a field is declared as: an untyped list can't be a property's value."""
    return field_of(kind, name).type(items)
