from dataclasses import replace
from typing import Any

import pytest

from unit.vcenter_simulator.builders import MAC, ipv4, managed_host, on_switch, spec, surroundings
from vcenter_simulator.host.adapters import add_adapter, update_adapter
from vcenter_simulator.host.behaviour import Choice
from vcenter_simulator.host.refusals import Refusal
from vcenter_simulator.host.requests import AdapterSpec, Gateway, Ipv6Change, Ipv6Spec
from vcenter_simulator.host.state import HostState, Ipv6
from vcenter_simulator.projection.adapters import virtual_nics

LINK_LOCAL = "fe80::250:56ff:fe60:1"
FIRST, SECOND = "fd00:40::11/64", "fd00:40::12/64"


def host(**ipv6: Any) -> HostState:
    return add_adapter(managed_host(), spec(ipv6=Ipv6Spec(**ipv6)), surroundings(), mac=MAC)[0]


def update(state: HostState, *changes: Ipv6Change, switches: dict[str, Any] | None = None, **ipv6: Any) -> HostState:
    wanted = AdapterSpec(ipv6=Ipv6Spec(changes=changes, **ipv6))
    return update_adapter(state, "vmk1", wanted, surroundings(**(switches or {})))


def shown(state: HostState) -> list[tuple[str, int, str]]:
    config = virtual_nics(state)[1].spec.ip.ipV6Config
    return [(one.ipAddress, one.prefixLength, one.origin) for one in config.ipV6Address]


def by_hand(state: HostState) -> tuple[str, ...]:
    return state.by_device["vmk1"].ipv6.addresses


def test_an_adapter_without_further_ado_has_its_link_local_address() -> None:
    assert shown(host()) == [(LINK_LOCAL, 64, "other")]


def test_addresses_come_and_go_one_by_one() -> None:
    state = host(changes=(Ipv6Change(FIRST, "add"),))
    both = update(state, Ipv6Change(SECOND, "add", "manual"))
    one = update(both, Ipv6Change(FIRST, "remove"))

    assert by_hand(both) == (FIRST, SECOND)
    assert by_hand(one) == (SECOND,)
    assert shown(one) == [(LINK_LOCAL, 64, "other"), ("fd00:40::12", 64, "manual")]


def test_an_address_is_the_same_however_it_is_written_and_may_get_another_prefix() -> None:
    state = host(changes=(Ipv6Change("FD00:0040:0::11/64", "add"),))

    assert by_hand(state) == (FIRST,)
    assert by_hand(update(state, Ipv6Change(FIRST, "add"))) == (FIRST,)
    assert by_hand(update(state, Ipv6Change("fd00:40::11/56", "add"))) == ("fd00:40::11/56",)


def test_what_is_learned_has_an_origin_of_its_own_and_follows_the_network() -> None:
    state = host(auto=True, dhcp=True)
    moved = update_adapter(state, "vmk1", AdapterSpec(distributed=on_switch()), surroundings())

    assert [origin for _, _, origin in shown(state)] == ["other", "linklayer", "dhcp"]
    assert shown(state)[1][0].endswith("250:56ff:fe60:1")
    assert shown(moved)[0] == shown(state)[0]
    assert shown(moved)[1:] != shown(state)[1:]
    assert shown(update(state, auto=False, dhcp=False)) == [(LINK_LOCAL, 64, "other")]


def test_a_list_that_was_read_back_changes_nothing() -> None:
    state = host(auto=True, dhcp=True, changes=(Ipv6Change(FIRST, "add"),))
    read = tuple(Ipv6Change(f"{address}/{length}", None, origin) for address, length, origin in shown(state))

    assert update(state, *read) == state
    assert update(state, *(replace(one, origin=None) for one in read)) == state


