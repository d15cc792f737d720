"""What other hosts mean for one: whose address it is, and what a cluster should have in common."""

from dataclasses import replace
from ipaddress import IPv4Network, IPv6Interface, ip_address
from typing import Any

import pytest

from unit.planner.builders import (
    BACKUP,
    FABRIC,
    GOLD,
    ON_FABRIC,
    STORAGE,
    SWITCH,
    adapter,
    bound,
    deleted,
    esx,
    judge,
    netstack,
    network_of,
    new,
    plan,
    reason_of,
    seniority_of,
    six,
    stack,
    told,
    vmk,
)
from vmk_operator.model.host import Cluster, HostState, LearnedAddress, OpaqueAttachment
from vmk_operator.model.identity import Kind, ObjectKey
from vmk_operator.model.vcenter import Policy
from vmk_operator.planner.footprint import AddressClaim, Seat, footprint
from vmk_operator.planner.segments import ClusterPortGroup, Segment
from vmk_operator.planner.snapshot import Subject
from vmk_operator.planner.surroundings import NOTHING_KNOWN, Rival, Sighting, Surroundings, neighbourhood
from vmk_operator.planner.traits import (
    ServiceMtu,
    ServiceOffThere,
    ServiceStack,
    ServiceSubnets,
    ServiceWithoutGateway,
    Trait,
)

A, B, A6 = "10.0.40.11/24", "10.0.41.11/24", "fd00:40::11/64"
ADDRESS, ADDRESS6 = ip_address("10.0.40.11"), ip_address("fd00:40::11")
OTHER = "esx02.example.com"
HERE = ClusterPortGroup(GOLD.id, BACKUP)
THEIRS = ObjectKey(Kind.ADAPTER, "infra", "theirs", "adapter-theirs")
DEFAULT = "defaultTcpipStack"


def rival(*, age: int = 9, segment: Segment | None = HERE, has_it: bool = False, uid: str = "adapter-theirs") -> Rival:
    return Rival(THEIRS, OTHER, (seniority_of(age), uid), segment, has_it)


def against(*rivals: Rival, promised: bool = False) -> Surroundings:
    return Surroundings(rivals={ADDRESS: rivals}, promised=frozenset({ADDRESS}) if promised else frozenset())


def seen(*sightings: Sighting) -> Surroundings:
    return Surroundings(sightings={ADDRESS: sightings})


def among(*traits: Trait) -> Surroundings:
    return Surroundings(neighbourhood=neighbourhood("Gold", traits))


def advised(host: HostState, subject: Subject, around: Surroundings, *others: Subject) -> dict[str, str]:
    """Reason to message."""
    return {one.reason: one.message for one in judge(host, subject, *others, around=around).advisories}


# An address on two hosts


@pytest.mark.parametrize(
    ("around", "refused"),
    [
        pytest.param(NOTHING_KNOWN, False, id="nobody else claims it"),
        pytest.param(against(rival()), True, id="the other object is older"),
        pytest.param(against(rival(age=0)), False, id="the other object is younger"),
        pytest.param(against(rival(age=1, uid="adapter-aaa")), True, id="of one age, the smaller uid comes first"),
        pytest.param(against(rival(age=1, uid="adapter-zzz")), False, id="of one age, the larger uid comes last"),
        pytest.param(against(rival(age=0, has_it=True)), True, id="the other host has it already"),
        pytest.param(against(rival(has_it=False), promised=True), False, id="this host is being given it already"),
        pytest.param(against(rival(segment=None)), False, id="the other's network is not known"),
        pytest.param(against(rival(segment=ClusterPortGroup("domain-c9", BACKUP))), False, id="of another cluster"),
        pytest.param(against(rival(segment=ClusterPortGroup(GOLD.id, STORAGE))), False, id="another port group"),
        pytest.param(against(rival(segment=ON_FABRIC)), False, id="a distributed port group against a standard one"),
        pytest.param(against(rival(segment=None), rival()), True, id="a second rival on the same network"),
    ],
)
def test_of_two_hosts_with_one_address_on_one_network_the_better_claim_gets_it(
    around: Surroundings, *, refused: bool
) -> None:
    result = plan(esx(), new(adapter(address=A)), around=around)
    (verdict,) = result.verdicts.values()

    assert (reason_of(verdict) == "AddressInUse") is refused
    assert (result.steps == ()) is refused
    if refused and verdict.blocked is not None:
        assert verdict.blocked.message == (
            f"VmkAdapter infra/theirs declares the address 10.0.40.11 for {OTHER}, on the same network, and comes "
            "first; declare another address, or delete one of the two objects."
        )


