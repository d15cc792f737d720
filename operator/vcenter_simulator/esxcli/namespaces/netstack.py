"""``network ip netstack``: the TCP/IP stacks in the kernel, and the only way to make one of one's own."""

from vcenter_simulator.esxcli.arguments import Arguments, CliError
from vcenter_simulator.esxcli.commands import Change, Kind, Machine, Namespace, Option, Query, Record, Shape
from vcenter_simulator.host.custom_netstacks import (
    add_netstack,
    enable_netstack,
    is_in_kernel,
    kernel_netstacks,
    remove_netstack,
)
from vcenter_simulator.host.netstacks import ALGORITHMS, edit_netstacks
from vcenter_simulator.host.requests import NetstackEdit
from vcenter_simulator.host.state import DEFAULT_STACK, HostState, Netstack

RUNNING = 0x1234
"""The state that every stack in the kernel shows (observed)."""

NETSTACK = Option("netstack", "N", "The name of the TCP/IP stack.", required=True)
OPTIONAL_NETSTACK = Option("netstack", "N", "The name of the TCP/IP stack; without it, the default one.")


def stack_of(state: HostState, arguments: Arguments) -> Netstack:
    """Return the stack that ``netstack`` names, or the default one.

    Raises:
        CliError: when the kernel does not have it.
    """
    key = arguments.text("netstack") or DEFAULT_STACK
    stack = state.netstack(key)
    if stack is None or not is_in_kernel(state, stack):
        raise CliError(f"Unable to find a Netstack instance {key}")
    return stack


def _list(machine: Machine, _: Arguments) -> list[Record]:
    return [
        Record({"Key": one.key, "Name": one.name or one.key, "State": RUNNING})
        for one in kernel_netstacks(machine.state)
    ]


def _get(machine: Machine, arguments: Arguments) -> list[Record]:
    stack = stack_of(machine.state, arguments)
    return [
        Record(
            {
                "Key": stack.key,
                "Name": stack.name or stack.key,
                "Enabled": stack.enabled,
                "Max Connections": stack.max_connections,
                "Current Max Connections": stack.connections_in_force,
                "Congestion Control Algorithm": stack.congestion_control,
                "IPv6 Enabled": True,
                "Current IPv6 Enabled": True,
                "State": RUNNING,
            }
        )
    ]


def _add(machine: Machine, arguments: Arguments) -> HostState:
    disabled = arguments.flag("disabled") is True
    return add_netstack(machine.state, arguments.required("netstack"), disabled=disabled)


def _remove(machine: Machine, arguments: Arguments) -> HostState:
    return remove_netstack(machine.state, arguments.required("netstack"))


def _set(machine: Machine, arguments: Arguments) -> HostState:
    key = stack_of(machine.state, arguments).key
    edit = NetstackEdit(
        key=key,
        operation="edit",
        name=arguments.text("name"),
        max_connections=arguments.number("maxconn"),
        congestion_control=arguments.text("ccalgo"),
    )
    state = edit_netstacks(machine.state, (edit,), machine.surroundings)
    for name in ("enable", "disable"):
        if arguments.flag(name):
            state = enable_netstack(state, key, enabled=name == "enable")
    return state


_LISTED = Shape("NetStackInstance", {"Key": Kind.TEXT, "Name": Kind.TEXT, "State": Kind.NUMBER})

_DETAILED = Shape(
    "NetStackInfo",
    {
        "Key": Kind.TEXT,
        "Name": Kind.TEXT,
        "Enabled": Kind.BOOLEAN,
        "Max Connections": Kind.NUMBER,
        "Current Max Connections": Kind.NUMBER,
        "Congestion Control Algorithm": Kind.TEXT,
        "IPv6 Enabled": Kind.BOOLEAN,
        "Current IPv6 Enabled": Kind.BOOLEAN,
        "State": Kind.NUMBER,
    },
    is_single=True,
)

NAMESPACE = Namespace(
    "network.ip.netstack",
    "Commands for the TCP/IP stacks of the VMkernel.",
    (
        Query("list", "List the TCP/IP stacks in the kernel.", (), _LISTED, _list),
        Query("get", "Get the settings of a stack.", (NETSTACK,), _DETAILED, _get),
        Change(
            "add",
            "Add a stack to the kernel.",
            (NETSTACK, Option("disabled", "d", "Add it without enabling it.", Kind.BOOLEAN)),
            _add,
        ),
        Change("remove", "Remove a stack from the kernel.", (NETSTACK,), _remove),
        Change(
            "set",
            "Change the settings of a stack.",
            (
                NETSTACK,
                Option("ccalgo", "c", "Its congestion control algorithm.", choices=ALGORITHMS),
                Option("disable", "d", "Disable it.", Kind.BOOLEAN),
                Option("enable", "e", "Enable it.", Kind.BOOLEAN),
                Option("maxconn", "m", "The most connections that it may have.", Kind.NUMBER),
                Option("name", "n", "The name that is shown."),
            ),
            _set,
        ),
    ),
)
