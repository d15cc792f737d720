"""What clients set of a distributed port group, over what it does by default."""

from dataclasses import dataclass
from typing import Any

from pyVmomi import VmomiSupport

from vcenter_simulator.soap.objects import altered
from vcenter_simulator.soap.schema import fields_of


@dataclass(frozen=True, slots=True, kw_only=True)
class PortgroupSpec:
    """What a client asks of a port group; ``None`` is what it did not send."""

    name: str | None = None
    vlan: int | None = None
    ports: int | None = None
    description: str | None = None
    port_policy: Any = None
    """A VMwareDVSPortSetting with the fields that shall not be those of the switch."""
    policy: Any = None
    """A VMwareDVSPortgroupPolicy."""
    version: str | None = None
    """The version of the configuration that the client has read."""


def overlaid(base: Any, given: Any) -> Any:
    """Return *base* with everything that *given* has set; what both have inside is overlaid in turn."""
    if given is None:
        return base
    changes = {}
    for info in fields_of(given):
        value, old = getattr(given, info.name), getattr(base, info.name, None)
        if value is None or (isinstance(value, list) and not value):
            continue
        is_inside = isinstance(value, VmomiSupport.DataObject) and type(old) is type(value)
        changes[info.name] = overlaid(old, value) if is_inside else value
    return altered(base, **changes)