def test_a_distributed_port_group_is_one_network_in_every_cluster() -> None:
    host = esx(cluster=Cluster("domain-c9", "Silver"))

    verdict = judge(host, new(adapter(address=A, on=(SWITCH, FABRIC))), around=against(rival(segment=ON_FABRIC)))

    assert reason_of(verdict) == "AddressInUse"


def test_the_standard_port_groups_of_a_standalone_host_are_no_known_network() -> None:
    verdict = judge(esx(cluster=None), new(adapter(address=A)), around=against(rival()))

    assert verdict.blocked is None


def test_what_has_its_address_is_not_refused_it_by_an_older_object_elsewhere() -> None:
    verdict = judge(esx(vmk("vmk1", A)), bound(adapter(address=A), "vmk1"), around=against(rival()))

    assert verdict.blocked is None
    assert verdict.differences == ()


def test_an_ipv6_address_is_refused_as_an_ipv4_address_is() -> None:
    item = adapter(address=B, ipv6={"addresses": [A6]})

    verdict = judge(esx(vmk("vmk1", B)), bound(item, "vmk1"), around=Surroundings(rivals={ADDRESS6: (rival(),)}))

    assert reason_of(verdict) == "AddressInUse"


def test_who_only_observes_is_told_of_the_better_claim_without_being_stalled() -> None:
    verdict = judge(esx(), new(adapter(address=A), policy=Policy.OBSERVE), around=against(rival()))

    assert verdict.blocked is None
    assert verdict.would_refuse is not None
    assert verdict.would_refuse.reason == "AddressInUse"


@pytest.mark.parametrize(
    ("around", "use"),
    [
        pytest.param(seen(Sighting(OTHER, "vmk3", HERE)), f"an address of vmk3 on {OTHER}", id="seen"),
        pytest.param(seen(Sighting(OTHER, "vmk3", None)), f"an address of vmk3 on {OTHER}", id="seen somewhere"),
        pytest.param(against(rival()), f"declared by VmkAdapter infra/theirs for {OTHER}", id="declared"),
        pytest.param(
            seen(Sighting(OTHER, "vmk3", None), Sighting("esx03", "vmk9", None)),
            f"an address of vmk3 on {OTHER} (1 more such uses)",
            id="seen twice",
        ),
    ],
)
def test_an_address_that_is_used_elsewhere_is_advice_and_stops_nothing(around: Surroundings, use: str) -> None:
    verdict = judge(esx(vmk("vmk1", A)), bound(adapter(address=A), "vmk1"), around=around)

    (advisory,) = verdict.advisories
    assert (advisory.reason, verdict.blocked) == ("AddressUsedElsewhere", None)
    assert advisory.message == (
        f"10.0.40.11 is also {use}; unless the networks are isolated from each other, give one of the adapters another "
        "address."
    )


def test_an_address_seen_elsewhere_without_an_object_does_not_keep_anybody_from_getting_it() -> None:
    result = plan(esx(), new(adapter(address=A)), around=seen(Sighting(OTHER, "vmk3", HERE)))

    assert [planned.text for planned in result.steps]


def test_an_address_from_dhcp_that_another_host_has_as_well_is_advised() -> None:
    item = adapter(ipv4={"mode": "DHCP"})

    told_of = advised(esx(vmk("vmk1", A, dhcp=True)), bound(item, "vmk1"), seen(Sighting(OTHER, "vmk3", None)))

    assert set(told_of) == {"AddressUsedElsewhere"}


# One subnet twice on a stack


