"""Property values of vCenter, as XML, to types of ``model``. Pure.

Only what is used is decoded: an element that nobody asks for costs nothing but its parsing. Values that many hosts
have in common are shared, because a fleet's configuration is mostly the same thing a thousand times.
Source of every field's meaning: reference/vsphere.md §1-§3.
"""

import re
from functools import lru_cache
from ipaddress import IPv4Address, IPv4Interface, IPv6Address, IPv6Interface, IPv6Network, ip_address, ip_network
from sys import intern

from lxml.etree import _Element as Element

from vmk_operator.model.host import (
    DEFAULT_NETSTACK,
    KERNEL_NETWORKS,
    AdapterState,
    Attachment,
    Connection,
    DistributedAttachment,
    DnsState,
    Ipv4State,
    Ipv6State,
    LearnedAddress,
    NetstackState,
    OpaqueAttachment,
    OpaqueNetwork,
    RouteConfig,
    StandardAttachment,
    StaticRoute,
)
from vmk_operator.vcenter.elements import child, number_of, optional_text, share, text_of
from vmk_operator.vcenter.envelope import VIM
from vmk_operator.vcenter.facts import Services

DEFAULT_MTU = 1500
BY_HAND = "manual"
"""Origin of an IPv6 address that somebody gave to an adapter."""
UNSPECIFIED_IPV6 = "::"
UNSPECIFIED_IPV4 = "0.0.0.0"  # noqa: S104 - what vSphere says for none; nothing is bound to it
_SELECTED = re.compile(r"(?:[^.]+\.)?key-vim\.host\.VirtualNic-(vmk\d+)")
_ESCAPED = re.compile("%(2f|5c|25)", re.IGNORECASE)


def text(value: Element) -> str:
    """Decode a string."""
    return intern(value.text or "")


def inventory_name(value: Element) -> str:
    """Decode the name of an inventory object, in which vCenter escapes slash, backslash and percent."""
    return intern(_ESCAPED.sub(lambda found: chr(int(found[1], 16)), value.text or ""))


def flag(value: Element) -> bool:
    """Decode a boolean."""
    return value.text in ("true", "1")


def number(value: Element) -> int:
    """Decode an integer."""
    return int(value.text or "")


def ip(value: Element) -> IPv4Address | IPv6Address | None:
    """Decode an address; ``None``: it is none that a host could be reached at."""
    try:
        address = ip_address(value.text or "")
    except ValueError:
        return None
    return None if address.is_unspecified or address.is_loopback else share(address)


def reference(value: Element) -> str:
    """Decode a managed object reference to its id."""
    return text(value)


def references(value: Element) -> frozenset[str]:
    """Decode an array of managed object references to their ids."""
    return frozenset(text(one) for one in value)


def connection(value: Element) -> Connection:
    """Decode ``runtime.connectionState``."""
    return Connection(value.text or "")


def adapters(value: Element) -> tuple[AdapterState, ...]:
    """Decode ``config.network.vnic``, ordered by number."""
    return tuple(sorted((_adapter(one) for one in value), key=lambda one: (len(one.device), one.device)))


def netstacks(value: Element) -> tuple[NetstackState, ...]:
    """Decode ``config.network.netStackInstance``."""
    return share(tuple(_netstack(one) for one in value))


def running_netstacks(value: Element) -> tuple[tuple[str, int | None], ...]:
    """Decode ``runtime.networkRuntimeInfo.netStackInstanceRuntimeInfo``: active stacks with their limits of sockets."""
    active = (one for one in value if (optional_text(one, "state") or "active") == "active")
    return share(
        tuple((text_of(one, "netStackInstanceKey"), number_of(one, "maxNumberOfConnections")) for one in active)
    )


def port_groups(value: Element) -> tuple[tuple[str, str], ...]:
    """Decode ``config.network.portgroup`` to names and the names of their switches."""
    specs = (child(one, "spec") for one in value)
    return share(tuple((text_of(spec, "name"), text_of(spec, "vswitchName")) for spec in specs if spec is not None))


