"""What is planned for one VmkAdapter whose identity is clear."""

from dataclasses import replace
from ipaddress import IPv4Address, IPv4Interface, IPv6Address, IPv6Interface
from typing import Any

import pytest

from unit.planner.builders import (
    BACKUP,
    FABRIC,
    IN_SEGMENT,
    ON_FABRIC,
    ON_SEGMENT,
    SWITCH,
    SWITCH_UUID,
    adapter,
    bound,
    differing,
    esx,
    judge,
    new,
    plan,
    six,
    texts,
    vmk,
)
from unit.planner.operating import operate
from vmk_operator.api.v1alpha1 import ObservedAdapter
from vmk_operator.model.host import (
    AdapterState,
    Attachment,
    DistributedAttachment,
    Ipv4State,
    Ipv6State,
    LearnedAddress,
    OpaqueAttachment,
    RouteConfig,
    StandardAttachment,
)
from vmk_operator.model.step import CreateAdapter, DeselectService, Ipv6Change, SelectService, Step, UpdateAdapter
from vmk_operator.model.vcenter import Policy

ADDRESS = IPv4Interface("10.0.40.11/24")
STATIC = Ipv4State(dhcp=False, address=ADDRESS)
ON_BACKUP = StandardAttachment(BACKUP)
DHCP = Ipv4State(dhcp=True, address=None)
NO_ADDRESS = Ipv4State(dhcp=False, address=None)
A6, B6 = IPv6Interface("fd00:40::11/64"), IPv6Interface("fd00:40::12/64")


def test_an_adapter_that_does_not_exist_is_created_as_declared() -> None:
    wanted = new(adapter(address="10.0.40.11/24", on=(SWITCH, FABRIC), netstack="vmotion", mtu=9000))

    steps = plan(esx(), wanted).steps

    assert [one.step for one in steps] == [CreateAdapter("vmotion", ON_FABRIC, STATIC, 9000)]
    assert texts(plan(esx(), wanted)) == [
        "create an adapter on DSwitch/dpg-vmotion in stack vmotion with 10.0.40.11/24 and mtu 9000"
    ]


def test_an_adapter_is_created_on_an_opaque_network_and_told_by_its_id() -> None:
    operation = operate(esx(), new(adapter(address="10.0.40.11/24", on=IN_SEGMENT))).settle()

    assert [(one.step, one.text) for one in operation.done] == [
        (
            CreateAdapter("defaultTcpipStack", ON_SEGMENT, STATIC, None),
            "create an adapter on opaque network 5a9c-0001 in stack defaultTcpipStack with 10.0.40.11/24",
        )
    ]
    (subject,) = operation.subjects.values()
    assert isinstance(subject.status.observed, ObservedAdapter)
    assert subject.status.observed.port_group == "opaque network 5a9c-0001"


def test_an_opaque_network_is_no_port_group_of_the_same_name() -> None:
    host = esx(vmk("vmk1", on=StandardAttachment("opaque network 5a9c-0001")))

    assert differing(judge(host, bound(adapter(on=IN_SEGMENT), "vmk1"))) == {
        "portGroup": ("opaque network 5a9c-0001", "another opaque network 5a9c-0001")
    }


def test_an_undeclared_mtu_is_left_to_vsphere_on_creation() -> None:
    steps = plan(esx(), new(adapter(address="10.0.40.11/24"))).steps

    assert [one.step for one in steps] == [CreateAdapter("defaultTcpipStack", StandardAttachment(BACKUP), STATIC, None)]


@pytest.mark.parametrize(
    ("ipv4", "step", "how"),
    [
        ({"mode": "DHCP"}, CreateAdapter("defaultTcpipStack", ON_BACKUP, DHCP, None), "with DHCP"),
        ({"mode": "None"}, CreateAdapter("defaultTcpipStack", ON_BACKUP, NO_ADDRESS, None), "without IPv4"),
        (
            {"mode": "Static", "address": "10.0.40.11/24", "gateway": "10.0.40.1"},
            CreateAdapter("defaultTcpipStack", ON_BACKUP, STATIC, None, RouteConfig(IPv4Address("10.0.40.1"))),
            "with 10.0.40.11/24 and gateway 10.0.40.1 of its own",
        ),
        (
            {"mode": "Static", "address": "10.0.40.11/24", "gateway": "None"},
            CreateAdapter("defaultTcpipStack", ON_BACKUP, STATIC, None),
            "with 10.0.40.11/24",
        ),
    ],
)
def test_an_adapter_is_created_with_the_declared_ip_configuration(
    ipv4: dict[str, str], step: CreateAdapter, how: str
) -> None:
    result = plan(esx(), new(adapter(ipv4=ipv4)))

    assert [one.step for one in result.steps] == [step]
    assert texts(result) == [f"create an adapter on Backup-40 in stack defaultTcpipStack {how}"]


