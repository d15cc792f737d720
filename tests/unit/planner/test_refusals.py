"""What the planner refuses to do, and what it says: one row per rule and way to break it."""

from collections.abc import Sequence
from dataclasses import replace
from ipaddress import IPv6Interface

import pytest

from unit.planner.builders import (
    BACKUP,
    FABRIC,
    IN_SEGMENT,
    MANAGEMENT,
    STORAGE,
    SWITCH,
    VMK0,
    adapter,
    bound,
    esx,
    forged,
    judge,
    netstack,
    network_of,
    new,
    plan,
    reason_of,
    six,
    stack,
    texts,
    vmk,
    vsan_ports,
)
from unit.planner.operating import operate
from vmk_operator.api.v1alpha1 import PortGroup
from vmk_operator.model.host import (
    HostState,
    Ipv4State,
    LearnedAddress,
    OpaqueAttachment,
    StandardAttachment,
    StandardPortGroup,
)
from vmk_operator.model.step import CreateAdapter
from vmk_operator.model.vcenter import Policy
from vmk_operator.planner.snapshot import ManagedObject, Subject

A, B = "10.0.40.11/24", "10.0.40.12/24"
A6, B6 = "fd00:40::11/64", "fd00:40::12/64"
ADVERTISED = LearnedAddress(IPv6Interface(B6), "linklayer")
VMOTION = vmk("vmk1", A, netstack="vmotion")

BAD_ADDRESSES = (
    "",
    "10.0.40.11",
    "10.0.40.11/255.255.255.0",
    "10.0.40.11/33",
    "10.0.40.0/24",
    "10.0.40.255/24",
    "224.0.0.5/24",
    "127.0.0.1/8",
    "fd00::1/64",
    "esx01/24",
    "10.0.40.11/²4",
    "10.0.40.11/-1",
    "10.0.40.11/" + "9" * 5000,
)

BAD_IPV6_ADDRESSES = (
    "",
    "10.0.40.11/24",
    "fd00::1",
    "fd00::1/129",
    "fd00::1/-1",
    "fd00::1/0",
    "fd00::1/" + "9" * 5000,
    "fd00::1%vmk1/64",
    "::ffff:10.0.40.11/96",
    "fe80::1/64",
    "ff02::1/64",
    "::1/128",
    "::/64",
)


def listing(host: HostState, devices: Sequence[str] | None) -> HostState:
    """The host with another list of the adapters that carry vSAN in vSAN's own configuration."""
    ports = None if devices is None else vsan_ports(vsan=devices)
    return replace(host, network=replace(network_of(host), vsan_ports=ports))


