"""Fetch: how pyVmomi's attributes read one property of any object. Undocumented, and every vCenter has it."""

from typing import Any

from vcenter_simulator.methods.calls import Call
from vcenter_simulator.properties.paths import invalid_property
from vcenter_simulator.soap.encode import encode_value
from vcenter_simulator.soap.parsing import Element
from vcenter_simulator.soap.references import managed_type
from vcenter_simulator.soap.schema import field_of
from vcenter_simulator.soap.versions import is_within

FETCH = "Fetch"


def fetch(call: Call, element: Element) -> list[bytes]:
    """Return the encoded ``returnval`` elements of the property that the request *element* names; none when unset.

    Raises:
        Refusal: InvalidProperty, NoPermission, or NotAuthenticated without a login.
    """
    wanted = element.find("prop")
    name = wanted.text if wanted is not None else ""
    declared = _declared_type(call.target.reference.kind, name, call.version)
    value = call.sight.seen(call.target).read(name)
    return [] if value is None else [encode_value("returnval", value, call.version, declared)]


def _declared_type(kind: str, name: str, version: str) -> Any:
    owner: Any = managed_type(kind)
    try:
        info = field_of(owner, name)
    except AttributeError:
        raise invalid_property(name) from None
    if not is_within(version, info.version):
        raise invalid_property(name)
    return info.type