def test_an_address_from_dhcp_is_nothing_that_anybody_declared() -> None:
    leased = vmk("vmk1", "10.0.40.99/24", dhcp=True)

    verdict = judge(esx(leased), bound(adapter(ipv4={"mode": "DHCP"}), "vmk1"))

    assert not verdict.differences
    assert {one.field for one in verdict.as_declared} == {"netstack", "portGroup", "ipv4.mode"}


def test_what_changed_about_an_address_is_told_field_by_field() -> None:
    subject = bound(adapter(address="10.0.40.11/24", own={"gateway": "10.0.40.1"}), "vmk1")

    verdict = judge(esx(vmk("vmk1", "10.0.40.99/24", dhcp=True)), subject)

    assert differing(verdict) == {
        "ipv4.mode": ("Static", "DHCP"),
        "ipv4.address": ("10.0.40.11/24", "10.0.40.99/24"),
        "ipv4.gateway": ("10.0.40.1", "None"),
    }
    (text,) = texts(verdict)
    assert text == (
        "set ipv4.mode of vmk1 from DHCP to Static and ipv4.address of vmk1 from 10.0.40.99/24 to 10.0.40.11/24 and "
        "ipv4.gateway of vmk1 from None to 10.0.40.1"
    )


def test_services_of_an_adapter_to_come_are_announced_and_selected_once_its_device_is_known() -> None:
    wanted = new(adapter(address="10.0.40.11/24", services=["vmotion"]))

    assert texts(plan(esx(), wanted)) == [
        "create an adapter on Backup-40 in stack defaultTcpipStack with 10.0.40.11/24, then select vmotion for it"
    ]
    operation = operate(esx(), wanted).settle()
    assert [one.step for one in operation.done][1:] == [SelectService("vmk1", "vmotion")]
    assert operation.rounds == 2


@pytest.mark.parametrize(
    ("declared", "present", "step"),
    [
        ({"mtu": 9000}, vmk("vmk1", "10.0.40.11/24"), UpdateAdapter("vmk1", STATIC, mtu=9000)),
        ({"mtu": 9000}, vmk("vmk1", "10.0.40.11/24", dhcp=True), UpdateAdapter("vmk1", DHCP, mtu=9000)),
        ({"mtu": 9000}, vmk("vmk1"), UpdateAdapter("vmk1", NO_ADDRESS, mtu=9000)),
        ({"address": "10.0.40.11/24"}, vmk("vmk1", "10.0.40.99/24"), UpdateAdapter("vmk1", STATIC)),
        ({"address": "10.0.40.11/24"}, vmk("vmk1", "10.0.40.11/20"), UpdateAdapter("vmk1", STATIC)),
        ({"address": "10.0.40.11/24"}, vmk("vmk1"), UpdateAdapter("vmk1", STATIC)),
        ({"address": "10.0.40.11/24"}, vmk("vmk1", "10.0.40.11/24", dhcp=True), UpdateAdapter("vmk1", STATIC)),
        (
            {"address": "10.0.40.11/24", "mtu": 9000},
            vmk("vmk1", "10.0.40.99/24"),
            UpdateAdapter("vmk1", STATIC, mtu=9000),
        ),
        ({"address": "10.0.40.11/24", "mtu": 1500}, vmk("vmk1", "10.0.40.99/24"), UpdateAdapter("vmk1", STATIC)),
        ({"ipv4": {"mode": "DHCP"}}, vmk("vmk1", "10.0.40.99/24"), UpdateAdapter("vmk1", DHCP)),
        ({"ipv4": {"mode": "DHCP"}}, vmk("vmk1"), UpdateAdapter("vmk1", DHCP)),
        ({"ipv4": {"mode": "None"}}, vmk("vmk1", "10.0.40.99/24"), UpdateAdapter("vmk1", NO_ADDRESS)),
        ({"ipv4": {"mode": "None"}}, vmk("vmk1", "10.0.40.99/24", dhcp=True), UpdateAdapter("vmk1", NO_ADDRESS)),
        (
            {"address": "10.0.40.11/24", "own": {"gateway": "10.0.40.1"}},
            vmk("vmk1", "10.0.40.11/24"),
            UpdateAdapter("vmk1", STATIC, routes=RouteConfig(IPv4Address("10.0.40.1"))),
        ),
        (
            {"address": "10.0.40.11/24", "own": {"gateway": "None"}},
            vmk("vmk1", "10.0.40.11/24", gateway="10.0.40.1"),
            UpdateAdapter("vmk1", STATIC, routes=RouteConfig()),
        ),
        (
            {"ipv4": {"mode": "DHCP", "gateway": "10.0.40.1"}},
            vmk("vmk1", "10.0.40.99/24", dhcp=True),
            UpdateAdapter("vmk1", DHCP, routes=RouteConfig(IPv4Address("10.0.40.1"))),
        ),
        (
            {"ipv4": {"mode": "None", "gateway": "None"}},
            vmk("vmk1", "10.0.40.11/24", gateway="10.0.40.1"),
            UpdateAdapter("vmk1", NO_ADDRESS, routes=RouteConfig()),
        ),
    ],
    ids=[
        "mtu",
        "mtu with DHCP",
        "mtu without an address",
        "address",
        "prefix length",
        "first address",
        "from DHCP",
        "both in one call",
        "only what differs",
        "to DHCP",
        "first DHCP",
        "to none",
        "from DHCP to none",
        "gateway of its own",
        "no gateway of its own",
        "gateway of its own beside DHCP",
        "neither address nor gateway",
    ],
)
def test_a_difference_is_repaired_in_place_by_the_smallest_update(
    declared: dict[str, Any], present: AdapterState, step: Step
) -> None:
    steps = plan(esx(present), bound(adapter(**declared), "vmk1")).steps

    assert [one.step for one in steps] == [step]