@pytest.mark.parametrize(
    ("host", "spec", "shared"),
    [
        pytest.param(esx(vmk("vmk1", A), vmk("vmk2", B)), {}, None, id="another subnet"),
        pytest.param(esx(vmk("vmk1", A), vmk("vmk2", "10.0.40.12/24")), {}, "10.0.40.0/24", id="the same subnet"),
        pytest.param(esx(vmk("vmk1", A), vmk("vmk2", "10.0.41.1/16")), {}, "10.0.40.0/24", id="within a larger one"),
        pytest.param(
            esx(vmk("vmk1", A), vmk("vmk2", "10.0.40.12/24", netstack="vmotion")), {}, None, id="on another stack"
        ),
        pytest.param(
            esx(
                vmk("vmk1", A),
                vmk("vmk2", "10.0.40.12/24"),
                services={"vmotion": ["vmk1", "vmk2"]},
            ),
            {"services": ["vmotion"]},
            None,
            id="multi-NIC vMotion",
        ),
        pytest.param(
            esx(vmk("vmk1", A), vmk("vmk2", "10.0.40.12/24"), services={"vmotion": ["vmk1"]}),
            {},
            "10.0.40.0/24",
            id="only one carries vMotion",
        ),
        pytest.param(esx(vmk("vmk1", A), vmk("vmk2")), {}, None, id="the other has no address"),
        pytest.param(
            esx(vmk("vmk1", A, ipv6=six(A6)), vmk("vmk2", B, ipv6=six("fd00:40::12/64"))),
            {},
            "fd00:40::/64",
            id="by IPv6",
        ),
        pytest.param(
            esx(vmk("vmk1", A, ipv6=six("fe80::1/64")), vmk("vmk2", B, ipv6=six("fe80::2/64"))),
            {},
            None,
            id="link-local is everywhere",
        ),
    ],
)
def test_two_adapters_of_one_stack_in_one_subnet_are_advised(
    host: HostState, spec: dict[str, Any], shared: str | None
) -> None:
    messages = advised(host, bound(adapter(address=A, **spec), "vmk1"), NOTHING_KNOWN)

    if shared is None:
        assert "OverlappingSubnets" not in messages
    else:
        assert messages["OverlappingSubnets"].startswith(f"{shared} is also the subnet of vmk2 on the TCP/IP stack ")


def test_a_subnet_that_is_only_declared_overlaps_too() -> None:
    assert "OverlappingSubnets" in advised(esx(vmk("vmk2", "10.0.40.12/24")), new(adapter(address=A)), NOTHING_KNOWN)


# What a cluster should have in common


JUMBO = ServiceMtu("vmotion", 9000)


@pytest.mark.parametrize(
    ("host", "item", "around", "mtus"),
    [
        pytest.param(
            esx(vmk("vmk1", A, mtu=9000)), adapter(services=["vmotion"], mtu=9000), among(JUMBO), None, id="equal"
        ),
        pytest.param(
            esx(vmk("vmk1", A)), adapter(services=["vmotion"], mtu=1500), among(JUMBO), "1500 … 9000", id="unequal"
        ),
        pytest.param(
            esx(vmk("vmk1", A)), adapter(services=["vmotion"], mtu=9000), among(JUMBO), None, id="about to be equal"
        ),
        pytest.param(
            esx(vmk("vmk1", A)), adapter(services=["vmotion"]), among(JUMBO), "1500 … 9000", id="undeclared MTU"
        ),
        pytest.param(
            esx(vmk("vmk1", A), services={"vmotion": ["vmk1"]}), adapter(), among(JUMBO), "1500 … 9000",
            id="undeclared service",
        ),
        pytest.param(
            esx(vmk("vmk1", A, netstack="vmotion")), adapter(netstack="vmotion"), among(JUMBO), "1500 … 9000",
            id="implied by the stack",
        ),
        pytest.param(
            esx(vmk("vmk1", A), vmk("vmk2", B, netstack="vmotion", mtu=9000)), adapter(services=["vmotion"], mtu=1500),
            among(JUMBO), None, id="shadowed: another adapter carries it",
        ),
        pytest.param(
            esx(vmk("vmk1", A)), adapter(services=["vSphereBackupNFC"], mtu=1500), among(JUMBO), None,
            id="another service",
        ),
        pytest.param(
            esx(vmk("vmk1", A)), adapter(services=["vmotion"], mtu=1500), among(JUMBO, ServiceMtu("vmotion", 1500)),
            "1500 … 9000", id="equal to some",
        ),
        pytest.param(
            esx(vmk("vmk1", A)), adapter(services=["vmotion"], mtu=1500), NOTHING_KNOWN, None, id="no cluster"
        ),
        pytest.param(
            esx(), adapter(address=A, services=["vmotion"]), among(JUMBO), None, id="no adapter and no MTU declared"
        ),
    ],
)  # fmt: skip
def test_a_service_with_several_mtus_in_one_cluster_is_advised(
    host: HostState, item: Any, around: Surroundings, mtus: str | None
) -> None:
    subject = bound(item, "vmk1") if len(network_of(host).adapters) > 1 else new(item)
    messages = advised(host, subject, around)

    if mtus is None:
        assert "MtuUnequal" not in messages
    else:
        own, others = mtus.split(" … ")
        assert messages["MtuUnequal"] == (
            f"vmotion has the MTU {own} on esx01.example.com and {others} on other hosts of the cluster Gold, so large "
            "packets between them are lost; give them all one MTU."
        )


