"""``network ip dns``: the name servers and search domains of the TCP/IP stacks."""

from collections.abc import Callable
from dataclasses import replace

from vcenter_simulator.esxcli.arguments import Arguments, CliError
from vcenter_simulator.esxcli.commands import Change, Kind, Machine, Many, Namespace, Option, Query, Record, Shape
from vcenter_simulator.esxcli.namespaces.netstack import OPTIONAL_NETSTACK, stack_of
from vcenter_simulator.host.netstacks import edit_netstacks
from vcenter_simulator.host.requests import NetstackEdit
from vcenter_simulator.host.state import Dns, HostState

_SERVER = Option("server", "s", "The address of the name server.", required=True)
_DOMAIN = Option("domain", "d", "The name of the search domain.", required=True)

Texts = tuple[str, ...]


def _changed(machine: Machine, arguments: Arguments, change: Callable[[Dns], Dns]) -> HostState:
    stack = stack_of(machine.state, arguments)
    # What is set by hand is no longer taken from DHCP.
    dns = replace(change(stack.dns), dhcp=False, device=None, device6=None)
    edit = NetstackEdit(key=stack.key, operation="edit", dns=dns)
    return edit_netstacks(machine.state, (edit,), machine.surroundings)


def _added(present: Texts, one: str) -> Texts:
    if one in present:
        raise CliError(f"{one} is there already.")
    return (*present, one)


def _removed(present: Texts, one: str) -> Texts:
    if one not in present:
        raise CliError(f"There is no {one}.")
    return tuple(other for other in present if other != one)


def _list_servers(machine: Machine, arguments: Arguments) -> list[Record]:
    return [Record({"DNS Servers": stack_of(machine.state, arguments).dns.servers})]


def _list_domains(machine: Machine, arguments: Arguments) -> list[Record]:
    return [Record({"DNS Search Domains": stack_of(machine.state, arguments).dns.search_domains})]


def _servers(edit: Callable[[Texts, str], Texts]) -> Callable[[Machine, Arguments], HostState]:
    def run(machine: Machine, arguments: Arguments) -> HostState:
        server = arguments.required("server")
        return _changed(machine, arguments, lambda dns: replace(dns, servers=edit(dns.servers, server)))

    return run


def _domains(edit: Callable[[Texts, str], Texts]) -> Callable[[Machine, Arguments], HostState]:
    def run(machine: Machine, arguments: Arguments) -> HostState:
        domain = arguments.required("domain")
        return _changed(machine, arguments, lambda dns: replace(dns, search_domains=edit(dns.search_domains, domain)))

    return run


SERVERS = Namespace(
    "network.ip.dns.server",
    "Commands for name servers.",
    (
        Query(
            "list",
            "List the name servers of a stack.",
            (OPTIONAL_NETSTACK,),
            Shape("Servers", {"DNS Servers": Many(Kind.TEXT)}, is_single=True),
            _list_servers,
        ),
        Change("add", "Add a name server to a stack.", (_SERVER, OPTIONAL_NETSTACK), _servers(_added)),
        Change("remove", "Remove a name server from a stack.", (_SERVER, OPTIONAL_NETSTACK), _servers(_removed)),
    ),
)

SEARCH = Namespace(
    "network.ip.dns.search",
    "Commands for search domains.",
    (
        Query(
            "list",
            "List the search domains of a stack.",
            (OPTIONAL_NETSTACK,),
            Shape("Domains", {"DNS Search Domains": Many(Kind.TEXT)}, is_single=True),
            _list_domains,
        ),
        Change("add", "Add a search domain to a stack.", (_DOMAIN, OPTIONAL_NETSTACK), _domains(_added)),
        Change("remove", "Remove a search domain from a stack.", (_DOMAIN, OPTIONAL_NETSTACK), _domains(_removed)),
    ),
)
