"""The state table of DESIGN §3: one row per state, all five conditions of it."""

from typing import Any

import pytest

from unit.planner.builders import (
    BACKUP,
    adapter,
    bound,
    condition_of,
    deleted,
    esx,
    judge,
    later,
    netstack,
    new,
    plan,
    vmk,
)
from vmk_operator.api.conditions import ConditionType
from vmk_operator.api.reasons import Reason
from vmk_operator.api.v1alpha1 import ObservedAdapter
from vmk_operator.model.host import Connection, HostState
from vmk_operator.model.outcome import Outcome, Result, WaitsFor
from vmk_operator.model.vcenter import Policy
from vmk_operator.planner.snapshot import Absence, Status, Subject
from vmk_operator.planner.status import next_status

A = "10.0.40.11/24"
WRONG = vmk("vmk1", A)
RIGHT = vmk("vmk1", A, mtu=9000)
ITEM = adapter(address=A, mtu=9000)
ONCE_RIGHT: dict[str, Any] = {"applied": ({"field": "mtu", "value": "9000"},)}
AWAY = Absence(Reason.VCENTER_AWAY, "vCenter does not answer.")


def tell(host: HostState | Absence, subject: Subject, *outcomes: Outcome, settling: bool = False) -> Status:
    return next_status(subject, judge(host, subject), outcomes, now=later(0), settling=settling)


def outcome(result: Result, reason: str = "", message: str = "") -> Outcome:
    (planned,) = plan(esx(WRONG), bound(ITEM, "vmk1")).steps
    return Outcome(planned, result, reason, message)


SLOT = outcome(Result.WAITING, WaitsFor.SLOT)
DELAY = outcome(Result.WAITING, WaitsFor.REPAIR_DELAY)
T, F, U = "True", "False", "Unknown"