REFUSALS = [
    pytest.param(
        esx(),
        bound(adapter("mgmt", on=MANAGEMENT, services=[]), "vmk0"),
        "LockoutProtection",
        "services of vmk0",
        id="management service",
    ),
    pytest.param(
        esx(VMOTION),
        new(netstack(routes=[{"network": "10.9.0.0/16", "gateway": "10.0.99.1"}])),
        "GatewayUnreachable",
        "The route to 10.9.0.0/16 leads through 10.0.99.1, which is in no subnet of an adapter on the TCP/IP stack "
        "vmotion of esx01.example.com (10.0.40.0/24)",
        id="a route through a gateway that no adapter reaches",
    ),
    pytest.param(
        esx(replace(VMOTION, ipv6=six("fd00:40::11/64"))),
        new(netstack(routes=[{"network": "fd00:9::/64", "gateway": "fd00:99::1"}])),
        "GatewayUnreachable",
        "The route to fd00:9::/64 leads through fd00:99::1, which is in no subnet of an adapter on the TCP/IP stack "
        "vmotion of esx01.example.com (fd00:40::/64)",
        id="an IPv6 route through a gateway that no adapter reaches",
    ),
    pytest.param(
        esx(replace(VMOTION, ipv6=None), ipv6=False),
        new(netstack(routes=[{"network": "fd00:9::/64", "gateway": "fd00:40::254"}])),
        "Ipv6Unavailable",
        "IPv6 is switched off on esx01.example.com",
        id="an IPv6 route without IPv6",
    ),
    pytest.param(
        esx(VMOTION),
        new(netstack(dns={"fromAdapter": "uplink"})),
        "NoSuchAdapter",
        "dns.fromAdapter is uplink, and the namespace of this object has no VmkAdapter of that name for "
        "esx01.example.com; name one that declares an adapter of this host on the TCP/IP stack vmotion.",
        id="DNS from an adapter that nobody declares",
    ),
    pytest.param(esx(), new(adapter()), "IncompleteForCreate", "set ipv4 or ipv6", id="no address to create with"),
    pytest.param(
        esx(vmk("vmk1", A, on=STORAGE)),
        new(adapter(address="10.0.40.11/16")),
        "AddressInUse",
        "10.0.40.11 is an address of vmk1",
        id="address on another port group",
    ),
    pytest.param(
        esx(vmk("vmk1", A, netstack="vmotion")),
        new(adapter(address=A)),
        "AddressInUse",
        "10.0.40.11 is an address of vmk1",
        id="address on another stack",
    ),
    pytest.param(
        esx(vmk("vmk1", A), vmk("vmk2", B, on=STORAGE)),
        bound(adapter(address=B), "vmk1"),
        "AddressInUse",
        "10.0.40.12 is an address of vmk2",
        id="address of another adapter",
    ),
    pytest.param(
        esx(),
        new(adapter(address=A, mtu=9000, on=MANAGEMENT)),
        "MtuAboveSwitch",
        "mtu 9000 is above the 1500",
        id="new",
    ),
    pytest.param(
        esx(vmk("vmk1", on=MANAGEMENT)),
        bound(adapter(mtu=1600, on=MANAGEMENT), "vmk1"),
        "MtuAboveSwitch",
        "mtu 1600 is above the 1500",
        id="mtu above the switch",
    ),
    pytest.param(
        esx(),
        new(adapter(address=A, own={"gateway": "10.0.99.1"})),
        "GatewayUnreachable",
        "the adapter is to have the subnet 10.0.40.0/24; set ipv4.gateway",
        id="gateway of its own outside its subnet",
    ),
    pytest.param(
        esx(vmk("vmk1", A, gateway="10.0.40.1")),
        bound(adapter(address="10.0.50.11/24"), "vmk1"),
        "GatewayUnreachable",
        "The gateway 10.0.40.1 of the adapter's own is out of reach",
        id="gateway of its own left behind by a new address",
    ),
    pytest.param(
        esx(vmk("vmk1", A, gateway="10.0.40.1")),
        bound(adapter(ipv4={"mode": "None"}), "vmk1"),
        "GatewayUnreachable",
        "the adapter is to have no address",
        id="gateway of its own left behind without an address",
    ),
    pytest.param(
        esx(),
        new(adapter(ipv6={"gateway": "None"})),
        "IncompleteForCreate",
        "set ipv4 or ipv6",
        id="nothing to create with but a gateway",
    ),
    pytest.param(
        esx(vmk("vmk1", on=STORAGE, ipv6=six(A6))),
        new(adapter(ipv6={"addresses": [A6]})),
        "AddressInUse",
        "fd00:40::11 is an address of vmk1",
        id="IPv6 address on another port group",
    ),
    pytest.param(
        esx(vmk("vmk1", A, ipv6=six("fd00:40::11/48")), vmk("vmk2", B)),
        bound(adapter(ipv6={"addresses": [B6, A6]}), "vmk2"),
        "AddressInUse",
        "fd00:40::11 is an address of vmk1",
        id="IPv6 address of another adapter",
    ),
    pytest.param(
        esx(vmk("vmk1", A, ipv6=replace(six(auto=True), learned=(ADVERTISED,))), vmk("vmk2", B)),
        bound(adapter(ipv6={"addresses": [B6]}), "vmk2"),
        "AddressInUse",
        "fd00:40::12 is an address of vmk1",
        id="IPv6 address that another adapter learned",
    ),
    pytest.param(
        esx(vmk("vmk1", ipv6=None), ipv6=False),
        bound(adapter(ipv6={"acceptRouterAdvertisements": True}), "vmk1"),
        "Ipv6Unavailable",
        "IPv6 is switched off on esx01.example.com; switch it on there and restart the host",
        id="IPv6 where it is off",
    ),
    pytest.param(
        esx(ipv6=False),
        new(adapter(address=A, ipv6={"addresses": [A6]})),
        "Ipv6Unavailable",
        "IPv6 is switched off",
        id="new with IPv6 where it is off",
    ),
    pytest.param(
        esx(vmk("vmk1", ipv6=None), ipv6=None),
        bound(adapter(ipv6={"dhcp": False}), "vmk1"),
        "Ipv6Unavailable",
        "does not tell what the IPv6 of vmk1 is set to",
        id="IPv6 that is not told",
    ),
    pytest.param(
        esx(),
        new(adapter(ipv6={"addresses": [A6], "gateway": "fd00:99::1"})),
        "GatewayUnreachable",
        "the adapter is to have fd00:40::/64; set ipv6.gateway",
        id="IPv6 gateway of its own outside its subnets",
    ),
    pytest.param(
        esx(vmk("vmk1", ipv6=six(A6), ipv6_gateway="fd00:40::1")),
        bound(adapter(ipv6={"addresses": []}), "vmk1"),
        "GatewayUnreachable",
        "the adapter is to have no IPv6 address",
        id="IPv6 gateway of its own left behind without an address",
    ),
    pytest.param(
        esx(vmk("vmk1", "10.0.40.99/24", dhcp=True)),
        bound(adapter(ipv4={"mode": "DHCP", "gateway": "10.0.99.1"}), "vmk1"),
        "GatewayUnreachable",
        "the subnet 10.0.40.0/24",
        id="gateway of its own outside the subnet of the lease",
    ),
    pytest.param(
        esx(vmk("vmk1", on=STORAGE, mtu=9000)),
        bound(adapter(on="Management Network"), "vmk1"),
        "MtuAboveSwitch",
        "mtu 9000 is above the 1500",
        id="to move with its mtu to a smaller switch",
    ),
    pytest.param(
        esx(vmk("vmk1", on=None)),
        bound(adapter(), "vmk1"),
        "PortGroupUnknown",
        "on no port group or opaque network that the host knows (unknown)",
        id="to move from nobody knows where",
    ),
    pytest.param(
        esx(vmk("vmk1", on=OpaqueAttachment("nsx-7", "nsx.LogicalSwitch"))),
        bound(adapter(), "vmk1"),
        "PortGroupUnknown",
        "on no port group or opaque network that the host knows (opaque network nsx-7)",
        id="to move from a network of NSX that the host has lost",
    ),
    pytest.param(
        esx(vmk("vmk1", A, system_owned=True)), new(adapter(address=A)), "SystemOwned", "vmk1", id="another's adapter"
    ),
    pytest.param(
        esx(stacks=[stack("vmotion", owner="NSX")]),
        new(adapter(address=A, netstack="vmotion")),
        "SystemOwned",
        "vmotion of esx01.example.com belongs to NSX",
        id="adapter on another's stack",
    ),
    pytest.param(
        esx(VMOTION, stacks=[stack("vmotion", owner="NSX")]),
        new(netstack(maxConnections=12000)),
        "SystemOwned",
        "belongs to NSX",
        id="another's stack",
    ),
    pytest.param(
        esx(vmk("vmk1")),
        bound(adapter(services=["nvmeRdma"]), "vmk1"),
        "NoSuchService",
        "does not offer nvmeRdma",
        id="service that the host has not",
    ),
    pytest.param(
        esx(vmk("vmk1"), services={"vsanExternal": ["vmk1"]}),
        bound(adapter(services=["vmotion"]), "vmk1"),
        "SystemOwned",
        "vsanExternal of vmk1",
        id="a service of vSAN's that nobody can declare",
    ),
    pytest.param(
        listing(esx(vmk("vmk1"), vmk("vmk2"), services={"vsan": ["vmk2"]}), None),
        bound(adapter(services=["vsan", "vmotion"]), "vmk1"),
        "VsanUnknown",
        "vsan of vmk1 on esx01.example.com can't be changed: vSAN's own configuration lists none, but the "
        "adapters that carry it are vmk2,",
        id="vSAN where its list is not told and somebody has it",
    ),
    pytest.param(
        listing(esx(vmk("vmk1"), vmk("vmk2"), services={"vsan": ["vmk1"], "vsanWitness": ["vmk1", "vmk2"]}), ["vmk1"]),
        bound(adapter(services=[]), "vmk1"),
        "VsanUnknown",
        "vsan, vsanWitness of vmk1",
        id="vSAN where its list lacks an adapter for the witness",
    ),
    pytest.param(
        listing(esx(vmk("vmk1"), services={"vsanWitness": []}), ["vmk7"]),
        bound(adapter(services=["vsanWitness"]), "vmk1"),
        "VsanUnknown",
        "vSAN's own configuration lists vmk7, but the adapters that carry it are none,",
        id="vSAN where its list is older or younger than the adapters",
    ),
    pytest.param(
        esx(VMOTION),
        new(netstack(gateway={"ipv4": "10.0.41.1"})),
        "GatewayUnreachable",
        "10.0.41.1 is in no subnet",
        id="gateway outside",
    ),
    pytest.param(
        esx(vmk("vmk1", netstack="vmotion")),
        new(netstack(gateway={"ipv4": "10.0.40.1"})),
        "GatewayUnreachable",
        "no adapter there has an address",
        id="no subnet at all",
    ),
    pytest.param(
        esx(vmk("vmk1", netstack="vmotion", ipv6=six(A6))),
        new(netstack(gateway={"ipv6": "fd00:99::1"})),
        "GatewayUnreachable",
        "fd00:99::1 is in no subnet of an adapter on the TCP/IP stack vmotion of esx01.example.com (fd00:40::/64)",
        id="IPv6 gateway outside",
    ),
    pytest.param(
        esx(VMOTION),
        new(netstack(gateway={"ipv6": "fd00:99::1"})),
        "GatewayUnreachable",
        "no adapter there has an IPv6 address",
        id="no IPv6 subnet at all",
    ),
    pytest.param(
        esx(vmk("vmk1", A, netstack="vmotion", ipv6=None), ipv6=False),
        new(netstack(gateway={"ipv6": "fe80::1"})),
        "Ipv6Unavailable",
        "IPv6 is switched off on esx01.example.com",
        id="IPv6 gateway where IPv6 is off",
    ),
]


