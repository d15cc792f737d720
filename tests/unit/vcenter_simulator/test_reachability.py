"""Who answers whom, as tables: two hosts alike, and what is changed on one of them."""

from dataclasses import replace
from ipaddress import ip_address
from typing import Any

import pytest

from vcenter_simulator.host.equipment import Membership, PortGroup, StandardSwitch
from vcenter_simulator.host.reachability import Echo, Network, Probe
from vcenter_simulator.host.requests import DistributedSwitchFacts
from vcenter_simulator.host.state import (
    Adapter,
    Attachment,
    DistributedAttachment,
    HostState,
    Ipv4,
    Ipv6,
    Netstack,
    Route,
    StandardAttachment,
    default_netstacks,
)

SWITCHES = {"dvs": DistributedSwitchFacts("dvs", "DSwitch", 9000, {"pg-40": "vMotion"}, {"pg-40": 40})}
STORAGE, ALONE, VMOTION = (
    StandardAttachment("Storage-30"),
    StandardAttachment("Alone"),
    DistributedAttachment("dvs", "pg-40"),
)
MANAGEMENT = StandardAttachment("Management")
PORTGROUPS = (
    PortGroup("Management", "vSwitch0"),
    PortGroup("vMotion-40", "vSwitch0", 40),
    PortGroup("Storage-30", "vSwitch1", 30),
    PortGroup("Alone", "vSwitch2", 30),
)


def adapter(number: int, address: str, at: Attachment, mtu: int = 1500, **fields: Any) -> Adapter:
    fields = {"netstack": "defaultTcpipStack"} | fields
    ipv4 = Ipv4(address=address, netmask="255.255.255.0") if address else Ipv4()
    return Adapter(
        device=f"vmk{number}", mac=f"00:50:56:00:00:{number:02x}", attachment=at, mtu=mtu, ipv4=ipv4, **fields
    )


def host(number: int, *more: Adapter, **stacks: Netstack) -> HostState:
    """Return a host with vmk0 in 10.0.0.0/24 for management, vmk1 in 10.0.30.0/24 for storage, and *more*."""
    present = {one.key: one for one in default_netstacks()}
    present["defaultTcpipStack"] = Netstack(key="defaultTcpipStack", gateway="10.0.0.1")
    return HostState(
        name=f"esx{number}",
        uuid=f"uuid{number}",
        adapters=(
            adapter(0, f"10.0.0.{10 + number}", MANAGEMENT),
            adapter(1, f"10.0.30.{10 + number}", STORAGE, 9000),
            *more,
        ),
        netstacks=tuple((present | stacks).values()),
        switches=(
            StandardSwitch("vSwitch0", 1500, ("vmnic0",)),
            StandardSwitch("vSwitch1", 9000, ("vmnic1",)),
            StandardSwitch("vSwitch2", 9000),
        ),
        portgroups=PORTGROUPS,
        memberships=(Membership("dvs", ("vmnic2",)),),
    )


def changed(one: HostState, number: int, **fields: Any) -> HostState:
    return replace(one, adapters=tuple(replace(a, **fields) if a.number == number else a for a in one.adapters))


def ping(target: str, source: HostState, *others: HostState, stack: str = "defaultTcpipStack", **fields: Any) -> Echo:
    return Network((source, *others), SWITCHES).probe(source, Probe(ip_address(target), stack, **fields))


@pytest.mark.parametrize(
    ("target", "echo"),
    [
        ("10.0.0.11", Echo.ANSWERED),
        ("10.0.0.12", Echo.ANSWERED),
        ("10.0.30.12", Echo.ANSWERED),
        ("10.0.0.1", Echo.ANSWERED),
        ("10.0.0.99", Echo.LOST),
        ("10.9.9.9", Echo.LOST),
    ],
)
def test_an_address_answers_when_somebody_on_the_segment_has_it(target: str, echo: Echo) -> None:
    assert ping(target, host(1), host(2)) is echo


@pytest.mark.parametrize(
    ("mtu", "far_mtu", "size", "whole", "echo"),
    [
        (9000, 9000, 8972, True, Echo.ANSWERED),
        (9000, 9000, 8973, True, Echo.TOO_LONG),
        (9000, 9000, 8973, False, Echo.ANSWERED),
        (1500, 9000, 1473, True, Echo.TOO_LONG),
        (9000, 1500, 8972, True, Echo.LOST),
        (9000, 1500, 8972, False, Echo.LOST),
        (9000, 1500, 1472, True, Echo.ANSWERED),
        (1500, 9000, 8972, False, Echo.LOST),
    ],
)
def test_a_packet_must_fit_both_adapters(mtu: int, far_mtu: int, size: int, *, whole: bool, echo: Echo) -> None:
    one, other = changed(host(1), 1, mtu=mtu), changed(host(2), 1, mtu=far_mtu)

    assert ping("10.0.30.12", one, other, size=size, is_whole=whole) is echo


def test_a_packet_must_fit_the_switches() -> None:
    one, other = changed(host(1), 0, mtu=9000), changed(host(2), 0, mtu=9000)

    assert ping("10.0.0.12", one, other, size=1472, is_whole=True) is Echo.ANSWERED
    assert ping("10.0.0.12", one, other, size=1473, is_whole=True) is Echo.LOST


