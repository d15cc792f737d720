from dataclasses import replace
from typing import Any

import pytest

from unit.vcenter_simulator.builders import MAC, managed_host, spec, surroundings
from vcenter_simulator.host.adapters import add_adapter, update_adapter
from vcenter_simulator.host.netstacks import edit_netstacks
from vcenter_simulator.host.refusals import Refusal
from vcenter_simulator.host.requests import AdapterSpec, Gateway, Ipv6Spec, NetstackEdit, RouteChange
from vcenter_simulator.host.routes import ANY_IPV4
from vcenter_simulator.host.state import DEFAULT_STACK, Dns, HostState, Ipv4, Netstack, Route
from vcenter_simulator.projection.netstacks import default_dns, default_route, default_route_table, netstack_instances

ADD = RouteChange("add", "10.99.0.0/16", "10.0.40.1")
ROUTE = Route("10.99.0.0/16", "10.0.40.1")


def host(**fields: Any) -> HostState:
    return add_adapter(managed_host(), spec(**fields), surroundings(), mac=MAC)[0]


def edit(state: HostState, **fields: Any) -> HostState:
    wanted = NetstackEdit(key=DEFAULT_STACK, operation="edit", **fields)
    return edit_netstacks(state, (wanted,), surroundings())


def default_stack(state: HostState) -> Netstack:
    stack = state.netstack(DEFAULT_STACK)
    assert stack is not None
    return stack


def shown(state: HostState) -> list[tuple[str, str, str]]:
    table = default_route_table(state)
    return [
        (f"{one.network}/{one.prefixLength}", one.gateway, one.deviceName) for one in (*table.ipRoute, *table.ipv6Route)
    ]


def test_the_table_has_the_default_the_connected_the_static_and_the_kernel_s_routes() -> None:
    state = edit(host(), gateway=Gateway("10.0.0.1"), routes=(ADD,))

    assert shown(state) == [
        ("0.0.0.0/0", "10.0.0.1", "vmk0"),
        ("10.0.0.0/24", ANY_IPV4, "vmk0"),
        ("10.0.40.0/24", ANY_IPV4, "vmk1"),
        ("10.99.0.0/16", "10.0.40.1", "vmk1"),
        ("fe80::/64", "::", "lo0"),
        ("fe80::/64", "::", "vmk0"),
        ("fe80::/64", "::", "vmk1"),
        ("ff01::/32", "::1", "lo0"),
        ("ff01::/32", "fe80::b226:ff:fe00:0", "vmk0"),
        ("ff01::/32", "fe80::250:56ff:fe60:1", "vmk1"),
        ("ff02::/32", "::1", "lo0"),
        ("ff02::/32", "fe80::b226:ff:fe00:0", "vmk0"),
        ("ff02::/32", "fe80::250:56ff:fe60:1", "vmk1"),
    ]


def test_only_a_stack_in_use_shows_a_table_and_every_entry_is_marked_ignore() -> None:
    tables = {one.key: one.routeTableConfig for one in netstack_instances(host())}

    assert [key for key, table in tables.items() if table is not None] == [DEFAULT_STACK]
    operations = {one.changeOperation for one in (*tables[DEFAULT_STACK].ipRoute, *tables[DEFAULT_STACK].ipv6Route)}
    assert operations == {"ignore"}


def test_a_table_that_was_read_back_changes_nothing() -> None:
    state = edit(host(), gateway=Gateway("10.0.0.1"), routes=(ADD,))
    read = tuple(RouteChange("ignore", network, gateway) for network, gateway, _ in shown(state))

    assert edit(state, routes=read) == state


def test_static_routes_come_and_go() -> None:
    state = edit(host(), routes=(ADD,))

    assert default_stack(state).routes == (ROUTE,)
    assert default_stack(edit(state, routes=(RouteChange("remove", *_of(ROUTE)),))).routes == ()


def _of(route: Route) -> tuple[str, str]:
    return route.network, route.gateway


