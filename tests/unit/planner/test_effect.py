"""What vSphere does for a step, and when that is seen."""

from dataclasses import replace
from ipaddress import IPv4Address, IPv4Interface, IPv6Address, IPv6Interface
from typing import Any

import pytest

from unit.planner.builders import BACKUP, ON_FABRIC, STORAGE, esx, network_of, route, six, stack, vmk
from vmk_operator.model.host import (
    AdapterState,
    DnsState,
    Ipv4State,
    Ipv6State,
    LearnedAddress,
    NetworkState,
    RouteConfig,
    StandardAttachment,
)
from vmk_operator.model.step import (
    CreateAdapter,
    DeselectService,
    Ipv6Change,
    RemoveAdapter,
    RouteChanges,
    SelectService,
    Step,
    UpdateAdapter,
    UpdateNetstack,
)
from vmk_operator.planner.effect import apply, created_device, is_visible

ADDRESS = IPv4Interface("10.0.40.11/24")
STATIC = Ipv4State(dhcp=False, address=ADDRESS)
DHCP = Ipv4State(dhcp=True, address=None)
ROUTES = RouteConfig(IPv4Address("10.0.40.1"))
NO_ADDRESS = Ipv4State(dhcp=False, address=None)
ADDED = Ipv6Change(auto=False, dhcp=False, add=(IPv6Interface("fd00:40::11/64"),))
FIRST, SHORTER = IPv6Interface("fd00::1/64"), IPv6Interface("fd00::1/48")


def creation(netstack: str = "defaultTcpipStack", mtu: int | None = None, on: str = BACKUP) -> CreateAdapter:
    return CreateAdapter(netstack, StandardAttachment(on), STATIC, mtu)


def net(*adapters: AdapterState, **host: Any) -> NetworkState:
    return network_of(esx(*adapters, **host))


def test_a_created_adapter_gets_the_lowest_free_number_and_a_mac_of_its_own() -> None:
    before = net(vmk("vmk1"), vmk("vmk3"))

    made = created_device(creation(), before, apply(creation(), before))

    assert made is not None
    assert (made.device, made.mtu, made.ipv4) == ("vmk2", 1500, Ipv4State(dhcp=False, address=ADDRESS))
    assert made.mac not in {one.mac for one in before.adapters}


def test_a_device_name_that_is_given_out_again_brings_no_service_along() -> None:
    before = net(services={"vmotion": ["vmk1"]})

    assert apply(creation(), before).services_of("vmk1") == frozenset()


def test_the_first_adapter_of_a_dedicated_stack_activates_it_and_takes_its_service() -> None:
    before = net(vmk("vmk1"), services={"vmotion": ["vmk1"], "vSphereProvisioning": ["vmk1"]})

    after = apply(creation("vmotion"), before)

    assert after.devices_with("vmotion") == {"vmk2"}
    assert after.devices_with("vSphereProvisioning") == {"vmk1"}
    idle = before.netstack("vmotion") or stack("vmotion")
    assert after.netstack("vmotion") == replace(idle, active=True, running_max_connections=idle.max_connections)


def test_a_running_stack_keeps_its_limit_of_connections_and_a_second_adapter_changes_nothing_about_it() -> None:
    before = net(vmk("vmk1", netstack="vmotion"), stacks=[stack("vmotion", running_max_connections=11000)])

    after = apply(creation("vmotion"), apply(UpdateNetstack("vmotion", max_connections=500), before)).netstack(
        "vmotion"
    )

    assert after is not None
    assert (after.max_connections, after.running_max_connections) == (500, 11000)


def test_an_adapter_on_the_default_stack_carries_nothing_and_takes_nothing() -> None:
    before = net(vmk("vmk1"), services={"vmotion": ["vmk1"]})

    assert apply(creation(), before).services == before.services


def test_removing_the_last_adapter_deactivates_the_stack_and_gives_no_service_back() -> None:
    before = apply(creation("vmotion"), net(vmk("vmk1"), services={"vmotion": ["vmk1"]}))

    after = apply(RemoveAdapter("vmk2"), before)

    assert after.devices_with("vmotion") == frozenset()
    assert after.netstack("vmotion") == net().netstack("vmotion")
    assert after.adapter("vmk2") is None


