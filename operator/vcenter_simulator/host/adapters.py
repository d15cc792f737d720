"""AddVirtualNic, UpdateVirtualNic and RemoveVirtualNic as functions from state to state."""

import re
from dataclasses import replace

from vcenter_simulator.host.addressing import check_ipv4, check_mac, check_mtu, check_unique_address
from vcenter_simulator.host.attachments import check_attachment, check_occupancy, check_switch_mtu, keep_port
from vcenter_simulator.host.behaviour import Choice
from vcenter_simulator.host.custom_netstacks import without_stopped
from vcenter_simulator.host.gateways import check_own_gateways
from vcenter_simulator.host.ipv6 import check_unique_ipv6, configured_ipv6
from vcenter_simulator.host.leases import ipv4_lease, is_same_network
from vcenter_simulator.host.refusals import already_exists, config_fault, invalid_argument, not_found
from vcenter_simulator.host.requests import AdapterSpec, Surroundings
from vcenter_simulator.host.services import shadow_services
from vcenter_simulator.host.state import DEFAULT_STACK, Adapter, HostState

_DEVICE = re.compile("vmk(0|[1-9][0-9]{0,2})")

MOST_ADAPTERS = 256
"""Source: reference/vsphere.md 2.4, the name range of esxcli."""


def add_adapter(
    state: HostState, spec: AdapterSpec, surroundings: Surroundings, *, mac: str, device: str | None = None
) -> tuple[HostState, Adapter]:
    """Create an adapter with the lowest free number, or with the name that only a command line can ask for.

    Args:
        state: the host before.
        spec: what the client asks for.
        surroundings: what the host's rules need from outside.
        mac: the address to give when the client names none.
        device: the name to give it.

    Raises:
        Refusal: NotFound for an unknown stack; InvalidArgument, AlreadyExists or HostConfigFault otherwise.
    """
    attachment = check_attachment(state, spec, surroundings)
    if attachment is None:
        raise invalid_argument("portgroup", "Neither a port group nor a distributed port is named.")
    if spec.ipv4 is None:
        raise invalid_argument("nic.ip", "The IP configuration is missing.")
    key = spec.netstack or DEFAULT_STACK
    if state.netstack(key) is None:
        raise not_found(f"The TCP/IP stack '{key}'")
    adapter = Adapter(
        device=_checked_name(state, device) if device is not None else f"vmk{_lowest_free_number(state)}",
        mac=check_mac(spec.mac) if spec.mac else mac,
        attachment=attachment,
        netstack=key,
        mtu=check_mtu(spec.mtu) if spec.mtu is not None else 1500,
        tso=spec.tso is not False,
        gateway=spec.gateway.address if spec.gateway is not None else None,
        gateway6=spec.gateway6.address if spec.gateway6 is not None else None,
    )
    adapter = _with_addresses(state, adapter, adapter, spec, surroundings)
    return shadow_services(_placed(state, adapter, surroundings), surroundings.behaviour), adapter


def update_adapter(state: HostState, device: str, spec: AdapterSpec, surroundings: Surroundings) -> HostState:
    """Change the fields of an adapter that *spec* has; the others stay.

    Raises:
        Refusal: NotFound for an unknown device; InvalidArgument for a field that can't be changed or is wrong.
    """
    adapter = get_adapter(state, device)
    if spec.netstack is not None and spec.netstack != adapter.netstack:
        raise invalid_argument("nic.netStackInstanceKey", f"{device} can't leave the stack {adapter.netstack}.")
    if spec.mac is not None and spec.mac.lower() != adapter.mac.lower():
        raise invalid_argument("nic.mac", f"The address of {device} is {adapter.mac} for good.")
    if spec.ipv4 is None and surroundings.behaviour.update_without_ip is Choice.REFUSE:
        raise invalid_argument("nic.ip", "The IP configuration is missing.")
    attachment = check_attachment(state, spec, surroundings)
    changed = replace(
        adapter,
        attachment=keep_port(adapter.attachment, attachment) if attachment is not None else adapter.attachment,
        mtu=check_mtu(spec.mtu) if spec.mtu is not None else adapter.mtu,
        tso=spec.tso if spec.tso is not None else adapter.tso,
        gateway=spec.gateway.address if spec.gateway is not None else adapter.gateway,
        gateway6=spec.gateway6.address if spec.gateway6 is not None else adapter.gateway6,
    )
    return _placed(state, _with_addresses(state, adapter, changed, spec, surroundings), surroundings)


def remove_adapter(state: HostState, device: str) -> HostState:
    """Take an adapter away, with what iSCSI has bound to it.

    Raises:
        Refusal: NotFound.
    """
    get_adapter(state, device)
    left = replace(
        state,
        adapters=tuple(one for one in state.adapters if one.device != device),
        iscsi=tuple(replace(one, bound=tuple(it for it in one.bound if it != device)) for one in state.iscsi),
    )
    return without_stopped(left)


def get_adapter(state: HostState, device: str) -> Adapter:
    """Return an adapter by its device name.

    Raises:
        Refusal: NotFound.
    """
    adapter = state.by_device.get(device)
    if adapter is None:
        raise not_found(f"The VMkernel adapter '{device}'")
    return adapter


def with_adapter(state: HostState, adapter: Adapter) -> HostState:
    """Return *state* with *adapter* in the place of the one with its device name, or beside the others."""
    others = (one for one in state.adapters if one.device != adapter.device)
    return replace(state, adapters=tuple(sorted((*others, adapter), key=lambda one: one.number)))


def _with_addresses(
    state: HostState, old: Adapter, new: Adapter, spec: AdapterSpec, surroundings: Surroundings
) -> Adapter:
    wanted = check_ipv4(spec.ipv4) if spec.ipv4 is not None else old.ipv4
    if wanted.dhcp:
        # With DHCP before and after, the lease stays; another network has another server.
        kept = old.ipv4.dhcp and old.ipv4.address is not None and is_same_network(old.attachment, new.attachment)
        wanted = old.ipv4 if kept else ipv4_lease(new.attachment, new.mac)
    new = replace(new, ipv4=wanted)
    return new if spec.ipv6 is None else configured_ipv6(state, new, spec.ipv6, surroundings.behaviour)


def _placed(state: HostState, adapter: Adapter, surroundings: Surroundings) -> HostState:
    check_occupancy(state, adapter, surroundings)
    check_switch_mtu(state, adapter, surroundings)
    check_unique_address(state, adapter)
    check_unique_ipv6(state, adapter)
    check_own_gateways(adapter)
    return with_adapter(state, adapter)


def _checked_name(state: HostState, device: str) -> str:
    number = device.removeprefix("vmk")
    if not _DEVICE.fullmatch(device) or int(number) >= MOST_ADAPTERS:
        raise invalid_argument("interfacename", f"'{device}' is not vmk0 to vmk{MOST_ADAPTERS - 1}.")
    if device in state.by_device:
        raise already_exists(device)
    return device


def _lowest_free_number(state: HostState) -> int:
    taken = {adapter.number for adapter in state.adapters}
    for number in range(MOST_ADAPTERS):
        if number not in taken:
            return number
    raise config_fault(f"The host has {MOST_ADAPTERS} VMkernel adapters already.")
