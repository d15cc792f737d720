"""Whether vCenter still reaches a host after a change of its network: what the automatic rollback asks.

The triggers are those that VMware's documents name (reference/vsphere.md 6) as far as a host by itself can tell: its
management adapters are gone, without an address, without an uplink that is teamed, or have an MTU that the network does
not carry. Three more depend on a network that nobody describes, and are named switches: another address, another VLAN,
and a lost default gateway. Shaping and DNS, which are documented too, cut nobody off here.
Which adapter vCenter uses no property says: here it is any that carries management before the change.
"""

from collections.abc import Callable

from vcenter_simulator.host.attachments import uplinks_of
from vcenter_simulator.host.behaviour import Behaviour, Choice, ManagementPath
from vcenter_simulator.host.gateways import IPV4, IPV6, gateway_in_force
from vcenter_simulator.host.services import selected_adapters
from vcenter_simulator.host.state import DEFAULT_STACK, Adapter, HostState, StandardAttachment

Trouble = Callable[[HostState, Adapter], str | None]
"""Says why vCenter does not reach a host by an adapter."""


def disruption(old: HostState, new: HostState, behaviour: Behaviour) -> str | None:
    """Return why vCenter has lost a host by its change from *old* to *new*, or ``None`` when it has not.

    A host that was out of reach before can't be lost.
    """
    before = [adapter for adapter in selected_adapters(old, "management") if _trouble(old, adapter, behaviour) is None]
    reasons = [_change_trouble(old, new, adapter, behaviour) for adapter in before]
    return None if not reasons or None in reasons else reasons[0]


def _change_trouble(old: HostState, new: HostState, before: Adapter, behaviour: Behaviour) -> str | None:
    now = new.by_device.get(before.device)
    if now is None:
        return f"{before.device} is gone."
    moved = now.ipv4.address != before.ipv4.address
    if moved and before.ipv4.address is not None and behaviour.management_address_change is Choice.REFUSE:
        return f"{now.device} has no longer the address {before.ipv4.address}."
    if behaviour.management_vlan_change is Choice.REFUSE and _vlan(new, now) != _vlan(old, before):
        return f"{now.device} is in another VLAN."
    return _trouble(new, now, behaviour)


def _trouble(state: HostState, adapter: Adapter, behaviour: Behaviour) -> str | None:
    if adapter.ipv4.address is None and not _has_ipv6(state, adapter):
        return f"{adapter.device} has no address."
    if adapter.mtu > state.fabric_mtu:
        return f"The MTU {adapter.mtu} of {adapter.device} is above the {state.fabric_mtu} of the network."
    if not uplinks_of(state, adapter):
        return f"{adapter.device} has no uplink."
    if behaviour.management_path is ManagementPath.ROUTED and not _has_gateway(state, adapter):
        return f"{adapter.device} has no default gateway."
    return None


def _vlan(state: HostState, adapter: Adapter) -> int | None:
    """Return the VLAN of a standard port group; that of a distributed one no host knows here."""
    attachment = adapter.attachment
    group = state.portgroup(attachment.portgroup) if isinstance(attachment, StandardAttachment) else None
    return group.vlan if group is not None else None


def _has_ipv6(state: HostState, adapter: Adapter) -> bool:
    return state.ipv6_enabled and bool(adapter.ipv6.auto or adapter.ipv6.dhcp or adapter.ipv6.addresses)


def _has_gateway(state: HostState, adapter: Adapter) -> bool:
    stack = state.netstack(DEFAULT_STACK)
    in_force = stack is not None and any(gateway_in_force(state.in_use(stack), one) for one in (IPV4, IPV6))
    return in_force or adapter.gateway is not None or adapter.gateway6 is not None
