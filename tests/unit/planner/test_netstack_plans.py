"""What is planned for a VmkNetstack, alone and together with the adapters of its stack."""

from ipaddress import IPv4Address, IPv6Address
from typing import Any

import pytest

from unit.planner.builders import (
    FABRIC,
    SWITCH,
    adapter,
    bound,
    differing,
    esx,
    judge,
    netstack,
    new,
    plan,
    reason_of,
    six,
    stack,
    texts,
    vmk,
)
from unit.planner.operating import operate
from vmk_operator.api.v1alpha1 import ObservedNetstack
from vmk_operator.model.host import AdapterState, DnsState, Ipv6State, NetstackState, RouteConfig
from vmk_operator.model.step import CreateAdapter, Step, UpdateAdapter, UpdateNetstack
from vmk_operator.model.vcenter import Policy
from vmk_operator.planner.snapshot import Subject

A = "10.0.40.11/24"
IN_USE = vmk("vmk1", A, netstack="vmotion", ipv6=six("fd00:40::11/64"))
DNS = DnsState(servers=("10.0.40.53",))
GATEWAY = {"ipv4": "10.0.40.1"}


def test_a_gateway_from_dhcp_is_no_difference_to_none_and_is_told() -> None:
    leased = vmk("vmk1", "10.0.40.99/24", netstack="vmotion", dhcp=True)
    host = esx(leased, stacks=[stack("vmotion", gateway="10.0.40.1")])

    verdict = judge(host, new(netstack(gateway={"ipv4": "None"})))

    assert not verdict.differences
    assert [one.reason for one in verdict.advisories] == ["GatewayFromDhcp"]
    assert "has the gateway 10.0.40.1 from DHCP" in verdict.advisories[0].message


@pytest.mark.parametrize("ipv6", [six(auto=True), None])
def test_an_advertised_gateway_is_no_difference_to_none_and_is_told(ipv6: Ipv6State | None) -> None:
    host = esx(vmk("vmk1", A, netstack="vmotion", ipv6=ipv6), stacks=[stack("vmotion", ipv6_gateway="fe80::1")])

    verdict = judge(host, new(netstack(gateway={"ipv6": "None"})))

    assert not verdict.differences
    assert [one.reason for one in verdict.advisories] == ["GatewayAdvertised"]
    assert "takes the gateway fe80::1 from router advertisements" in verdict.advisories[0].message


@pytest.mark.parametrize(("ipv6", "gateway"), [(six(), "fe80::1"), (six("fd00:40::11/64", auto=True), "fd00:40::1")])
def test_an_ipv6_gateway_that_no_router_can_have_advertised_is_taken_away(ipv6: Ipv6State, gateway: str) -> None:
    host = esx(vmk("vmk1", A, netstack="vmotion", ipv6=ipv6), stacks=[stack("vmotion", ipv6_gateway=gateway)])

    operation = operate(host, new(netstack(gateway={"ipv6": "None"}))).settle()

    assert [one.step for one in operation.done] == [UpdateNetstack("vmotion", RouteConfig())]


def test_an_ipv6_gateway_that_only_an_updated_address_reaches_is_set_after_the_update() -> None:
    host = esx(vmk("vmk1", A, netstack="vmotion"))

    result = plan(
        host,
        bound(adapter(netstack="vmotion", ipv6={"addresses": ["fd00:40::11/64"]}), "vmk1"),
        new(netstack(gateway={"ipv6": "fd00:40::1"})),
    )

    assert [type(one.step) for one in result.steps] == [UpdateAdapter, UpdateNetstack]


@pytest.mark.parametrize("policy", [Policy.ENFORCE, Policy.OBSERVE])
def test_a_limit_of_connections_that_waits_for_a_restart_is_told_and_no_difference(policy: Policy) -> None:
    host = esx(IN_USE, stacks=[stack("vmotion", max_connections=12000, running_max_connections=11000)])

    verdict = judge(host, new(netstack(maxConnections=12000), policy=policy))

    assert (verdict.differences, verdict.steps) == ((), ())
    assert isinstance(verdict.observed, ObservedNetstack)
    assert (verdict.observed.max_connections, verdict.observed.running_max_connections) == (12000, 11000)
    (advisory,) = verdict.advisories
    assert advisory.reason == "TakesEffectAfterReboot"
    assert advisory.message == (
        "maxConnections of the TCP/IP stack vmotion is set to 12000, but esx01.example.com runs it with 11000 until it "
        "is restarted; restart it in maintenance mode."
    )


@pytest.mark.parametrize(
    ("declared", "present"),
    [
        ({"maxConnections": 12000}, stack("vmotion", max_connections=12000, running_max_connections=12000)),
        ({"maxConnections": 12000}, stack("vmotion", max_connections=12000)),
        ({"maxConnections": 12000}, stack("vmotion", max_connections=11000, running_max_connections=11000)),
        ({}, stack("vmotion", max_connections=12000, running_max_connections=11000)),
    ],
    ids=["in force", "nobody tells", "not set yet", "not declared"],
)
def test_nothing_waits_for_a_restart(declared: dict[str, Any], present: NetstackState) -> None:
    assert judge(esx(IN_USE, stacks=[present]), new(netstack(**declared))).advisories == ()


