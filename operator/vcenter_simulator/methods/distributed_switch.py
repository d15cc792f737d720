"""VmwareDistributedVirtualSwitch: its ports."""

from typing import Any

from pyVmomi import vim

from vcenter_simulator.inventory.distributed import DistributedSwitch
from vcenter_simulator.inventory.ports import Port, is_wanted, ports_of, shown_port
from vcenter_simulator.methods.calls import Call, MethodTable
from vcenter_simulator.soap.references import typed_array


async def fetch_ports(call: Call) -> Any:
    """Return the ports that meet the criteria."""
    switch, ports = _wanted(call)
    return typed_array(vim.dvs.DistributedVirtualPort, (shown_port(one, switch) for one in ports))


async def fetch_port_keys(call: Call) -> Any:
    """Return the keys of the ports that meet the criteria."""
    return [one.key for one in _wanted(call)[1]]


def _wanted(call: Call) -> tuple[DistributedSwitch, list[Port]]:
    switch: DistributedSwitch = call.target.source.switch
    criteria = call.arguments["criteria"] or vim.dvs.PortCriteria()
    return switch, [one for one in ports_of(switch, call.vcenter.inventory) if is_wanted(one, criteria)]


METHODS: MethodTable = {"FetchDVPorts": fetch_ports, "FetchDVPortKeys": fetch_port_keys}