@pytest.mark.parametrize(
    ("change", "fault", "words"),
    [
        (ADD, "AlreadyExists", "10.99.0.0/16"),
        (RouteChange("remove", "10.98.0.0/16", "10.0.40.1"), "NotFound", "10.98.0.0/16"),
        (RouteChange("edit", *_of(ROUTE)), "InvalidArgument", "neither"),
        (RouteChange("add", "10.98.0.1/16", "10.0.40.1"), "InvalidArgument", "not a network"),
        (RouteChange("add", "0.0.0.0/0", "10.0.40.1"), "InvalidArgument", "ipRouteConfig"),
        (RouteChange("add", "fd00:9::/64", "10.0.40.1"), "InvalidArgument", "not an IPv6 address"),
        (RouteChange("add", "10.98.0.0/16", "10.7.0.1"), "HostConfigFault", "in no subnet"),
    ],
)
def test_what_is_no_route_is_refused(change: RouteChange, fault: str, words: str) -> None:
    state = edit(host(), routes=(ADD,))

    with pytest.raises(Refusal, match=words) as refused:
        edit(state, routes=(change,))

    assert refused.value.fault == fault


def test_a_learned_gateway_shows_with_its_device_and_sent_back_stays_learned() -> None:
    state = host(ipv6=Ipv6Spec(auto=True))
    route = default_route(state)

    assert (route.ipV6DefaultGateway, route.ipV6GatewayDevice) == ("fe80::1", "vmk1")
    assert edit(state, gateway6=Gateway("fe80::1")) == state
    given = default_route(edit(state, gateway6=Gateway("fe80::2")))
    assert (given.ipV6DefaultGateway, given.ipV6GatewayDevice) == ("fe80::2", None)


def test_a_lease_brings_a_gateway_and_dns_until_the_adapter_is_set_by_hand() -> None:
    state = edit(host(ipv4=Ipv4(dhcp=True)), dns=Dns(dhcp=True, device="vmk1", host_name="ignored"))
    lease = state.by_device["vmk1"].ipv4
    assert lease.interface is not None
    first = lease.interface.network.network_address

    dns = default_dns(state)
    static = update_adapter(state, "vmk1", AdapterSpec(ipv4=spec().ipv4), surroundings())

    assert default_route(state).defaultGateway == str(first + 1)
    assert list(dns.address) == [str(first + 2), str(first + 3)]
    assert (dns.dhcp, dns.virtualNicDevice, dns.domainName, list(dns.searchDomain)) == (
        True,
        "vmk1",
        "example.com",
        ["example.com"],
    )
    assert default_route(static).defaultGateway is None
    assert list(default_dns(static).address) == []


@pytest.mark.parametrize(
    ("dns", "fault", "words"),
    [
        (Dns(dhcp=True, device="vmk9"), "NotFound", "vmk9"),
        (Dns(dhcp=True, device="vmk1"), "InvalidArgument", "does not use DHCP"),
        (Dns(dhcp=True, device6="vmk1"), "InvalidArgument", "does not use DHCP"),
    ],
)
def test_dns_by_dhcp_needs_an_adapter_that_has_it(dns: Dns, fault: str, words: str) -> None:
    with pytest.raises(Refusal, match=words) as refused:
        edit(host(), dns=dns)

    assert refused.value.fault == fault


def test_a_lease_depends_on_the_network_and_the_mac_alone() -> None:
    state = host(ipv4=Ipv4(dhcp=True))
    moved = update_adapter(state, "vmk1", AdapterSpec(portgroup="Storage-30"), surroundings())
    back = update_adapter(moved, "vmk1", AdapterSpec(portgroup="Backup-40"), surroundings())

    assert moved.by_device["vmk1"].ipv4 != state.by_device["vmk1"].ipv4
    assert back == state


def test_without_ipv6_there_are_no_such_routes_and_no_gateway() -> None:
    state = replace(host(ipv6=Ipv6Spec(auto=True)), ipv6_enabled=False)

    assert list(default_route_table(state).ipv6Route) == []
    assert default_route(state).ipV6DefaultGateway is None
    with pytest.raises(Refusal) as refused:
        edit(state, gateway6=Gateway("fe80::2"))
    assert refused.value.fault == "InvalidState"
