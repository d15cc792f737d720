"""HostNetworkSystem."""

from typing import Any

from pyVmomi import vim

from vcenter_simulator.host.adapters import add_adapter, remove_adapter, update_adapter
from vcenter_simulator.host.iscsi import check_removable
from vcenter_simulator.host.netstacks import edit_netstacks
from vcenter_simulator.host.network_config import change_network
from vcenter_simulator.host.portgroups import add_portgroup, remove_portgroup, update_portgroup
from vcenter_simulator.host.refusals import not_found, not_supported
from vcenter_simulator.host.requests import NetstackEdit
from vcenter_simulator.host.state import DEFAULT_STACK, HostState
from vcenter_simulator.host.switches import add_switch, remove_switch, update_switch
from vcenter_simulator.inventory.hosts import HostRecord
from vcenter_simulator.methods.address_specs import dns, gateways, routes
from vcenter_simulator.methods.calls import Call, MethodTable
from vcenter_simulator.methods.host_writes import host_of, write
from vcenter_simulator.methods.specs import adapter_spec, network_change
from vcenter_simulator.methods.switch_specs import portgroup_spec, switch_spec
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
    await write(call, lambda host: remove_adapter(check_removable(host.actual, device, host.behaviour), device))


async def update_network_config(call: Call) -> Any:
    """Make all changes of a configuration or none, only as listed changes; return the devices that came up."""
    mode = call.arguments["changeMode"]
    if mode != "modify":
        raise not_supported(f"The change mode '{mode}' is not supported, only 'modify'.")
    wanted = network_change(call.arguments["config"])
    created: list[str] = []

    def change(host: HostRecord) -> HostState:
        state, devices = change_network(host.actual, wanted, host.surroundings, call.vcenter.inventory.new_mac)
        created.extend(devices)
        return state

    await write(call, change)
    return vim.host.NetworkConfig.Result(vnicDevice=created)


async def update_dns_config(call: Call) -> None:
    """Set the default stack's DNS."""
    await _edit_default_stack(
        call, NetstackEdit(key=DEFAULT_STACK, operation="edit", dns=dns(call.arguments["config"]))
    )


async def update_ip_route_config(call: Call) -> None:
    """Set the default stack's gateways."""
    gateway, gateway6 = gateways(call.arguments["config"])
    edit = NetstackEdit(key=DEFAULT_STACK, operation="edit", gateway=gateway, gateway6=gateway6)
    await _edit_default_stack(call, edit)


async def update_ip_route_table_config(call: Call) -> None:
    """Change the default stack's static routes."""
    changes = routes(call.arguments["config"])
    await _edit_default_stack(call, NetstackEdit(key=DEFAULT_STACK, operation="edit", routes=changes))


async def add_virtual_switch(call: Call) -> None:
    """Create a standard switch."""
    name, sent = call.arguments["vswitchName"], call.arguments["spec"]
    spec = switch_spec(sent) if sent is not None else None
    await write(call, lambda host: add_switch(host.actual, name, spec, host.surroundings))


async def update_virtual_switch(call: Call) -> None:
    """Change a standard switch."""
    name, spec = call.arguments["vswitchName"], switch_spec(call.arguments["spec"])
    await write(call, lambda host: update_switch(host.actual, name, spec, host.surroundings))


async def remove_virtual_switch(call: Call) -> None:
    """Remove a standard switch."""
    name = call.arguments["vswitchName"]
    await write(call, lambda host: remove_switch(host.actual, name))


async def add_port_group(call: Call) -> None:
    """Create a port group of a standard switch."""
    spec = portgroup_spec(call.arguments["portgrp"])
    await write(call, lambda host: add_portgroup(host.actual, spec))


async def update_port_group(call: Call) -> None:
    """Change a port group of a standard switch."""
    name, spec = call.arguments["pgName"], portgroup_spec(call.arguments["portgrp"])
    await write(call, lambda host: update_portgroup(host.actual, name, spec, host.surroundings))


async def remove_port_group(call: Call) -> None:
    """Remove a port group of a standard switch."""
    name = call.arguments["pgName"]
    await write(call, lambda host: remove_portgroup(host.actual, name))


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


async def _edit_default_stack(call: Call, edit: NetstackEdit) -> None:
    await write(call, lambda host: edit_netstacks(host.actual, (edit,), host.surroundings))


METHODS: MethodTable = {
    "AddVirtualNic": add_virtual_nic,
    "UpdateVirtualNic": update_virtual_nic,
    "RemoveVirtualNic": remove_virtual_nic,
    "UpdateNetworkConfig": update_network_config,
    "UpdateDnsConfig": update_dns_config,
    "UpdateIpRouteConfig": update_ip_route_config,
    "UpdateIpRouteTableConfig": update_ip_route_table_config,
    "AddVirtualSwitch": add_virtual_switch,
    "UpdateVirtualSwitch": update_virtual_switch,
    "RemoveVirtualSwitch": remove_virtual_switch,
    "AddPortGroup": add_port_group,
    "UpdatePortGroup": update_port_group,
    "RemovePortGroup": remove_port_group,
    "RefreshNetworkSystem": refresh_network_system,
    "QueryNetworkHint": query_network_hint,
}
