"""``network ip interface``: VMkernel adapters."""

from collections.abc import Mapping

from vcenter_simulator.esxcli.arguments import Arguments, CliError
from vcenter_simulator.esxcli.commands import Change, Kind, Machine, Namespace, Option, Query, Record, Shape, Value
from vcenter_simulator.esxcli.namespaces.netstack import stack_of
from vcenter_simulator.host.adapters import add_adapter, get_adapter, remove_adapter, update_adapter
from vcenter_simulator.host.iscsi import check_removable
from vcenter_simulator.host.requests import AdapterSpec, DistributedPort
from vcenter_simulator.host.state import Adapter, HostState, Ipv4, OpaqueAttachment, StandardAttachment

INTERFACE = Option("interface-name", "i", "The name of the VMkernel interface.", required=True)
OPTIONAL_INTERFACE = Option("interface-name", "i", "The name of the VMkernel interface; without it, all.")

ABSENT = "N/A"

TSO_MSS = 65535

_NO_DISTRIBUTED_PORT: Mapping[str, Value] = {
    "VDS Name": ABSENT,
    "VDS UUID": ABSENT,
    "VDS Port": ABSENT,
    "VDS Connection": -1,
}


def adapters_of(state: HostState, arguments: Arguments) -> list[Adapter]:
    """Return the adapter that ``interfacename`` names, or all; of one stack if ``netstack`` names one.

    Raises:
        Refusal: NotFound.
    """
    device, stack = arguments.text("interfacename"), arguments.text("netstack")
    chosen = [get_adapter(state, device)] if device is not None else list(state.adapters)
    return [one for one in chosen if stack in (None, one.netstack)]


def _list(machine: Machine, arguments: Arguments) -> list[Record]:
    return [Record(_described(machine, one)) for one in adapters_of(machine.state, arguments)]


def _described(machine: Machine, adapter: Adapter) -> dict[str, Value]:
    opaque = adapter.attachment if isinstance(adapter.attachment, OpaqueAttachment) else None
    return {
        "Name": adapter.device,
        "MAC Address": adapter.mac,
        "Enabled": True,
        **_place(machine, adapter),
        "Netstack Instance": adapter.netstack,
        "Opaque Network ID": opaque.network_id if opaque is not None else ABSENT,
        "Opaque Network Type": opaque.kind if opaque is not None else ABSENT,
        "External ID": ABSENT,
        "MTU": adapter.mtu,
        "TSO MSS": TSO_MSS,
        "RXDispQueue Size": 1,
        "Port ID": 67108864 + adapter.number,
    }


def _place(machine: Machine, adapter: Adapter) -> dict[str, Value]:
    attachment = adapter.attachment
    if isinstance(attachment, OpaqueAttachment):
        return {"Portset": "DvsPortset-opaque", "Portgroup": ABSENT, **_NO_DISTRIBUTED_PORT}
    if isinstance(attachment, StandardAttachment):
        group = machine.state.portgroup(attachment.portgroup)
        portset = group.switch if group is not None else ABSENT
        return {"Portset": portset, "Portgroup": attachment.portgroup, **_NO_DISTRIBUTED_PORT}
    switches = [one.switch_uuid for one in machine.state.memberships]
    return {
        "Portset": f"DvsPortset-{switches.index(attachment.switch_uuid)}",
        "Portgroup": ABSENT,
        "VDS Name": machine.surroundings.switches[attachment.switch_uuid].name,
        "VDS UUID": attachment.switch_uuid,
        "VDS Port": attachment.port_key or ABSENT,
        "VDS Connection": attachment.connection_cookie,
    }


def _add(machine: Machine, arguments: Arguments) -> HostState:
    # By the API, a system stack starts with its first adapter; here it must run already (reference/vsphere.md 1.2).
    stack = stack_of(machine.state, arguments)
    spec = AdapterSpec(
        portgroup=arguments.text("portgroupname"),
        distributed=_distributed(machine, arguments),
        netstack=stack.key,
        mac=arguments.text("macaddress"),
        mtu=arguments.number("mtu"),
        ipv4=Ipv4(),  # addresses are given by commands of their own
    )
    device = arguments.text("interfacename")
    state, _ = add_adapter(machine.state, spec, machine.surroundings, mac=machine.new_mac(), device=device)
    return state