@pytest.mark.parametrize(
    ("status", "ready", "reconciling", "stalled", "drifted", "paused"),
    [
        pytest.param(tell(esx(RIGHT), bound(ITEM, "vmk1")), (T, "Converged"), F, F, F, F, id="converged"),
        pytest.param(tell(esx(WRONG), bound(ITEM, "vmk1")), (F, "Applying"), T, F, F, F, id="pending"),
        pytest.param(tell(esx(), new(ITEM)), (F, "Applying"), T, F, F, F, id="to be created"),
        pytest.param(tell(esx(WRONG), bound(ITEM, "vmk1", **ONCE_RIGHT)), (F, "Repairing"), T, F, T, F, id="repairing"),
        pytest.param(
            tell(esx(WRONG), bound(ITEM, "vmk1"), SLOT), (F, "WaitingForSlot"), T, F, F, F, id="waits for a slot"
        ),
        pytest.param(
            tell(esx(WRONG), bound(ITEM, "vmk1", **ONCE_RIGHT), DELAY),
            (F, "WaitingForRepairDelay"),
            T,
            F,
            T,
            F,
            id="waits for the repair delay",
        ),
        pytest.param(
            tell(esx(WRONG), bound(ITEM, "vmk1"), outcome(Result.RETRY, "Retrying", "It hurt.")),
            (F, "Retrying"),
            T,
            F,
            F,
            F,
            id="retrying",
        ),
        pytest.param(
            tell(esx(WRONG), bound(ITEM, "vmk1"), outcome(Result.UNVERIFIED, "Unverified", "Not seen.")),
            (F, "Settling"),
            T,
            F,
            F,
            F,
            id="sent and not seen",
        ),
        pytest.param(
            tell(esx(WRONG), bound(ITEM, "vmk1"), outcome(Result.DONE)),
            (F, "Settling"),
            T,
            F,
            F,
            F,
            id="done and not seen",
        ),
        pytest.param(tell(esx(RIGHT), bound(ITEM, "vmk1"), settling=True), (F, "Settling"), T, F, F, F, id="settling"),
        pytest.param(tell(esx(), new(netstack(maxConnections=1))), (T, "Dormant"), F, F, F, F, id="dormant"),
        pytest.param(
            tell(esx(RIGHT), bound(ITEM, "vmk1", policy=Policy.OBSERVE)),
            (T, "Converged"),
            F,
            F,
            F,
            F,
            id="Observe, right",
        ),
        pytest.param(
            tell(esx(WRONG), bound(ITEM, "vmk1", policy=Policy.OBSERVE)),
            (T, "Observed"),
            F,
            F,
            T,
            F,
            id="Observe, different",
        ),
        pytest.param(
            tell(esx(), new(ITEM, policy=Policy.OBSERVE)), (T, "Observed"), F, F, T, F, id="Observe, not there"
        ),
        pytest.param(
            tell(esx(), new(adapter(on="nowhere"), policy=Policy.OBSERVE)),
            (F, "NoSuchPortGroup"),
            F,
            T,
            F,
            F,
            id="Observe, bad reference",
        ),
        pytest.param(tell(esx(), new(adapter())), (F, "IncompleteForCreate"), F, T, F, F, id="stalled"),
        pytest.param(
            tell(esx(WRONG), bound(ITEM, "vmk1"), outcome(Result.FAILED, "Refused", "No.")),
            (F, "Refused"),
            F,
            T,
            F,
            F,
            id="refused",
        ),
        pytest.param(
            tell(esx(vmk("vmk1", A, on=None)), bound(ITEM, "vmk1", **ONCE_RIGHT)),
            (F, "PortGroupUnknown"),
            F,
            T,
            T,
            F,
            id="stalled and drifted",
        ),
        pytest.param(
            tell(esx(vmk("vmk1", A, netstack="vmotion")), bound(ITEM, "vmk1")),
            (F, "WaitingForApproval"),
            F,
            F,
            F,
            F,
            id="waits for approval",
        ),
        pytest.param(
            tell(esx(WRONG, management=["vmk0", "vmk1"]), bound(ITEM, "vmk1", **ONCE_RIGHT)),
            (F, "WaitingForApproval"),
            F,
            F,
            T,
            F,
            id="waits for approval, drifted",
        ),
        pytest.param(tell(AWAY, bound(ITEM, "vmk1")), (U, "VCenterAway"), F, F, U, F, id="vCenter away"),
        pytest.param(
            tell(esx(RIGHT, connection=Connection.DISCONNECTED), bound(ITEM, "vmk1")),
            (U, "HostAway"),
            F,
            F,
            U,
            F,
            id="host away",
        ),
        pytest.param(tell(Absence(Reason.PENDING, "Soon."), new(ITEM)), (U, "Pending"), T, F, U, F, id="pending look"),
        pytest.param(
            tell(Absence(Reason.NO_SUCH_HOST, "No."), new(ITEM)), (F, "NoSuchHost"), F, T, F, F, id="no such host"
        ),
        pytest.param(
            tell(esx(RIGHT), bound(ITEM, "vmk1", policy=Policy.PAUSED)),
            (T, "Converged"),
            F,
            F,
            F,
            T,
            id="paused, right",
        ),
        pytest.param(
            tell(esx(WRONG), bound(ITEM, "vmk1", policy=Policy.PAUSED)),
            (U, "Paused"),
            F,
            F,
            T,
            T,
            id="paused, different",
        ),
        pytest.param(
            tell(esx(WRONG), bound(adapter(address=A, deletionPolicy="Delete", metadata=deleted()), "vmk1")),
            (F, "Deleting"),
            T,
            F,
            F,
            F,
            id="deleting",
        ),
        pytest.param(
            tell(AWAY, bound(adapter(address=A, deletionPolicy="Delete", metadata=deleted()), "vmk1")),
            (U, "VCenterAway"),
            F,
            F,
            U,
            F,
            id="deleting, vCenter away",
        ),
    ],
)
def test_every_state_has_one_row_of_conditions(  # noqa: PLR0917 - the columns of the table
    status: Status, ready: tuple[str, str], reconciling: str, stalled: str, drifted: str, paused: str
) -> None:
    assert [one.type for one in status.conditions] == list(ConditionType)
    assert condition_of(status, "Ready") == ready
    assert condition_of(status, "Reconciling")[0] == reconciling
    assert condition_of(status, "Stalled")[0] == stalled
    assert condition_of(status, "Drifted")[0] == drifted
    assert condition_of(status, "Paused")[0] == paused
    assert all(one.message for one in status.conditions if one.status == "True" or one.type == "Ready")
    assert {one.observed_generation for one in status.conditions} == {1}


@pytest.mark.parametrize(
    ("status", "message"),
    [
        (tell(esx(RIGHT), bound(ITEM, "vmk1")), "vmk1 on esx01.example.com is as declared."),
        (tell(esx(WRONG), bound(ITEM, "vmk1")), "To do: set mtu of vmk1 from 1500 to 9000."),
        (
            tell(esx(WRONG), bound(ITEM, "vmk1", **ONCE_RIGHT)),
            "mtu is 1500, declared is 9000. To do: set mtu of vmk1 from 1500 to 9000.",
        ),
        (
            tell(esx(WRONG), bound(ITEM, "vmk1"), SLOT),
            (
                "Waits until fewer hosts of the VCenter are being changed (rollout.maxConcurrentHosts). "
                "To do: set mtu of vmk1 from 1500 to 9000."
            ),
        ),
        (tell(esx(WRONG), bound(ITEM, "vmk1", policy=Policy.OBSERVE)), "mtu is 1500, declared is 9000. Left alone."),
        (
            tell(esx(WRONG), bound(ITEM, "vmk1", policy=Policy.PAUSED)),
            "Paused. mtu is 1500, declared is 9000. Left alone.",
        ),
        (
            tell(esx(), new(netstack(maxConnections=1))),
            (
                "No adapter is on TCP/IP stack vmotion of esx01.example.com yet; its settings are applied together "
                "with the first."
            ),
        ),
        (
            tell(esx(WRONG), bound(ITEM, "vmk1"), outcome(Result.FAILED, "Refused", "No.")),
            "set mtu of vmk1 from 1500 to 9000: No.",
        ),
    ],
)
def test_ready_says_it_in_a_sentence(status: Status, message: str) -> None:
    condition = status.condition("Ready")

    assert condition is not None
    assert condition.message == message


