"""What a host, its vCenter or its storage hangs by: what may be approved, what is refused, and what is free."""

from typing import Any

import pytest

from unit.planner.builders import (
    MANAGEMENT,
    SAFE,
    STORAGE,
    VMK0,
    adapter,
    bound,
    deleted,
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
from vmk_operator.model.host import HostState
from vmk_operator.model.precautions import Precautions
from vmk_operator.model.vcenter import Policy
from vmk_operator.planner.rules.lockout import LOCKOUT, Load, Protection, Touch
from vmk_operator.planner.snapshot import Subject
from vmk_operator.planner.verdict import Verdict

A, B = "10.0.40.11/24", "10.0.40.12/24"
ROUTED = stack("defaultTcpipStack", gateway="10.0.10.1")
UNSAFE = Precautions(iscsi_bound=frozenset(), rollback=False)
NO_ANSWER = Precautions()


def of_default_stack(**spec: Any) -> Subject:
    return new(netstack("default", key="defaultTcpipStack", **spec))


def of_management(address: str | None = None, **spec: Any) -> Subject:
    return bound(adapter("mgmt", address, on=MANAGEMENT, **spec), "vmk0")


def leaving(device: str, address: str, **spec: Any) -> Subject:
    item = adapter("old", address, metadata=deleted(), deletionPolicy="Delete", **spec)
    return bound(item, device)


def risk_of(verdict: Verdict) -> str:
    assert verdict.approval is not None, verdict.blocked
    return " ".join(verdict.approval.risks)


TWO = (VMK0, vmk("vmk1", "10.0.11.11/24"))
"""Either may carry management."""

APPROVALS = [
    pytest.param(esx(), of_management(mtu=1400), "mtu of vmk0 on esx01.example.com", "management alone", id="its MTU"),
    pytest.param(esx(), of_management("10.0.10.99/24"), "ipv4.address of vmk0", "management alone", id="its address"),
    pytest.param(
        esx(),
        of_management(services=["management", "vmotion"]),
        "services of vmk0",
        "management alone",
        id="another service beside management",
    ),
    pytest.param(esx(), of_management(ipv6={"addresses": ["fd00::1/64"]}), "ipv6.addresses", "management", id="IPv6"),
    pytest.param(
        esx(vmk("vmk1", A, on=STORAGE), management=["vmk1"]),
        bound(adapter(address=A), "vmk1"),
        "portGroup of vmk1",
        "carries management alone",
        id="its port group",
    ),
    pytest.param(
        esx(vmk("vmk1", A), management=[]),
        bound(adapter(mtu=9000), "vmk1"),
        "mtu of vmk1",
        "the host does not tell what does",
        id="no adapter is told to carry management",
    ),
    pytest.param(
        esx(vmk("vmk1", A), management=["vmk7"]),
        bound(adapter(mtu=9000), "vmk1"),
        "mtu of vmk1",
        "the host does not tell what does",
        id="management on a device that is not there",
    ),
    pytest.param(
        esx(*TWO, management=["vmk0", "vmk1"]),
        bound(adapter(ipv4={"mode": "None"}), "vmk1"),
        "ipv4.mode of vmk1",
        "carries management as another adapter does",
        id="the address of one of two",
    ),
    pytest.param(
        esx(*TWO, management=["vmk0", "vmk1"]),
        bound(adapter(services=[]), "vmk1"),
        "services of vmk1",
        "as another adapter does",
        id="the service of one of two",
    ),
    pytest.param(
        esx(*TWO, management=["vmk0", "vmk1"]),
        leaving("vmk1", "10.0.11.11/24"),
        "Removing vmk1 from esx01.example.com",
        "as another adapter does",
        id="one of two is to go",
    ),
    pytest.param(
        esx(*TWO, management_server="10.0.11.5"),
        bound(adapter(mtu=9000), "vmk1"),
        "mtu of vmk1",
        "carries vCenter's own connection, or may",
        id="vCenter is in its subnet",
    ),
    pytest.param(
        esx(*TWO, management_server="192.0.2.9", stacks=[stack("defaultTcpipStack", gateway="10.0.11.1")]),
        bound(adapter(mtu=9000), "vmk1"),
        "mtu of vmk1",
        "vCenter's own connection",
        id="vCenter is behind the gateway in its subnet",
    ),
    pytest.param(
        esx(
            *TWO,
            management_server="192.0.2.9",
            stacks=[
                stack("defaultTcpipStack", gateway="10.0.10.1", static_routes={"192.0.2.0/24": "10.0.11.1"}),
            ],
        ),
        bound(adapter(mtu=9000), "vmk1"),
        "mtu of vmk1",
        "vCenter's own connection",
        id="vCenter is behind the router in its subnet",
    ),
    pytest.param(
        esx(*TWO, management_server=None),
        bound(adapter(mtu=9000), "vmk1"),
        "mtu of vmk1",
        "vCenter's own connection, or may",
        id="the host does not tell where its vCenter is",
    ),
    pytest.param(
        esx(vmk("vmk1", A), services={"vsan": ["vmk1"]}),
        bound(adapter(mtu=9000), "vmk1"),
        "mtu of vmk1",
        "carries vSAN",
        id="vSAN",
    ),
    pytest.param(
        esx(vmk("vmk1", A), services={"faultToleranceLogging": ["vmk1"]}),
        bound(adapter(mtu=9000), "vmk1"),
        "mtu of vmk1",
        "carries Fault Tolerance logging",
        id="Fault Tolerance",
    ),
    pytest.param(
        esx(vmk("vmk1", A), services={"nvmeTcp": ["vmk1"]}),
        bound(adapter(services=["vmotion"]), "vmk1"),
        "services of vmk1",
        "carries NVMe over Fabrics",
        id="NVMe for something else",
    ),
    pytest.param(
        esx(vmk("vmk1", A), services={"nvmeTcp": ["vmk1"]}),
        bound(adapter(mtu=9000), "vmk1"),
        "mtu of vmk1",
        "carries NVMe over Fabrics",
        id="NVMe",
    ),
    pytest.param(
        esx(stacks=[ROUTED]),
        of_default_stack(gateway={"ipv4": "10.0.10.254"}),
        "gateway.ipv4 of the TCP/IP stack defaultTcpipStack",
        "carries management",
        id="gateway of the default stack",
    ),
    pytest.param(
        esx(stacks=[ROUTED]),
        of_default_stack(gateway={"ipv4": "None"}),
        "gateway.ipv4 of",
        "carries management",
        id="gateway that vCenter is not reached through",
    ),
    pytest.param(
        esx(stacks=[stack("defaultTcpipStack", ipv6_gateway="fd00:10::1")]),
        of_default_stack(gateway={"ipv6": "None"}),
        "gateway.ipv6 of",
        "carries management",
        id="gateway of the other family",
    ),
    pytest.param(
        esx(), of_default_stack(maxConnections=12000), "maxConnections of", "management", id="anything of the stack"
    ),
    pytest.param(
        esx(),
        of_default_stack(dns={"servers": ["10.0.10.53"]}),
        "dns.servers of",
        "management",
        id="DNS of the default stack",
    ),
    pytest.param(
        esx(),
        of_default_stack(routes=[{"network": "10.9.0.0/16", "gateway": "10.0.10.9"}]),
        "routes[10.9.0.0/16] of",
        "management",
        id="a route of the default stack",
    ),
]

REFUSED = [
    pytest.param(
        esx(vmk("vmk1", A)), of_management(ipv4={"mode": "None"}), "take the last address of an adapter", id="address"
    ),
    pytest.param(esx(), of_management(services=[]), "deselect management for an adapter", id="service"),
    pytest.param(
        esx(),
        of_management("10.0.10.11/24", netstack="vmotion"),
        "replace an adapter by one on another stack",
        id="stack",
    ),
    pytest.param(esx(), leaving("vmk0", "10.0.10.11/24", on=MANAGEMENT), "remove an adapter", id="removal"),
    pytest.param(
        esx(vmk("vmk1", A), management=[]), leaving("vmk1", A), "the host does not tell what does", id="can't be told"
    ),
    pytest.param(
        esx(stacks=[ROUTED], management_server="192.0.2.9"),
        of_default_stack(gateway={"ipv4": "None"}),
        "take the gateway to vCenter from a TCP/IP stack",
        id="gateway to vCenter",
    ),
    pytest.param(
        esx(stacks=[ROUTED], management_server=None),
        of_default_stack(gateway={"ipv4": "None"}),
        "take the gateway to vCenter from a TCP/IP stack",
        id="gateway that may lead to vCenter",
    ),
]

FREE = [
    pytest.param(esx(*TWO), bound(adapter(mtu=9000), "vmk1"), id="an adapter that carries nothing"),
    pytest.param(
        esx(*TWO, stacks=[ROUTED], management_server="192.0.2.9"),
        bound(adapter(mtu=9000), "vmk1"),
        id="vCenter is behind a gateway elsewhere",
    ),
    pytest.param(
        esx(vmk("vmk1", A, netstack="vmotion"), management_server=None),
        bound(adapter(netstack="vmotion", mtu=9000), "vmk1"),
        id="another stack, wherever vCenter is",
    ),
    pytest.param(
        esx(vmk("vmk1", A, netstack="vmotion")),
        new(netstack(gateway={"ipv4": "10.0.40.1"})),
        id="another stack's gateway",
    ),
    pytest.param(esx(), new(adapter(address=A)), id="a new adapter"),
    pytest.param(
        esx(vmk("vmk1", A), services={"faultToleranceLogging": ["vmk1"], "nvmeTcp": []}),
        bound(adapter(services=["faultToleranceLogging", "nvmeTcp"]), "vmk1"),
        id="another service beside Fault Tolerance",
    ),
    pytest.param(esx(vmk("vmk1", A, ipv6=six())), leaving("vmk1", A), id="removal of what carries nothing"),
]


@pytest.mark.parametrize(("host", "subject", "what", "why"), APPROVALS)
def test_what_something_hangs_by_waits_for_approval(host: HostState, subject: Subject, what: str, why: str) -> None:
    result = plan(host, subject)

    verdict = result.verdicts[subject.object.key]
    assert what in risk_of(verdict)
    assert why in risk_of(verdict)
    assert (texts(result), bool(texts(verdict))) == ([], True)


@pytest.mark.parametrize(("host", "subject", "told"), REFUSED)
def test_a_host_is_never_left_without_management_nor_vcenter(host: HostState, subject: Subject, told: str) -> None:
    result = plan(host, subject)

    verdict = result.verdicts[subject.object.key]
    assert reason_of(verdict) == "LockoutProtection"
    assert verdict.blocked is not None
    assert told in verdict.blocked.message
    assert (result.steps, verdict.steps) == ((), ())


@pytest.mark.parametrize(("host", "subject"), FREE)
def test_what_nothing_hangs_by_is_changed_without_approval(host: HostState, subject: Subject) -> None:
    result = plan(host, subject)

    assert result.verdicts[subject.object.key].approval is None
    assert result.steps


@pytest.mark.parametrize(
    ("precautions", "told"),
    [(UNSAFE, "vCenter does not take back"), (NO_ANSWER, "vCenter does not tell whether it takes back")],
    ids=["off", "can't be told"],
)
def test_nothing_that_cuts_a_host_off_can_be_approved_without_rollback(precautions: Precautions, told: str) -> None:
    verdict = judge(esx(), of_management(mtu=1400), precautions=precautions)

    assert reason_of(verdict) == "LockoutProtection"
    assert verdict.blocked is not None
    assert told in verdict.blocked.message


def test_storage_can_be_approved_without_rollback() -> None:
    host = esx(vmk("vmk1", A), services={"vsan": ["vmk1"]})

    assert "vSAN" in risk_of(judge(host, bound(adapter(mtu=9000), "vmk1"), precautions=UNSAFE))


@pytest.mark.parametrize(
    "precautions",
    [Precautions(frozenset({"vmk1"}), rollback=True), Precautions(None, rollback=True), None],
    ids=["bound", "can't be told", "not asked"],
)
def test_an_adapter_that_may_be_bound_to_iscsi_waits_for_approval(precautions: Precautions | None) -> None:
    verdict = judge(esx(vmk("vmk1", A)), bound(adapter(mtu=9000), "vmk1"), precautions=precautions)

    assert "is bound to iSCSI, or may be" in risk_of(verdict)


def test_a_stack_carries_what_its_adapters_do() -> None:
    host, subject = esx(vmk("vmk1", A, netstack="vmotion")), new(netstack(gateway={"ipv4": "10.0.40.1"}))

    verdict = judge(host, subject, precautions=Precautions(frozenset({"vmk1"}), rollback=True))

    assert "the TCP/IP stack vmotion of esx01.example.com touches what is bound to iSCSI" in risk_of(verdict)


def test_the_precautions_are_asked_for_only_where_they_make_a_difference() -> None:
    idle, busy = bound(adapter(), "vmk1"), bound(adapter(mtu=9000), "vmk1")
    host = esx(vmk("vmk1", A))

    assert not plan(host, idle, precautions=None).wants_precautions
    assert not plan(esx(), new(adapter(address=A)), precautions=None).wants_precautions
    assert plan(host, busy, precautions=None).wants_precautions
    assert not plan(host, busy, precautions=SAFE).wants_precautions


def test_nobody_asks_for_an_object_that_is_only_watched() -> None:
    watched = bound(adapter(mtu=9000), "vmk1", policy=Policy.OBSERVE)

    assert not plan(esx(vmk("vmk1", A)), watched, precautions=None).wants_precautions


@pytest.mark.parametrize("touch", Touch)
def test_the_table_has_an_answer_for_everything_that_may_be_carried(touch: Touch) -> None:
    assert set(LOCKOUT[touch]) == set(Load)


@pytest.mark.parametrize("touch", Touch)
def test_what_can_not_be_told_is_protected_like_the_last_that_carries_management(touch: Touch) -> None:
    assert LOCKOUT[touch][Load.UNKNOWN_MANAGEMENT] is LOCKOUT[touch][Load.LAST_MANAGEMENT]


@pytest.mark.parametrize(
    "touch",
    [Touch.TAKE_ADDRESS, Touch.TAKE_MANAGEMENT, Touch.REPLACE_ADAPTER, Touch.REMOVE_ADAPTER, Touch.DROP_GATEWAY],
)
def test_the_last_that_carries_management_keeps_it_whoever_approves(touch: Touch) -> None:
    assert LOCKOUT[touch][Load.LAST_MANAGEMENT] is Protection.REFUSE
