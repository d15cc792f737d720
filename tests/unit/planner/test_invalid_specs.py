"""Specs that slipped by the API server: an older CRD, a restored backup. Which field can't be what, and what can."""

from typing import Any

import pytest

from unit.planner.builders import adapter, esx, forged, judge, netstack, new
from vmk_operator.api.v1alpha1 import Distributed, Dns, Gateway, Ipv4, Ipv4Mode, Ipv6, Opaque, PortGroup, Route
from vmk_operator.planner.snapshot import ManagedObject

A, A6 = "10.0.40.11/24", "fd00:40::11/64"
FOUR = "use an IPv4 address with its prefix length, for example 10.0.40.11/24"
SIX = "use IPv6 addresses with their prefix length, for example fd00:40::11/64"
SIX_GIVEN = "use addresses that an adapter can be given"
ONE_OF = "several or none of standard, distributed and opaque: name exactly one of them"
NETWORK = "use a network with its prefix length, for example 10.9.0.0/16 or fd00:9::/48"


def specified(item: ManagedObject, **spec: Any) -> Any:
    """The object with fields that no model has looked at."""
    return item.model_copy(update={"spec": item.spec.model_copy(update=spec)})


def four(mode: Any, **ipv4: Any) -> Any:
    return specified(adapter(), ipv4=Ipv4.model_construct(mode=mode, **ipv4))


def six(**ipv6: Any) -> Any:
    return specified(adapter(address=A), ipv6=Ipv6.model_construct(**ipv6))


def placed(**port_group: Any) -> Any:
    return specified(adapter(address=A), port_group=PortGroup.model_construct(**port_group))


def gateways(**gateway: Any) -> Any:
    return specified(netstack(), gateway=Gateway.model_construct(**gateway))


def served(*servers: str) -> Any:
    return specified(netstack(), dns=Dns.model_construct(servers=servers))


def routed(network: str = "10.9.0.0/16", gateway: str = "10.0.40.9") -> Any:
    return specified(netstack(), routes=(Route.model_construct(network=network, gateway=gateway),))