def _distributed(machine: Machine, arguments: Arguments) -> DistributedPort | None:
    """Find the port group of a distributed port: esxcli names the switch and the port alone."""
    name, port = arguments.text("dvsname"), arguments.text("dvportid")
    if name is None and port is None:
        return None
    if name is None or port is None:
        raise CliError("A distributed switch and a port of it have to be given together.")
    joined = {one.switch_uuid for one in machine.state.memberships}
    facts = next(
        (one for uuid, one in machine.surroundings.switches.items() if uuid in joined and one.name == name), None
    )
    if facts is None:
        raise CliError(f"Unable to find a distributed switch {name}")
    group = facts.portgroup_of(port)
    if group is None:
        raise CliError(f"Unable to find the port {port} on {name}")
    return DistributedPort(facts.uuid, group, port)


def _remove(machine: Machine, arguments: Arguments) -> HostState:
    device = arguments.required("interfacename")
    return remove_adapter(check_removable(machine.state, device, machine.surroundings.behaviour), device)


def _set(machine: Machine, arguments: Arguments) -> HostState:
    if arguments.flag("enabled") is False:
        raise CliError("The simulator's VMkernel interfaces can't be disabled.")
    spec = AdapterSpec(mtu=arguments.number("mtu"))
    return update_adapter(machine.state, arguments.required("interfacename"), spec, machine.surroundings)


_INTERFACE = Shape(
    "NetworkInterface",
    {
        "Name": Kind.TEXT,
        "MAC Address": Kind.TEXT,
        "Enabled": Kind.BOOLEAN,
        "Portset": Kind.TEXT,
        "Portgroup": Kind.TEXT,
        "Netstack Instance": Kind.TEXT,
        "VDS Name": Kind.TEXT,
        "VDS UUID": Kind.TEXT,
        "VDS Port": Kind.TEXT,
        "VDS Connection": Kind.NUMBER,
        "Opaque Network ID": Kind.TEXT,
        "Opaque Network Type": Kind.TEXT,
        "External ID": Kind.TEXT,
        "MTU": Kind.NUMBER,
        "TSO MSS": Kind.NUMBER,
        "RXDispQueue Size": Kind.NUMBER,
        "Port ID": Kind.NUMBER,
    },
)

NAMESPACE = Namespace(
    "network.ip.interface",
    "Commands for VMkernel interfaces.",
    (
        Query(
            "list",
            "List the VMkernel interfaces.",
            (Option("netstack", "N", "The TCP/IP stack whose interfaces to list; without it, all."),),
            _INTERFACE,
            _list,
        ),
        Change(
            "add",
            "Add a VMkernel interface.",
            (
                Option("dvport-id", "P", "The port of a distributed switch; needs --dvs-name."),
                Option("dvs-name", "s", "The name of a distributed switch; needs --dvport-id."),
                Option("interface-name", "i", "The name to give, vmkN; without it, the lowest free one."),
                Option("mac-address", "M", "The MAC address; without it, one is made."),
                Option("mtu", "m", "The MTU in bytes.", Kind.NUMBER),
                Option("netstack", "N", "The TCP/IP stack; without it, the default one."),
                Option("portgroup-name", "p", "The name of a standard port group."),
            ),
            _add,
        ),
        Change("remove", "Remove a VMkernel interface.", (INTERFACE,), _remove),
        Change(
            "set",
            "Change a VMkernel interface.",
            (
                INTERFACE,
                Option("enabled", "e", "Whether it is up.", Kind.BOOLEAN),
                Option("mtu", "m", "The MTU in bytes.", Kind.NUMBER),
            ),
            _set,
        ),
    ),
)