@pytest.mark.parametrize(("host", "subject", "reason", "told"), REFUSALS)
def test_what_can_not_be_done_is_refused_with_a_reason_and_a_sentence(
    host: HostState, subject: Subject, reason: str, told: str
) -> None:
    result = plan(host, subject)

    verdict = result.verdicts[subject.object.key]
    assert reason_of(verdict) == reason
    assert verdict.blocked is not None
    assert told in verdict.blocked.message
    assert host.name in verdict.blocked.message
    assert result.steps == ()


@pytest.mark.parametrize(("host", "subject", "reason", "told"), REFUSALS)
def test_who_only_observes_is_told_the_same_without_being_stalled(
    host: HostState, subject: Subject, reason: str, told: str
) -> None:
    observing = type(subject)(subject.object, subject.status, Policy.OBSERVE)

    verdict = judge(host, observing)

    assert verdict.blocked is None
    assert verdict.would_refuse is not None
    assert (verdict.would_refuse.reason, told in verdict.would_refuse.message) == (reason, True)
    assert verdict.steps == ()


@pytest.mark.parametrize(
    ("host", "subject"),
    [
        (esx(), bound(adapter("mgmt", "10.0.10.11/24", on=MANAGEMENT, mtu=1500, services=["management"]), "vmk0")),
        (
            esx(stacks=[stack("defaultTcpipStack", gateway="10.0.10.1")]),
            new(netstack("default", key="defaultTcpipStack", gateway={"ipv4": "10.0.10.1"})),
        ),
        (esx(vmk("vmk1", mtu=9000, on=MANAGEMENT)), bound(adapter(mtu=9000, on=MANAGEMENT), "vmk1")),
        (esx(VMOTION, stacks=[stack("vmotion", gateway="172.16.0.1")]), new(netstack(gateway={"ipv4": "172.16.0.1"}))),
        (esx(vmk("vmk1", A), vmk("vmk2", A, on=STORAGE)), bound(adapter(address=A), "vmk1")),
    ],
    ids=["management", "default stack", "mtu above the switch", "gateway out of reach", "address twice"],
)
def test_what_is_as_declared_is_fine_even_where_a_change_to_it_would_be_refused(
    host: HostState, subject: Subject
) -> None:
    verdict = judge(host, subject)

    assert verdict.blocked is None
    assert not verdict.differences


