"""Properties that are there, but not for the one who asks: an answer names them with the fault."""

from typing import Any

from pyVmomi import vmodl

from vcenter_simulator.collector.selection import UNREADABLE
from vcenter_simulator.host.refusals import Refusal
from vcenter_simulator.properties.published import PublishedObject
from vcenter_simulator.soap.encode import encode_value, fault_object

_Missing: Any = vmodl.query.PropertyCollector.MissingProperty


def look(published: PublishedObject, path: str, version: str) -> tuple[bytes | None, bytes | None]:
    """Return the encoded value at *path*, ``None`` if unset, and the ``missingSet`` element if it may not be read.

    Raises:
        Refusal: InvalidProperty.
    """
    try:
        return published.encoded(path, version), None
    except Refusal as refusal:
        if refusal.fault not in UNREADABLE:
            raise
        missing = _Missing(path=path, fault=fault_object(refusal, version))
        return None, encode_value("missingSet", missing, version, _Missing)