@pytest.mark.parametrize(
    ("step", "changed"),
    [
        (UpdateAdapter("vmk1", STATIC), {"ipv4": STATIC}),
        (UpdateAdapter("vmk1", NO_ADDRESS), {"ipv4": NO_ADDRESS}),
        (UpdateAdapter("vmk1", STATIC, mtu=9000), {"ipv4": STATIC, "mtu": 9000}),
        (UpdateAdapter("vmk1", NO_ADDRESS, attachment=ON_FABRIC), {"ipv4": NO_ADDRESS, "attachment": ON_FABRIC}),
        (UpdateAdapter("vmk1", STATIC, routes=ROUTES), {"ipv4": STATIC, "routes": ROUTES}),
        (UpdateAdapter("vmk1", STATIC, ipv6=ADDED), {"ipv4": STATIC, "ipv6": six("fd00:40::11/64")}),
    ],
)
def test_an_update_replaces_the_whole_ip_configuration_and_nothing_that_it_does_not_name(
    step: Step, changed: dict[str, Any]
) -> None:
    before = net(vmk("vmk1", "10.0.40.99/24", dhcp=True))

    assert apply(step, before).adapter("vmk1") == replace(before.adapter("vmk1") or vmk("vmk1"), **changed)


def test_an_adapter_that_stays_with_dhcp_keeps_its_lease() -> None:
    before = net(vmk("vmk1", "10.0.40.99/24", dhcp=True))

    after = apply(UpdateAdapter("vmk1", DHCP, mtu=9000), before).adapter("vmk1")

    assert after == vmk("vmk1", "10.0.40.99/24", dhcp=True, mtu=9000)


@pytest.mark.parametrize(
    "step", [UpdateAdapter("vmk1", NO_ADDRESS), UpdateAdapter("vmk1", STATIC), RemoveAdapter("vmk1")]
)
def test_a_gateway_that_came_with_a_lease_goes_with_it(step: Step) -> None:
    leased = vmk("vmk1", "10.0.41.99/24", netstack="vmotion", dhcp=True)
    before = net(leased, stacks=[stack("vmotion", gateway="10.0.41.1", ipv6_gateway="fd00::1")])

    after = apply(step, before).netstack("vmotion")

    assert after is not None
    assert after.routes == RouteConfig(None, IPv6Address("fd00::1"))


@pytest.mark.parametrize(
    ("change", "after"),
    [
        (Ipv6Change(auto=True, dhcp=True), six("fd00::1/64", "fd00::2/64", auto=True, dhcp=True)),
        (Ipv6Change(auto=False, dhcp=False, remove=(FIRST,)), six("fd00::2/64")),
        (Ipv6Change(auto=False, dhcp=False, add=(SHORTER,), remove=(FIRST,)), six("fd00::1/48", "fd00::2/64")),
    ],
)
def test_ipv6_addresses_come_and_go_one_by_one(change: Ipv6Change, after: Ipv6State) -> None:
    before = net(vmk("vmk1", ipv6=six("fd00::1/64", "fd00::2/64")))
    step = UpdateAdapter("vmk1", NO_ADDRESS, ipv6=change)

    changed = apply(step, before)

    assert changed.adapter("vmk1") == vmk("vmk1", ipv6=after)
    assert (is_visible(step, before, before), is_visible(step, before, changed)) == (False, True)


def test_what_the_network_gave_stays_until_its_switch_is_changed() -> None:
    present = replace(six(auto=True), learned=(LearnedAddress(FIRST, "linklayer"),))
    before = net(vmk("vmk1", ipv6=present))

    kept = apply(UpdateAdapter("vmk1", NO_ADDRESS, ipv6=Ipv6Change(auto=True, dhcp=False)), before).adapter("vmk1")
    lost = apply(UpdateAdapter("vmk1", NO_ADDRESS, ipv6=Ipv6Change(auto=False, dhcp=False)), before).adapter("vmk1")

    assert (kept, lost) == (vmk("vmk1", ipv6=present), vmk("vmk1"))