def switch_mtus(value: Element) -> dict[str, int | None]:
    """Decode ``config.network.vswitch`` to MTUs in bytes by name."""
    return {text_of(one, "name"): number_of(one, "mtu") for one in value}


def opaque_networks(value: Element) -> tuple[OpaqueNetwork, ...]:
    """Decode ``config.network.opaqueNetwork``."""
    return share(
        tuple(
            OpaqueNetwork(
                text_of(one, "opaqueNetworkId"), text_of(one, "opaqueNetworkType"), text_of(one, "opaqueNetworkName")
            )
            for one in value
        )
    )


def services(value: Element) -> Services:
    """Decode ``virtualNicManagerInfo.netConfig`` to the devices selected for each service.

    Its candidates, 80 % of everything that a host has to say, are passed over.
    """
    return share(tuple((text_of(one, "nicType"), _selected_devices(one)) for one in value))


def _selected_devices(config: Element) -> frozenset[str]:
    devices = set()
    for selected in config.iterchildren(f"{VIM}selectedVnic"):
        # ``vmotion.key-vim.host.VirtualNic-vmk1``: a key, matched whole, because vmk1 is not vmk10.
        key = selected.text or ""
        match = _SELECTED.fullmatch(key)
        device = match[1] if match else _candidate_device(config, key)
        if device is not None:
            devices.add(intern(device))
    return share(frozenset(devices))


def _candidate_device(config: Element, key: str) -> str | None:
    candidates = config.iterchildren(f"{VIM}candidateVnic")
    return next((text_of(one, "device") for one in candidates if optional_text(one, "key") == key), None)


def _adapter(vnic: Element) -> AdapterState:
    spec = child(vnic, "spec")
    if spec is None:
        raise ValueError(f"the adapter {text_of(vnic, 'device')} has no spec")
    ip = child(spec, "ip")
    return AdapterState(
        device=text_of(vnic, "device"),
        mac=(optional_text(spec, "mac") or "").lower(),
        netstack=optional_text(spec, "netStackInstanceKey") or DEFAULT_NETSTACK,
        attachment=_attachment(vnic, spec),
        mtu=number_of(spec, "mtu") or DEFAULT_MTU,
        ipv4=_ipv4(ip),
        ipv6=None if ip is None else _ipv6(child(ip, "ipV6Config")),
        routes=_own_routes(child(spec, "ipRouteSpec")),
        system_owned=optional_text(spec, "systemOwned") in ("true", "1") or bool(optional_text(vnic, "owner")),
    )


def _attachment(vnic: Element, spec: Element) -> Attachment | None:
    port = child(spec, "distributedVirtualPort")
    if port is not None:
        key = optional_text(port, "portgroupKey")
        return share(DistributedAttachment(text_of(port, "switchUuid"), key)) if key else None
    opaque = child(spec, "opaqueNetwork")
    if opaque is not None:
        return share(OpaqueAttachment(text_of(opaque, "opaqueNetworkId"), text_of(opaque, "opaqueNetworkType")))
    name = optional_text(spec, "portgroup") or optional_text(vnic, "portgroup")
    return share(StandardAttachment(name)) if name else None


def _ipv4(ip: Element | None) -> Ipv4State:
    if ip is None:
        return Ipv4State(dhcp=False, address=None)
    dhcp = optional_text(ip, "dhcp") in ("true", "1")
    address = optional_text(ip, "ipAddress")
    if address is None or address == UNSPECIFIED_IPV4:  # no lease yet
        return share(Ipv4State(dhcp=dhcp, address=None))
    mask = optional_text(ip, "subnetMask")
    return Ipv4State(dhcp=dhcp, address=IPv4Interface(f"{address}/{mask}" if mask else address))


def _ipv6(config: Element | None) -> Ipv6State | None:
    if config is None:
        return None
    by_hand: list[IPv6Interface] = []
    learned: list[LearnedAddress] = []
    for entry in config.iterchildren(f"{VIM}ipV6Address"):
        address, origin = _ipv6_address(entry), optional_text(entry, "origin")
        if address is None:
            continue
        if origin == BY_HAND:
            by_hand.append(address)
        elif not address.is_link_local:  # every adapter gives itself one of those
            learned.append(LearnedAddress(address, origin or "other"))
    return share(
        Ipv6State(
            auto=optional_text(config, "autoConfigurationEnabled") in ("true", "1"),
            dhcp=optional_text(config, "dhcpV6Enabled") in ("true", "1"),
            addresses=tuple(sorted(by_hand)),
            learned=tuple(sorted(learned, key=lambda one: one.address)),
        )
    )


