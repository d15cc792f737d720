"""A stack's DNS: by hand, the host's name with it, or from the DHCP lease of one of its adapters."""

from dataclasses import replace
from typing import Any

import pytest

from unit.planner.builders import (
    BACKUP,
    STORAGE,
    adapter,
    bound,
    deleted,
    differing,
    esx,
    forged,
    judge,
    later,
    mac_of,
    netstack,
    network_of,
    new,
    plan,
    reason_of,
    six,
    stack,
    texts,
    told,
    vmk,
)
from unit.planner.operating import operate
from vmk_operator.api.v1alpha1 import Dns, ObservedNetstack, VmkAdapter, VmkNetstack
from vmk_operator.model.host import DEFAULT_NETSTACK, AdapterState, DnsState, HostState
from vmk_operator.model.step import CreateAdapter, CreateNetstack, RemoveAdapter, Step, UpdateAdapter, UpdateNetstack
from vmk_operator.model.vcenter import Policy
from vmk_operator.planner.dns import wanted_dns
from vmk_operator.planner.dns_intent import DnsIntent, read_dns
from vmk_operator.planner.effect import apply, is_visible
from vmk_operator.planner.snapshot import Subject
from vmk_operator.planner.status import next_status

UPLINK = vmk("vmk1", "10.0.40.99/24", netstack="vmotion", dhcp=True)
LEASED = DnsState(dhcp=True, device="vmk1", domain_name="a.com", servers=("10.0.40.53",), search_domains=("a.com",))
BY_HAND = DnsState(host_name="esx01", domain_name="b.com", servers=("10.0.40.1",))


def uplink(name: str = "uplink", *, ipv4: dict[str, str] | None = None, **spec: Any) -> VmkAdapter:
    return adapter(name, netstack="vmotion", ipv4=ipv4 or {"mode": "DHCP"}, **spec)


def from_uplink(name: str = "uplink", **spec: Any) -> VmkNetstack:
    return netstack(dns={"fromAdapter": name}, **spec)


def having(dns: DnsState, *adapters: AdapterState) -> HostState:
    """A host whose vMotion stack has this DNS."""
    return esx(*(adapters or (UPLINK,)), stacks=[stack("vmotion", dns=dns)])


def to_device(device: str, before: DnsState) -> UpdateNetstack:
    sent = DnsState(dhcp=True, device=device, host_name=before.host_name, domain_name=before.domain_name)
    return UpdateNetstack("vmotion", dns=sent)


# From an adapter


@pytest.mark.parametrize(
    ("present", "observed"),
    [
        (DnsState(), "None"),
        (BY_HAND, "None"),
        (replace(LEASED, device="vmk7"), "vmk7"),
        (replace(LEASED, device=None), "DHCP of any adapter"),
        (replace(LEASED, ipv6_device="vmk7"), "vmk1, vmk7 for IPv6"),
        (replace(LEASED, device=None, ipv6_device="vmk1"), "DHCP of any adapter, vmk1 for IPv6"),
    ],
)
def test_dns_that_is_not_from_the_declared_adapter_differs_and_is_written_as_a_whole(
    present: DnsState, observed: str
) -> None:
    verdict = judge(having(present), new(from_uplink()), bound(uplink(), "vmk1"))

    assert differing(verdict) == {"dns.fromAdapter": ("uplink (vmk1)", observed)}
    assert [one.step for one in verdict.steps] == [to_device("vmk1", present)]
    assert texts(verdict) == [f"set dns.fromAdapter of stack vmotion from {observed} to uplink (vmk1)"]


@pytest.mark.parametrize("ipv6_device", [None, "vmk1"])
def test_dns_from_the_declared_adapter_is_as_declared_whatever_the_lease_brings(ipv6_device: str | None) -> None:
    host = having(replace(LEASED, ipv6_device=ipv6_device))

    verdict = judge(host, new(from_uplink()), bound(uplink(), "vmk1"))

    assert (verdict.differences, verdict.steps, verdict.blocked) == ((), (), None)
    assert [(one.field, one.value) for one in verdict.as_declared] == [("dns.fromAdapter", "uplink (vmk1)")]
    assert isinstance(verdict.observed, ObservedNetstack)
    assert (verdict.observed.dns_device, verdict.observed.dns_servers) == ("vmk1", ("10.0.40.53",))


def test_an_adapter_with_dhcpv6_only_will_do() -> None:
    host = having(DnsState(), vmk("vmk1", netstack="vmotion", ipv6=six(dhcp=True)))
    six_only = adapter("uplink", netstack="vmotion", ipv6={"dhcp": True})

    verdict = judge(host, new(from_uplink()), bound(six_only, "vmk1"))

    assert [one.step for one in verdict.steps] == [to_device("vmk1", DnsState())]