@pytest.mark.parametrize(
    "present",
    [
        vmk("vmk1", "10.0.40.99/24", mtu=9000),
        vmk("vmk1", "10.0.40.99/24", dhcp=True, mtu=1300),
        vmk("vmk1", None),
        vmk("vmk1", "10.0.40.99/24", gateway="10.0.40.1"),
        vmk("vmk1", ipv6=six("fd00:40::11/64", auto=True, dhcp=True), ipv6_gateway="fe80::1"),
        vmk("vmk1", ipv6=None),
    ],
)
def test_undeclared_fields_are_neither_touched_nor_reported(present: AdapterState) -> None:
    host = esx(present, services={"vmotion": ["vmk1"], "vSphereBackupNFC": ["vmk1"]})

    verdict = judge(host, bound(adapter(), "vmk1"))

    assert not verdict.steps
    assert not verdict.differences
    assert {one.field for one in verdict.as_declared} == {"netstack", "portGroup"}


@pytest.mark.parametrize(
    ("declared", "present", "steps"),
    [
        (["vmotion"], [], [SelectService("vmk1", "vmotion")]),
        ([], ["vmotion"], [DeselectService("vmk1", "vmotion")]),
        (
            ["vmotion"],
            ["vSphereBackupNFC"],
            [SelectService("vmk1", "vmotion"), DeselectService("vmk1", "vSphereBackupNFC")],
        ),
        (
            ["management", "vmotion"],
            ["vSphereBackupNFC"],
            [
                SelectService("vmk1", "vmotion"),
                DeselectService("vmk1", "vSphereBackupNFC"),
                SelectService("vmk1", "management"),
            ],
        ),
        (["vmotion", "vSphereProvisioning"], ["vSphereProvisioning", "vmotion"], []),
    ],
    ids=["select", "exactly none", "select before deselect", "management last", "order means nothing"],
)
def test_services_are_exactly_the_declared_set(declared: list[str], present: list[str], steps: list[Step]) -> None:
    host = esx(vmk("vmk1"), services={service: ["vmk1"] for service in present})

    assert [one.step for one in plan(host, bound(adapter(services=declared), "vmk1")).steps] == steps


def test_each_service_step_says_how_far_it_brings_the_set() -> None:
    host = esx(vmk("vmk1"), services={"vSphereBackupNFC": ["vmk1"]})

    steps = plan(host, bound(adapter(services=["vmotion"]), "vmk1")).steps

    assert [(one.changes[0].before, one.changes[0].after) for one in steps] == [
        ("vSphereBackupNFC", "vSphereBackupNFC, vmotion"),
        ("vSphereBackupNFC, vmotion", "vmotion"),
    ]