@pytest.mark.parametrize(
    "present",
    [
        vmk("vmk1", "10.0.40.99/24", netstack="vmotion"),
        vmk("vmk1", netstack="vmotion", dhcp=True),
        vmk("vmk1", "10.0.50.99/24", netstack="vmotion", dhcp=True),
    ],
)
def test_a_gateway_that_no_lease_can_have_brought_is_taken_away(present: AdapterState) -> None:
    host = esx(present, stacks=[stack("vmotion", gateway="10.0.40.1")])

    verdict = judge(host, new(netstack(gateway={"ipv4": "None"})))

    assert differing(verdict) == {"gateway.ipv4": ("None", "10.0.40.1")}
    assert not verdict.advisories


@pytest.mark.parametrize(
    ("declared", "present", "step"),
    [
        ({"gateway": GATEWAY}, stack("vmotion"), UpdateNetstack("vmotion", RouteConfig(IPv4Address("10.0.40.1")))),
        (
            {"gateway": GATEWAY},
            stack("vmotion", gateway="10.0.40.254", ipv6_gateway="fe80::1"),
            UpdateNetstack("vmotion", RouteConfig(IPv4Address("10.0.40.1"), IPv6Address("fe80::1"))),
        ),
        (
            {"gateway": {"ipv6": "FD00:40:0::1"}},
            stack("vmotion", gateway="10.0.40.1"),
            UpdateNetstack("vmotion", RouteConfig(IPv4Address("10.0.40.1"), IPv6Address("fd00:40::1"))),
        ),
        (
            {"gateway": {"ipv6": "fe80::1"}},
            stack("vmotion"),
            UpdateNetstack("vmotion", RouteConfig(None, IPv6Address("fe80::1"))),
        ),
        (
            {"gateway": {"ipv6": "None"}},
            stack("vmotion", gateway="10.0.40.1", ipv6_gateway="fd00:40::1"),
            UpdateNetstack("vmotion", RouteConfig(IPv4Address("10.0.40.1"))),
        ),
        (
            {"gateway": {"ipv4": "None"}},
            stack("vmotion", gateway="10.0.40.1", ipv6_gateway="fd00:40::1"),
            UpdateNetstack("vmotion", RouteConfig(None, IPv6Address("fd00:40::1"))),
        ),
        ({"maxConnections": 12000}, stack("vmotion"), UpdateNetstack("vmotion", max_connections=12000)),
        (
            {"maxConnections": 12000},
            stack("vmotion", max_connections=None),
            UpdateNetstack("vmotion", max_connections=12000),
        ),
        ({"congestionControl": "cubic"}, stack("vmotion"), UpdateNetstack("vmotion", congestion_control="cubic")),
        (
            {"dns": {"servers": ["10.0.40.53", "FD00:40::53"]}},
            stack("vmotion", dns=DnsState(host_name="esx01", domain_name="old.example.com", search_domains=("a.com",))),
            UpdateNetstack(
                "vmotion",
                dns=DnsState(
                    host_name="esx01",
                    domain_name="old.example.com",
                    servers=("10.0.40.53", "fd00:40::53"),
                    search_domains=("a.com",),
                ),
            ),
        ),
        (
            {"dns": {"servers": [], "searchDomains": [], "domainName": "None"}},
            stack("vmotion", dns=DnsState(domain_name="a.com", servers=("10.0.40.53",), search_domains=("a.com",))),
            UpdateNetstack("vmotion", dns=DnsState()),
        ),
        (
            {"dns": {"searchDomains": ["b.com", "a.com"]}},
            stack("vmotion", dns=DnsState(search_domains=("a.com", "b.com"))),
            UpdateNetstack("vmotion", dns=DnsState(search_domains=("b.com", "a.com"))),
        ),
        (
            {"dns": {"servers": ["10.0.40.53"]}},
            stack("vmotion", dns=DnsState(dhcp=True, domain_name="a.com", servers=("10.0.40.53",))),
            UpdateNetstack("vmotion", dns=DnsState(domain_name="a.com", servers=("10.0.40.53",))),
        ),
        (
            {"gateway": GATEWAY, "maxConnections": 12000, "congestionControl": "newreno"},
            stack("vmotion"),
            UpdateNetstack("vmotion", RouteConfig(IPv4Address("10.0.40.1")), max_connections=12000),
        ),
    ],
    ids=[
        "gateway",
        "the IPv6 gateway goes along",
        "the IPv4 gateway goes along",
        "link-local gateway",
        "no IPv6 gateway keeps the IPv4 one",
        "no gateway keeps the IPv6 one",
        "connections",
        "connections not reported",
        "congestion control",
        "name servers beside what is there",
        "no DNS at all",
        "the order of search domains",
        "the same servers, but from DHCP",
        "only what differs, in one call",
    ],
)
def test_a_stack_is_edited_by_one_call_with_what_differs(
    declared: dict[str, Any], present: NetstackState, step: Step
) -> None:
    steps = plan(esx(IN_USE, stacks=[present]), new(netstack(**declared))).steps

    assert [one.step for one in steps] == [step]


