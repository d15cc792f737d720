"""Gateways: which are allowed, and which of those that are set or learned is in force."""

from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, IPv6Interface, ip_address

from vcenter_simulator.host.leases import ROUTER, learned_addresses, leased_gateway
from vcenter_simulator.host.refusals import config_fault, invalid_argument
from vcenter_simulator.host.state import Adapter, StackInUse

IPV4, IPV6 = 4, 6


@dataclass(frozen=True, slots=True)
class EffectiveGateway:
    """A gateway in force; a learned one names the adapter that learned it."""

    address: str
    learned_by: str | None = None


def gateway_in_force(used: StackInUse, version: int) -> EffectiveGateway | None:
    """Return a stack's gateway: the one that was set, else the first that came with a lease or advertisement.

    Args:
        used: the stack with its adapters.
        version: of IP, 4 or 6.
    """
    given = used.stack.gateway if version == IPV4 else used.stack.gateway6
    if given is not None:
        return EffectiveGateway(given)
    for adapter in used.adapters:
        learned = leased_gateway(adapter.ipv4) if version == IPV4 else _advertised_gateway(used, adapter)
        if learned is not None:
            return EffectiveGateway(learned, adapter.device)
    return None


def check_own_gateways(adapter: Adapter) -> None:
    """Refuse an adapter's own gateways that its subnets do not reach.

    Raises:
        Refusal: HostConfigFault, or InvalidArgument for what is no address.
    """
    for gateway, version in ((adapter.gateway, IPV4), (adapter.gateway6, IPV6)):
        if gateway is None:
            continue
        check_gateway(gateway, version, "nic.ipRouteSpec.ipRouteConfig")
        if not is_reachable(gateway, (adapter,)):
            raise config_fault(f"The gateway {gateway} is not in the subnet of {adapter.device}.")


def check_gateway(gateway: str, version: int, parameter: str) -> str:
    """Return *gateway* if it is an address of that version of IP.

    Raises:
        Refusal: InvalidArgument.
    """
    try:
        parsed = ip_address(gateway)
    except ValueError as error:
        raise invalid_argument(parameter, f"'{gateway}' is not an IP address.") from error
    if parsed.version != version:
        raise invalid_argument(parameter, f"{gateway} is not an IPv{version} address.")
    return str(parsed)


def is_reachable(gateway: str, adapters: tuple[Adapter, ...]) -> bool:
    """Say whether one of *adapters* has *gateway*, an address, in a subnet.

    One that has its address from its network may: where it is, no client can know, as leases and prefixes are made up
    here.
    """
    address = ip_address(gateway)
    if isinstance(address, IPv4Address):
        return any(_reaches_ipv4(one, address) for one in adapters)
    return any(_reaches_ipv6(one, address) for one in adapters)


def _advertised_gateway(used: StackInUse, adapter: Adapter) -> str | None:
    return str(ROUTER) if used.has_ipv6 and adapter.ipv6.auto else None


def _reaches_ipv4(adapter: Adapter, gateway: IPv4Address) -> bool:
    interface = adapter.ipv4.interface
    return adapter.ipv4.dhcp or (interface is not None and gateway in interface.network)


def _reaches_ipv6(adapter: Adapter, gateway: IPv6Address) -> bool:
    by_hand = (IPv6Interface(one) for one in adapter.ipv6.addresses)
    from_network = adapter.ipv6.dhcp or adapter.ipv6.auto
    return from_network or any(gateway in one.network for one in (*learned_addresses(adapter), *by_hand))