ON_DEFAULT, ON_VMOTION = ServiceStack("vmotion", DEFAULT), ServiceStack("vmotion", "vmotion")


@pytest.mark.parametrize(
    ("host", "item", "around", "differs"),
    [
        pytest.param(
            esx(vmk("vmk1", A)), adapter(services=["vmotion"]), among(ON_DEFAULT), False, id="all on the default stack"
        ),
        pytest.param(
            esx(vmk("vmk1", A)), adapter(services=["vmotion"]), among(ON_VMOTION), True, id="the others have moved"
        ),
        pytest.param(
            esx(vmk("vmk1", A, netstack="vmotion")), adapter(netstack="vmotion"), among(ON_DEFAULT, ON_VMOTION), True,
            id="some have not moved yet",
        ),
        pytest.param(
            esx(vmk("vmk1", A), vmk("vmk2", B, netstack="vmotion")), adapter(services=["vmotion"]), among(ON_VMOTION),
            False, id="shadowed here",
        ),
        pytest.param(
            esx(vmk("vmk1", A)), adapter(services=[]), among(ON_VMOTION), False, id="carries no vMotion"
        ),
        pytest.param(
            esx(vmk("vmk1", A)), adapter(services=["vmotion"]), NOTHING_KNOWN, False, id="no cluster"
        ),
    ],
)  # fmt: skip
def test_a_cluster_with_vmotion_on_two_stacks_is_advised_and_never_blocked(
    host: HostState, item: Any, around: Surroundings, *, differs: bool
) -> None:
    verdict = judge(host, bound(item, "vmk1"), around=around)

    assert ("VmotionStacksDiffer" in {one.reason for one in verdict.advisories}) is differs
    assert verdict.blocked is None


def in_subnets(*subnets: str, stack: str = "vmotion") -> ServiceSubnets:
    return ServiceSubnets("vmotion", stack, frozenset(IPv4Network(one) for one in subnets))


ROUTED = [stack("vmotion", gateway="10.0.40.1")]
CARRIER = vmk("vmk1", A, netstack="vmotion")
FAR = among(in_subnets("10.9.0.0/24"))


