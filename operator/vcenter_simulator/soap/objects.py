"""Data objects without pyVmomi's constructor, which works out the schema of its class anew for every object.

A fleet's adapters are tens of thousands of objects. What is made here has the same fields and passes the same checks.
"""

from functools import cache
from typing import Any

from pyVmomi import VmomiSupport

from vcenter_simulator.soap.schema import fields_of


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
    schema = _schema(kind)
    for name, value in fields.items():
        if name not in schema:
            raise AttributeError(f"{kind.__name__} has no '{name}'")
        declared, is_optional, info = schema[name]
        if type(value) is not declared and not (value is None and is_optional):
            VmomiSupport.CheckField(info, value)
        inside[name] = value
    return new


@cache
def _schema(kind: Any) -> dict[str, tuple[Any, bool, Any]]:
    """Return the type of every field, whether it is optional, and pyVmomi's description of it."""
    described = fields_of(kind)
    return {one.name: (one.type, bool(one.flags & VmomiSupport.F_OPTIONAL), one) for one in described}


@cache
def _blank(kind: Any) -> dict[str, Any]:
    """Return the fields of a new object; its empty lists are shared, and nobody adds to them."""
    return dict(vars(kind()))