def test_an_ipv6_address_that_somebody_added_meanwhile_hides_no_change() -> None:
    after = net(vmk("vmk1", ipv6=six("fd00:40::11/64", "fd00:99::1/64")))

    assert is_visible(UpdateAdapter("vmk1", NO_ADDRESS, ipv6=ADDED), net(vmk("vmk1")), after)


def test_an_adapter_without_the_ipv6_address_is_not_the_created_one() -> None:
    step = replace(creation(), ipv6=ADDED)

    assert created_device(step, net(), net(vmk("vmk1", "10.0.40.11/24"))) is None
    assert created_device(step, net(), net(vmk("vmk1", "10.0.40.11/24", ipv6=None))) is None
    assert created_device(step, net(), net(vmk("vmk1", "10.0.40.11/24", ipv6=six("fd00:40::11/64")))) is not None


def test_an_adapter_that_is_created_where_ipv6_is_off_has_none() -> None:
    made = created_device(creation(), net(), apply(creation(), net(ipv6=False)))

    assert made is not None
    assert made.ipv6 is None


def test_a_gateway_that_was_advertised_goes_with_who_listened() -> None:
    listening = vmk("vmk1", netstack="vmotion", ipv6=six(auto=True))
    before = net(listening, stacks=[stack("vmotion", gateway="10.0.41.1", ipv6_gateway="fe80::1")])
    step = UpdateAdapter("vmk1", NO_ADDRESS, ipv6=Ipv6Change(auto=False, dhcp=False))

    after = apply(step, before).netstack("vmotion")

    assert after is not None
    assert after.routes == RouteConfig(IPv4Address("10.0.41.1"))


def test_a_gateway_that_is_learned_in_place_of_the_one_taken_away_hides_no_change() -> None:
    listening = vmk("vmk1", "10.0.41.99/24", netstack="vmotion", dhcp=True, ipv6=six(auto=True))
    before = net(listening, stacks=[stack("vmotion", gateway="10.0.99.1", ipv6_gateway="fd00::1")])
    after = net(listening, stacks=[stack("vmotion", gateway="10.0.41.1", ipv6_gateway="fe80::1")])
    step = UpdateNetstack("vmotion", RouteConfig())

    assert (is_visible(step, before, before), is_visible(step, before, after)) == (False, True)


def test_a_gateway_that_was_sent_only_to_stay_may_be_changed_by_somebody_else() -> None:
    step = UpdateNetstack("vmotion", RouteConfig(IPv4Address("10.0.40.1"), IPv6Address("fd00::1")))
    before = net(stacks=[stack("vmotion", gateway="10.0.40.1")])
    after = net(stacks=[stack("vmotion", gateway="10.0.40.2", ipv6_gateway="fd00::1")])

    assert is_visible(step, before, after)


def test_routes_are_replaced_as_a_whole_and_the_rest_stays() -> None:
    before = net(stacks=[stack("vmotion", gateway="10.0.40.1", ipv6_gateway="fd00::1")])

    after = apply(UpdateNetstack("vmotion", routes=RouteConfig(), max_connections=12000), before).netstack("vmotion")

    assert after == replace(before.netstack("vmotion") or stack("x"), routes=RouteConfig(), max_connections=12000)


def test_dns_is_replaced_as_a_whole_and_is_seen_then() -> None:
    wanted = DnsState(host_name="esx01", servers=("10.0.40.53",))
    before = net(stacks=[stack("vmotion", dns=DnsState(host_name="esx01", search_domains=("a.com",)))])
    step = UpdateNetstack("vmotion", dns=wanted)

    after = apply(step, before)

    assert after.netstack("vmotion") == replace(before.netstack("vmotion") or stack("x"), dns=wanted)
    assert (is_visible(step, before, before), is_visible(step, before, after)) == (False, True)


def test_only_the_routes_of_the_step_come_and_go() -> None:
    before = net(
        vmk("vmk1", "10.0.40.11/24", netstack="vmotion"),
        stacks=[stack("vmotion", static_routes={"10.7.0.0/16": "10.0.40.9", "10.8.0.0/16": "10.0.40.9"})],
    )
    changes = RouteChanges(
        add=frozenset({route("10.8.0.0/16", "10.0.40.254")}), remove=frozenset({route("10.8.0.0/16", "10.0.40.9")})
    )
    step = UpdateNetstack("vmotion", route_changes=changes)

    after = apply(step, before)

    shown = {"10.7.0.0/16": "10.0.40.9", "10.8.0.0/16": "10.0.40.254"}
    assert after == net(
        vmk("vmk1", "10.0.40.11/24", netstack="vmotion"), stacks=[stack("vmotion", static_routes=shown)]
    )
    assert (is_visible(step, before, before), is_visible(step, before, after)) == (False, True)


