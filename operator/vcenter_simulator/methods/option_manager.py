"""OptionManager: vCenter's own, and one of every host."""

from dataclasses import replace
from typing import Any

from vcenter_simulator.host.options import (
    HOST_OPTIONS,
    Changed,
    Definitions,
    change_options,
    find_options,
)
from vcenter_simulator.host.state import HostState
from vcenter_simulator.inventory.hosts import HostRecord
from vcenter_simulator.methods.calls import Call, MethodTable
from vcenter_simulator.methods.host_writes import host_of, write
from vcenter_simulator.projection.options import option_values


async def query_options(call: Call) -> Any:
    """Return an option, or all below a name."""
    definitions, changed = _of(call)
    return option_values(find_options(definitions, changed, call.arguments["name"]))


async def update_options(call: Call) -> None:
    """Set options, all or none."""
    values = {one.key: one.value for one in call.arguments["changedValue"]}
    if _is_vcenters(call):
        call.vcenter.set_options(change_options(call.vcenter.option_definitions, call.vcenter.options, values))
        return

    def change(host: HostRecord) -> HostState:
        return replace(host.actual, options=change_options(HOST_OPTIONS, host.actual.options, values))

    await write(call, change)


def _of(call: Call) -> tuple[Definitions, Changed]:
    if _is_vcenters(call):
        return call.vcenter.option_definitions, call.vcenter.options
    return HOST_OPTIONS, host_of(call).actual.options


def _is_vcenters(call: Call) -> bool:
    return call.vcenter.inventory.find_host(call.target.reference.moid) is None


METHODS: MethodTable = {"QueryOptions": query_options, "UpdateOptions": update_options}
