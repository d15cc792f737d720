"""A short, stable name for what an object sees of its host: a halt stands until it changes."""

import hashlib

from vmk_operator.model.host import AdapterState, Attachment, DnsState, HostState, NetstackState, NetworkState
from vmk_operator.planner.dedicated import DEDICATED_STACKS, is_in_use
from vmk_operator.planner.ipv6 import NOTHING
from vmk_operator.planner.resolution import switch_mtu
from vmk_operator.planner.rules.lockout import MANAGEMENT
from vmk_operator.planner.wording import ipv4_text, ipv6_text

_DIGITS = 16


def adapter_fingerprint(
    host: HostState,
    network: NetworkState,
    *,
    adapter: AdapterState | None,
    netstack: str,
    attachment: Attachment | None,
) -> str:
    """Name what a VmkAdapter sees: its adapter, else those on its port group, and what limits them.

    *netstack* is the declared stack, *attachment* where the declared port group is, if the host has it.
    """
    concerned = (
        [adapter]
        if adapter is not None
        else [one for one in network.adapters if attachment is not None and one.attachment == attachment]
    )
    stack = network.netstack(netstack)
    return observed_fingerprint(
        host.uuid,
        *(_adapter_text(one, network) for one in sorted(concerned, key=lambda one: one.device)),
        f"port group {attachment} mtu {switch_mtu(attachment, network)}",
        f"stack {netstack} owner {None if stack is None else stack.owner} known {stack is not None}",
        f"dedicated {[key for key in sorted(DEDICATED_STACKS.values()) if is_in_use(key, network)]}",
        f"management {bool(network.devices_with(MANAGEMENT))} offered {sorted(name for name, _ in network.services)}"
        f"{' without IPv6' if network.ipv6_enabled is False else ''}"
        f"{f' vSAN on {[one.device for one in network.vsan_ports]}' if network.vsan_ports else ''}",
    )


def netstack_fingerprint(host: HostState, network: NetworkState, key: str) -> str:
    """Name what a VmkNetstack sees: its stack, and the subnets that a gateway may be in."""
    on_stack = sorted((one for one in network.adapters if one.netstack == key), key=lambda one: one.device)
    return observed_fingerprint(
        host.uuid,
        _stack_text(network.netstack(key)) + (" without IPv6" if network.ipv6_enabled is False else ""),
        *(f"{one.device} {ipv4_text(one.ipv4)}{_ipv6_text(one)}" for one in on_stack),
    )


def observed_fingerprint(*facts: str) -> str:
    """Hash facts, in order; the same in every process and on every machine."""
    return hashlib.sha256("\0".join(facts).encode()).hexdigest()[:_DIGITS]


def _adapter_text(adapter: AdapterState, network: NetworkState) -> str:
    # Field by field: a field that the model gains one day must not end every halt there is.
    carried = sorted(network.services_of(adapter.device))
    gateways = (one for one in (adapter.routes.ipv4_gateway, adapter.routes.ipv6_gateway) if one is not None)
    via = "".join(f" via {one}" for one in gateways)
    return (
        f"{adapter.device} {adapter.mac} on {adapter.netstack} at {adapter.attachment} mtu {adapter.mtu} "
        f"ipv4 {ipv4_text(adapter.ipv4)}{_ipv6_text(adapter)}{via} owned {adapter.system_owned} carries {carried}"
    )


def _ipv6_text(adapter: AdapterState) -> str:
    is_told = adapter.ipv6 is not None and adapter.ipv6.configured != NOTHING
    return f" ipv6 {ipv6_text(adapter.ipv6)}" if is_told and adapter.ipv6 is not None else ""


def _stack_text(stack: NetstackState | None) -> str:
    if stack is None:
        return "no stack"
    routes = f"{stack.routes.ipv4_gateway} {stack.routes.ipv6_gateway}"
    told = (stack.dns.dhcp, stack.dns.domain_name, *stack.dns.servers, *stack.dns.search_domains)
    dns = "" if stack.dns == DnsState(host_name=stack.dns.host_name) else f" dns {told}"
    dns += f" from {stack.dns.device} {stack.dns.ipv6_device}" if stack.dns.device or stack.dns.ipv6_device else ""
    dns += f" name {stack.dns.host_name}" if stack.dns.host_name else ""
    static = sorted(f"{one.network} via {one.gateway}" for one in stack.static_routes)
    routes += f" {static}" if static else ""
    return f"{stack.key} {routes}{dns} {stack.max_connections} {stack.congestion_control} {stack.active} {stack.owner}"