@pytest.mark.parametrize(
    ("host", "item", "around", "unreachable"),
    [
        pytest.param(esx(CARRIER), netstack(), among(in_subnets("10.0.40.0/24")), None, id="one subnet"),
        pytest.param(esx(CARRIER), netstack(), FAR, "10.9.0.0/24", id="another subnet"),
        pytest.param(esx(CARRIER), netstack(), among(in_subnets("10.9.0.0/24", stack=DEFAULT)), "10.9.0.0/24",
                     id="on whatever stack the others carry it"),
        pytest.param(esx(CARRIER, stacks=ROUTED), netstack(), FAR, None, id="with a gateway"),
        pytest.param(esx(CARRIER), netstack(gateway={"ipv4": "10.0.40.1"}), FAR, None, id="with one to come"),
        pytest.param(esx(CARRIER, stacks=ROUTED), netstack(gateway={"ipv4": "None"}), FAR, "10.9.0.0/24",
                     id="with one to go"),
        pytest.param(esx(vmk("vmk1", A, netstack="vmotion", gateway="10.0.40.1")), netstack(), FAR, None,
                     id="with an adapter's own gateway"),
        pytest.param(esx(CARRIER, stacks=[stack("vmotion", static_routes={"10.9.0.0/16": "10.0.40.1"})]), netstack(),
                     FAR, None, id="with a route there"),
        pytest.param(esx(CARRIER, stacks=[stack("vmotion", static_routes={"10.8.0.0/16": "10.0.40.1"})]), netstack(),
                     FAR, "10.9.0.0/24", id="with a route elsewhere"),
        pytest.param(esx(CARRIER, vmk("vmk2", "10.9.0.11/24", netstack="vmotion")), netstack(),
                     among(in_subnets("10.9.0.0/24", "10.7.0.0/24")), None, id="multi-NIC vMotion with one in common"),
        pytest.param(esx(vmk("vmk1", dhcp=True, netstack="vmotion")), netstack(), FAR, None,
                     id="own subnet is not known"),
        pytest.param(esx(), netstack(), FAR, None, id="stack without an adapter"),
        pytest.param(esx(CARRIER), netstack(key=DEFAULT), FAR, None, id="another stack"),
        pytest.param(esx(CARRIER), netstack(), NOTHING_KNOWN, None, id="no cluster"),
    ],
)  # fmt: skip
def test_a_vmotion_stack_that_can_not_reach_other_hosts_of_the_cluster_is_advised(
    host: HostState, item: Any, around: Surroundings, unreachable: str | None
) -> None:
    messages = advised(host, new(item), around)

    if unreachable is None:
        assert "VmotionWithoutGateway" not in messages
    else:
        assert messages["VmotionWithoutGateway"] == (
            "The TCP/IP stack vmotion of esx01.example.com has no gateway, and vMotion of other hosts of the cluster "
            f"Gold is in {unreachable}, which it can't reach; declare gateway for the stack."
        )


def test_without_an_object_for_the_vmotion_stack_its_adapter_is_told_of_the_missing_gateway() -> None:
    carrier = bound(adapter(netstack="vmotion"), "vmk1")

    assert "VmotionWithoutGateway" in advised(esx(CARRIER), carrier, FAR)
    assert "VmotionWithoutGateway" not in advised(esx(CARRIER), carrier, FAR, new(netstack()))
    assert "VmotionWithoutGateway" not in advised(esx(CARRIER, stacks=ROUTED), carrier, FAR)


@pytest.mark.parametrize(
    ("declared", "advises"),
    [
        pytest.param("10.0.40.1", False, id="the one from DHCP"),
        pytest.param("10.0.40.254", True, id="another one"),
        pytest.param("None", True, id="none"),
        pytest.param(None, False, id="undeclared"),
    ],
)
def test_a_declared_gateway_against_one_from_dhcp_is_advised(declared: str | None, *, advises: bool) -> None:
    host = esx(vmk("vmk1", A, dhcp=True, netstack="vmotion"), stacks=ROUTED)
    item = netstack() if declared is None else netstack(gateway={"ipv4": declared})

    assert ("GatewayFromDhcp" in advised(host, told(item), NOTHING_KNOWN)) is advises


# Silence


@pytest.mark.parametrize(
    ("annotation", "around", "told_of"),
    [
        pytest.param(None, frozenset(), {"MtuUnequal", "OverlappingSubnets"}, id="nothing silenced"),
        pytest.param("MtuUnequal", frozenset(), {"OverlappingSubnets"}, id="one"),
        pytest.param(" OverlappingSubnets , MtuUnequal,", frozenset(), set(), id="several, with spaces"),
        pytest.param("mtuunequal", frozenset(), {"MtuUnequal", "OverlappingSubnets"}, id="not a reason"),
        pytest.param("", frozenset(), {"MtuUnequal", "OverlappingSubnets"}, id="empty"),
        pytest.param(None, frozenset({"MtuUnequal"}), {"OverlappingSubnets"}, id="by the VCenter"),
        pytest.param("OverlappingSubnets", frozenset({"MtuUnequal"}), set(), id="by both"),
    ],
)
def test_advice_is_silenced_by_its_reason_on_the_object_or_on_its_vcenter(
    annotation: str | None, around: frozenset[str], told_of: set[str]
) -> None:
    annotations = {} if annotation is None else {"vmkernel.dev/silence": annotation}
    item = adapter(address=A, services=["vmotion"], mtu=1500, metadata={"annotations": annotations})
    host = esx(vmk("vmk1", A), vmk("vmk2", "10.0.40.12/24"), services={"vmotion": ["vmk1"]})

    assert set(advised(host, bound(item, "vmk1"), replace(among(JUMBO), silenced=around))) == told_of