def test_another_vlan_is_another_segment() -> None:
    moved = changed(host(2), 1, attachment=StandardAttachment("vMotion-40"))

    assert ping("10.0.30.12", host(1), moved) is Echo.LOST


def test_one_vlan_is_one_segment_whatever_the_switches() -> None:
    one = host(1, adapter(2, "10.0.40.11", VMOTION))
    other = host(2, adapter(2, "10.0.40.12", StandardAttachment("vMotion-40")))

    assert ping("10.0.40.12", one, other) is Echo.ANSWERED


def test_a_switch_without_uplinks_ends_in_its_host() -> None:
    one, other = host(1, adapter(2, "10.0.50.11", ALONE)), host(2, adapter(2, "10.0.50.12", ALONE))
    both = host(1, adapter(2, "10.0.50.11", ALONE), adapter(3, "10.0.50.13", ALONE, netstack="vmotion"))

    assert ping("10.0.50.12", one, other) is Echo.LOST
    assert ping("10.0.50.13", both) is Echo.ANSWERED


def test_a_stack_has_routes_of_its_own() -> None:
    stacked = {"vmotion": Netstack(key="vmotion", gateway="10.0.40.1")}
    one = host(1, adapter(2, "10.0.40.11", VMOTION, netstack="vmotion"), **stacked)
    other = host(2, adapter(2, "10.0.40.12", VMOTION, netstack="vmotion"))

    assert ping("10.0.40.12", one, other, stack="vmotion") is Echo.ANSWERED
    assert ping("10.0.40.1", one, other, stack="vmotion") is Echo.ANSWERED
    assert ping("10.0.0.12", one, other, stack="vmotion") is Echo.ANSWERED
    assert ping("10.0.40.12", other, one, stack="vmotion") is Echo.ANSWERED
    assert ping("10.0.0.11", other, one, stack="vmotion") is Echo.NO_ROUTE


def test_a_disabled_stack_has_no_routes() -> None:
    off = {"vmotion": Netstack(key="vmotion", gateway="10.0.40.1", enabled=False)}

    assert ping(
        "10.0.40.12", host(1, adapter(2, "10.0.40.11", VMOTION, netstack="vmotion"), **off), stack="vmotion"
    ) is (Echo.NO_ROUTE)


def test_an_answer_needs_a_way_back() -> None:
    silent = Netstack(key="vmotion")
    far = adapter(2, "10.0.40.12", VMOTION, netstack="vmotion")
    gateway = Netstack(key="vmotion", gateway="10.0.40.1")

    assert ping("10.0.40.12", host(1), host(2, far, vmotion=silent)) is Echo.LOST
    assert ping("10.0.40.12", host(1), host(2, far, vmotion=gateway)) is Echo.ANSWERED


@pytest.mark.parametrize(("hops", "echo"), [(1, Echo.LOST), (2, Echo.ANSWERED)])
def test_a_gateway_takes_a_hop(hops: int, echo: Echo) -> None:
    far = host(2, adapter(2, "10.0.40.12", VMOTION))

    assert ping("10.0.40.12", host(1), far, hops=hops) is echo
    assert ping("10.0.0.1", host(1), far, hops=hops) is Echo.ANSWERED


def test_a_static_route_is_taken_before_the_default_one() -> None:
    routed = Netstack(key="defaultTcpipStack", gateway="10.0.0.1", routes=(Route("10.0.40.0/24", "10.0.30.77"),))
    one, far = host(1, defaultTcpipStack=routed), host(2, adapter(2, "10.0.40.12", VMOTION))

    assert ping("10.0.40.12", one, far) is Echo.LOST
    assert ping("10.0.40.12", host(1), far) is Echo.ANSWERED


def test_an_adapters_own_gateway_counts_where_the_adapter_is_named() -> None:
    own = changed(host(1), 1, gateway="10.0.30.1")
    far = host(2, adapter(2, "10.0.40.12", VMOTION))

    assert ping("10.0.40.12", own, far, device="vmk1") is Echo.ANSWERED
    assert ping("10.0.40.12", host(1), far, device="vmk1") is Echo.NO_ROUTE


def test_an_adapter_without_an_address_sends_nothing() -> None:
    lonely = replace(host(1), adapters=(adapter(0, "", MANAGEMENT),))

    assert ping("10.0.0.12", lonely, host(2)) in {Echo.NO_ROUTE, Echo.NO_ADDRESS}


def test_ipv6_goes_the_same_ways() -> None:
    one, other = (changed(host(number), 1, ipv6=Ipv6(addresses=(f"fd00:30::{number}/64",))) for number in (1, 2))

    assert ping("fd00:30::2", one, other) is Echo.ANSWERED
    assert ping("fd00:30::2", one, other, size=8953, is_whole=True) is Echo.TOO_LONG
    assert ping("fd00:30::2", one, replace(other, ipv6_enabled=False)) is Echo.LOST
    assert ping("fd00:99::2", one, other) is Echo.NO_ROUTE
