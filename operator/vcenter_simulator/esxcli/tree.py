"""All commands that there are, by their names in the API."""

from collections.abc import Mapping

from vcenter_simulator.esxcli.commands import Command, Namespace
from vcenter_simulator.esxcli.namespaces import (
    connection,
    diag,
    dns,
    interface,
    ipv4,
    ipv6,
    netstack,
    portgroup,
    route,
    standard_switch,
    switching,
    tag,
)

NAMESPACES: Mapping[str, Namespace] = {
    one.path: one
    for one in (
        netstack.NAMESPACE,
        interface.NAMESPACE,
        ipv4.NAMESPACE,
        ipv4.ADDRESSES,
        ipv6.NAMESPACE,
        ipv6.ADDRESSES,
        tag.NAMESPACE,
        *route.NAMESPACES,
        connection.NAMESPACE,
        dns.SERVERS,
        dns.SEARCH,
        diag.NAMESPACE,
        switching.NICS,
        standard_switch.NAMESPACE,
        standard_switch.UPLINKS,
        portgroup.NAMESPACE,
        switching.DISTRIBUTED_SWITCHES,
    )
}
"""By their paths."""

_PREFIX = "vim.EsxCLI."


def type_of(namespace: Namespace) -> str:
    """Return the name of a namespace's type, for example ``vim.EsxCLI.network.ip.netstack``."""
    return f"{_PREFIX}{namespace.path}"


def moid_of(namespace: Namespace) -> str:
    """Return the id of the host's object that a namespace's commands are methods of."""
    return f"ha-cli-handler-{namespace.path.replace('.', '-')}"


def command_line(namespace: Namespace, command: Command) -> str:
    """Return what a shell would call a command, for example ``esxcli network ip netstack add``."""
    return " ".join(("esxcli", *namespace.path.split("."), command.name))


def find_namespace(type_name: str) -> Namespace | None:
    """Find the namespace of a type such as ``vim.EsxCLI.network.ip.netstack``."""
    return NAMESPACES.get(type_name.removeprefix(_PREFIX)) if type_name.startswith(_PREFIX) else None


def find_command(moid: str, method: str) -> tuple[Namespace, Command] | None:
    """Find the command that ExecuteSoap calls by an object and a method of the host.

    The object is ``ha-cli-handler-`` and the namespace with dashes; some clients write the command's name with a
    capital letter.
    """
    type_name, _, name = method.rpartition(".")
    namespace = find_namespace(type_name)
    if namespace is None or moid != moid_of(namespace):
        return None
    return next(((namespace, one) for one in namespace.commands if one.name.lower() == name.lower()), None)