def test_a_refused_field_holds_back_everything_else_of_the_object() -> None:
    verdict = judge(esx(vmk("vmk1", B)), bound(adapter(address=A, services=["nvmeRdma"]), "vmk1"))

    assert {one.field for one in verdict.differences} == {"ipv4.address", "services"}
    assert verdict.steps == ()


def test_a_refused_object_holds_back_nobody_else() -> None:
    host = esx(vmk("vmk1", on=STORAGE))

    result = plan(
        host,
        bound(adapter("fine", on=STORAGE, mtu=9000), "vmk1"),
        bound(adapter("mgmt", on=MANAGEMENT, mtu=9000), "vmk0"),
    )

    assert texts(result) == ["set mtu of vmk1 from 1500 to 9000"]


def test_management_may_be_added_to_an_adapter_that_does_not_carry_it() -> None:
    operation = operate(esx(vmk("vmk1")), bound(adapter(services=["management"], mtu=9000), "vmk1")).settle()

    assert operation.network.devices_with("management") == {"vmk0", "vmk1"}
    assert operation.network.adapter("vmk0") == VMK0


def test_a_vsan_service_that_is_as_declared_is_in_nobodys_way() -> None:
    host = listing(esx(vmk("vmk1"), services={"vsan": ["vmk1"]}), None)

    assert texts(judge(host, bound(adapter(services=["vsan", "vmotion"]), "vmk1"))) == ["select vmotion for vmk1"]


