"""``network ip interface ipv6``: the IPv6 configuration of adapters."""

from collections.abc import Iterator
from ipaddress import IPv6Interface

from vcenter_simulator.esxcli.arguments import Arguments
from vcenter_simulator.esxcli.commands import Change, Kind, Machine, Namespace, Option, Query, Record, Shape
from vcenter_simulator.esxcli.namespaces.interface import INTERFACE, OPTIONAL_INTERFACE, adapters_of
from vcenter_simulator.host.adapters import update_adapter
from vcenter_simulator.host.gateways import IPV6, gateway_in_force
from vcenter_simulator.host.leases import advertised_address, ipv6_lease, link_local
from vcenter_simulator.host.requests import AdapterSpec, Gateway, Ipv6Change, Ipv6Spec
from vcenter_simulator.host.state import Adapter, HostState

UNSET = "::"

_OPTIONS = (OPTIONAL_INTERFACE, Option("netstack", "N", "The TCP/IP stack of the interfaces; without it, all."))
_ADDRESS = Option("ipv6", "I", "The address with its prefix length.", required=True)


def _get(machine: Machine, arguments: Arguments) -> list[Record]:
    return [
        Record(
            {
                "Name": one.device,
                "IPv6 Enabled": machine.state.ipv6_enabled,
                "DHCPv6 Enabled": one.ipv6.dhcp,
                "Router Adv Enabled": one.ipv6.auto,
                "DHCP DNS": False,
                "Gateway": _gateway(machine.state, one),
            }
        )
        for one in adapters_of(machine.state, arguments)
    ]


def _gateway(state: HostState, adapter: Adapter) -> str:
    stack = state.netstack(adapter.netstack)
    shared = gateway_in_force(state.in_use(stack), IPV6) if stack is not None else None
    return adapter.gateway6 or (shared.address if shared is not None else UNSET)


def _list_addresses(machine: Machine, arguments: Arguments) -> list[Record]:
    if not machine.state.ipv6_enabled:
        return []
    return [
        Record(
            {
                "Interface": one.device,
                "Address": str(address.ip),
                "Netmask": address.network.prefixlen,
                "Type": origin,
                "Status": "PREFERRED",
            }
        )
        for one in adapters_of(machine.state, arguments)
        for address, origin in _addresses(one)
    ]


def _addresses(adapter: Adapter) -> Iterator[tuple[IPv6Interface, str]]:
    yield link_local(adapter.mac), "STATIC"
    for address in adapter.ipv6.addresses:
        yield IPv6Interface(address), "STATIC"
    if adapter.ipv6.auto:
        yield advertised_address(adapter.attachment, adapter.mac), "AUTO"
    if adapter.ipv6.dhcp:
        yield ipv6_lease(adapter.attachment, adapter.mac), "DHCP"


def _set(machine: Machine, arguments: Arguments) -> HostState:
    gateway = arguments.text("gateway")
    spec = AdapterSpec(
        ipv6=Ipv6Spec(auto=arguments.flag("enablerouteradv"), dhcp=arguments.flag("enabledhcpv6")),
        gateway6=Gateway(gateway) if gateway is not None else None,
    )
    return update_adapter(machine.state, arguments.required("interfacename"), spec, machine.surroundings)


def _change_address(machine: Machine, arguments: Arguments, operation: str) -> HostState:
    change = Ipv6Change(arguments.required("ipv6"), operation)
    spec = AdapterSpec(ipv6=Ipv6Spec(changes=(change,)))
    return update_adapter(machine.state, arguments.required("interfacename"), spec, machine.surroundings)


NAMESPACE = Namespace(
    "network.ip.interface.ipv6",
    "Commands for the IPv6 configuration of VMkernel interfaces.",
    (
        Query(
            "get",
            "Get the IPv6 configuration of VMkernel interfaces.",
            _OPTIONS,
            Shape(
                "IPv6Interface",
                {
                    "Name": Kind.TEXT,
                    "IPv6 Enabled": Kind.BOOLEAN,
                    "DHCPv6 Enabled": Kind.BOOLEAN,
                    "Router Adv Enabled": Kind.BOOLEAN,
                    "DHCP DNS": Kind.BOOLEAN,
                    "Gateway": Kind.TEXT,
                },
                is_table=True,
            ),
            _get,
        ),
        Change(
            "set",
            "Change the IPv6 configuration of a VMkernel interface.",
            (
                INTERFACE,
                Option("enable-dhcpv6", "d", "Take addresses from DHCPv6.", Kind.BOOLEAN),
                Option("enable-router-adv", "r", "Take addresses from router advertisements.", Kind.BOOLEAN),
                Option("gateway", "g", "The interface's own default gateway."),
            ),
            _set,
        ),
    ),
)

ADDRESSES = Namespace(
    "network.ip.interface.ipv6.address",
    "Commands for the IPv6 addresses of VMkernel interfaces.",
    (
        Query(
            "list",
            "List the IPv6 addresses of VMkernel interfaces.",
            _OPTIONS,
            Shape(
                "IPv6Address",
                {
                    "Interface": Kind.TEXT,
                    "Address": Kind.TEXT,
                    "Netmask": Kind.NUMBER,
                    "Type": Kind.TEXT,
                    "Status": Kind.TEXT,
                },
                is_table=True,
            ),
            _list_addresses,
        ),
        Change(
            "add",
            "Add a static IPv6 address.",
            (INTERFACE, _ADDRESS),
            lambda machine, arguments: _change_address(machine, arguments, "add"),
        ),
        Change(
            "remove",
            "Remove a static IPv6 address.",
            (INTERFACE, _ADDRESS),
            lambda machine, arguments: _change_address(machine, arguments, "remove"),
        ),
    ),
)
