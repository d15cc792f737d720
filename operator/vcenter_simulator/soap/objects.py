"""Data objects without pyVmomi's constructor, which works out the schema of its class anew for every object.

A fleet's adapters are tens of thousands of objects. What is made here has the same fields and passes the same checks.
"""

from functools import cache
from typing import Any

from pyVmomi import VmomiSupport


def made(kind: Any, **fields: Any) -> Any:
    """Return a data object of *kind*, as ``kind(**fields)`` does.

    Raises:
        TypeError: when a field has a value of the wrong type.
        AttributeError: when there is no such field.
    """
    return _with(kind, _blank(kind), fields)


def altered(value: Any, /, **changes: Any) -> Any:
    """Return a data object like *value* but for *changes*; what is inside is the same for both. Errors as `made`."""
    return _with(type(value), vars(value), changes)


def _with(kind: Any, state: dict[str, Any], fields: dict[str, Any]) -> Any:
    new = kind.__new__(kind)
    inside = vars(new)
    inside.update(state)
    for name, value in fields.items():
        info = kind._GetPropertyInfo(name)  # noqa: SLF001 - pyVmomi's official schema interface
        is_left_out = value is None and info.flags & VmomiSupport.F_OPTIONAL
        if type(value) is not info.type and not is_left_out:
            VmomiSupport.CheckField(info, value)
        inside[name] = value
    return new


@cache
def _blank(kind: Any) -> dict[str, Any]:
    """Return the fields of a new object; its empty lists are shared, and nobody adds to them."""
    return dict(vars(kind()))