def test_an_mtu_is_not_held_against_a_switch_whose_own_is_unknown() -> None:
    groups = (StandardPortGroup(BACKUP, "vSwitch1", None),)
    host = replace(esx(), network=replace(network_of(esx()), standard_port_groups=groups))

    assert judge(host, new(adapter(address=A, mtu=9000))).blocked is None


def test_of_two_that_want_one_address_in_two_places_the_older_gets_it() -> None:
    old, young = new(adapter("old", A, age=9)), new(adapter("young", A, age=1, on=STORAGE))

    assert reason_of(judge(esx(), young, old)) == "AddressInUse"
    assert reason_of(judge(esx(), old, young)) is None


def test_of_two_that_want_one_address_the_one_with_an_adapter_gets_it() -> None:
    host = esx(vmk("vmk1", B))
    held, older = bound(adapter("held", A, age=1), "vmk1"), new(adapter("older", A, age=9, on=STORAGE))

    assert texts(plan(host, held, older)) == ["set ipv4.address of vmk1 from 10.0.40.12/24 to 10.0.40.11/24"]


def test_of_two_that_want_one_ipv6_address_the_older_gets_it() -> None:
    old = new(adapter("old", A, age=9, ipv6={"addresses": [A6]}))
    young = new(adapter("young", B, age=1, on=STORAGE, ipv6={"addresses": [A6, B6]}))

    assert reason_of(judge(esx(), young, old)) == "AddressInUse"
    assert reason_of(judge(esx(), old, young)) is None