@pytest.mark.parametrize(("choice", "added"), [(Choice.ACCEPT, (FIRST,)), (Choice.REFUSE, ())])
def test_an_address_without_an_operation_counts_or_not(choice: Choice, added: tuple[str, ...]) -> None:
    state = update(host(), Ipv6Change(FIRST), switches={"ipv6_without_operation": choice})

    assert by_hand(state) == added


def test_an_own_gateway_of_either_family_is_set_and_cleared_by_leaving_it_empty() -> None:
    state = update(host(), Ipv6Change(FIRST, "add"))
    wanted = AdapterSpec(gateway=Gateway("10.0.40.1"), gateway6=Gateway("fd00:40::1"))

    given = update_adapter(state, "vmk1", wanted, surroundings())
    half = update_adapter(
        given, "vmk1", AdapterSpec(gateway=Gateway("10.0.40.1"), gateway6=Gateway(None)), surroundings()
    )

    routes = virtual_nics(given)[1].spec.ipRouteSpec.ipRouteConfig
    assert (routes.defaultGateway, routes.ipV6DefaultGateway) == ("10.0.40.1", "fd00:40::1")
    assert (half.by_device["vmk1"].gateway, half.by_device["vmk1"].gateway6) == ("10.0.40.1", None)
    assert virtual_nics(state)[1].spec.ipRouteSpec is None


@pytest.mark.parametrize(
    ("wanted", "fault", "words"),
    [
        (AdapterSpec(ipv6=Ipv6Spec(changes=(Ipv6Change("fd00::g/64", "add"),))), "InvalidArgument", "fd00::g"),
        (AdapterSpec(ipv6=Ipv6Spec(changes=(Ipv6Change("fd00::1/129", "add"),))), "InvalidArgument", "129"),
        (AdapterSpec(ipv6=Ipv6Spec(changes=(Ipv6Change("ff02::1/64", "add"),))), "InvalidArgument", "of a host"),
        (AdapterSpec(ipv6=Ipv6Spec(changes=(Ipv6Change("::1/64", "add"),))), "InvalidArgument", "of a host"),
        (AdapterSpec(ipv6=Ipv6Spec(changes=(Ipv6Change(FIRST, "edit"),))), "InvalidArgument", "neither"),
        (AdapterSpec(ipv6=Ipv6Spec(changes=(Ipv6Change(FIRST, "remove"),))), "InvalidArgument", "given by hand"),
        (AdapterSpec(ipv6=Ipv6Spec(changes=(Ipv6Change(SECOND, "add"),))), "HostConfigFault", "in use by vmk2"),
        (AdapterSpec(gateway6=Gateway("fd00:41::1")), "HostConfigFault", "not in the subnet"),
        (AdapterSpec(gateway6=Gateway("10.0.40.1")), "InvalidArgument", "not an IPv6 address"),
        (AdapterSpec(gateway=Gateway("fd00:40::1")), "InvalidArgument", "not an IPv4 address"),
    ],
)
def test_what_is_refused_of_ipv6(wanted: AdapterSpec, fault: str, words: str) -> None:
    other = spec(portgroup="Storage-30", ipv4=ipv4("10.0.30.9"), ipv6=_one(SECOND))
    state = add_adapter(host(), other, surroundings(), mac="00:50:56:60:00:02")[0]

    with pytest.raises(Refusal, match=words) as refused:
        update_adapter(state, "vmk1", wanted, surroundings())

    assert refused.value.fault == fault


def _one(address: str) -> Ipv6Spec:
    return Ipv6Spec(changes=(Ipv6Change(address, "add"),))


def test_a_host_with_ipv6_switched_off_shows_none_and_takes_none() -> None:
    state = replace(host(), ipv6_enabled=False)

    assert virtual_nics(state)[1].spec.ip.ipV6Config is None
    assert update(state, auto=False).by_device["vmk1"].ipv6 == Ipv6()
    with pytest.raises(Refusal) as refused:
        update(state, Ipv6Change(FIRST, "add"))
    assert refused.value.fault == "InvalidState"
