"""``network nic`` and ``network vswitch dvs``: network cards and distributed switches, to be looked at."""

from vcenter_simulator.esxcli.arguments import Arguments
from vcenter_simulator.esxcli.commands import Kind, Machine, Many, Namespace, Query, Record, Shape
from vcenter_simulator.host.equipment import Membership
from vcenter_simulator.host.state import DistributedAttachment

PORTS = 1536
"""What a switch of ESXi 8 reports without elastic ports."""

_NIC = Shape(
    "Nic",
    {
        "Name": Kind.TEXT,
        "PCI Device": Kind.TEXT,
        "Driver": Kind.TEXT,
        "Admin Status": Kind.TEXT,
        "Link Status": Kind.TEXT,
        "Speed": Kind.NUMBER,
        "Duplex": Kind.TEXT,
        "MAC Address": Kind.TEXT,
        "MTU": Kind.NUMBER,
        "Description": Kind.TEXT,
    },
    is_table=True,
)

SWITCH = {
    "Name": Kind.TEXT,
    "Class": Kind.TEXT,
    "Num Ports": Kind.NUMBER,
    "Used Ports": Kind.NUMBER,
    "Configured Ports": Kind.NUMBER,
    "MTU": Kind.NUMBER,
    "CDP Status": Kind.TEXT,
}
"""What is told of every switch."""

_PORT = Shape(
    "DVPort", {"Client": Kind.TEXT, "DVPortgroup ID": Kind.TEXT, "In Use": Kind.BOOLEAN, "Port ID": Kind.TEXT}
)

_DISTRIBUTED = Shape(
    "DVSwitch",
    {
        **SWITCH,
        "VDS ID": Kind.TEXT,
        "Beacon Timeout": Kind.NUMBER,
        "Uplinks": Many(Kind.TEXT),
        "VMware Branded": Kind.BOOLEAN,
        "DVPort": Many(_PORT),
    },
)


def _list_nics(machine: Machine, _: Arguments) -> list[Record]:
    return [
        Record(
            {
                "Name": nic.device,
                "PCI Device": f"0000:{number:02x}:00.0",
                "Driver": "bnxtnet",
                "Admin Status": "Up",
                "Link Status": "Up",
                "Speed": nic.speed_mb,
                "Duplex": "Full",
                "MAC Address": nic.mac,
                "MTU": _switch_mtu(machine, nic.device),
                "Description": "Simulated network card",
            }
        )
        for number, nic in enumerate(machine.state.pnics, start=1)
    ]


def _switch_mtu(machine: Machine, uplink: str) -> int:
    switches = machine.surroundings.switches
    standard = [one.mtu for one in machine.state.switches if uplink in one.uplinks]
    distributed = [switches[one.switch_uuid].mtu for one in machine.state.memberships if uplink in one.uplinks]
    return next(iter((*standard, *distributed)), 1500)


def _list_distributed(machine: Machine, _: Arguments) -> list[Record]:
    return [_proxy_switch(machine, one) for one in machine.state.memberships]


def _proxy_switch(machine: Machine, membership: Membership) -> Record:
    facts = machine.surroundings.switches[membership.switch_uuid]
    ports = [
        Record(
            {"Client": adapter.device, "DVPortgroup ID": at.portgroup_key, "In Use": True, "Port ID": at.port_key or ""}
        )
        for adapter in machine.state.adapters
        if isinstance(at := adapter.attachment, DistributedAttachment) and at.switch_uuid == membership.switch_uuid
    ]
    return Record(
        {
            "Name": facts.name,
            "VDS ID": facts.uuid,
            "Class": "cswitch",
            "Num Ports": PORTS,
            "Used Ports": 1 + len(membership.uplinks) + len(ports),
            "Configured Ports": 512,
            "MTU": facts.mtu,
            "CDP Status": "listen",
            "Beacon Timeout": -1,
            "Uplinks": list(membership.uplinks),
            "VMware Branded": True,
            "DVPort": ports,
        }
    )


NICS = Namespace(
    "network.nic",
    "Commands for network cards.",
    (Query("list", "List the network cards.", (), _NIC, _list_nics),),
)

DISTRIBUTED_SWITCHES = Namespace(
    "network.vswitch.dvs.vmware",
    "Commands for distributed switches.",
    (Query("list", "List the distributed switches of the host.", (), _DISTRIBUTED, _list_distributed),),
)