INVALID = [
    (placed(), f"portGroup can't be {ONE_OF}"),
    (placed(standard="Backup-40", opaque=Opaque.model_construct(id="x")), f"portGroup can't be {ONE_OF}"),
    (
        placed(standard="Backup-40", distributed=Distributed.model_construct(switch="s", name="n")),
        f"portGroup can't be {ONE_OF}",
    ),
    (forged(adapter(address=A), mtu=1279), "mtu can't be 1279: use 1280 to 9000 bytes"),
    (forged(adapter(address=A), mtu=9001), "mtu can't be 9001: use 1280 to 9000 bytes"),
    (four("Auto"), "ipv4.mode can't be 'Auto': use Static, DHCP or None"),
    (four(Ipv4Mode.STATIC), "ipv4.address can't be None: give it with mode Static, and only then"),
    (four(Ipv4Mode.DHCP, address=A), f"ipv4.address can't be '{A}': give it with mode Static, and only then"),
    (four(Ipv4Mode.NONE, address=A), f"ipv4.address can't be '{A}': give it with mode Static, and only then"),
    (
        four(Ipv4Mode.NONE, gateway="10.0.40.1"),
        "ipv4.gateway can't be '10.0.40.1': it needs an address, and with mode None there is none",
    ),
    (
        four(Ipv4Mode.DHCP, gateway="10.0.40.1/24"),
        "ipv4.gateway can't be '10.0.40.1/24': use an IPv4 address, or None for exactly no gateway",
    ),
    (forged(adapter(), ipv4="10.0.40.11"), f"ipv4.address can't be '10.0.40.11': {FOUR}"),
    (forged(adapter(), ipv4="esx01/24"), f"ipv4.address can't be 'esx01/24': {FOUR}"),
    (forged(adapter(), ipv4="10.0.40.11/33"), f"ipv4.address can't be '10.0.40.11/33': {FOUR}"),
    (forged(adapter(), ipv4="x" * 300), f"ipv4.address can't be '{'x' * 199}: {FOUR}"),
    (
        forged(adapter(), ipv4="10.0.40.0/24"),
        "ipv4.address can't be '10.0.40.0/24': use an address that a host may have in its subnet",
    ),
    (forged(adapter(), ipv6="fd00::1"), f"ipv6.addresses can't be 'fd00::1': {SIX}"),
    (forged(adapter(), ipv6="fd00::1/129"), f"ipv6.addresses can't be 'fd00::1/129': {SIX}"),
    (forged(adapter(), ipv6="fe80::1/64"), f"ipv6.addresses can't be 'fe80::1/64': {SIX_GIVEN}"),
    (forged(adapter(), ipv6="fd00::1/0"), f"ipv6.addresses can't be 'fd00::1/0': {SIX_GIVEN}"),
    (
        six(addresses=(A6, "FD00:40:0::11/48")),
        f"ipv6.addresses can't be {A6}, FD00:40:0::11/48: name each address once",
    ),
    (
        six(addresses=tuple(f"fd00::{one}/64" for one in range(1, 18))),
        "ipv6.addresses can't be 17 addresses: declare 16 at most",
    ),
    (
        six(gateway="10.0.40.1"),
        "ipv6.gateway can't be '10.0.40.1': use an IPv6 address, or None for exactly no gateway",
    ),
    (six(gateway="::1"), "ipv6.gateway can't be '::1': use an address that a router can have"),
    (gateways(ipv4="none"), "gateway.ipv4 can't be 'none': use an IPv4 address, or None for exactly no gateway"),
    (gateways(ipv6="none"), "gateway.ipv6 can't be 'none': use an IPv6 address, or None for exactly no gateway"),
    (gateways(ipv6="ff02::1"), "gateway.ipv6 can't be 'ff02::1': use an address that a router can have"),
    (forged(netstack(), max_connections=0), "maxConnections can't be 0: use a number above zero"),
    (forged(netstack(), congestion_control="bbr"), "congestionControl can't be 'bbr': use newreno or cubic"),
    (served("10.0.40.53", "ns1"), "dns.servers can't be 10.0.40.53, ns1: use IP addresses only"),
    (served("fd00::53", "FD00:0::53"), "dns.servers can't be fd00::53, FD00:0::53: name each server once"),
    (routed("10.9.0.0"), f"routes.network can't be '10.9.0.0': {NETWORK}"),
    (routed("10.9.0.1/16"), f"routes.network can't be '10.9.0.1/16': {NETWORK}"),
    (routed("fd00:9::%vmk1/48"), f"routes.network can't be 'fd00:9::%vmk1/48': {NETWORK}"),
    (
        routed("0.0.0.0/0"),
        "routes.network can't be '0.0.0.0/0': the default routes are set by gateway.ipv4 and gateway.ipv6",
    ),
    (
        routed("fe80::/64"),
        "routes.network can't be 'fe80::/64': the host makes the routes to link-local and multicast itself",
    ),
    (routed(gateway="router"), "routes.gateway can't be 'router': use the address of a router"),
    (routed(gateway="127.0.0.1"), "routes.gateway can't be '127.0.0.1': use an address that a router may have"),
    (routed(gateway="fd00::1"), "routes.gateway can't be 'fd00::1': use an address of the family of 10.9.0.0/16"),
    (
        routed("fd00:9::/48", "fe80::1"),
        "routes.gateway can't be 'fe80::1': use one that is not link-local: vSphere takes no adapter with it",
    ),
    (
        specified(netstack(), routes=(*routed().spec.routes, *routed(gateway="10.0.40.8").spec.routes)),
        "routes can't be two routes to 10.9.0.0/16: name each network once",
    ),
]


@pytest.mark.parametrize(("item", "told"), INVALID)
def test_a_spec_that_makes_no_sense_stalls_and_says_which_field_can_be_what(item: ManagedObject, told: str) -> None:
    verdict = judge(esx(), new(item))

    assert verdict.blocked is not None
    assert (verdict.blocked.reason, verdict.blocked.message) == ("InvalidSpec", f"spec.{told}.")


@pytest.mark.parametrize(
    "item",
    [
        adapter(address=A, mtu=1280),
        adapter(address=A, mtu=9000),
        adapter(address="10.0.40.0/31"),
        adapter(address="10.0.40.3/32"),
        adapter(address="10.0.40.1/30"),
        adapter(address=A, ipv6={"addresses": [f"fd00::{one}/64" for one in range(1, 17)]}),
        adapter(address=A, ipv6={"addresses": ["fd00::1/1"]}),
        netstack(maxConnections=1),
        netstack(congestionControl="cubic"),
        netstack(congestionControl="newreno"),
    ],
)
def test_a_spec_at_the_edge_of_what_makes_sense_is_read(item: ManagedObject) -> None:
    verdict = judge(esx(), new(item))

    assert verdict.blocked is None or verdict.blocked.reason != "InvalidSpec"
