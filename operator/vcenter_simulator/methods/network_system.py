"""HostNetworkSystem."""

from typing import Any

from pyVmomi import vim

from vcenter_simulator.host.adapters import add_adapter, remove_adapter, update_adapter
from vcenter_simulator.host.netstacks import edit_netstacks
from vcenter_simulator.host.refusals import not_found, not_supported
from vcenter_simulator.host.state import HostState
from vcenter_simulator.inventory.hosts import HostRecord
from vcenter_simulator.methods.calls import Call, MethodTable
from vcenter_simulator.methods.host_writes import host_of, write
from vcenter_simulator.methods.specs import adapter_spec, netstack_edits
from vcenter_simulator.soap.references import typed_array


async def add_virtual_nic(call: Call) -> str:
    """Create an adapter and return its device name."""
    spec = adapter_spec(call.arguments["portgroup"], call.arguments["nic"])
    created = []

    def change(host: HostRecord) -> HostState:
        state, adapter = add_adapter(host.actual, spec, host.surroundings, mac=call.vcenter.inventory.new_mac())
        created.append(adapter.device)
        return state

    await write(call, change)
    return created[0]


async def update_virtual_nic(call: Call) -> None:
    """Change what the specification has of an adapter."""
    device = call.arguments["device"]
    spec = adapter_spec(None, call.arguments["nic"])
    await write(call, lambda host: update_adapter(host.actual, device, spec, host.surroundings))


async def remove_virtual_nic(call: Call) -> None:
    """Remove an adapter."""
    device = call.arguments["device"]
    await write(call, lambda host: remove_adapter(host.actual, device))


async def update_network_config(call: Call) -> Any:
    """Edit TCP/IP stacks; no other part of the configuration, and only as listed changes."""
    mode = call.arguments["changeMode"]
    if mode != "modify":
        raise not_supported(f"The change mode '{mode}' is not supported, only 'modify'.")
    edits = netstack_edits(call.arguments["config"])
    await write(call, lambda host: edit_netstacks(host.actual, edits, host.surroundings))
    return vim.host.NetworkConfig.Result()


async def refresh_network_system(call: Call) -> None:
    """Let vCenter read the host's network anew, at once."""
    host_of(call).refresh()


async def query_network_hint(call: Call) -> Any:
    """Return what network cards have heard of the switches that they are connected to: nothing, those are not there."""
    host = host_of(call)
    known = [nic.device for nic in host.actual.pnics]
    asked = call.arguments["device"] or known
    for device in asked:
        if device not in known:
            raise not_found(f"The network card {device}")
    return typed_array(
        vim.host.PhysicalNic.NetworkHint, (vim.host.PhysicalNic.NetworkHint(device=one) for one in asked)
    )


METHODS: MethodTable = {
    "AddVirtualNic": add_virtual_nic,
    "UpdateVirtualNic": update_virtual_nic,
    "RemoveVirtualNic": remove_virtual_nic,
    "UpdateNetworkConfig": update_network_config,
    "RefreshNetworkSystem": refresh_network_system,
    "QueryNetworkHint": query_network_hint,
}