def test_an_adapter_that_is_only_observed_will_do_too() -> None:
    observed = bound(uplink(), "vmk1", policy=Policy.OBSERVE)

    assert judge(having(DnsState()), new(from_uplink()), observed).steps != ()


def test_an_adapter_that_this_plan_creates_exists_before_the_stack_has_its_dns_from_it() -> None:
    other = vmk("vmk1", "10.0.40.11/24", netstack="vmotion", on=STORAGE)

    operation = operate(having(DnsState(), other), new(from_uplink()), new(uplink())).settle()

    create, edit = (one.step for one in operation.done)
    assert isinstance(create, CreateAdapter)
    assert edit == to_device("vmk2", DnsState())
    assert operation.rounds == 1


def test_the_first_adapter_of_a_stack_may_be_the_one() -> None:
    operation = operate(esx(), new(from_uplink()), new(uplink())).settle()

    assert [type(one.step) for one in operation.done] == [CreateAdapter, UpdateNetstack]
    made = operation.network.netstack("vmotion")
    assert made is not None
    assert made.dns == DnsState(dhcp=True, device="vmk1")


def test_a_custom_stack_its_adapter_and_its_dns_come_by_one_plan() -> None:
    stack_object = netstack("storage", key="storage", dns={"fromAdapter": "uplink"})
    adapter_object = adapter("uplink", netstack="storage", ipv4={"mode": "DHCP"})

    operation = operate(esx(), new(stack_object), new(adapter_object)).settle()

    assert [type(one.step) for one in operation.done] == [CreateNetstack, CreateAdapter, UpdateNetstack]
    made = operation.network.netstack("storage")
    assert made is not None
    assert made.dns == DnsState(dhcp=True, device="vmk1")
    assert operation.rounds == 1


def test_a_stack_waits_for_its_first_adapter_whatever_its_dns_is_to_come_from() -> None:
    verdict = judge(esx(), new(from_uplink()))

    assert (verdict.dormant, verdict.blocked) == (True, None)


def test_an_adapter_gets_dhcp_before_the_stack_has_its_dns_from_it() -> None:
    host = having(DnsState(), vmk("vmk1", "10.0.40.11/24", netstack="vmotion"))

    result = plan(host, new(from_uplink(maxConnections=500)), bound(uplink(), "vmk1"))

    assert [type(one.step) for one in result.steps] == [UpdateAdapter, UpdateNetstack]


def test_dns_by_hand_is_there_before_its_adapter_ends_dhcp() -> None:
    static = {"mode": "Static", "address": "10.0.40.11/24"}

    result = plan(having(LEASED), new(netstack(dns={"servers": []})), bound(uplink(ipv4=static), "vmk1"))

    assert [type(one.step) for one in result.steps] == [UpdateNetstack, UpdateAdapter]


def test_an_adapter_that_was_replaced_has_another_device_and_the_stack_follows() -> None:
    operation = operate(having(LEASED), new(from_uplink()), bound(uplink(), "vmk1")).settle()
    assert operation.done == []
    other = replace(UPLINK, device="vmk4", mac=mac_of("vmk4"))
    removed = apply(RemoveAdapter("vmk1"), operation.network)
    operation.change(replace(removed, adapters=(*removed.adapters, other)))

    operation.settle()

    assert [one.step for one in operation.done] == [to_device("vmk4", LEASED)]


@pytest.mark.parametrize(
    ("changed", "observed"), [(replace(LEASED, device="vmk2"), "vmk2"), (BY_HAND, "None")], ids=["device", "dhcp off"]
)
def test_what_somebody_changed_by_hand_is_drift_and_repaired(changed: DnsState, observed: str) -> None:
    other = vmk("vmk2", "10.0.50.99/24", netstack="vmotion", dhcp=True, on=STORAGE)
    operation = operate(having(LEASED, UPLINK, other), new(from_uplink()), bound(uplink(), "vmk1")).settle()
    operation.change(network_of(having(changed, UPLINK, other)))

    subject = operation.subjects[from_uplink().key]
    status = next_status(subject, operation.plan().verdicts[from_uplink().key], (), now=later(60))
    assert [(one.field, one.desired, one.observed) for one in status.drift] == [
        ("dns.fromAdapter", "uplink (vmk1)", observed)
    ]

    assert [one.step for one in operation.settle().done] == [to_device("vmk1", changed)]


def test_going_back_to_servers_by_hand_ends_dhcp() -> None:
    item = netstack(dns={"servers": ["10.0.40.1"], "searchDomains": [], "domainName": "None"})

    (step,) = plan(having(LEASED), new(item)).steps

    assert step.step == UpdateNetstack("vmotion", dns=DnsState(servers=("10.0.40.1",)))


# What is in the way


