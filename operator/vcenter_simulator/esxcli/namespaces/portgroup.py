"""``network vswitch standard portgroup``: the port groups of the host's own switches."""

from vcenter_simulator.esxcli.arguments import Arguments, CliError
from vcenter_simulator.esxcli.commands import Change, Kind, Machine, Namespace, Option, Query, Record, Shape
from vcenter_simulator.esxcli.namespaces.standard_switch import SWITCH_NAME, clients_of, switch_of
from vcenter_simulator.host.equipment import PortGroup
from vcenter_simulator.host.portgroups import add_portgroup, remove_portgroup, update_portgroup
from vcenter_simulator.host.state import HostState
from vcenter_simulator.host.switch_requests import PortGroupSpec

_NAME = Option("portgroup-name", "p", "The name of the port group.", required=True)

_SHAPE = Shape(
    "Portgroup",
    {"Name": Kind.TEXT, "Virtual Switch": Kind.TEXT, "Active Clients": Kind.NUMBER, "VLAN ID": Kind.NUMBER},
    is_table=True,
)


def _list(machine: Machine, _: Arguments) -> list[Record]:
    return [
        Record(
            {
                "Name": one.name,
                "Virtual Switch": one.switch,
                "Active Clients": clients_of(machine.state, [one.name]),
                "VLAN ID": one.vlan,
            }
        )
        for one in machine.state.portgroups
    ]


def _add(machine: Machine, arguments: Arguments) -> HostState:
    name, switch = arguments.required("portgroupname"), switch_of(machine.state, arguments)
    if machine.state.portgroup(name) is not None:
        # The text of a real host, as scripts look for it.
        raise CliError(f"A portgroup with the name {name} already exists")
    return add_portgroup(machine.state, PortGroupSpec(name=name, switch=switch.name, vlan=0))


def _remove(machine: Machine, arguments: Arguments) -> HostState:
    group, switch = _group_of(machine.state, arguments), switch_of(machine.state, arguments)
    if group.switch != switch.name:
        raise CliError(f"The portgroup {group.name} is not on the vswitch {switch.name}")
    return remove_portgroup(machine.state, group.name)


def _set(machine: Machine, arguments: Arguments) -> HostState:
    group, vlan = _group_of(machine.state, arguments), arguments.number("vlanid")
    spec = PortGroupSpec(
        name=group.name, switch=group.switch, vlan=group.vlan if vlan is None else vlan, policy=group.policy
    )
    return update_portgroup(machine.state, group.name, spec, machine.surroundings)


def _group_of(state: HostState, arguments: Arguments) -> PortGroup:
    name = arguments.required("portgroupname")
    group = state.portgroup(name)
    if group is None:
        raise CliError(f"Unable to find portgroup {name}")
    return group


NAMESPACE = Namespace(
    "network.vswitch.standard.portgroup",
    "Commands for the port groups of standard switches.",
    (
        Query("list", "List the port groups.", (), _SHAPE, _list),
        Change("add", "Add a port group to a switch.", (_NAME, SWITCH_NAME), _add),
        Change("remove", "Remove a port group from a switch.", (_NAME, SWITCH_NAME), _remove),
        Change("set", "Change a port group.", (_NAME, Option("vlan-id", "v", "Its VLAN.", Kind.NUMBER)), _set),
    ),
)
