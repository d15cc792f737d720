"""DistributedVirtualPortgroup: made, changed and removed, as tasks."""

from typing import Any

from pyVmomi import vim

from vcenter_simulator.events.places import arguments_of
from vcenter_simulator.inventory.portgroup_settings import PortgroupSpec
from vcenter_simulator.inventory.portgroups import add_portgroups, change_portgroup, remove_portgroup
from vcenter_simulator.methods.calls import Call, MethodTable
from vcenter_simulator.methods.portgroup_specs import portgroup_spec
from vcenter_simulator.methods.tasks import run_task
from vcenter_simulator.soap.references import managed_reference
from vcenter_simulator.tasks.ledger import Progress
from vcenter_simulator.tasks.task import Task


async def add_portgroup_list(call: Call) -> Any:
    """Add port groups to a distributed switch: all of them, or none."""
    specs = [portgroup_spec(one) for one in call.arguments["spec"]]

    async def work(task: Task, _: Progress) -> None:
        _add(call, task, specs)

    return run_task(call, call.target.reference, work)


async def add_one_portgroup(call: Call) -> Any:
    """Add a port group to a distributed switch; it is the result of the task."""
    spec = portgroup_spec(call.arguments["spec"])

    async def work(task: Task, _: Progress) -> Any:
        (added,) = _add(call, task, [spec])
        return added

    return run_task(call, call.target.reference, work)


async def reconfigure_portgroup(call: Call) -> Any:
    """Change a port group."""
    spec, sent = portgroup_spec(call.arguments["spec"]), call.arguments["spec"]

    async def work(task: Task, _: Progress) -> None:
        change_portgroup(call.vcenter.inventory, call.target.reference.moid, spec)
        call.vcenter.events.post(
            "DVPortgroupReconfiguredEvent",
            about=call.target.reference,
            user=call.logged_in.user,
            chain=task.chain,
            configSpec=sent,
        )

    return run_task(call, call.target.reference, work)


async def destroy_portgroup(call: Call) -> Any:
    """Remove a port group that no adapter is on."""

    async def work(task: Task, _: Progress) -> None:
        inventory, reference = call.vcenter.inventory, call.target.reference
        where = arguments_of(inventory, reference)
        remove_portgroup(inventory, reference.moid)
        call.vcenter.events.post("DVPortgroupDestroyedEvent", user=call.logged_in.user, chain=task.chain, **where)

    return run_task(call, call.target.reference, work)


def _add(call: Call, task: Task, specs: list[PortgroupSpec]) -> list[Any]:
    switch = call.target
    added = add_portgroups(call.vcenter.inventory, switch.reference.moid, specs)
    dvs = vim.event.DvsEventArgument(name=switch.source.name, dvs=managed_reference(switch.reference))
    for reference in added:
        call.vcenter.events.post(
            "DVPortgroupCreatedEvent", about=reference, user=call.logged_in.user, chain=task.chain, dvs=dvs
        )
    return [managed_reference(one) for one in added]


OF_SWITCHES: MethodTable = {
    "AddDVPortgroup_Task": add_portgroup_list,
    "CreateDVPortgroup_Task": add_one_portgroup,
}

METHODS: MethodTable = {
    "ReconfigureDVPortgroup_Task": reconfigure_portgroup,
    "Destroy_Task": destroy_portgroup,
}
