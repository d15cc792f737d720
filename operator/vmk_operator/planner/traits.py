"""What a host is like in the eyes of the others: what hosts of one cluster, or of a whole vCenter, are compared by."""

from collections.abc import Iterator
from dataclasses import dataclass
from ipaddress import IPv4Network, IPv6Network

from vmk_operator.model.host import (
    DEFAULT_NETSTACK,
    PROVISIONING_NETSTACK,
    SYSTEM_NETSTACKS,
    VMOTION_NETSTACK,
    AdapterState,
    NetworkState,
)
from vmk_operator.planner.dedicated import IMPLIED_SERVICES, is_in_use, is_shadowed

VMOTION, PROVISIONING = IMPLIED_SERVICES[VMOTION_NETSTACK], IMPLIED_SERVICES[PROVISIONING_NETSTACK]
Subnet = IPv4Network | IPv6Network


@dataclass(frozen=True, slots=True)
class ServiceMtu:
    """An adapter carries *service* with this MTU."""

    service: str
    mtu: int


@dataclass(frozen=True, slots=True)
class ServiceStack:
    """An adapter of *stack* carries *service*."""

    service: str
    stack: str


@dataclass(frozen=True, slots=True)
class ServiceSubnets:
    """The adapters of *stack* that carry *service* are in these subnets."""

    service: str
    stack: str
    subnets: frozenset[Subnet]


@dataclass(frozen=True, slots=True)
class ServiceWithoutGateway:
    """*service* is carried by its dedicated stack, and nothing there leads out of the subnets of its adapters."""

    service: str


@dataclass(frozen=True, slots=True)
class ServiceOffThere:
    """*service* is selected on the default stack, where it is off because its dedicated stack is in use."""

    service: str


Trait = ServiceMtu | ServiceStack | ServiceSubnets | ServiceWithoutGateway | ServiceOffThere


def traits_of(network: NetworkState) -> frozenset[Trait]:
    """Tell what a host is like."""
    return frozenset((*_of_carriers(network), *_of_dedicated_stacks(network), *_of_shadows(network)))


def carried_services(adapter: AdapterState, network: NetworkState) -> frozenset[str]:
    """Name the services that *adapter* really carries: selected and not shadowed, or implied by its stack."""
    if adapter.netstack != DEFAULT_NETSTACK:
        implied = IMPLIED_SERVICES.get(adapter.netstack)
        return frozenset() if implied is None else frozenset({implied})
    selected = network.services_of(adapter.device)
    return frozenset(one for one in selected if not is_shadowed(one, adapter.netstack, network))


def subnets_of(adapter: AdapterState) -> frozenset[Subnet]:
    """Name the subnets that *adapter* reaches without a gateway."""
    return frozenset(one.network for one in adapter.interfaces if not one.is_link_local)


def leads_out(stack: str, network: NetworkState) -> bool:
    """Tell whether *stack* has a gateway, its own or an adapter's, or a static route."""
    configured = network.netstack(stack)
    routes = [one.routes for one in network.adapters if one.netstack == stack]
    if configured is not None:
        routes.append(configured.routes)
        if configured.static_routes:
            return True
    return any(one.ipv4_gateway is not None or one.ipv6_gateway is not None for one in routes)


def _of_carriers(network: NetworkState) -> Iterator[Trait]:
    subnets: dict[ServiceStack, frozenset[Subnet]] = {}
    for adapter in network.adapters:
        for service in carried_services(adapter, network):
            where = ServiceStack(service, adapter.netstack)
            subnets[where] = subnets.get(where, frozenset()) | subnets_of(adapter)
            yield ServiceMtu(service, adapter.mtu)
    for where, found in subnets.items():
        yield where
        if found:
            yield ServiceSubnets(where.service, where.stack, found)


def _of_dedicated_stacks(network: NetworkState) -> Iterator[Trait]:
    for stack in SYSTEM_NETSTACKS:
        service = IMPLIED_SERVICES.get(stack)
        if service is not None and is_in_use(stack, network) and not leads_out(stack, network):
            yield ServiceWithoutGateway(service)


def _of_shadows(network: NetworkState) -> Iterator[Trait]:
    on_default = {one.device for one in network.adapters if one.netstack == DEFAULT_NETSTACK}
    for service, devices in network.services:
        if devices & on_default and is_shadowed(service, DEFAULT_NETSTACK, network):
            yield ServiceOffThere(service)