@pytest.mark.parametrize(
    ("others", "reason", "said"),
    [
        pytest.param((), "NoSuchAdapter", "has no VmkAdapter of that name for esx01", id="nobody declares one"),
        pytest.param(
            (bound(uplink("other"), "vmk1"),), "NoSuchAdapter", "has no VmkAdapter of that name", id="another name"
        ),
        pytest.param(
            (bound(uplink(metadata={"namespace": "elsewhere"}), "vmk1"),),
            "NoSuchAdapter",
            "the namespace of this object has no VmkAdapter of that name",
            id="another namespace",
        ),
        pytest.param(
            (bound(uplink(metadata=deleted()), "vmk1"),),
            "NoSuchAdapter",
            "has no VmkAdapter of that name",
            id="deleted",
        ),
        pytest.param(
            (bound(adapter("uplink", "10.0.40.12/24"), "vmk2"),),
            "NoSuchAdapter",
            "whose adapter is on the TCP/IP stack defaultTcpipStack of esx01.example.com; name a VmkAdapter of the",
            id="another stack",
        ),
        pytest.param(
            (new(adapter("uplink", netstack=DEFAULT_NETSTACK, on=STORAGE, ipv4={"mode": "DHCP"})),),
            "NoSuchAdapter",
            "whose adapter is on the TCP/IP stack defaultTcpipStack",
            id="another stack, not there yet",
        ),
        pytest.param(
            (bound(forged(uplink(), netstack=DEFAULT_NETSTACK), "vmk1"),),
            "NoSuchAdapter",
            "whose adapter is on the TCP/IP stack defaultTcpipStack",
            id="about to go to another stack",
        ),
        pytest.param(
            (bound(uplink(), "vmk2"),),
            "NoSuchAdapter",
            "whose adapter is on the TCP/IP stack defaultTcpipStack",
            id="not on this stack yet",
        ),
        pytest.param(
            (new(uplink(on="no such port group")),),
            "NoSuchAdapter",
            "which has no adapter on esx01.example.com; the status of that VmkAdapter says why",
            id="stalled",
        ),
        pytest.param(
            (new(uplink(on=STORAGE), policy=Policy.OBSERVE),),
            "NoSuchAdapter",
            "which has no adapter on",
            id="observed and not there",
        ),
        pytest.param(
            (bound(uplink(ipv4={"mode": "Static", "address": "10.0.40.99/24"}), "vmk1"),),
            "AdapterWithoutDhcp",
            "dns.fromAdapter is uplink, and vmk1 on esx01.example.com does not use DHCP; set ipv4.mode of that",
            id="static",
        ),
    ],
)
@pytest.mark.parametrize("policy", [Policy.ENFORCE, Policy.OBSERVE])
def test_what_stands_in_the_way_of_dns_from_an_adapter(
    others: tuple[Subject, ...], reason: str, said: str, policy: Policy
) -> None:
    host = having(DnsState(), UPLINK, vmk("vmk2", "10.0.40.12/24", on=BACKUP))

    verdict = judge(host, new(from_uplink(), policy=policy), *others)

    refused = verdict.blocked if policy is Policy.ENFORCE else verdict.would_refuse
    assert refused is not None
    assert (refused.reason, said in refused.message) == (reason, True), refused.message
    assert verdict.steps == ()
    assert "dns.fromAdapter" in differing(verdict)


def test_an_object_that_makes_no_sense_any_more_still_has_its_bound_adapter() -> None:
    senseless = bound(forged(uplink(), mtu=1), "vmk1")

    verdict = judge(having(LEASED), new(from_uplink()), senseless)

    assert (verdict.differences, verdict.blocked) == ((), None)


def test_an_adapter_that_lost_dhcp_is_told_though_the_stack_still_points_to_it() -> None:
    static = vmk("vmk1", "10.0.40.11/24", netstack="vmotion")

    verdict = judge(having(LEASED, static), new(from_uplink()), bound(adapter("uplink", netstack="vmotion"), "vmk1"))

    assert (verdict.differences, reason_of(verdict)) == ((), "AdapterWithoutDhcp")


@pytest.mark.parametrize("field", ["servers", "searchDomains", "domainName", "hostName"])
def test_dns_from_an_adapter_beside_dns_by_hand_is_an_invalid_spec(field: str) -> None:
    by_hand: Any = [] if field in ("servers", "searchDomains") else "a"
    item = netstack(dns={"fromAdapter": "uplink", field: by_hand})

    assert reason_of(judge(having(LEASED), new(item), bound(uplink(), "vmk1"))) == "InvalidSpec"


# The host's name


def named(name: str, **dns: Any) -> VmkNetstack:
    return netstack("default", key=DEFAULT_NETSTACK, dns={"hostName": name, **dns})


