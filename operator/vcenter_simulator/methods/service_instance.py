"""ServiceInstance."""

from typing import Any

from vcenter_simulator.methods.calls import Call, MethodTable
from vcenter_simulator.service_leaves import service_content


async def retrieve_service_content(call: Call) -> Any:
    """Return what there is; needs no login."""
    return service_content(call.vcenter)


async def current_time(call: Call) -> Any:
    """Return the simulated time."""
    return call.vcenter.clock.now()


METHODS: MethodTable = {"RetrieveServiceContent": retrieve_service_content, "CurrentTime": current_time}