def test_a_refusal_can_not_be_silenced() -> None:
    item = adapter(address=A, metadata={"annotations": {"vmkernel.dev/silence": "AddressInUse"}})

    assert reason_of(judge(esx(), new(item), around=against(rival()))) == "AddressInUse"


# What a host shows to the others


def test_a_host_shows_its_addresses_and_where_they_are() -> None:
    learned = LearnedAddress(IPv6Interface("fd00:41::9/64"), "linklayer")
    v6 = six(A6)
    host = esx(
        vmk("vmk1", A, ipv6=type(v6)(v6.auto, v6.dhcp, v6.addresses, (learned,))),
        vmk("vmk2", B, on=ON_FABRIC, dhcp=True),
        vmk("vmk3", "10.0.42.11/24", on=OpaqueAttachment("nsx-1", "nsx.LogicalSwitch")),
    )

    seats = {str(address): seat for address, seat in footprint(host, ()).seats.items()}

    assert seats == {
        "10.0.10.11": Seat("vmk0", ClusterPortGroup(GOLD.id, "Management Network")),
        "10.0.40.11": Seat("vmk1", HERE),
        "fd00:40::11": Seat("vmk1", HERE),
        "fd00:41::9": Seat("vmk1", HERE),
        "10.0.41.11": Seat("vmk2", ON_FABRIC),
        "10.0.42.11": Seat("vmk3", OpaqueAttachment("nsx-1", "nsx.LogicalSwitch")),
    }


def test_link_local_addresses_are_nobodys() -> None:
    host = esx(vmk("vmk1", "169.254.0.2/16", ipv6=six("fe80::1/64")))

    shown = footprint(host, [adapter(address="169.254.0.2/16")])

    assert {str(address) for address in shown.addresses} == {"10.0.10.11"}


def test_what_objects_declare_is_claimed_with_its_age_and_network() -> None:
    item = adapter(address=A, ipv6={"addresses": [A6]}, age=3)

    shown = footprint(esx(), [item, netstack()])

    claim = AddressClaim(item.key, (seniority_of(3), item.metadata.uid), HERE, deleting=False)
    assert shown.claims == {ADDRESS: (claim,), ADDRESS6: (claim,)}
    assert shown.has_objects


def test_a_claim_on_a_host_that_shows_no_network_is_on_no_known_one() -> None:
    host = esx()
    unknown = type(host)(host.ref, host.name, host.uuid, host.connection, host.in_maintenance, None, host.cluster)

    shown = footprint(unknown, [adapter(address=A, metadata=deleted())])

    (claim,) = shown.claims[ADDRESS]
    assert (claim.segment, claim.deleting, shown.seats, shown.traits) == (None, True, {}, frozenset())


def test_what_a_host_is_like_is_who_carries_what_where_and_how() -> None:
    host = esx(
        vmk("vmk1", A, mtu=9000, netstack="vmotion"),
        vmk("vmk2", B),
        services={"vmotion": ["vmk2"], "vSphereProvisioning": ["vmk2"]},
        management=(),
    )

    assert footprint(host, ()).traits == {
        ServiceMtu("vmotion", 9000),
        ON_VMOTION,
        in_subnets("10.0.40.0/24"),
        ServiceWithoutGateway("vmotion"),
        ServiceOffThere("vmotion"),
        ServiceMtu("vSphereProvisioning", 1500),
        ServiceStack("vSphereProvisioning", DEFAULT),
        ServiceSubnets("vSphereProvisioning", DEFAULT, frozenset({IPv4Network("10.0.41.0/24")})),
    }


@pytest.mark.parametrize(
    "host",
    [
        esx(CARRIER, stacks=ROUTED),
        esx(vmk("vmk1", A, netstack="vmotion", gateway="10.0.40.1")),
        esx(CARRIER, stacks=[stack("vmotion", static_routes={"10.9.0.0/16": "10.0.40.1"})]),
        esx(CARRIER, stacks=[stack("vmotion", ipv6_gateway="fd00::1")]),
    ],
    ids=["gateway", "adapter's own gateway", "static route", "IPv6 gateway"],
)
def test_a_dedicated_stack_with_a_way_out_is_not_without_gateway(host: HostState) -> None:
    assert ServiceWithoutGateway("vmotion") not in footprint(host, ()).traits
