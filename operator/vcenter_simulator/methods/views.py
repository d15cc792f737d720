"""ViewManager and ContainerView."""

from typing import Any

from vcenter_simulator.collector.selection import object_not_found
from vcenter_simulator.host.refusals import invalid_argument
from vcenter_simulator.methods.calls import Call, MethodTable
from vcenter_simulator.service_leaves import ContainerView, add_view
from vcenter_simulator.soap.references import managed_reference, reference_of


async def create_container_view(call: Call) -> Any:
    """Create a view of everything of some types below an object."""
    container = reference_of(call.arguments["container"])
    inventory = call.vcenter.inventory
    if container.moid not in inventory.objects:
        raise object_not_found(call.arguments["container"])
    if container.moid not in inventory.nodes:
        raise invalid_argument("container", f"A {container.kind} contains nothing.")
    kinds = tuple(call.arguments["type"])
    view = ContainerView(
        inventory, container, kinds, recursive=call.arguments["recursive"], sees=call.logged_in.sight.sees
    )
    return managed_reference(add_view(call.logged_in, view).reference)


async def destroy_view(call: Call) -> None:
    """Destroy a view."""
    del call.logged_in.objects[call.target.reference.moid]


VIEW_MANAGER: MethodTable = {"CreateContainerView": create_container_view}

CONTAINER_VIEW: MethodTable = {"DestroyView": destroy_view}
