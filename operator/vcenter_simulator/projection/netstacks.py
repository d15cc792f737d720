"""TCP/IP stacks: what is configured, and which of them run."""

from functools import lru_cache
from typing import Any

from pyVmomi import vim

from vcenter_simulator.host.custom_netstacks import kernel_netstacks
from vcenter_simulator.host.gateways import IPV4, IPV6, gateway_in_force
from vcenter_simulator.host.leases import leased_dns
from vcenter_simulator.host.routes import TableEntry, ipv4_table, ipv6_table
from vcenter_simulator.host.state import DEFAULT_STACK, HostState, StackInUse
from vcenter_simulator.soap.objects import made
from vcenter_simulator.soap.references import typed_array

# pyVmomi looks a name up anew whenever it is used.
_DNS_CONFIG = vim.host.DnsConfig
_IP_ROUTE_CONFIG = vim.host.IpRouteConfig
_IP_ROUTE_ENTRY = vim.host.IpRouteEntry
_IP_ROUTE_OP = vim.host.IpRouteOp
_IP_ROUTE_TABLE_CONFIG = vim.host.IpRouteTableConfig
_NET_STACK_INSTANCE = vim.host.NetStackInstance


def netstack_instances(state: HostState) -> Any:
    """All stacks, used or not, as ``config.network.netStackInstance`` has them."""
    return typed_array(
        _NET_STACK_INSTANCE,
        (_netstack_instance(state.in_use(stack)) for stack in state.netstacks),
    )


def network_runtime(state: HostState) -> Any:
    """The stacks in the kernel: a system stack is not before somebody uses it (observed on ESXi 8.0.3)."""
    return typed_array(
        vim.host.RuntimeInfo.NetStackInstanceRuntimeInfo,
        (
            made(
                vim.host.RuntimeInfo.NetStackInstanceRuntimeInfo,
                netStackInstanceKey=stack.key,
                state="active" if stack.enabled else "inactive",
                vmknicKeys=[adapter.device for adapter in state.by_stack.get(stack.key, ())],
                maxNumberOfConnections=stack.connections_in_force,
                currentIpV6Enabled=state.ipv6_enabled,
            )
            for stack in kernel_netstacks(state)
        ),
    )


def default_dns(state: HostState) -> Any:
    """The default stack's DNS, which the host's own old properties repeat."""
    stack = state.netstack(DEFAULT_STACK)
    return None if stack is None else _dns_config(state.in_use(stack))


def default_route(state: HostState) -> Any:
    """The default stack's gateways, which the host's own old properties repeat."""
    stack = state.netstack(DEFAULT_STACK)
    return None if stack is None else _route_config(state.in_use(stack))


def default_route_table(state: HostState) -> Any:
    """The default stack's routing table, which the host's own old properties repeat."""
    stack = state.netstack(DEFAULT_STACK)
    if stack is None:
        return None
    used = state.in_use(stack)
    return made(
        vim.host.IpRouteTableInfo,
        ipRoute=[_route(entry) for entry in ipv4_table(used)],
        ipv6Route=[_route(entry) for entry in ipv6_table(used)],
    )


@lru_cache(maxsize=1024)  # most stacks of most hosts are unused, and all the same
def _netstack_instance(used: StackInUse) -> Any:
    stack = used.stack
    instance = made(
        _NET_STACK_INSTANCE,
        key=stack.key,
        name=stack.name,
        dnsConfig=_dns_config(used),
        ipRouteConfig=_route_config(used),
        requestedMaxNumberOfConnections=stack.max_connections,
        congestionControlAlgorithm=stack.congestion_control,
        ipV6Enabled=True,
    )
    if used.adapters:
        instance.routeTableConfig = made(
            _IP_ROUTE_TABLE_CONFIG,
            ipRoute=[_route_op(entry) for entry in ipv4_table(used)],
            ipv6Route=[_route_op(entry) for entry in ipv6_table(used)],
        )
    return instance


def _route_config(used: StackInUse) -> Any:
    """What is in force, set or learned; only a learned IPv6 gateway comes with its device (observed)."""
    ipv4, ipv6 = gateway_in_force(used, IPV4), gateway_in_force(used, IPV6)
    return made(
        _IP_ROUTE_CONFIG,
        defaultGateway=ipv4.address if ipv4 is not None else None,
        ipV6DefaultGateway=ipv6.address if ipv6 is not None else None,
        ipV6GatewayDevice=ipv6.learned_by if ipv6 is not None else None,
    )


def _dns_config(used: StackInUse) -> Any:
    dns = used.stack.dns
    leased = leased_dns(used) if dns.dhcp else None
    return made(
        _DNS_CONFIG,
        dhcp=dns.dhcp,
        virtualNicDevice=dns.device,
        ipv6VirtualNicDevice=dns.device6,
        hostName=dns.host_name,
        domainName=leased.domain_name if leased is not None else dns.domain_name,
        address=list(leased.servers if leased is not None else dns.servers),
        searchDomain=list(leased.search_domains if leased is not None else dns.search_domains),
    )


@lru_cache(maxsize=1024)  # but for the connected networks the tables of all hosts are alike
def _route_op(entry: TableEntry) -> Any:
    """A route that is there; every one is marked ``ignore`` (observed)."""
    return made(_IP_ROUTE_OP, changeOperation="ignore", route=_route(entry))


def _route(entry: TableEntry) -> Any:
    return made(
        _IP_ROUTE_ENTRY,
        network=str(entry.network.network_address),
        prefixLength=entry.network.prefixlen,
        gateway=entry.gateway,
        deviceName=entry.device,
    )
