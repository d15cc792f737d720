"""What users are told, in full: which host, which object, which values, and what to do about it."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest

from unit.planner.builders import (
    FABRIC,
    MANAGEMENT,
    STORAGE,
    SWITCH,
    adapter,
    bound,
    esx,
    forged,
    judge,
    netstack,
    network_of,
    new,
    six,
    stack,
    vmk,
)
from vmk_operator.api.v1alpha1 import PortGroup
from vmk_operator.model.host import HostState, StandardPortGroup
from vmk_operator.planner.snapshot import Subject

A, B = "10.0.40.11/24", "10.0.40.12/24"
A6, B6 = "fd00:40::11/64", "fd00:40::12/64"
VMOTION = vmk("vmk1", A, netstack="vmotion")


def showing(host: HostState, **network: Any) -> HostState:
    """The host with another part of its network."""
    return replace(host, network=replace(network_of(host), **network))


DSWITCH = network_of(esx()).distributed_switches[0]
TWINS = showing(esx(), distributed_switches=(DSWITCH, replace(DSWITCH, uuid="another")))

REFUSED = [
    pytest.param(
        esx(vmk("vmk1", A), vmk("vmk2", B, on=STORAGE)),
        [bound(adapter(address=B), "vmk1")],
        "10.0.40.12 is an address of vmk2 on esx01.example.com already; declare another address, or take it "
        "off that adapter first.",
        id="an address that another adapter has",
    ),
    pytest.param(
        esx(vmk("vmk1", A, ipv6=six("fd00::2/64", "fd00::1/64"))),
        [new(adapter(address=A, ipv6={"addresses": ["fd00::1/64", "fd00::2/64"]}, on=STORAGE))],
        "10.0.40.11 is an address of vmk1 on esx01.example.com already; declare another address, or take it "
        "off that adapter first.",
        id="of several taken addresses an IPv4 one",
    ),
    pytest.param(
        esx(vmk("vmk1", B, ipv6=six("fd00::2/64", "fd00::1/64"))),
        [new(adapter(address=A, ipv6={"addresses": ["fd00::1/64", "fd00::2/64"]}, on=STORAGE))],
        "fd00::1 is an address of vmk1 on esx01.example.com already; declare another address, or take it off "
        "that adapter first.",
        id="of several taken IPv6 addresses the smallest",
    ),
    pytest.param(
        esx(),
        [new(adapter("young", A, age=1, on=STORAGE)), new(adapter("old", A, age=9))],
        "VmkAdapter infra/old declares the address 10.0.40.11 on esx01.example.com as well and comes first; "
        "declare another address, or delete one of the two objects.",
        id="an address that an older object declares elsewhere",
    ),
    pytest.param(
        esx(),
        [new(adapter("young", A, age=1)), new(adapter("old", A, age=9))],
        "VmkAdapter infra/old declares the address 10.0.40.11 on esx01.example.com as well and comes first; "
        "declare another address, or delete one of the two objects.",
        id="an address that an older object declares in the same place",
    ),
    pytest.param(
        esx(),
        [new(adapter())],
        "esx01.example.com has no adapter for this object, and none can be created without an IP "
        "configuration; set ipv4 or ipv6, or adoptDevice to take an existing adapter.",
        id="nothing to create an adapter with",
    ),
    pytest.param(
        esx(),
        [new(adapter(address=A, netstack="vMotion"))],
        "esx01.example.com has no TCP/IP stack 'vMotion'; declare one that it has: defaultTcpipStack, "
        "vSphereProvisioning, vmotion.",
        id="a stack that the host has not",
    ),
    pytest.param(
        showing(esx(), netstacks=()),
        [new(adapter(address=A, netstack="vMotion"))],
        "esx01.example.com has no TCP/IP stack 'vMotion'; declare one that it has: none.",
        id="a host that shows no stack",
    ),
    pytest.param(
        esx(),
        [new(netstack("young")), new(netstack("old", age=9))],
        "VmkNetstack infra/old declares the TCP/IP stack vmotion of esx01.example.com as well and is older; "
        "delete one of the two objects.",
        id="a stack that an older object declares",
    ),
    pytest.param(
        esx(vmk("vmk1", A, ipv6=None), ipv6=None),
        [bound(adapter(address=A, ipv6={"dhcp": True}), "vmk1")],
        "esx01.example.com does not tell what the IPv6 of vmk1 is set to, so it can't be changed safely; "
        "look whether IPv6 is on for the host, or leave ipv6 undeclared.",
        id="IPv6 of which the host does not tell",
    ),
    pytest.param(
        esx(vmk("vmk1", A, ipv6=None), ipv6=False),
        [bound(adapter(address=A, ipv6={"dhcp": True}), "vmk1")],
        "IPv6 is switched off on esx01.example.com; switch it on there and restart the host, or leave ipv6 undeclared.",
        id="IPv6 where it is off",
    ),
    pytest.param(
        esx(vmk("vmk1", A, on=None)),
        [bound(adapter(address=A), "vmk1")],
        "vmk1 on esx01.example.com is on no port group or opaque network that the host knows (unknown), so "
        "what moving it would break can't be told; move it to the declared one in vCenter.",
        id="an adapter that is nobody knows where",
    ),
    pytest.param(
        esx(vmk("vmk1", A, system_owned=True)),
        [new(adapter(address=A))],
        "vmk1 on esx01.example.com is configured by another system (systemOwned), for example vSAN or NSX; "
        "change it there, and delete this object or set managementPolicy to Observe.",
        id="another's adapter",
    ),
    pytest.param(
        esx(VMOTION, stacks=[stack("vmotion", owner="NSX")]),
        [new(netstack(maxConnections=12000))],
        "The TCP/IP stack vmotion of esx01.example.com belongs to NSX; change it there, and delete this "
        "object or set managementPolicy to Observe.",
        id="another's stack",
    ),
    pytest.param(
        esx(VMOTION, vmk("vmk2", "10.0.50.11/24", netstack="vmotion")),
        [new(netstack(gateway={"ipv4": "10.0.41.1"}))],
        "The gateway 10.0.41.1 is in no subnet of an adapter on the TCP/IP stack vmotion of "
        "esx01.example.com (10.0.40.0/24, 10.0.50.0/24); declare one in them, or give an adapter of the "
        "stack an address in the gateway's subnet.",
        id="a gateway in no subnet of the stack",
    ),
    pytest.param(
        esx(vmk("vmk1", netstack="vmotion")),
        [new(netstack(gateway={"ipv4": "10.0.41.1"}))],
        "The gateway 10.0.41.1 is in no subnet of an adapter on the TCP/IP stack vmotion of "
        "esx01.example.com (no adapter there has an address); declare one in them, or give an adapter of the "
        "stack an address in the gateway's subnet.",
        id="a gateway where no adapter has an address",
    ),
    pytest.param(
        esx(vmk("vmk1", netstack="vmotion", ipv6=six(A6, "fd00:50::1/64")), vmk("vmk2", ipv6=six("fd00:99::2/64"))),
        [new(netstack(gateway={"ipv6": "fd00:99::1"}))],
        "The gateway fd00:99::1 is in no subnet of an adapter on the TCP/IP stack vmotion of "
        "esx01.example.com (fd00:40::/64, fd00:50::/64); declare a link-local one or one in them, or give an "
        "adapter of the stack an address in the gateway's subnet.",
        id="an IPv6 gateway in no subnet of the stack",
    ),
    pytest.param(
        esx(VMOTION),
        [new(netstack(gateway={"ipv6": "fd00:99::1"}))],
        "The gateway fd00:99::1 is in no subnet of an adapter on the TCP/IP stack vmotion of "
        "esx01.example.com (no adapter there has an IPv6 address); declare a link-local one or one in them, "
        "or give an adapter of the stack an address in the gateway's subnet.",
        id="an IPv6 gateway where no adapter has such an address",
    ),
    pytest.param(
        esx(VMOTION),
        [new(netstack(routes=[{"network": "10.9.0.0/16", "gateway": "10.0.99.1"}]))],
        "The route to 10.9.0.0/16 leads through 10.0.99.1, which is in no subnet of an adapter on the TCP/IP "
        "stack vmotion of esx01.example.com (10.0.40.0/24); declare a gateway in them, or give an adapter of "
        "the stack an address in the gateway's subnet.",
        id="a route through nowhere",
    ),
    pytest.param(
        esx(),
        [new(adapter(address=A, own={"gateway": "10.0.99.1"}))],
        "The gateway 10.0.99.1 of the adapter's own is out of reach on esx01.example.com, where the adapter "
        "is to have the subnet 10.0.40.0/24; set ipv4.gateway to one in its subnet, or to None for that of "
        "the stack.",
        id="a gateway of its own outside its subnet",
    ),
    pytest.param(
        esx(vmk("vmk1", A, gateway="10.0.40.1")),
        [bound(adapter(ipv4={"mode": "None"}), "vmk1")],
        "The gateway 10.0.40.1 of the adapter's own is out of reach on esx01.example.com, where the adapter "
        "is to have no address; set ipv4.gateway to one in its subnet, or to None for that of the stack.",
        id="a gateway of its own without an address",
    ),
    pytest.param(
        esx(),
        [new(adapter(address=A, ipv6={"addresses": [A6, "fd00:41::1/64"], "gateway": "fd00:99::1"}))],
        "The gateway fd00:99::1 of the adapter's own is out of reach on esx01.example.com, where the adapter "
        "is to have fd00:40::/64, fd00:41::/64; set ipv6.gateway to a link-local one or one in its subnets, "
        "or to None for that of the stack.",
        id="an IPv6 gateway of its own outside its subnets",
    ),
    pytest.param(
        esx(),
        [new(adapter(address=A, ipv6={"addresses": [], "gateway": "fd00:99::1"}))],
        "The gateway fd00:99::1 of the adapter's own is out of reach on esx01.example.com, where the adapter "
        "is to have no IPv6 address; set ipv6.gateway to a link-local one or one in its subnets, or to None "
        "for that of the stack.",
        id="an IPv6 gateway of its own without such an address",
    ),
    pytest.param(
        esx(*(vmk(f"vmk{n}", f"10.0.{n}.11/24", netstack="vmotion") for n in range(1, 11))),
        [new(netstack(gateway={"ipv4": "10.0.41.1"}))],
        "The gateway 10.0.41.1 is in no subnet of an adapter on the TCP/IP stack vmotion of "
        "esx01.example.com (10.0.1.0/24, 10.0.10.0/24, 10.0.2.0/24, 10.0.3.0/24, 10.0.4.0/24, 10.0.5.0/24, "
        "10.0.6.0/24, 10.0.7.0/24); declare one in them, or give an adapter of the stack an address in the "
        "gateway's subnet.",
        id="eight subnets at most are named",
    ),
    pytest.param(
        esx(*(vmk(f"vmk{n}", netstack="vmotion", ipv6=six(f"fd00:{n}::1/64")) for n in range(1, 10))),
        [new(netstack(gateway={"ipv6": "fd00:99::1"}))],
        "The gateway fd00:99::1 is in no subnet of an adapter on the TCP/IP stack vmotion of "
        "esx01.example.com (fd00:1::/64, fd00:2::/64, fd00:3::/64, fd00:4::/64, fd00:5::/64, fd00:6::/64, "
        "fd00:7::/64, fd00:8::/64); declare a link-local one or one in them, or give an adapter of the stack "
        "an address in the gateway's subnet.",
        id="eight IPv6 subnets at most are named",
    ),
    pytest.param(
        esx(vmk("vmk1", A)),
        [bound(adapter(address=A, services=["nvmeTcp", "nvmeRdma"]), "vmk1")],
        "esx01.example.com does not offer nvmeRdma, nvmeTcp; it offers management, vSphereBackupNFC, "
        "vSphereProvisioning, vmotion, vsan.",
        id="services that the host has not",
    ),
    pytest.param(
        showing(esx(vmk("vmk1", A)), services=(("management", frozenset({"vmk0"})),)),
        [bound(adapter(address=A, services=["nvmeTcp"]), "vmk1")],
        "esx01.example.com does not offer nvmeTcp; it offers management.",
        id="a host with one service",
    ),
    pytest.param(
        esx(vmk("vmk1", A), services={"vsanExternal": ["vmk1"]}),
        [bound(adapter(address=A, services=["vmotion"]), "vmk1")],
        "vsanExternal of vmk1 on esx01.example.com is changed by vSAN's own configuration only; change it there, or "
        "leave services undeclared.",
        id="a service of vSAN's that nobody can declare",
    ),
    pytest.param(
        esx(vmk("vmk1", A), services={"vsan": ["vmk2"], "vsanWitness": ["vmk3", "vmk4"]}),
        [bound(adapter(address=A, services=["vsan", "vsanWitness"]), "vmk1")],
        "vsan, vsanWitness of vmk1 on esx01.example.com can't be changed: vSAN's own configuration lists vmk2, vmk3, "
        "vmk4, but the adapters that carry it are none, and who is left out of the list loses it; refresh the host's "
        "network in vCenter until the two agree, or change it there.",
        id="vSAN where the list has adapters that are not there",
    ),
    pytest.param(
        esx(),
        [new(adapter(address=A, mtu=9000, on=MANAGEMENT))],
        "mtu 9000 is above the 1500 of the switch behind the port group on esx01.example.com; raise the "
        "switch's MTU first, or declare 1500 at most.",
        id="an MTU above the switch's",
    ),
    pytest.param(
        esx(vmk("vmk1", A)),
        [new(adapter("young", A)), new(adapter("old", A, age=9))],
        "vmk1 on esx01.example.com belongs to VmkAdapter infra/old; delete one of the two objects, or let "
        "this one declare another adapter.",
        id="an adapter that an older object has",
    ),
    pytest.param(
        esx(vmk("vmk1")),
        [new(adapter(address=A, adoptDevice="vmk9"))],
        "esx01.example.com has no adapter 'vmk9' to adopt; name one that exists (vmk0, vmk1), or take "
        "adoptDevice out to have an adapter created.",
        id="a device that is not there",
    ),
    pytest.param(
        showing(esx(), adapters=()),
        [new(adapter(address=A, adoptDevice="vmk9"))],
        "esx01.example.com has no adapter 'vmk9' to adopt; name one that exists (none), or take adoptDevice "
        "out to have an adapter created.",
        id="a device where there is none",
    ),
    pytest.param(
        esx(vmk("vmk1", on=STORAGE)),
        [new(adapter(address=A, adoptDevice="vmk1"))],
        "vmk1 on esx01.example.com is on another TCP/IP stack or port group than this object declares; "
        "declare where it is, or adopt another device.",
        id="a device that is elsewhere",
    ),
    pytest.param(
        esx(vmk("vmk1"), vmk("vmk2")),
        [new(adapter())],
        "vmk1, vmk2 on esx01.example.com all are on the declared port group and TCP/IP stack, so which is "
        "meant can't be told; set adoptDevice to one of them.",
        id="several adapters in the declared place",
    ),
    pytest.param(
        esx(vmk("vmk1", A), vmk("vmk2", A)),
        [new(adapter(address=A))],
        "vmk1, vmk2 on esx01.example.com all have the address 10.0.40.11/24, so which is meant can't be "
        "told; set adoptDevice to one of them.",
        id="several adapters with the declared address",
    ),
    pytest.param(
        esx(vmk("vmk1", ipv6=six(B6)), vmk("vmk2", ipv6=six(A6))),
        [new(adapter(ipv6={"addresses": [B6, A6]}))],
        "vmk1, vmk2 on esx01.example.com all have the address fd00:40::11 or fd00:40::12, so which is meant "
        "can't be told; set adoptDevice to one of them.",
        id="several adapters with one of the declared addresses",
    ),
    pytest.param(
        esx(vmk("vmk1"), vmk("vmk2")),
        [new(adapter("one")), new(adapter("two"))],
        "VmkAdapter infra/one, VmkAdapter infra/two declare the same place on esx01.example.com and no "
        "address, so which of them means vmk1, vmk2 can't be told; set adoptDevice or an address.",
        id="two objects that look for one adapter",
    ),
    pytest.param(
        esx(),
        [new(adapter(address=A, on="backup-40"))],
        "esx01.example.com has no standard port group 'backup-40'; create it there, or name one of: "
        "Backup-40, Management Network, Storage-50.",
        id="a port group in another spelling",
    ),
    pytest.param(
        esx(),
        [new(adapter(address=A, on=("Other", "x")))],
        "esx01.example.com is not a member of a distributed switch 'Other'; add it to the switch, or name "
        "one of: DSwitch.",
        id="a distributed switch that the host is not on",
    ),
    pytest.param(
        esx(),
        [new(adapter(address=A, on=(SWITCH, "x")))],
        "The distributed switch 'DSwitch' of esx01.example.com has no port group 'x'; create it, or name one "
        "of: dpg-backup, dpg-vmotion.",
        id="a port group that the switch has not",
    ),
    pytest.param(
        TWINS,
        [new(adapter(address=A, on=(SWITCH, FABRIC)))],
        "esx01.example.com has 2 distributed port groups DSwitch/dpg-vmotion; give one of the switches or "
        "port groups another name.",
        id="two switches of one name",
    ),
    pytest.param(
        esx(),
        [new(forged(adapter(address=A), port_group=PortGroup.model_validate({"opaque": {"id": "x"}})))],
        "esx01.example.com has no opaque network with the id 'x'; let the system that manages it bring it to "
        "the host, or give the id of one of: 5a9c-0001 (Segment-60).",
        id="an opaque network that is not there",
    ),
    pytest.param(
        showing(esx(), standard_port_groups=tuple(StandardPortGroup(f"pg-{n}", "vSwitch1", None) for n in range(9))),
        [new(adapter(address=A))],
        "esx01.example.com has no standard port group 'Backup-40'; create it there, or name one of: pg-0, "
        "pg-1, pg-2, pg-3, pg-4, pg-5, pg-6, pg-7, ….",
        id="eight names at most are listed",
    ),
    pytest.param(
        showing(esx(), standard_port_groups=()),
        [new(adapter(address=A))],
        "esx01.example.com has no standard port group 'Backup-40'; create it there, or name one of: (there is none).",
        id="no name to list",
    ),
]

ADVISED = [
    pytest.param(
        esx(vmk("vmk1", A), name="esx99.example.com"),
        [bound(adapter(address=A), "vmk1")],
        "The host of this object was esx01.example.com and is esx99.example.com now; set spec.host to "
        "esx99.example.com.",
        id="a host with a new name",
    ),
    pytest.param(
        esx(vmk("vmk1", A), vmk("vmk2", B, netstack="vmotion")),
        [bound(adapter(services=["vmotion"]), "vmk1")],
        "vmotion is declared for vmk1 on esx01.example.com, but the dedicated TCP/IP stack vmotion is in use "
        "there, which turns it off on the default stack; take vmotion out of services once the migration to "
        "the dedicated stack is final.",
        id="a service that a dedicated stack took",
    ),
    pytest.param(
        esx(vmk("vmk2", B, netstack="vmotion")),
        [new(adapter(address=A, services=["vmotion", "vSphereProvisioning"]))],
        "vmotion is declared for this adapter on esx01.example.com, but the dedicated TCP/IP stack vmotion "
        "is in use there, which turns it off on the default stack; take vmotion out of services once the "
        "migration to the dedicated stack is final.",
        id="a service that a dedicated stack will have taken",
    ),
    pytest.param(
        esx(vmk("vmk1", A, dhcp=True, netstack="vmotion"), stacks=[stack("vmotion", gateway="10.0.40.1")]),
        [new(netstack(gateway={"ipv4": "None"}))],
        "The TCP/IP stack vmotion has the gateway 10.0.40.1 from DHCP, which gateway.ipv4: None can't take "
        "away; give its adapters static addresses, or take the gateway off the DHCP server.",
        id="a gateway that comes by lease",
    ),
    pytest.param(
        esx(vmk("vmk1", A, netstack="vmotion", ipv6=six(auto=True)), stacks=[stack("vmotion", ipv6_gateway="fe80::1")]),
        [new(netstack(gateway={"ipv6": "None"}))],
        "The TCP/IP stack vmotion takes the gateway fe80::1 from router advertisements, which gateway.ipv6: "
        "None can't take away; set acceptRouterAdvertisements of its adapters to false.",
        id="a gateway that is advertised",
    ),
]


@pytest.mark.parametrize(("host", "subjects", "sentence"), REFUSED)
def test_a_refusal_in_full(host: HostState, subjects: Sequence[Subject], sentence: str) -> None:
    verdict = judge(host, *subjects)

    assert verdict.blocked is not None
    assert verdict.blocked.message == sentence


@pytest.mark.parametrize(("host", "subjects", "sentence"), ADVISED)
def test_an_advice_in_full(host: HostState, subjects: Sequence[Subject], sentence: str) -> None:
    assert [one.message for one in judge(host, *subjects).advisories] == [sentence]