def test_a_service_on_another_adapter_is_left_there() -> None:
    host = esx(vmk("vmk1"), vmk("vmk2", on="Storage-50"), services={"vmotion": ["vmk2"]})

    assert texts(plan(host, bound(adapter(services=["vmotion"]), "vmk1"))) == ["select vmotion for vmk1"]


def test_vmk1_is_not_vmk10() -> None:
    host = esx(vmk("vmk1", mtu=9000), vmk("vmk10", on="Storage-50"))

    steps = plan(host, bound(adapter(on="Storage-50", mtu=9000), "vmk10")).steps

    assert [one.step for one in steps] == [UpdateAdapter("vmk10", NO_ADDRESS, mtu=9000)]


def test_services_that_a_dedicated_stack_implies_are_shown_and_never_compared() -> None:
    host = esx(vmk("vmk1", "10.0.40.11/24", netstack="vmotion"))

    verdict = judge(host, bound(adapter(netstack="vmotion", services=[]), "vmk1"))

    assert not verdict.differences
    assert isinstance(verdict.observed, ObservedAdapter)
    assert verdict.observed.services == ("vmotion",)


def test_services_of_an_adapter_that_is_on_a_dedicated_stack_by_mistake_are_not_compared_either() -> None:
    verdict = judge(esx(vmk("vmk1", netstack="vmotion")), bound(adapter(services=[]), "vmk1"))

    assert differing(verdict) == {"netstack": ("defaultTcpipStack", "vmotion")}


@pytest.mark.parametrize("policy", [Policy.OBSERVE, Policy.PAUSED])
def test_without_enforce_the_plan_is_told_and_nothing_may_run(policy: Policy) -> None:
    result = plan(esx(vmk("vmk1")), bound(adapter(mtu=9000), "vmk1", policy=policy))

    assert result.steps == ()
    (verdict,) = result.verdicts.values()
    assert texts(verdict) == ["set mtu of vmk1 from 1500 to 9000"]


def test_a_missing_adapter_in_observe_is_a_difference_of_its_device() -> None:
    verdict = judge(esx(), new(adapter(address="10.0.40.11/24"), policy=Policy.OBSERVE))

    assert differing(verdict) == {"device": ("present", "absent")}
    assert verdict.blocked is None


def test_a_bound_adapter_that_is_gone_is_created_again() -> None:
    operation = operate(esx(), bound(adapter(address="10.0.40.11/24"), "vmk7"))

    assert differing(judge(esx(), *operation.subjects.values())) == {"device": ("vmk7", "absent")}
    operation.settle()
    (subject,) = operation.subjects.values()
    assert subject.status.binding is not None
    assert subject.status.binding.device == "vmk1"


def test_an_adapter_in_another_stack_is_reported_and_not_replaced_without_approval() -> None:
    subject = bound(adapter(mtu=9000), "vmk1")

    result = plan(esx(vmk("vmk1", netstack="vmotion")), subject)

    verdict = result.verdicts[subject.object.key]
    assert {"netstack", "mtu"} <= set(differing(verdict))
    assert verdict.approval is not None
    assert result.steps == ()


@pytest.mark.parametrize(
    ("declared", "present"),
    [
        (StandardAttachment(BACKUP), vmk("vmk1", "10.0.40.11/24", on="Storage-50")),
        (StandardAttachment(BACKUP), vmk("vmk1", "10.0.40.11/24", on=ON_FABRIC)),
        (ON_FABRIC, vmk("vmk1", "10.0.40.11/24")),
        (ON_FABRIC, vmk("vmk1", "10.0.40.11/24", on=DistributedAttachment(SWITCH_UUID, "dvportgroup-8"))),
        (ON_SEGMENT, vmk("vmk1", "10.0.40.11/24")),
        (ON_SEGMENT, vmk("vmk1", "10.0.40.11/24", on=OpaqueAttachment("5a9c-0002", "nsx.network"))),
        (StandardAttachment(BACKUP), vmk("vmk1", "10.0.40.11/24", on=ON_SEGMENT)),
        (ON_FABRIC, vmk("vmk1", "10.0.40.11/24", on=ON_SEGMENT)),
    ],
)
def test_an_adapter_on_another_port_group_is_moved_in_place(declared: Attachment, present: AdapterState) -> None:
    on: Any = {StandardAttachment(BACKUP): BACKUP, ON_FABRIC: (SWITCH, FABRIC), ON_SEGMENT: IN_SEGMENT}[declared]
    host = esx(present, opaque=["5a9c-0002"])

    steps = plan(host, bound(adapter(on=on), "vmk1")).steps

    assert [one.step for one in steps] == [UpdateAdapter("vmk1", STATIC, attachment=declared)]


