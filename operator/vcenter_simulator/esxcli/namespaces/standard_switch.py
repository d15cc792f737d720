"""``network vswitch standard``: the host's own switches and their uplinks."""

from dataclasses import replace

from vcenter_simulator.esxcli.arguments import Arguments, CliError
from vcenter_simulator.esxcli.commands import Change, Kind, Machine, Many, Namespace, Option, Query, Record, Shape
from vcenter_simulator.esxcli.namespaces.switching import PORTS, SWITCH
from vcenter_simulator.host.equipment import StandardSwitch
from vcenter_simulator.host.state import HostState, StandardAttachment
from vcenter_simulator.host.switch_requests import SwitchSpec
from vcenter_simulator.host.switches import add_switch, remove_switch, update_switch

SWITCH_NAME = Option("vswitch-name", "v", "The name of the switch.", required=True)
_UPLINK = Option("uplink-name", "u", "The network card.", required=True)

_SHAPE = Shape(
    "VirtualSwitch",
    {
        **SWITCH,
        "Beacon Enabled": Kind.BOOLEAN,
        "Beacon Interval": Kind.NUMBER,
        "Beacon Threshold": Kind.NUMBER,
        "Beacon Required By": Kind.TEXT,
        "Uplinks": Many(Kind.TEXT),
        "Portgroups": Many(Kind.TEXT),
    },
)


def switch_of(state: HostState, arguments: Arguments) -> StandardSwitch:
    """Return the switch that ``vswitchname`` names.

    Raises:
        CliError: when there is none.
    """
    name = arguments.required("vswitchname")
    switch = state.switch(name)
    if switch is None:
        raise CliError(f"Unable to find vswitch {name}")
    return switch


def clients_of(state: HostState, groups: list[str]) -> int:
    """Return how many adapters are on port groups of these names."""
    on = [one.attachment for one in state.adapters]
    return sum(isinstance(one, StandardAttachment) and one.portgroup in groups for one in on)


def _list(machine: Machine, _: Arguments) -> list[Record]:
    return [_described(machine.state, one) for one in machine.state.switches]


def _described(state: HostState, switch: StandardSwitch) -> Record:
    groups = [group.name for group in state.portgroups if group.switch == switch.name]
    return Record(
        {
            "Name": switch.name,
            "Class": "cswitch",
            "Num Ports": PORTS,
            "Used Ports": 1 + len(switch.uplinks) + clients_of(state, groups),
            "Configured Ports": switch.ports,
            "MTU": switch.mtu,
            "CDP Status": switch.bond.discovery,
            "Beacon Enabled": False,
            "Beacon Interval": switch.bond.beacon_interval,
            "Beacon Threshold": 3,
            "Beacon Required By": "",
            "Uplinks": switch.uplinks,
            "Portgroups": groups,
        }
    )


def _add(machine: Machine, arguments: Arguments) -> HostState:
    ports = arguments.number("ports")
    spec = SwitchSpec(ports=ports) if ports is not None else None
    return add_switch(machine.state, arguments.required("vswitchname"), spec, machine.surroundings)


def _remove(machine: Machine, arguments: Arguments) -> HostState:
    return remove_switch(machine.state, switch_of(machine.state, arguments).name)


def _set(machine: Machine, arguments: Arguments) -> HostState:
    return _changed(
        machine, replace(_spec(switch_of(machine.state, arguments)), mtu=arguments.number("mtu")), arguments
    )


def _add_uplink(machine: Machine, arguments: Arguments) -> HostState:
    spec, uplink = _spec(switch_of(machine.state, arguments)), arguments.required("uplinkname")
    if uplink in spec.uplinks:
        raise CliError(f"Uplink already exists: {uplink}")
    return _changed(machine, replace(spec, uplinks=(*spec.uplinks, uplink)), arguments)


def _remove_uplink(machine: Machine, arguments: Arguments) -> HostState:
    spec, uplink = _spec(switch_of(machine.state, arguments)), arguments.required("uplinkname")
    if uplink not in spec.uplinks:
        raise CliError(f"No such uplink: {uplink}")
    return _changed(machine, replace(spec, uplinks=tuple(one for one in spec.uplinks if one != uplink)), arguments)


def _spec(switch: StandardSwitch) -> SwitchSpec:
    return SwitchSpec(ports=switch.ports, uplinks=switch.uplinks)


def _changed(machine: Machine, spec: SwitchSpec, arguments: Arguments) -> HostState:
    return update_switch(machine.state, arguments.required("vswitchname"), spec, machine.surroundings)


NAMESPACE = Namespace(
    "network.vswitch.standard",
    "Commands for standard switches.",
    (
        Query("list", "List the standard switches.", (), _SHAPE, _list),
        Change("add", "Add a switch.", (SWITCH_NAME, Option("ports", "P", "Its ports.", Kind.NUMBER)), _add),
        Change("remove", "Remove a switch with its port groups.", (SWITCH_NAME,), _remove),
        Change("set", "Change a switch.", (SWITCH_NAME, Option("mtu", "m", "Its MTU.", Kind.NUMBER)), _set),
    ),
)

UPLINKS = Namespace(
    "network.vswitch.standard.uplink",
    "Commands for the uplinks of standard switches.",
    (
        Change("add", "Give a switch an uplink.", (_UPLINK, SWITCH_NAME), _add_uplink),
        Change("remove", "Take an uplink from a switch.", (_UPLINK, SWITCH_NAME), _remove_uplink),
    ),
)
