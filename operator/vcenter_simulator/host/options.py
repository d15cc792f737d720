"""Advanced options: what there are, and what they may be set to. Only those are here that change what is simulated."""

from collections.abc import Mapping
from dataclasses import dataclass

from vcenter_simulator.host.refusals import Refusal, invalid_argument

Value = bool | int | str

Changed = tuple[tuple[str, Value], ...]
"""The options that are not as they come, sorted by their keys."""


@dataclass(frozen=True, slots=True)
class Definition:
    """One option; the type of its default is its type."""

    key: str
    summary: str
    default: Value
    least: int = 0
    most: int = 0
    """Bounds of a number."""


DISABLE_REMOTE_ESXCLI = "Config.HostAgent.plugins.solo.disableRemoteEsxcli"

Definitions = Mapping[str, Definition]


def by_key(*definitions: Definition) -> Definitions:
    """Return definitions so that they are found by their keys."""
    return {one.key: one for one in definitions}


HOST_OPTIONS = by_key(
    Definition(DISABLE_REMOTE_ESXCLI, "Refuse esxcli commands that come through the API.", default=False)
)
"""A host's. Source: reference/vsphere.md 7.1."""


_TYPED: Mapping[Value, bool] = {"true": True, "false": False}
"""What user interfaces send for a truth value: what was typed."""


def option_value(definitions: Definitions, changed: Changed, key: str) -> Value:
    """Return what an option is set to."""
    return dict(changed).get(key, definitions[key].default)


def find_options(definitions: Definitions, changed: Changed, name: str | None) -> dict[str, Value]:
    """Return the option *name*, or all below it; without a name, all that there are.

    Raises:
        Refusal: InvalidName when there is none.
    """
    wanted = (name or "").rstrip(".")
    found = [key for key in definitions if not wanted or key == wanted or key.startswith(f"{wanted}.")]
    if not found:
        raise invalid_name(name or "")
    return {key: option_value(definitions, changed, key) for key in found}


def change_options(definitions: Definitions, changed: Changed, values: Mapping[str, Value]) -> Changed:
    """Set all of *values* or none.

    Raises:
        Refusal: InvalidName for an option that there is not, InvalidArgument for what it can't be set to.
    """
    now = dict(changed)
    for key, value in values.items():
        definition = definitions.get(key)
        if definition is None:
            raise invalid_name(key)
        now[key] = _checked(definition, value)
    return tuple(sorted((key, value) for key, value in now.items() if value != definitions[key].default))


def invalid_name(name: str) -> Refusal:
    """Say that there is no option *name*."""
    return Refusal("InvalidName", f"The name '{name}' is invalid.", name=name)


def _checked(definition: Definition, value: Value) -> Value:
    default = definition.default
    if isinstance(default, bool) and value in _TYPED:
        return _TYPED[value]
    if isinstance(value, bool) is not isinstance(default, bool) or isinstance(value, str) is not isinstance(
        default, str
    ):
        raise invalid_argument(definition.key, f"'{value}' is of another type than '{default}'.")
    if isinstance(value, bool | str):
        return value
    if not definition.least <= value <= definition.most:
        raise invalid_argument(definition.key, f"{value} is outside {definition.least} to {definition.most}.")
    return int(value)
