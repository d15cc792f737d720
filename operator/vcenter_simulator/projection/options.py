"""Advanced options, as an OptionManager has them."""

from typing import Any

from pyVmomi import vim

from vcenter_simulator.host.options import Changed, Definition, Definitions, Value, find_options
from vcenter_simulator.properties.leaves import Leaves
from vcenter_simulator.soap.references import typed_array

OPTION_MANAGER = Leaves(
    vim.option.OptionManager,
    {
        "setting": lambda owner: all_values(owner.option_definitions, owner.options),
        "supportedOption": lambda owner: option_definitions(owner.option_definitions),
    },
)
"""Of whoever has ``option_definitions`` and ``options``: a host, or vCenter."""


def option_values(values: dict[str, Value]) -> Any:
    """What options are set to."""
    return typed_array(
        vim.option.OptionValue, (vim.option.OptionValue(key=key, value=value) for key, value in values.items())
    )


def all_values(definitions: Definitions, changed: Changed) -> Any:
    """What all options are set to."""
    return option_values(find_options(definitions, changed, None))


def option_definitions(definitions: Definitions) -> Any:
    """What options there are."""
    return typed_array(
        vim.option.OptionDef,
        (
            vim.option.OptionDef(
                key=one.key, label=one.key.rpartition(".")[2], summary=one.summary, optionType=_type(one)
            )
            for one in definitions.values()
        ),
    )


def _type(definition: Definition) -> Any:
    default = definition.default
    if isinstance(default, bool):
        return vim.option.BoolOption(valueIsReadonly=False, supported=True, defaultValue=default)
    if isinstance(default, str):
        return vim.option.StringOption(valueIsReadonly=False, defaultValue=default)
    return vim.option.IntOption(valueIsReadonly=False, min=definition.least, max=definition.most, defaultValue=default)
