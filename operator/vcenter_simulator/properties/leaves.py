"""What a kind of managed object publishes: a reader for every leaf; the properties above them are composed."""

from collections.abc import Callable, Mapping
from typing import Any

from pyVmomi import VmomiSupport

from vcenter_simulator.properties.paths import (
    Key,
    Step,
    invalid_property,
    is_declared,
    is_same_or_below,
    parse_path,
)
from vcenter_simulator.soap.references import ManagedType, wsdl_name
from vcenter_simulator.soap.schema import field_of, list_of

Reader = Callable[[Any], Any]
"""From the object's source of truth to the value of one leaf; ``None`` is unset."""


_PUBLISHED: list["Leaves"] = []
"""Every kind that objects are published as, made when the modules that describe them are read."""


class Leaves:
    """The published leaves of one kind of managed object.

    Args:
        kind: the pyVmomi class.
        readers: a reader for every leaf, by its path.
        composed: the classes of the properties above the leaves, where they are not the declared ones.
    """

    def __init__(
        self, kind: ManagedType, readers: Mapping[str, Reader], composed: Mapping[str, type] | None = None
    ) -> None:
        self.kind = kind
        self.kind_name = wsdl_name(kind)
        self.readers = dict(readers)
        self._composed = dict(composed or {})
        self._below: dict[str, dict[str, None]] = {}
        _PUBLISHED.append(self)
        for path in self.readers:
            self._remember(path)

    @property
    def top_level(self) -> tuple[str, ...]:
        """The names of the properties that have a value at all."""
        return tuple(self._below.get("", {}))

    def is_published(self, path: str) -> bool:
        """Say whether *path* is a leaf or composed of leaves, and not inside one."""
        return path in self.readers or path in self._below

    def has(self, path: str) -> bool:
        """Say whether *path* exists, published or not."""
        return is_declared(self.kind, path) or self._leaf_above(path) is not None or path in self._below

    def read(self, source: Any, path: str) -> Any:
        """Return the value at *path*; ``None`` when it is unset or not simulated.

        Raises:
            Refusal: InvalidProperty.
        """
        if path in self.readers:
            return self.readers[path](source)
        if path in self._below:
            return self._compose(source, path)
        leaf = self._leaf_above(path)
        if leaf is not None:
            steps = parse_path(path)[len(parse_path(leaf)) :]
            return _walk(self.readers[leaf](source), steps, path)
        if not is_declared(self.kind, path):
            raise invalid_property(path)
        return None

    def _leaf_above(self, path: str) -> str | None:
        return next((leaf for leaf in self.readers if is_same_or_below(path, leaf)), None)

    def _remember(self, path: str) -> None:
        above, _, _ = path.rpartition(".")
        self._below.setdefault(above, {})[path] = None
        if above:
            self._remember(above)

    def _compose(self, source: Any, path: str) -> Any:
        values = {below.rpartition(".")[2]: self.read(source, below) for below in self._below[path]}
        given = {name: value for name, value in values.items() if value is not None}
        return self._type_of(path)(**given) if given else None

    def _type_of(self, path: str) -> Any:
        if path in self._composed:
            return self._composed[path]
        above, _, name = path.rpartition(".")
        owner = self._type_of(above) if above else self.kind
        return field_of(owner, name).type


def _walk(value: Any, steps: tuple[Step, ...], path: str) -> Any:
    for step in steps:
        if value is None:
            return None
        if isinstance(step, Key):
            if not isinstance(value, list):
                raise invalid_property(path)
            value = next((one for one in value if element_key(one) == step.value), None)
        elif isinstance(value, VmomiSupport.DataObject):
            if not hasattr(value, step):
                raise invalid_property(path)
            value = _typed(value, step)
        else:
            raise invalid_property(path)
    return value


def published_kinds(kind: ManagedType) -> list[Leaves]:
    """Return what is published of the objects of a kind and of those below it."""
    return [one for one in _PUBLISHED if issubclass(one.kind, kind)]


def _typed(owner: Any, name: str) -> Any:
    """Return a property of a data object; a list gets its declared type, without which it can't be a value itself."""
    value = getattr(owner, name)
    # The constructors of pyVmomi take a plain list and keep it.
    return list_of(owner, name, value) if type(value) is list else value


def element_key(element: Any) -> str | None:
    """Return the key of an array's element, or ``None`` where the type has none."""
    key = getattr(element, "key", None)
    return str(key) if key is not None and isinstance(element, VmomiSupport.DataObject) else None