@pytest.mark.parametrize("shown", [{}, {"10.8.0.0/16": "10.0.40.9", "10.9.0.0/16": "10.0.40.9"}])
def test_routes_half_arrived_are_not_seen(shown: dict[str, str]) -> None:
    changes = RouteChanges(
        add=frozenset({route("10.9.0.0/16", "10.0.40.9")}), remove=frozenset({route("10.8.0.0/16", "10.0.40.9")})
    )
    before = net(stacks=[stack("vmotion", static_routes={"10.8.0.0/16": "10.0.40.9"})])
    after = net(stacks=[stack("vmotion", static_routes=shown)])

    assert not is_visible(UpdateNetstack("vmotion", route_changes=changes), before, after)


def test_an_ipv6_route_goes_with_the_last_address_that_reaches_its_gateway_whatever_a_lease_may_reach() -> None:
    routes = {"fd00:8::/48": "fd00:41::254", "fd00:9::/48": "fd00:60::254"}
    before = net(
        vmk("vmk1", netstack="vmotion", ipv6=six("fd00:41::11/64")),
        vmk("vmk2", netstack="vmotion", dhcp=True, ipv6=six("fd00:60::12/64")),
        stacks=[stack("vmotion", static_routes=routes)],
    )

    after = apply(RemoveAdapter("vmk1"), before).netstack("vmotion")

    assert after is not None
    assert after.static_routes == {route("fd00:9::/48", "fd00:60::254")}


@pytest.mark.parametrize(
    "step", [UpdateAdapter("vmk1", NO_ADDRESS), UpdateAdapter("vmk1", STATIC), RemoveAdapter("vmk1")]
)
def test_a_route_goes_with_the_last_address_that_reaches_its_gateway(step: Step) -> None:
    routes = {"10.8.0.0/16": "10.0.41.254", "10.9.0.0/16": "10.0.60.254"}
    before = net(
        vmk("vmk1", "10.0.41.11/24", netstack="vmotion"),
        vmk("vmk2", "10.0.60.12/24", netstack="vmotion"),
        stacks=[stack("vmotion", static_routes=routes)],
    )

    after = apply(step, before).netstack("vmotion")

    assert after is not None
    assert after.static_routes == {route("10.9.0.0/16", "10.0.60.254")}


@pytest.mark.parametrize(
    "step",
    [
        creation("no such stack"),
        UpdateAdapter("vmk9", STATIC, mtu=9000),
        RemoveAdapter("vmk9"),
        SelectService("vmk9", "vmotion"),
        SelectService("vmk1", "no such service"),
        SelectService("vmk2", "vSphereBackupNFC"),
        SelectService("vmk1", "vmotion"),
        DeselectService("vmk9", "vmotion"),
        DeselectService("vmk2", "vmotion"),
        UpdateNetstack("no such stack", max_connections=1),
    ],
)
def test_what_a_host_would_refuse_changes_nothing(step: Step) -> None:
    before = net(vmk("vmk1"), vmk("vmk2", netstack="vmotion"))

    assert apply(step, before) == before