def test_a_move_says_from_where_to_where_and_takes_what_else_differs_along() -> None:
    subject = bound(adapter(on=(SWITCH, FABRIC), mtu=9000), "vmk1")

    assert texts(plan(esx(vmk("vmk1")), subject)) == [
        "set portGroup of vmk1 from Backup-40 to DSwitch/dpg-vmotion and mtu of vmk1 from 1500 to 9000"
    ]


def test_a_port_group_of_the_same_name_on_another_switch_is_another_port_group() -> None:
    verdict = judge(esx(vmk("vmk1", on="DSwitch/dpg-vmotion")), bound(adapter(on=(SWITCH, FABRIC)), "vmk1"))

    assert differing(verdict) == {"portGroup": ("DSwitch/dpg-vmotion", "another DSwitch/dpg-vmotion")}


def test_what_the_host_has_is_told_whether_declared_or_not() -> None:
    host = esx(vmk("vmk1", "10.0.40.11/24", on=ON_FABRIC, mtu=9000, dhcp=True), services={"vmotion": ["vmk1"]})

    observed = judge(host, bound(adapter(on=(SWITCH, FABRIC)), "vmk1")).observed

    assert observed is not None
    assert observed.model_dump() == {
        "netstack": "defaultTcpipStack",
        "port_group": "DSwitch/dpg-vmotion",
        "mtu": 9000,
        "addresses": ({"address": "10.0.40.11/24", "origin": "DHCP"},),
        "gateway": None,
        "ipv6_gateway": None,
        "services": ("vmotion",),
    }


def test_ipv6_addresses_are_told_with_where_they_come_from() -> None:
    learned = (LearnedAddress(IPv6Interface("fd00::a/64"), "linklayer"), LearnedAddress(B6, "dhcp"))
    present = vmk("vmk1", "10.0.40.11/24", ipv6=replace(six("fd00:40::11/64"), learned=learned), ipv6_gateway="fe80::1")

    observed = judge(esx(present), bound(adapter(), "vmk1")).observed

    assert isinstance(observed, ObservedAdapter)
    assert [(one.address, one.origin) for one in observed.addresses] == [
        ("10.0.40.11/24", "Static"),
        ("fd00:40::11/64", "Static"),
        ("fd00::a/64", "RouterAdvertisement"),
        ("fd00:40::12/64", "DHCP"),
    ]
    assert observed.ipv6_gateway == "fe80::1"


@pytest.mark.parametrize(
    ("ipv6", "change", "how"),
    [
        (
            {"addresses": ["FD00:40:0::11/64"]},
            Ipv6Change(auto=None, dhcp=None, add=(A6,)),
            "without IPv4 and fd00:40::11/64",
        ),
        (
            {"acceptRouterAdvertisements": True, "dhcp": True, "addresses": []},
            Ipv6Change(auto=True, dhcp=True),
            "without IPv4 and router advertisements and DHCPv6",
        ),
    ],
)
def test_an_adapter_is_created_with_ipv6_alone(ipv6: dict[str, Any], change: Ipv6Change, how: str) -> None:
    result = plan(esx(), new(adapter(ipv6=ipv6)))

    assert [one.step for one in result.steps] == [
        CreateAdapter("defaultTcpipStack", ON_BACKUP, NO_ADDRESS, None, ipv6=change)
    ]
    assert texts(result) == [f"create an adapter on Backup-40 in stack defaultTcpipStack {how}"]


def test_what_an_adapter_was_created_with_is_right_from_then_on() -> None:
    ipv6 = {
        "acceptRouterAdvertisements": False,
        "addresses": ["fd00:40::12/64", "fd00:40::11/64"],
        "gateway": "fe80::1",
    }

    operation = operate(esx(), new(adapter(address="10.0.40.11/24", ipv6=ipv6))).settle()

    assert operation.rounds == 1
    (done,) = operation.done
    assert done.text == (
        "create an adapter on Backup-40 in stack defaultTcpipStack with 10.0.40.11/24 and fd00:40::11/64, "
        "fd00:40::12/64 and gateway fe80::1 of its own"
    )
    (subject,) = operation.subjects.values()
    assert {one.field: one.value for one in subject.status.applied if one.field.startswith("ipv6")} == {
        "ipv6.acceptRouterAdvertisements": "false",
        "ipv6.addresses": "fd00:40::11/64, fd00:40::12/64",
        "ipv6.gateway": "fe80::1",
    }


