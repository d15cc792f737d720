"""Changes of hosts behind vCenter's back, from documents. The rules for requests do not apply to them."""

from collections.abc import Callable
from dataclasses import replace

from vcenter_simulator.fleet.adapters import Switches, read_adapter
from vcenter_simulator.fleet.errors import DocumentError
from vcenter_simulator.fleet.hardware import check_plugged, edit_hardware
from vcenter_simulator.fleet.host_documents import HostEdit
from vcenter_simulator.fleet.reading import read_iscsi
from vcenter_simulator.fleet.stacks import with_netstack, without_netstack
from vcenter_simulator.host.adapters import remove_adapter, with_adapter
from vcenter_simulator.host.state import HostState


def edit_host(state: HostState, edit: HostEdit, switches: Switches, new_mac: Callable[[], str]) -> HostState:
    """Return *state* with the fields that *edit* has changed.

    Raises:
        DocumentError: when it names something that the host does not have, or takes away what is in use.
    """
    state = edit_hardware(state, edit, switches)
    for key, netstack in edit.netstacks.items():
        state = with_netstack(state, key, netstack) if netstack is not None else without_netstack(state, key)
    for device, adapter in edit.adapters.items():
        if adapter is not None:
            state = with_adapter(state, read_adapter(state, device, adapter, switches, new_mac))
        elif device in state.by_device:
            state = remove_adapter(state, device)
        else:
            raise DocumentError(f"{state.name} has no adapter {device} to remove.")
    for name, bound in edit.iscsi.items():
        others = tuple(one for one in state.iscsi if one.name != name)
        state = replace(state, iscsi=others if bound is None else (*others, read_iscsi(state, name, bound)))
    if edit.ipv6_enabled is not None:
        state = replace(state, ipv6_enabled=edit.ipv6_enabled, ipv6_at_boot=edit.ipv6_enabled)
    if edit.fabric_mtu is not None:
        state = replace(state, fabric_mtu=edit.fabric_mtu)
    if edit.in_maintenance_mode is not None:
        state = replace(state, in_maintenance=edit.in_maintenance_mode)
    check_plugged(state)
    return state