STEPS: list[tuple[Step, NetworkState]] = [
    (creation(), net()),
    (creation("vmotion", 9000), net()),
    (UpdateAdapter("vmk1", NO_ADDRESS, mtu=9000), net(vmk("vmk1"))),
    (UpdateAdapter("vmk1", NO_ADDRESS, attachment=ON_FABRIC), net(vmk("vmk1"))),
    (UpdateAdapter("vmk1", NO_ADDRESS, routes=ROUTES), net(vmk("vmk1"))),
    (UpdateAdapter("vmk1", DHCP, mtu=9000), net(vmk("vmk1", "10.0.40.99/24", dhcp=True))),
    (UpdateAdapter("vmk1", STATIC), net(vmk("vmk1", "10.0.40.11/16"))),
    (UpdateAdapter("vmk1", DHCP), net(vmk("vmk1", "10.0.40.11/24"))),
    (UpdateAdapter("vmk1", STATIC, mtu=9000), net(vmk("vmk1", "10.0.40.11/24"))),
    (UpdateAdapter("vmk1", NO_ADDRESS, ipv6=ADDED), net(vmk("vmk1"))),
    (replace(creation(), ipv6=ADDED), net()),
    (RemoveAdapter("vmk1"), net(vmk("vmk1"))),
    (SelectService("vmk1", "vmotion"), net(vmk("vmk1"))),
    (DeselectService("vmk1", "vmotion"), net(vmk("vmk1"), services={"vmotion": ["vmk1"]})),
    (UpdateNetstack("vmotion", max_connections=12000), net()),
    (UpdateNetstack("vmotion", congestion_control="cubic"), net()),
    (UpdateNetstack("vmotion", routes=RouteConfig(IPv4Address("10.0.40.1"))), net()),
    (UpdateNetstack("vmotion", routes=RouteConfig(None, IPv6Address("fd00::1"))), net()),
]


@pytest.mark.parametrize(("step", "before"), STEPS)
def test_a_step_is_seen_once_it_is_done_and_not_before(step: Step, before: NetworkState) -> None:
    assert not is_visible(step, before, before)
    assert is_visible(step, before, apply(step, before))


def test_an_update_half_arrived_is_not_seen() -> None:
    before = net(vmk("vmk1", "10.0.40.99/24"))

    assert not is_visible(UpdateAdapter("vmk1", STATIC, mtu=9000), before, net(vmk("vmk1", "10.0.40.99/24", mtu=9000)))


def test_an_address_that_was_sent_only_to_stay_may_be_changed_by_somebody_else() -> None:
    before = net(vmk("vmk1", "10.0.40.11/24"))

    assert is_visible(UpdateAdapter("vmk1", STATIC, mtu=9000), before, net(vmk("vmk1", "10.0.40.99/24", mtu=9000)))


def test_an_adapter_that_is_gone_shows_no_update() -> None:
    assert not is_visible(UpdateAdapter("vmk1", STATIC, mtu=9000), net(vmk("vmk1")), net())


def test_a_removed_adapter_whose_number_was_given_out_again_is_gone() -> None:
    again = net(vmk("vmk1", mac="00:50:56:6a:00:ff"))

    assert is_visible(RemoveAdapter("vmk1"), net(vmk("vmk1")), again)


def test_an_ipv6_gateway_that_a_router_announced_meanwhile_hides_no_change() -> None:
    step = UpdateNetstack("vmotion", routes=RouteConfig(IPv4Address("10.0.40.1")))
    after = net(stacks=[stack("vmotion", gateway="10.0.40.1", ipv6_gateway="fe80::1")])

    assert is_visible(step, net(), after)


@pytest.mark.parametrize(
    "after",
    [
        net(),
        net(vmk("vmk1", "10.0.40.12/24")),
        net(vmk("vmk1", "10.0.40.11/16")),
        net(vmk("vmk1", "10.0.40.11/24", dhcp=True)),
        net(vmk("vmk1", "10.0.40.11/24", on=STORAGE)),
        net(vmk("vmk1", "10.0.40.11/24", netstack="vmotion")),
        net(vmk("vmk1", "10.0.40.11/24"), vmk("vmk2", "10.0.40.11/24")),
    ],
    ids=["nothing", "address", "prefix", "DHCP", "port group", "stack", "two of them"],
)
def test_what_was_not_asked_for_is_not_the_created_adapter(after: NetworkState) -> None:
    assert created_device(creation(), net(), after) is None


def test_an_adapter_of_an_earlier_attempt_with_another_mtu_is_not_the_created_one() -> None:
    after = net(vmk("vmk1", "10.0.40.11/24", mtu=1500))

    assert created_device(creation(mtu=9000), net(), after) is None
    assert created_device(creation(mtu=1500), net(), after) is not None


def test_an_adapter_that_was_there_before_is_not_the_created_one() -> None:
    before = net(vmk("vmk1", "10.0.40.11/24"))

    assert created_device(creation(), before, before) is None
