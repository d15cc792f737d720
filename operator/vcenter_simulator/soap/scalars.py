"""Values without parts, as text on the wire."""

import base64
from collections.abc import Callable
from datetime import datetime
from typing import Any

from pyVmomi import Iso8601, VmomiSupport

from vcenter_simulator.soap.escaping import escape


def text_of(kind: type) -> Callable[[Any], str]:
    """Return how a value of *kind* is written."""
    for base, write in _WRITTEN:
        if issubclass(kind, base):
            return write
    raise TypeError(f"a {kind.__name__} has no form on the wire")


def is_name(kind: type) -> bool:
    """Say whether values of *kind* name something of the schema: on the wire they are strings."""
    return issubclass(kind, (type, VmomiSupport.ManagedMethod, VmomiSupport.PropertyPath))


_WRITTEN: tuple[tuple[type, Callable[[Any], str]], ...] = (
    (type, VmomiSupport.GetWsdlName),
    (VmomiSupport.ManagedMethod, lambda method: str(method.info.wsdlName)),
    (datetime, Iso8601.ISO8601Format),
    (bytes, lambda data: base64.b64encode(data).decode()),
    (bool, lambda flag: "true" if flag else "false"),
    (int, str),
    (float, str),
    (VmomiSupport.Enum, str),
    (str, escape),
)
