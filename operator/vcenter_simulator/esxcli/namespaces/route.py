"""``network ip route``: routing tables of the TCP/IP stacks. The default route is the stack's gateway."""

from collections.abc import Callable
from ipaddress import IPv4Network, ip_address, ip_network

from vcenter_simulator.esxcli.arguments import Arguments, CliError
from vcenter_simulator.esxcli.commands import (
    Change,
    Command,
    FieldType,
    Kind,
    Machine,
    Namespace,
    Option,
    Query,
    Record,
    Shape,
    Value,
)
from vcenter_simulator.esxcli.namespaces.netstack import OPTIONAL_NETSTACK, stack_of
from vcenter_simulator.host.gateways import IPV4, IPV6, gateway_in_force
from vcenter_simulator.host.netstacks import edit_netstacks
from vcenter_simulator.host.requests import Gateway, NetstackEdit, RouteChange
from vcenter_simulator.host.routes import TableEntry, ipv4_table, ipv6_table
from vcenter_simulator.host.state import HostState, Netstack

DEFAULT = "default"

_COLUMNS = dict.fromkeys(("Gateway", "Interface", "Source"), Kind.TEXT)

_GATEWAY = Option("gateway", "g", "The gateway of the route.", required=True)
_NETWORK = Option("network", "n", "The network with its prefix length, or 'default'.", required=True)


def _list(machine: Machine, arguments: Arguments, version: int) -> list[Record]:
    used = machine.state.in_use(stack_of(machine.state, arguments))
    learned = gateway_in_force(used, version)
    dynamic = learned.address if learned is not None and learned.learned_by is not None else None
    table = ipv4_table(used) if version == IPV4 else ipv6_table(used)
    return [
        Record(
            {
                **_network(entry),
                "Gateway": entry.gateway,
                "Interface": entry.device,
                "Source": "DHCP" if not entry.network.prefixlen and entry.gateway == dynamic else "MANUAL",
            }
        )
        for entry in table
    ]


def _network(entry: TableEntry) -> dict[str, Value]:
    name = str(entry.network.network_address) if entry.network.prefixlen else DEFAULT
    if isinstance(entry.network, IPv4Network):
        return {"Network": name, "Netmask": str(entry.network.netmask)}
    return {"Network": name, "Prefix Length": entry.network.prefixlen}


def _add(machine: Machine, arguments: Arguments, version: int) -> HostState:
    stack, gateway = stack_of(machine.state, arguments), arguments.required("gateway")
    network = _checked_network(arguments, version)
    if network == DEFAULT:
        if _default_gateway(stack, version) is not None:
            raise CliError("Unable to add the route: there is a default route already.")
        return _edit(machine, _default(stack.key, gateway, version))
    return _edit(machine, _static(stack.key, "add", network, gateway))


def _remove(machine: Machine, arguments: Arguments, version: int) -> HostState:
    stack, gateway = stack_of(machine.state, arguments), arguments.required("gateway")
    network = _checked_network(arguments, version)
    if network == DEFAULT:
        if _default_gateway(stack, version) != gateway:
            raise CliError(f"Unable to remove the route: the default route is not through {gateway}.")
        return _edit(machine, _default(stack.key, None, version))
    return _edit(machine, _static(stack.key, "remove", network, gateway))


def _default_gateway(stack: Netstack, version: int) -> str | None:
    return stack.gateway if version == IPV4 else stack.gateway6


def _default(key: str, gateway: str | None, version: int) -> NetstackEdit:
    if version == IPV4:
        return NetstackEdit(key=key, operation="edit", gateway=Gateway(gateway))
    return NetstackEdit(key=key, operation="edit", gateway6=Gateway(gateway))


def _static(key: str, operation: str, network: str, gateway: str) -> NetstackEdit:
    return NetstackEdit(key=key, operation="edit", routes=(RouteChange(operation, network, gateway),))


def _edit(machine: Machine, edit: NetstackEdit) -> HostState:
    return edit_netstacks(machine.state, (edit,), machine.surroundings)


def _checked_network(arguments: Arguments, version: int) -> str:
    text, gateway = arguments.required("network"), arguments.required("gateway")
    try:
        network = None if text == DEFAULT else ip_network(text)
        fits = ip_address(gateway).version == version and (network is None or network.version == version)
    except ValueError as error:
        raise CliError(f"Invalid route: {error}.") from None
    if not fits:
        raise CliError(f"Invalid route: this is for IPv{version}.")
    return DEFAULT if network is None or not network.prefixlen else str(network)


def _namespace(version: int, size: dict[str, FieldType]) -> Namespace:
    options = (_GATEWAY, _NETWORK, OPTIONAL_NETSTACK)
    kind = f"IPv{version}"

    def of_version(
        run: Callable[[Machine, Arguments, int], HostState],
    ) -> Callable[[Machine, Arguments], HostState]:
        return lambda machine, arguments: run(machine, arguments, version)

    commands: tuple[Command, ...] = (
        Query(
            "list",
            f"List the {kind} routes.",
            (OPTIONAL_NETSTACK,),
            Shape(f"{kind}Route", {"Network": Kind.TEXT, **size, **_COLUMNS}, is_table=True),
            lambda machine, arguments: _list(machine, arguments, version),
        ),
        Change("add", f"Add an {kind} route.", options, of_version(_add)),
        Change("remove", f"Remove an {kind} route.", options, of_version(_remove)),
    )
    return Namespace(f"network.ip.route.ipv{version}", f"Commands for {kind} routes.", commands)


NAMESPACES = (
    _namespace(IPV4, {"Netmask": Kind.TEXT}),
    _namespace(IPV6, {"Prefix Length": Kind.NUMBER}),
)