def test_what_enforce_would_refuse_is_told_in_observe() -> None:
    status = tell(esx(vmk("vmk1", A, system_owned=True)), bound(ITEM, "vmk1", policy=Policy.OBSERVE))

    assert (
        "Enforce would refuse: vmk1 on esx01.example.com is configured by another system"
        in status.conditions[0].message
    )
    assert status.plan is None


def test_drifted_lists_the_fields() -> None:
    host = esx(vmk("vmk1", "10.0.40.99/24"))

    status = tell(host, bound(ITEM, "vmk1", policy=Policy.OBSERVE))

    assert next(one.message for one in status.conditions if one.type == "Drifted") == "ipv4.address, mtu"


def test_a_transition_time_moves_only_when_its_status_flips() -> None:
    subject = bound(ITEM, "vmk1")
    first = next_status(subject, judge(esx(WRONG), subject), (), now=later(0))
    subject = Subject(ITEM, first, Policy.ENFORCE)
    second = next_status(subject, judge(esx(WRONG), subject), [SLOT], now=later(60))
    subject = Subject(ITEM, second, Policy.ENFORCE)
    third = next_status(subject, judge(esx(RIGHT), subject), (), now=later(120))

    times = [
        {one.type: one.last_transition_time for one in status.conditions}["Ready"] for status in (first, second, third)
    ]
    assert times == [later(0), later(0), later(120)]
    assert [status.since for status in (first, second, third)] == [later(0), later(60), later(120)]


def test_the_default_of_the_crd_was_never_a_state_of_ours() -> None:
    epoch = {"type": "Ready", "status": "Unknown", "reason": "Pending", "last_transition_time": later(-1e9)}

    status = tell(AWAY, bound(ITEM, None, conditions=(epoch,)))

    assert status.conditions[0].last_transition_time == later(0)


def test_nothing_changes_when_nothing_changes() -> None:
    for host in (esx(WRONG), esx(RIGHT), AWAY, esx()):
        for policy in Policy:
            subject = bound(ITEM, "vmk1", policy=policy, **ONCE_RIGHT)
            first = next_status(subject, judge(host, subject), (), now=later(0))
            again = Subject(ITEM, first, policy)

            assert next_status(again, judge(host, again), (), now=later(60)) == first


def test_what_was_known_is_kept_while_nothing_is_known() -> None:
    subject = bound(ITEM, "vmk1", **ONCE_RIGHT)
    known = next_status(subject, judge(esx(WRONG), subject), (), now=later(0))

    unknown = tell(AWAY, Subject(ITEM, known, Policy.ENFORCE))

    assert (unknown.binding, unknown.applied, unknown.drift) == (known.binding, known.applied, known.drift)
    assert unknown.observed == known.observed
    assert unknown.plan is None


def test_the_observation_is_told() -> None:
    status = tell(esx(WRONG), bound(ITEM, "vmk1"))

    assert isinstance(status.observed, ObservedAdapter)
    assert status.observed.port_group == BACKUP


# status.plan


def test_in_observe_the_plan_is_told_without_anything_to_wait_for() -> None:
    told = tell(esx(WRONG), bound(ITEM, "vmk1", policy=Policy.OBSERVE)).plan

    assert told is not None
    assert (told.since, told.waits_for, told.steps) == (later(0), None, ("set mtu of vmk1 from 1500 to 9000",))


@pytest.mark.parametrize(("waiting", "waits_for"), [(SLOT, "Slot"), (DELAY, "RepairDelay")])
def test_a_plan_that_waits_says_for_what(waiting: Outcome, waits_for: str) -> None:
    told = tell(esx(WRONG), bound(ITEM, "vmk1"), waiting).plan

    assert told is not None
    assert told.waits_for == waits_for


def test_a_plan_that_may_run_is_not_told() -> None:
    assert tell(esx(WRONG), bound(ITEM, "vmk1")).plan is None


def test_a_plan_keeps_its_age_until_it_is_another_plan() -> None:
    subject = bound(ITEM, "vmk1", policy=Policy.OBSERVE)
    first = next_status(subject, judge(esx(WRONG), subject), (), now=later(0))
    same = Subject(ITEM, first, Policy.OBSERVE)
    other = esx(vmk("vmk1", A, mtu=1400))

    kept, renewed = (next_status(same, judge(host, same), (), now=later(60)).plan for host in (esx(WRONG), other))

    assert kept is not None
    assert renewed is not None
    assert (kept.since, renewed.since) == (later(0), later(60))