@pytest.mark.parametrize("declared", [{}, {"gateway": {}}, {"gateway": GATEWAY, "maxConnections": 11000}])
def test_a_stack_as_declared_is_left_alone(declared: dict[str, Any]) -> None:
    verdict = judge(esx(IN_USE, stacks=[stack("vmotion", gateway="10.0.40.1")]), new(netstack(**declared)))

    assert not verdict.differences
    assert not verdict.dormant
    assert verdict.steps == ()


def test_settings_of_a_stack_that_no_adapter_uses_wait_for_the_first() -> None:
    verdict = judge(esx(), new(netstack(gateway=GATEWAY)))

    assert verdict.dormant
    assert verdict.blocked is None
    assert (verdict.steps, verdict.differences) == ((), ())


@pytest.mark.parametrize("reverse", [False, True])
def test_a_stack_and_its_first_adapter_of_one_apply_converge_in_one_go(*, reverse: bool) -> None:
    subjects = [
        new(netstack(gateway=GATEWAY, congestionControl="cubic")),
        new(adapter(address=A, on=(SWITCH, FABRIC), netstack="vmotion", mtu=9000)),
    ]

    operation = operate(esx(), *(reversed(subjects) if reverse else subjects)).settle()

    assert [type(one.step) for one in operation.done] == [CreateAdapter, UpdateNetstack]
    assert operation.rounds == 1
    assert not any(verdict.differences for verdict in operation.plan().verdicts.values())


@pytest.mark.parametrize(
    "blocked",
    [
        new(adapter(address=A, netstack="vmotion", on="nowhere")),
        new(adapter(address=A, netstack="vmotion"), policy=Policy.OBSERVE),
        new(adapter(netstack="vmotion")),
    ],
    ids=["bad reference", "observed", "incomplete"],
)
def test_a_stack_whose_adapter_will_not_come_stays_dormant(blocked: Subject) -> None:
    assert judge(esx(), new(netstack(gateway=GATEWAY)), blocked).dormant


def test_an_observed_stack_is_dormant_until_its_adapter_is_really_there() -> None:
    coming = new(adapter(address=A, netstack="vmotion"))

    assert judge(esx(), new(netstack(gateway=GATEWAY), policy=Policy.OBSERVE), coming).dormant


def test_a_gateway_that_only_an_updated_address_reaches_is_set_after_the_update() -> None:
    host = esx(IN_USE, stacks=[stack("vmotion", gateway="10.0.40.1")])

    result = plan(
        host,
        new(netstack(gateway={"ipv4": "10.0.50.1"})),
        bound(adapter(address="10.0.50.11/24", netstack="vmotion"), "vmk1"),
    )

    assert [type(one.step) for one in result.steps] == [UpdateAdapter, UpdateNetstack]


def test_a_gateway_that_an_address_moves_away_from_is_refused() -> None:
    host = esx(IN_USE)

    result = plan(
        host,
        new(netstack(gateway=GATEWAY)),
        bound(adapter(address="10.0.50.11/24", netstack="vmotion"), "vmk1"),
    )

    assert {reason_of(verdict) for verdict in result.verdicts.values()} == {None, "GatewayUnreachable"}
    assert texts(result) == ["set ipv4.address of vmk1 from 10.0.40.11/24 to 10.0.50.11/24"]


def test_dhcp_without_an_answer_may_still_bring_the_gateway() -> None:
    host = esx(vmk("vmk1", dhcp=True, netstack="vmotion"))

    assert reason_of(judge(host, new(netstack(gateway=GATEWAY)))) is None


def test_the_observed_gateway_none_is_a_value() -> None:
    host = esx(IN_USE, stacks=[stack("vmotion", gateway="10.0.40.1")])

    assert differing(judge(host, new(netstack(gateway={"ipv4": "None"})))) == {"gateway.ipv4": ("None", "10.0.40.1")}


def test_what_the_stack_is_like_is_told_whether_declared_or_not() -> None:
    shown = stack(
        "vmotion",
        gateway="10.0.40.1",
        dns=DNS,
        static_routes={"10.9.0.0/16": "10.0.40.254", "fd00:9::/48": "fd00:40::254"},
        running_max_connections=500,
    )

    observed = judge(esx(IN_USE, stacks=[shown]), new(netstack())).observed

    assert observed is not None
    assert observed.model_dump() == {
        "active": True,
        "gateway": "10.0.40.1",
        "ipv6_gateway": None,
        "dns_servers": ("10.0.40.53",),
        "dns_device": None,
        "host_name": None,
        "routes": ("10.9.0.0/16 via 10.0.40.254", "fd00:9::/48 via fd00:40::254"),
        "max_connections": 11000,
        "running_max_connections": 500,
        "congestion_control": "newreno",
    }


def test_a_stack_is_bound_to_its_host() -> None:
    binding = judge(esx(), new(netstack())).binding

    assert binding is not None
    assert binding.device is None
    assert (binding.host_id, binding.host_name) == ("host-30", "esx01.example.com")
