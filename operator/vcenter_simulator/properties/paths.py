"""Property paths such as ``config.network.vnic["key-vim.host.VirtualNic-vmk1"].spec.mtu``."""

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from pyVmomi import VmomiSupport

from vcenter_simulator.host.refusals import Refusal
from vcenter_simulator.soap.references import ManagedType
from vcenter_simulator.soap.schema import field_of
from vcenter_simulator.soap.versions import is_within

_STEP = re.compile(r'\.?(?P<name>[A-Za-z_][A-Za-z0-9_]*)|\["(?P<key>[^"]*)"\]|\[(?P<number>-?\d+)\]')

LONGEST = 1024


@dataclass(frozen=True, slots=True)
class Key:
    """A step into an array: the element with this key."""

    value: str


Step = str | Key


def invalid_property(path: str) -> Refusal:
    """Say that *path* names nothing."""
    return Refusal("InvalidProperty", f"The property '{path}' does not exist.", name=path)


@lru_cache(maxsize=4096)
def parse_path(path: str) -> tuple[Step, ...]:
    """Split *path* into steps.

    Raises:
        Refusal: InvalidProperty.
    """
    steps: list[Step] = []
    at = 0
    while at < len(path) <= LONGEST:
        match = _STEP.match(path, at)
        if match is None or (at == 0) == path.startswith((".", "["), at):
            raise invalid_property(path)
        key = match["key"] if match["key"] is not None else match["number"]
        steps.append(match["name"] if match["name"] is not None else Key(key))
        at = match.end()
    if not steps or isinstance(steps[0], Key):
        raise invalid_property(path)
    return tuple(steps)


def is_same_or_below(path: str, above: str) -> bool:
    """Say whether *path* is *above* or lies inside it."""
    return path.startswith(above) and (len(path) == len(above) or path[len(above)] in ".[")


def overlaps(one: str, other: str) -> bool:
    """Say whether a change at *one* is a change at *other*: equal, inside, or around it."""
    return is_same_or_below(one, other) or is_same_or_below(other, one)


@lru_cache(maxsize=4096)
def is_hidden(kind: ManagedType, path: str, version: str) -> bool:
    """Say whether the type metadata of *kind* has *path*, or a property above it, later than *version* only."""
    declared: Any = kind
    for step in parse_path(path):
        if isinstance(step, Key):
            declared = getattr(declared, "Item", None)
            continue
        try:
            info = field_of(declared, step)
        except AttributeError:
            return False
        if not is_within(version, info.version):
            return True
        declared = info.type
    return False


@lru_cache(maxsize=4096)
def is_declared(kind: ManagedType, path: str) -> bool:
    """Say whether the type metadata of *kind* has *path*."""
    declared: type = kind
    for step in parse_path(path):
        is_array = issubclass(declared, VmomiSupport.Array)
        if isinstance(step, Key):
            if not is_array:
                return False
            declared = declared.Item  # type: ignore[attr-defined]  # pyVmomi's arrays are made at run time
            continue
        if is_array or not hasattr(declared, "_GetPropertyInfo"):
            return False
        try:
            declared = field_of(declared, step).type
        except AttributeError:
            return False
    return True
