"""InternalDynamicTypeManager: the types of a host itself."""

from typing import Any

from vcenter_simulator.esxcli.describing import all_types, instances
from vcenter_simulator.methods.calls import Call, MethodTable
from vcenter_simulator.methods.host_writes import host_of
from vcenter_simulator.soap.dynamic_types import InstanceFilter, TypeFilter


async def query_type_info(call: Call) -> Any:
    """Describe the types, or those with a text in their names."""
    host_of(call)
    wanted = call.arguments["filterSpec"]
    return all_types((wanted.typeSubstr if isinstance(wanted, TypeFilter) else None) or "")


async def query_instances(call: Call) -> Any:
    """Return the objects that commands are called on."""
    host_of(call)
    wanted = call.arguments["filterSpec"]
    if not isinstance(wanted, InstanceFilter):
        return instances("", None)
    return instances(wanted.typeSubstr or "", wanted.id)


METHODS: MethodTable = {
    "DynamicTypeMgrQueryTypeInfo": query_type_info,
    "DynamicTypeMgrQueryMoInstances": query_instances,
}