def _ipv6_address(entry: Element) -> IPv6Interface | None:
    address = optional_text(entry, "ipAddress")
    return None if address is None else IPv6Interface((address, number_of(entry, "prefixLength") or 0))


def _netstack(instance: Element) -> NetstackState:
    return NetstackState(
        key=text_of(instance, "key"),
        routes=_route_config(child(instance, "ipRouteConfig")),
        dns=_dns(child(instance, "dnsConfig")),
        static_routes=_static_routes(child(instance, "routeTableConfig")),
        max_connections=number_of(instance, "requestedMaxNumberOfConnections"),
        congestion_control=optional_text(instance, "congestionControlAlgorithm"),
        owner=optional_text(instance, "owner"),
    )


def _static_routes(table: Element | None) -> frozenset[StaticRoute]:
    if table is None:
        return frozenset()
    entries = (child(one, "route") for one in table.iterchildren(f"{VIM}ipRoute", f"{VIM}ipv6Route"))
    routes = (
        _static_route(text_of(one, "network"), text_of(one, "prefixLength"), text_of(one, "gateway"))
        for one in entries
        if one is not None
    )
    return share(frozenset(one for one in routes if one is not None))


@lru_cache(maxsize=8192)
def _static_route(network: str, prefix_length: str, gateway: str) -> StaticRoute | None:
    """Tell by its shape whether a route is somebody's: nothing else does (reference/vsphere.md 1.1)."""
    if prefix_length == "0" or gateway in (UNSPECIFIED_IPV4, UNSPECIFIED_IPV6):
        return None
    try:
        destination, via = ip_network(f"{network}/{prefix_length}"), ip_address(gateway)
    except ValueError:  # nothing that anybody may declare, so it is nobody's of ours
        return None
    if isinstance(destination, IPv6Network) and any(destination.subnet_of(one) for one in KERNEL_NETWORKS):
        return None
    return StaticRoute(destination, via) if destination.version == via.version else None


def _dns(config: Element | None) -> DnsState:
    if config is None:
        return DnsState()
    dhcp = optional_text(config, "dhcp") in ("true", "1")
    return share(
        DnsState(
            dhcp=dhcp,
            # Without DHCP they mean nothing.
            device=optional_text(config, "virtualNicDevice") if dhcp else None,
            ipv6_device=optional_text(config, "ipv6VirtualNicDevice") if dhcp else None,
            host_name=optional_text(config, "hostName") or "",
            domain_name=optional_text(config, "domainName") or "",
            servers=tuple(_canonical(one.text or "") for one in config.iterchildren(f"{VIM}address")),
            search_domains=tuple(intern(one.text or "") for one in config.iterchildren(f"{VIM}searchDomain")),
        )
    )


def _canonical(address: str) -> str:
    try:
        return str(ip_address(address))
    except ValueError:  # whatever a host says, it differs from what anybody may declare
        return address


def _own_routes(spec: Element | None) -> RouteConfig:
    return RouteConfig() if spec is None else _route_config(child(spec, "ipRouteConfig"))


def _route_config(config: Element | None) -> RouteConfig:
    if config is None:
        return RouteConfig()
    return _routes(optional_text(config, "defaultGateway"), optional_text(config, "ipV6DefaultGateway"))


@lru_cache(maxsize=8192)
def _routes(ipv4: str | None, ipv6: str | None) -> RouteConfig:
    return RouteConfig(
        ipv4_gateway=IPv4Address(ipv4) if ipv4 not in (None, UNSPECIFIED_IPV4) else None,
        ipv6_gateway=IPv6Address(ipv6) if ipv6 not in (None, UNSPECIFIED_IPV6) else None,
    )
