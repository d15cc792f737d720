"""TCP/IP stacks: what is configured, and which of them run."""

from functools import lru_cache
from ipaddress import IPv4Network
from typing import Any

from pyVmomi import vim

from vcenter_simulator.host.custom_netstacks import kernel_netstacks
from vcenter_simulator.host.state import DEFAULT_STACK, Adapter, Dns, HostState, Netstack
from vcenter_simulator.soap.references import typed_array


def netstack_instances(state: HostState) -> Any:
    """All stacks, used or not, as ``config.network.netStackInstance`` has them."""
    return typed_array(
        vim.host.NetStackInstance,
        (_netstack_instance(stack, state.by_stack.get(stack.key, ())) for stack in state.netstacks),
    )


def network_runtime(state: HostState) -> Any:
    """The stacks in the kernel: a system stack is not before somebody uses it (observed on ESXi 8.0.3)."""
    return typed_array(
        vim.host.RuntimeInfo.NetStackInstanceRuntimeInfo,
        (
            vim.host.RuntimeInfo.NetStackInstanceRuntimeInfo(
                netStackInstanceKey=stack.key,
                state="active" if stack.enabled else "inactive",
                vmknicKeys=[adapter.device for adapter in state.by_stack.get(stack.key, ())],
                maxNumberOfConnections=stack.max_connections,
                currentIpV6Enabled=True,
            )
            for stack in kernel_netstacks(state)
        ),
    )


def default_dns(state: HostState) -> Any:
    """The default stack's DNS, which the host's own old properties repeat."""
    stack = state.netstack(DEFAULT_STACK)
    return None if stack is None else _dns_config(stack.dns)


def default_route(state: HostState) -> Any:
    """The default stack's gateway, which the host's own old properties repeat."""
    stack = state.netstack(DEFAULT_STACK)
    return None if stack is None else vim.host.IpRouteConfig(defaultGateway=stack.gateway)


@lru_cache(maxsize=1024)  # most stacks of most hosts are unused, and all the same
def _netstack_instance(stack: Netstack, adapters: tuple[Adapter, ...]) -> Any:
    instance = vim.host.NetStackInstance(
        key=stack.key,
        name=stack.name,
        dnsConfig=_dns_config(stack.dns),
        ipRouteConfig=vim.host.IpRouteConfig(defaultGateway=stack.gateway),
        requestedMaxNumberOfConnections=stack.max_connections,
        congestionControlAlgorithm=stack.congestion_control,
        ipV6Enabled=True,
    )
    if adapters:
        instance.routeTableConfig = _route_table(stack, adapters)
    return instance


def _dns_config(dns: Dns) -> Any:
    return vim.host.DnsConfig(
        dhcp=dns.dhcp,
        virtualNicDevice=dns.device,
        hostName=dns.host_name,
        domainName=dns.domain_name,
        address=list(dns.servers),
        searchDomain=list(dns.search_domains),
    )


def _route_table(stack: Netstack, adapters: tuple[Adapter, ...]) -> Any:
    """The default route and the connected ones, every entry marked ``ignore`` (observed)."""
    routes = []
    if stack.gateway is not None:
        through = next((one for one in adapters if _reaches(one, stack.gateway)), adapters[0])
        routes.append(_route(IPv4Network("0.0.0.0/0"), stack.gateway, through.device))
    for adapter in adapters:
        interface = adapter.ipv4.interface
        if interface is not None:
            routes.append(_route(interface.network, "0.0.0.0", adapter.device))  # noqa: S104 - a route, not a socket
    return vim.host.IpRouteTableConfig(ipRoute=routes)


def _reaches(adapter: Adapter, gateway: str) -> bool:
    interface = adapter.ipv4.interface
    return interface is not None and IPv4Network(gateway).subnet_of(interface.network)


def _route(network: IPv4Network, gateway: str, device: str) -> Any:
    return vim.host.IpRouteOp(
        changeOperation="ignore",
        route=vim.host.IpRouteEntry(
            network=str(network.network_address),
            prefixLength=network.prefixlen,
            gateway=gateway,
            deviceName=device,
        ),
    )
