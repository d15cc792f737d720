"""``network ip interface ipv4``: the IPv4 configuration of adapters."""

from dataclasses import replace

from vcenter_simulator.esxcli.arguments import Arguments, CliError
from vcenter_simulator.esxcli.commands import Change, Kind, Machine, Namespace, Option, Query, Record, Shape, Value
from vcenter_simulator.esxcli.namespaces.interface import INTERFACE, OPTIONAL_INTERFACE, adapters_of
from vcenter_simulator.host.adapters import get_adapter, update_adapter
from vcenter_simulator.host.gateways import IPV4, gateway_in_force
from vcenter_simulator.host.netstacks import edit_netstacks
from vcenter_simulator.host.requests import AdapterSpec, Gateway, NetstackEdit
from vcenter_simulator.host.state import Adapter, HostState, Ipv4

UNSET = "0.0.0.0"  # noqa: S104 - what esxcli prints for none, not a socket

_OPTIONS = (OPTIONAL_INTERFACE, Option("netstack", "N", "The TCP/IP stack of the interfaces; without it, all."))

_COLUMNS = dict.fromkeys(("Name", "IPv4 Address", "IPv4 Netmask", "IPv4 Broadcast", "Address Type"), Kind.TEXT)


def _get(machine: Machine, arguments: Arguments) -> list[Record]:
    return [
        Record(
            {
                "Name": one.device,
                **_address(one),
                "Gateway": _gateway(machine.state, one),
                "DHCP DNS": _takes_dns(machine.state, one),
            }
        )
        for one in adapters_of(machine.state, arguments)
    ]


def _list_addresses(machine: Machine, arguments: Arguments) -> list[Record]:
    return [
        Record({"Name": one.device, **_address(one), "DHCP DNS": _takes_dns(machine.state, one)})
        for one in adapters_of(machine.state, arguments)
        if one.ipv4.address is not None
    ]


def _address(adapter: Adapter) -> dict[str, Value]:
    interface = adapter.ipv4.interface
    kind = "DHCP" if adapter.ipv4.dhcp else "STATIC" if interface is not None else "NONE"
    return {
        "IPv4 Address": str(interface.ip) if interface is not None else UNSET,
        "IPv4 Netmask": str(interface.netmask) if interface is not None else UNSET,
        "IPv4 Broadcast": str(interface.network.broadcast_address) if interface is not None else UNSET,
        "Address Type": kind,
    }


def _gateway(state: HostState, adapter: Adapter) -> str:
    stack = state.netstack(adapter.netstack)
    shared = gateway_in_force(state.in_use(stack), IPV4) if stack is not None else None
    return adapter.gateway or (shared.address if shared is not None else UNSET)


def _takes_dns(state: HostState, adapter: Adapter) -> bool:
    stack = state.netstack(adapter.netstack)
    return stack is not None and stack.dns.dhcp and stack.dns.device == adapter.device


def _set(machine: Machine, arguments: Arguments) -> HostState:
    device = arguments.required("interfacename")
    gateway = arguments.text("gateway")
    spec = AdapterSpec(ipv4=_wanted(arguments), gateway=Gateway(gateway) if gateway is not None else None)
    state = update_adapter(machine.state, device, spec, machine.surroundings)
    peer_dns = arguments.flag("peerdns")
    return state if peer_dns is None else _with_dns(state, device, machine, from_dhcp=peer_dns)


def _wanted(arguments: Arguments) -> Ipv4:
    kind = arguments.required("type").lower()
    address, netmask = arguments.text("ipv4"), arguments.text("netmask")
    if kind == "static":
        if address is None or netmask is None:
            raise CliError("A static address needs an IPv4 address and a netmask.")
        return Ipv4(address=address, netmask=netmask)
    return Ipv4(dhcp=kind == "dhcp")


def _with_dns(state: HostState, device: str, machine: Machine, *, from_dhcp: bool) -> HostState:
    stack = state.netstack(get_adapter(state, device).netstack)
    if stack is None:
        return state
    dns = replace(stack.dns, dhcp=from_dhcp, device=device if from_dhcp else None)
    edit = NetstackEdit(key=stack.key, operation="edit", dns=dns)
    return edit_netstacks(state, (edit,), machine.surroundings)


NAMESPACE = Namespace(
    "network.ip.interface.ipv4",
    "Commands for the IPv4 configuration of VMkernel interfaces.",
    (
        Query(
            "get",
            "Get the IPv4 configuration of VMkernel interfaces.",
            _OPTIONS,
            Shape("IPv4Interface", {**_COLUMNS, "Gateway": Kind.TEXT, "DHCP DNS": Kind.BOOLEAN}, is_table=True),
            _get,
        ),
        Change(
            "set",
            "Change the IPv4 configuration of a VMkernel interface.",
            (
                INTERFACE,
                Option("gateway", "g", "The interface's own default gateway."),
                Option("ipv4", "I", "The static address."),
                Option("netmask", "N", "The static netmask."),
                Option("peer-dns", "P", "Take the DNS servers from DHCP.", Kind.BOOLEAN),
                Option("type", "t", "dhcp, static or none.", required=True, choices=("dhcp", "none", "static")),
            ),
            _set,
        ),
    ),
)

ADDRESSES = Namespace(
    "network.ip.interface.ipv4.address",
    "Commands for the IPv4 addresses of VMkernel interfaces.",
    (
        Query(
            "list",
            "List the IPv4 addresses of VMkernel interfaces.",
            _OPTIONS,
            Shape("IPv4Address", {**_COLUMNS, "DHCP DNS": Kind.BOOLEAN}, is_table=True),
            _list_addresses,
        ),
    ),
)
