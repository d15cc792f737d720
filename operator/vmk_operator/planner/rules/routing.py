"""A default gateway must be reachable from its stack."""

from collections.abc import Iterable
from ipaddress import IPv4Address, IPv4Interface, IPv6Address, IPv6Interface

from vmk_operator.api.reasons import AdvisoryReason, Reason
from vmk_operator.api.v1alpha1 import Advisory
from vmk_operator.model.host import Ipv4State, Ipv6State, NetworkState
from vmk_operator.planner.case import AdapterCase, DeclaredNetstack, NetstackCase
from vmk_operator.planner.ipv6 import CONFIGURATION_FIELDS
from vmk_operator.planner.static_routes import routes_by_network
from vmk_operator.planner.verdict import Blocked


def require_reachable_gateway(case: NetstackCase) -> Blocked | None:
    """Refuse a gateway outside the subnet of every adapter that is or will be on the stack.

    Source: DESIGN §4, routing; a host answers such a gateway with HostConfigFault.
    """
    gateway = case.new_gateway
    if gateway is None or is_reachable(gateway, case.stack.key, case.final):
        return None
    subnets = _subnets(case)
    return Blocked(
        Reason.GATEWAY_UNREACHABLE,
        f"The gateway {gateway} is in no subnet of an adapter on the TCP/IP stack {case.stack.key} of "
        f"{case.host.name} ({subnets}); declare one in "
        "them, or give an adapter of the stack an address in the gateway's subnet.",
    )


def require_reachable_routes(case: NetstackCase) -> Blocked | None:
    """Refuse a static route through a gateway outside the subnet of every adapter that is or will be on the stack.

    Source: DESIGN §4, routing; a host does not use such a route.
    """
    lost = [
        one
        for one in routes_by_network(case.route_changes.add)
        if not is_reachable(one.gateway, case.stack.key, case.final)
    ]
    if not lost:
        return None
    route = lost[0]
    subnets = _subnets(case) if isinstance(route.gateway, IPv4Address) else _ipv6_subnets(case)
    return Blocked(
        Reason.GATEWAY_UNREACHABLE,
        f"The route to {route.network} leads through {route.gateway}, which is in no subnet of an adapter on the "
        f"TCP/IP stack {case.stack.key} of {case.host.name} ({subnets}); declare a gateway in them, or give an "
        "adapter of the stack an address in the gateway's subnet.",
    )


def require_reachable_ipv6_gateway(case: NetstackCase) -> Blocked | None:
    """Refuse an IPv6 gateway that is not link-local and in no subnet of an adapter on the stack.

    An adapter that takes addresses from its network may reach any: its subnets are the network's to tell.
    Source: DESIGN §4, routing; a host answers such a gateway with HostConfigFault.
    """
    gateway = case.new_ipv6_gateway
    if gateway is None or is_reachable(gateway, case.stack.key, case.final):
        return None
    return Blocked(
        Reason.GATEWAY_UNREACHABLE,
        f"The gateway {gateway} is in no subnet of an adapter on the TCP/IP stack {case.stack.key} of "
        f"{case.host.name} ({_ipv6_subnets(case)}); declare a link-local one or one in "
        "them, or give an adapter of the stack an address in the gateway's subnet.",
    )


def require_own_gateway_in_subnet(case: AdapterCase) -> Blocked | None:
    """Refuse an adapter's own gateway outside its subnet, a declared one and one that a new address leaves behind.

    Source: reference/vsphere.md 2.6; DESIGN §4, routing.
    """
    gateway, ipv4 = case.own_routes.ipv4_gateway, case.wanted_ipv4
    concerned = case.is_creation or case.differs("ipv4.mode", "ipv4.address", "ipv4.gateway")
    if gateway is None or not concerned or _reaches(ipv4, gateway):
        return None
    subnet = "no address" if ipv4.address is None else f"the subnet {ipv4.address.network}"
    return Blocked(
        Reason.GATEWAY_UNREACHABLE,
        f"The gateway {gateway} of the adapter's own is out of reach on {case.host.name}, where the adapter is to have "
        f"{subnet}; set ipv4.gateway to one in its subnet, or to None for that of the stack.",
    )


def require_own_ipv6_gateway_in_subnet(case: AdapterCase) -> Blocked | None:
    """Refuse an adapter's own IPv6 gateway that is neither link-local nor in a subnet of the adapter.

    An adapter that takes addresses from its network may reach any: its subnets are the network's to tell.
    Source: reference/vsphere.md 2.6; DESIGN §4, routing.
    """
    gateway, ipv6 = case.own_routes.ipv6_gateway, case.wanted_ipv6
    concerned = case.is_creation or case.differs(*CONFIGURATION_FIELDS, "ipv6.gateway")
    if gateway is None or not concerned or _reaches_ipv6(ipv6, gateway):
        return None
    subnets = _listed(() if ipv6 is None else ipv6.addresses)
    return Blocked(
        Reason.GATEWAY_UNREACHABLE,
        f"The gateway {gateway} of the adapter's own is out of reach on {case.host.name}, where the adapter is to have "
        f"{subnets or 'no IPv6 address'}; set ipv6.gateway to a link-local one or one in its subnets, or to None for "
        "that of the stack.",
    )