def test_the_name_of_a_host_is_compared_and_protected_as_the_rest_of_the_default_stack() -> None:
    host = esx(stacks=[stack(DEFAULT_NETSTACK, dns=BY_HAND)])

    verdict = judge(host, new(named("esx99"), policy=Policy.OBSERVE))

    assert differing(verdict) == {"dns.hostName": ("esx99", "esx01")}
    assert isinstance(verdict.observed, ObservedNetstack)
    assert verdict.observed.host_name == "esx01"
    assert judge(host, new(named("esx99"))).approval is not None


def test_a_new_name_is_merged_with_the_dns_that_is_there() -> None:
    intent = read_dns(Dns(host_name="esx99"), DEFAULT_NETSTACK)

    assert isinstance(intent, DnsIntent)
    assert wanted_dns(intent, BY_HAND, None) == replace(BY_HAND, host_name="esx99")
    assert wanted_dns(DnsIntent(servers=()), BY_HAND, None) == replace(BY_HAND, servers=())


def test_a_name_that_is_right_is_as_declared() -> None:
    verdict = judge(esx(stacks=[stack(DEFAULT_NETSTACK, dns=BY_HAND)]), new(named("esx01")))

    assert (verdict.differences, verdict.blocked) == ((), None)


def test_a_name_from_dhcp_is_not_what_is_declared_even_if_it_is_the_same() -> None:
    leased = replace(BY_HAND, dhcp=True)

    verdict = judge(esx(stacks=[stack(DEFAULT_NETSTACK, dns=leased)]), new(named("esx01"), policy=Policy.OBSERVE))

    assert differing(verdict) == {"dns.hostName": ("esx01", "esx01 from DHCP")}


@pytest.mark.parametrize("name", ["esx01.example.com", "", "-esx01", "esx 01", "e" * 64])
def test_what_is_no_name_of_a_host_is_an_invalid_spec(name: str) -> None:
    dns = Dns.model_construct(host_name=name)
    item = named("esx01")
    bad = item.model_copy(update={"spec": item.spec.model_copy(update={"dns": dns})})

    verdict = judge(esx(), new(bad))

    assert verdict.blocked is not None
    assert (verdict.blocked.reason, "spec.dns.hostName can't be" in verdict.blocked.message) == ("InvalidSpec", True)


def test_the_name_of_a_host_on_another_stack_is_an_invalid_spec() -> None:
    verdict = judge(having(BY_HAND), new(netstack(dns={"hostName": "esx01"})))

    assert verdict.blocked is not None
    assert "declare it on defaultTcpipStack only" in verdict.blocked.message


# What vSphere makes of it


def test_a_lease_that_stays_stays_and_another_brings_what_nobody_knows_beforehand() -> None:
    before = network_of(having(LEASED))

    assert apply(to_device("vmk1", LEASED), before) == before
    other = vmk("vmk2", netstack="vmotion", dhcp=True)
    after = apply(to_device("vmk2", BY_HAND), network_of(having(BY_HAND, other))).netstack("vmotion")
    assert after is not None
    assert after.dns == DnsState(dhcp=True, device="vmk2", host_name="esx01")


@pytest.mark.parametrize("device", ["vmk1", "vmk2", "vmk9"], ids=["static", "on another stack", "not there"])
def test_dns_from_an_adapter_that_a_host_refuses_changes_nothing(device: str) -> None:
    static = vmk("vmk1", "10.0.40.11/24", netstack="vmotion")
    before = network_of(having(BY_HAND, static, vmk("vmk2", dhcp=True)))

    assert apply(to_device(device, BY_HAND), before) == before


@pytest.mark.parametrize(
    ("step", "shown", "is_seen"),
    [
        (to_device("vmk1", BY_HAND), LEASED, True),
        (to_device("vmk1", BY_HAND), BY_HAND, False),
        (to_device("vmk2", LEASED), LEASED, False),
        (UpdateNetstack("vmotion", dns=BY_HAND), BY_HAND, True),
        (UpdateNetstack("vmotion", dns=BY_HAND), replace(BY_HAND, dhcp=True), False),
    ],
)
def test_dns_is_seen_once_what_was_sent_is_configured(step: Step, shown: DnsState, *, is_seen: bool) -> None:
    assert is_visible(step, network_of(having(DnsState())), network_of(having(shown))) is is_seen


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (LEASED, replace(LEASED, device="vmk2")),
        (LEASED, replace(LEASED, ipv6_device="vmk2")),
        (BY_HAND, replace(BY_HAND, host_name="esx02")),
    ],
)
def test_a_halt_ends_when_somebody_points_dns_elsewhere_or_renames_the_host(one: DnsState, other: DnsState) -> None:
    marks = {judge(having(dns), told(netstack())).fingerprint for dns in (one, other)}

    assert len(marks) == 2
