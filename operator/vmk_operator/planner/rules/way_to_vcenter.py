"""Which adapters carry the host's own connection to its vCenter, as far as that can be told.

Source: reference/vsphere.md 6 (what cuts a host off). Whether ``summary.managementServerIp`` is always the address that
the host really answers to is unconfirmed there, so whatever can't be told counts as carrying the connection.
"""

from ipaddress import IPv4Address, IPv6Address

from vmk_operator.model.host import DEFAULT_NETSTACK, AdapterState, HostState, NetworkState

Address = IPv4Address | IPv6Address


def may_carry_connection(adapter: AdapterState, host: HostState, network: NetworkState) -> bool:
    """Tell whether the traffic between the host and its vCenter goes by *adapter*, or may."""
    if adapter.netstack != DEFAULT_NETSTACK:
        return False
    server = host.management_server
    if server is None:
        return True
    carriers = _reaching(server, network) or _reaching(_next_hop(server, network), network)
    return not carriers or adapter.device in carriers


def may_need_gateway(host: HostState, network: NetworkState, *, version: int) -> bool:
    """Tell whether the host reaches its vCenter through the default gateway of that IP version, or may."""
    server = host.management_server
    if server is None:
        return True
    if server.version != version or _reaching(server, network):
        return False
    return _static_hop(server, network) is None


def _reaching(address: Address | None, network: NetworkState) -> frozenset[str]:
    """Name the adapters of the default stack in whose subnet *address* is."""
    if address is None:
        return frozenset()
    return frozenset(
        one.device
        for one in network.adapters
        if one.netstack == DEFAULT_NETSTACK and any(address in interface.network for interface in one.interfaces)
    )


def _next_hop(server: Address, network: NetworkState) -> Address | None:
    stack = network.netstack(DEFAULT_NETSTACK)
    if stack is None:
        return None
    default = stack.routes.ipv4_gateway if server.version == 4 else stack.routes.ipv6_gateway  # noqa: PLR2004
    return _static_hop(server, network) or default


def _static_hop(server: Address, network: NetworkState) -> Address | None:
    """Find the router of the most specific static route to *server*."""
    stack = network.netstack(DEFAULT_NETSTACK)
    routes = () if stack is None else (one for one in stack.static_routes if server in one.network)
    best = max(routes, key=lambda one: (one.network.prefixlen, str(one.gateway)), default=None)
    return None if best is None else best.gateway