def test_no_ipv6_is_as_declared_where_the_host_has_none() -> None:
    host = esx(vmk("vmk1", A, ipv6=None), ipv6=False)
    nothing = {"acceptRouterAdvertisements": False, "dhcp": False, "addresses": [], "gateway": "None"}

    assert not judge(host, bound(adapter(ipv6=nothing), "vmk1")).differences
    assert [one.step for one in plan(esx(ipv6=False), new(adapter(ipv6=nothing))).steps] == [
        CreateAdapter("defaultTcpipStack", StandardAttachment(BACKUP), Ipv4State(dhcp=False, address=None), None)
    ]


@pytest.mark.parametrize("ipv6", [{"gateway": "fe80::1"}, {"gateway": "fd00:99::1", "dhcp": True}])
def test_an_ipv6_gateway_may_be_link_local_or_where_the_network_tells(ipv6: dict[str, object]) -> None:
    assert judge(esx(), new(adapter(address=A, ipv6={"addresses": [A6], **ipv6}))).blocked is None


def test_two_switches_of_one_name_are_not_guessed_between() -> None:
    network = network_of(esx())
    twin = network.distributed_switches[0]
    switches = (twin, replace(twin, uuid="another"))
    host = replace(esx(), network=replace(network, distributed_switches=switches))

    assert reason_of(judge(host, new(adapter(address=A, on=(SWITCH, FABRIC))))) == "Ambiguous"


@pytest.mark.parametrize(
    ("item", "field"),
    [
        *((forged(adapter(), ipv4=text), "ipv4.address") for text in BAD_ADDRESSES),
        *((forged(adapter(), ipv6=text), "ipv6.addresses") for text in BAD_IPV6_ADDRESSES),
        (adapter(address=A, ipv6={"addresses": [A6, "FD00:40:0::11/48"]}), "ipv6.addresses"),
        (adapter(address=A, ipv6={"addresses": [f"fd00::{one}/64" for one in range(1, 18)]}), "ipv6.addresses"),
        (adapter(address=A, ipv6={"gateway": "::1"}), "ipv6.gateway"),
        *((forged(netstack(), gateway=text), "gateway.ipv4") for text in ("", "none", "10.0.40.1/24", "fd00::1")),
        *((netstack(gateway={"ipv6": text}), "gateway.ipv6") for text in ("::", "ff02::1", "fe80::1%vmk0")),
        (forged(adapter(address=A), mtu=1279), "mtu"),
        (forged(adapter(address=A), mtu=9001), "mtu"),
        (forged(netstack(), max_connections=0), "maxConnections"),
        (forged(netstack(), congestion_control="bbr"), "congestionControl"),
        (
            forged(adapter(address=A), port_group=PortGroup.model_construct(standard=None, distributed=None)),
            "portGroup",
        ),
        (adapter(address=A, on={"standard": BACKUP, **IN_SEGMENT}), "portGroup"),
    ],
)
def test_a_spec_that_slipped_by_the_api_server_stalls(item: ManagedObject, field: str) -> None:
    verdict = judge(esx(VMOTION), new(item))

    assert reason_of(verdict) == "InvalidSpec"
    assert verdict.blocked is not None
    assert verdict.blocked.message.startswith(f"spec.{field} can't be ")