def is_learned(gateway: IPv4Address, stack: str, network: NetworkState) -> bool:
    """Tell whether *gateway* may have come with the lease of an adapter of *stack*: nobody configured it then.

    Source: reference/vsphere.md 1.1 (a gateway that was learned is shown like one that was set).
    """
    leases = (one.ipv4.address for one in network.adapters if one.netstack == stack and one.ipv4.dhcp)
    return any(lease is not None and gateway in lease.network for lease in leases)


def advise_learned_gateway(case: DeclaredNetstack) -> tuple[Advisory, ...]:
    """Tell that a stack which is to have another gateway, or none, has one from DHCP.

    Source: DESIGN §4, routing: a declared gateway against one from DHCP.
    """
    stack = case.stack
    gateway = None if stack is None else stack.routes.ipv4_gateway
    declared = None if isinstance(case.intent, Blocked) else case.intent.gateway
    if declared in {None, gateway} or stack is None or gateway is None:
        return ()
    if not is_learned(gateway, stack.key, case.scene.network):
        return ()
    if declared != "None":
        return (
            Advisory(
                reason=AdvisoryReason.GATEWAY_FROM_DHCP,
                message=f"The TCP/IP stack {stack.key} has the gateway {gateway} from DHCP against the declared "
                f"{declared}, which the next lease may replace again; give its adapters static addresses, or let the "
                "DHCP server give the same gateway.",
            ),
        )
    return (
        Advisory(
            reason=AdvisoryReason.GATEWAY_FROM_DHCP,
            message=f"The TCP/IP stack {stack.key} has the gateway {gateway} from DHCP, which gateway.ipv4: None can't "
            "take away; give its adapters static addresses, or take the gateway off the DHCP server.",
        ),
    )


def is_advertised(gateway: IPv6Address, stack: str, network: NetworkState) -> bool:
    """Tell whether a router may have advertised *gateway* to an adapter of *stack*: nobody configured it then.

    Source: reference/vsphere.md 1.1, drift trap (a).
    """
    listening = (one.ipv6 is None or one.ipv6.auto for one in network.adapters if one.netstack == stack)
    return gateway.is_link_local and any(listening)


def advise_advertised_gateway(case: DeclaredNetstack) -> tuple[Advisory, ...]:
    """Tell that a stack which is to have no IPv6 gateway takes one from router advertisements.

    Source: reference/vsphere.md 1.1, drift trap (a).
    """
    stack = case.stack
    gateway = None if stack is None else stack.routes.ipv6_gateway
    if isinstance(case.intent, Blocked) or case.intent.ipv6_gateway != "None" or stack is None or gateway is None:
        return ()
    if not is_advertised(gateway, stack.key, case.scene.network):
        return ()
    return (
        Advisory(
            reason=AdvisoryReason.GATEWAY_ADVERTISED,
            message=f"The TCP/IP stack {stack.key} takes the gateway {gateway} from router advertisements, which "
            "gateway.ipv6: None can't take away; set acceptRouterAdvertisements of its adapters to false.",
        ),
    )


def is_reachable(gateway: IPv4Address | IPv6Address, stack: str, network: NetworkState) -> bool:
    """Tell whether an adapter of *stack* reaches *gateway*; one that its network has yet to give an address may."""
    on_stack = (one for one in network.adapters if one.netstack == stack)
    if isinstance(gateway, IPv4Address):
        return any(_reaches(one.ipv4, gateway) for one in on_stack)
    return any(_reaches_ipv6(one.ipv6, gateway) for one in on_stack)


def _subnets(case: NetstackCase) -> str:
    on_stack = [one for one in case.final.adapters if one.netstack == case.stack.key]
    addresses = (one.ipv4.address for one in on_stack if one.ipv4.address is not None)
    return _listed(addresses) or "no adapter there has an address"


def _ipv6_subnets(case: NetstackCase) -> str:
    on_stack = [one.ipv6 for one in case.final.adapters if one.netstack == case.stack.key and one.ipv6 is not None]
    addresses = (address for one in on_stack for address in one.addresses)
    return _listed(addresses) or "no adapter there has an IPv6 address"


def _reaches(ipv4: Ipv4State, gateway: IPv4Address) -> bool:
    return ipv4.dhcp if ipv4.address is None else gateway in ipv4.address.network


def _reaches_ipv6(ipv6: Ipv6State | None, gateway: IPv6Address) -> bool:
    if ipv6 is None or ipv6.auto or ipv6.dhcp or gateway.is_link_local:
        return True
    return any(gateway in one.network for one in ipv6.addresses)


def _listed(interfaces: Iterable[IPv4Interface | IPv6Interface]) -> str:
    return ", ".join(sorted({str(one.network) for one in interfaces})[:8])
