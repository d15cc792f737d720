"""A default gateway must be reachable from its stack."""

from ipaddress import IPv4Address

from vmk_operator.api.reasons import Reason
from vmk_operator.model.host import NetworkState
from vmk_operator.planner.case import NetstackCase
from vmk_operator.planner.verdict import Blocked


def require_reachable_gateway(case: NetstackCase) -> Blocked | None:
    """Refuse a gateway outside the subnet of every adapter that is or will be on the stack.

    Source: DESIGN §4, routing; a host answers such a gateway with HostConfigFault.
    """
    gateway = case.new_gateway
    if gateway is None or is_reachable(gateway, case.stack.key, case.final):
        return None
    subnets = sorted(
        str(adapter.ipv4.address.network)
        for adapter in case.final.adapters
        if adapter.netstack == case.stack.key and adapter.ipv4.address is not None
    )
    return Blocked(
        Reason.GATEWAY_UNREACHABLE,
        f"The gateway {gateway} is in no subnet of an adapter on the TCP/IP stack {case.stack.key} of "
        f"{case.host.name} ({', '.join(subnets[:8]) or 'no adapter there has an address'}); declare one in "
        "them, or give an adapter of the stack an address in the gateway's subnet.",
    )


def is_reachable(gateway: IPv4Address, stack: str, network: NetworkState) -> bool:
    """Tell whether an adapter of *stack* has *gateway* in its subnet; DHCP that has no answer yet may bring it."""
    return any(
        adapter.ipv4.dhcp if adapter.ipv4.address is None else gateway in adapter.ipv4.address.network
        for adapter in network.adapters
        if adapter.netstack == stack
    )