@pytest.mark.parametrize(
    ("ipv6", "present", "change"),
    [
        ({"acceptRouterAdvertisements": True}, six(), Ipv6Change(auto=True, dhcp=False)),
        ({"acceptRouterAdvertisements": False}, six(auto=True, dhcp=True), Ipv6Change(auto=False, dhcp=True)),
        ({"dhcp": True}, six("fd00:40::11/64", auto=True), Ipv6Change(auto=True, dhcp=True)),
        ({"addresses": ["fd00:40::11/64"]}, six(auto=True), Ipv6Change(auto=True, dhcp=False, add=(A6,))),
        ({"addresses": []}, six("fd00:40::11/64"), Ipv6Change(auto=False, dhcp=False, remove=(A6,))),
        (
            {"addresses": ["fd00:40::12/64", "fd00:40::11/64"]},
            six("fd00:40::11/64", "fd00:99::1/64"),
            Ipv6Change(auto=False, dhcp=False, add=(B6,), remove=(IPv6Interface("fd00:99::1/64"),)),
        ),
        (
            {"addresses": ["fd00:40::11/64"]},
            six("fd00:40::11/48"),
            Ipv6Change(auto=False, dhcp=False, add=(A6,), remove=(IPv6Interface("fd00:40::11/48"),)),
        ),
    ],
    ids=[
        "advertisements on",
        "advertisements off",
        "DHCPv6 on",
        "first address",
        "exactly none",
        "one comes, one goes",
        "prefix length",
    ],
)
def test_ipv6_is_written_as_the_switches_and_what_changes_of_the_addresses(
    ipv6: dict[str, Any], present: Ipv6State, change: Ipv6Change
) -> None:
    host = esx(vmk("vmk1", "10.0.40.11/24", ipv6=present))

    assert [one.step for one in plan(host, bound(adapter(ipv6=ipv6), "vmk1")).steps] == [
        UpdateAdapter("vmk1", STATIC, ipv6=change)
    ]


def test_ipv6_addresses_are_compared_as_what_they_are_and_in_any_order() -> None:
    host = esx(vmk("vmk1", ipv6=six("fd00:40::11/64", "fd00:40::12/64", auto=True)))
    subject = bound(adapter(ipv6={"addresses": ["FD00:40:0:0::12/64", "fd00:0040::11/64"]}), "vmk1")

    assert not judge(host, subject).differences


def test_an_address_that_the_network_gave_is_none_that_anybody_declared() -> None:
    learned = (LearnedAddress(A6, "linklayer"),)
    host = esx(vmk("vmk1", ipv6=replace(six(auto=True), learned=learned)))

    assert not judge(host, bound(adapter(ipv6={"addresses": []}), "vmk1")).differences
    assert differing(judge(host, bound(adapter(ipv6={"addresses": ["fd00:40::11/64"]}), "vmk1"))) == {
        "ipv6.addresses": ("fd00:40::11/64", "None")
    }


@pytest.mark.parametrize(
    ("own", "routes"),
    [
        ({"gateway": "fd00:40::1"}, RouteConfig(IPv4Address("10.0.40.1"), IPv6Address("fd00:40::1"))),
        ({"gateway": "None"}, RouteConfig(IPv4Address("10.0.40.1"))),
    ],
)
def test_the_ipv4_gateway_goes_along_when_the_ipv6_gateway_is_changed(own: dict[str, str], routes: RouteConfig) -> None:
    present = vmk("vmk1", "10.0.40.11/24", gateway="10.0.40.1", ipv6=six("fd00:40::11/64"), ipv6_gateway="fd00:40::fe")

    assert [one.step for one in plan(esx(present), bound(adapter(ipv6=own), "vmk1")).steps] == [
        UpdateAdapter("vmk1", STATIC, routes=routes)
    ]


def test_the_ipv6_gateway_goes_along_when_the_ipv4_gateway_is_changed() -> None:
    present = vmk("vmk1", "10.0.40.11/24", ipv6_gateway="fe80::1")
    subject = bound(adapter(address="10.0.40.11/24", own={"gateway": "10.0.40.1"}), "vmk1")

    assert [one.step for one in plan(esx(present), subject).steps] == [
        UpdateAdapter("vmk1", STATIC, routes=RouteConfig(IPv4Address("10.0.40.1"), IPv6Address("fe80::1")))
    ]
