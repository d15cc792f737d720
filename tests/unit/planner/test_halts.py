"""When nothing more is tried, and what ends that (DESIGN §5)."""

from dataclasses import replace

import pytest

from unit.planner.builders import (
    adapter,
    bound,
    condition_of,
    esx,
    judge,
    later,
    netstack,
    new,
    plan,
    reason_of,
    stack,
    vmk,
)
from vmk_operator.api.v1alpha1 import Halt, VmkAdapter
from vmk_operator.model.host import HostState
from vmk_operator.model.outcome import Outcome, Result
from vmk_operator.model.vcenter import Policy
from vmk_operator.planner.snapshot import Status, Subject
from vmk_operator.planner.status import next_status

A = "10.0.40.11/24"
RIGHT, WRONG = esx(vmk("vmk1", A, mtu=9000)), esx(vmk("vmk1", A))
ITEM = adapter(address=A, mtu=9000)
REQUEST = "vmkernel.dev/reconcile-requested-at"


def asked(at: str, *, generation: int = 1) -> VmkAdapter:
    return adapter(address=A, mtu=9000, metadata={"annotations": {REQUEST: at}, "generation": generation})


def failed(host: HostState, subject: Subject, reason: str = "Refused") -> Subject:
    """The object after the first step for it failed."""
    planned = plan(host, subject).steps[0]
    outcome = Outcome(planned, Result.FAILED, reason, "No.")
    status = next_status(subject, judge(host, subject), [outcome], now=later(0))
    return replace(subject, status=status)


def tell(host: HostState, subject: Subject, seconds: float = 60) -> Status:
    return next_status(subject, judge(host, subject), (), now=later(seconds))


@pytest.mark.parametrize(
    ("reason", "told"),
    [
        ("Refused", "Refused"),
        ("RolledBack", "RolledBack"),
        ("FailedTooOften", "FailedTooOften"),
        ("SomethingNew", "Refused"),
    ],
)
def test_a_failed_step_halts_its_object(reason: str, told: str) -> None:
    subject = failed(WRONG, bound(ITEM, "vmk1"), reason)

    assert subject.status.halt is not None
    assert subject.status.halt.generation == 1
    assert condition_of(subject.status, "Stalled") == ("True", told)
    assert plan(WRONG, subject).steps == ()
    assert reason_of(judge(WRONG, subject)) == told
    assert judge(WRONG, subject).differences != ()


def test_a_halt_stands_as_long_as_nothing_changes() -> None:
    subject = failed(WRONG, bound(ITEM, "vmk1"))

    assert tell(WRONG, subject) == subject.status


def test_a_halt_stands_while_the_host_is_away() -> None:
    subject = failed(WRONG, bound(ITEM, "vmk1"))
    away = replace(WRONG, network=None)

    assert tell(away, subject).halt == subject.status.halt


@pytest.mark.parametrize(
    "host",
    [
        esx(vmk("vmk1", A, mtu=1400)),
        esx(vmk("vmk1", "10.0.40.12/24")),
        esx(vmk("vmk1", A), services={"vmotion": ["vmk1"]}),
    ],
    ids=["mtu", "address", "services"],
)
def test_a_halt_ends_when_the_adapter_looks_different(host: HostState) -> None:
    subject = failed(WRONG, bound(ITEM, "vmk1"))

    assert plan(host, subject).steps != ()
    assert tell(host, subject).halt is None


@pytest.mark.parametrize(
    "host",
    [
        esx(vmk("vmk1", A), vmk("vmk2", "10.0.40.99/24", on="Storage-50")),
        esx(vmk("vmk1", A), stacks=[stack("vmotion", gateway="10.0.40.1")]),
        esx(vmk("vmk1", A), services={"vSphereBackupNFC": ["vmk0"]}),
    ],
    ids=["another adapter", "another stack", "another adapter's services"],
)
def test_a_halt_does_not_end_because_something_else_changed(host: HostState) -> None:
    assert plan(host, failed(WRONG, bound(ITEM, "vmk1"))).steps == ()


def test_a_creation_that_was_refused_is_tried_again_when_its_port_group_looks_different() -> None:
    occupied = esx(vmk("vmk1", "10.0.40.99/24"))
    subject = failed(occupied, new(ITEM))

    assert plan(occupied, subject).steps == ()
    assert plan(esx(), subject).steps != ()


def test_a_stack_edit_that_was_refused_is_tried_again_when_the_stack_looks_different() -> None:
    used = vmk("vmk1", A, netstack="vmotion")
    subject = failed(esx(used), new(netstack(maxConnections=12000)))

    assert plan(esx(used), subject).steps == ()
    assert plan(esx(used, stacks=[stack("vmotion", gateway="10.0.40.1")]), subject).steps != ()


def test_a_halt_ends_with_a_new_generation() -> None:
    subject = replace(
        failed(WRONG, bound(ITEM, "vmk1")), object=adapter(address=A, mtu=9000, metadata={"generation": 2})
    )

    assert plan(WRONG, subject).steps != ()
    assert tell(WRONG, subject).halt is None


def test_a_request_ends_a_halt_once_and_is_echoed() -> None:
    subject = replace(failed(WRONG, bound(ITEM, "vmk1")), object=asked("now"))

    assert plan(WRONG, subject).steps != ()
    status = tell(WRONG, subject)
    assert status.halt is None
    assert status.last_handled_reconcile_at == "now"

    again = failed(WRONG, replace(subject, status=status))
    assert plan(WRONG, again).steps == ()
    assert plan(WRONG, replace(again, object=asked("later"))).steps != ()


@pytest.mark.parametrize("at", ["", "x" * 5000], ids=["empty", "long"])
def test_a_request_of_any_length_is_handled_once(at: str) -> None:
    subject = replace(failed(WRONG, bound(ITEM, "vmk1")), object=asked(at))
    handled = replace(subject, status=tell(WRONG, subject))

    assert plan(WRONG, failed(WRONG, handled)).steps == ()


def test_an_echo_outlives_its_annotation() -> None:
    subject = bound(ITEM, "vmk1", last_handled_reconcile_at="then")

    assert tell(WRONG, subject).last_handled_reconcile_at == "then"


def test_who_only_observes_is_not_stalled_by_a_halt() -> None:
    subject = replace(failed(WRONG, bound(ITEM, "vmk1")), policy=Policy.OBSERVE)

    status = tell(WRONG, subject)

    assert condition_of(status, "Ready") == ("True", "Observed")
    assert status.halt == subject.status.halt


def test_a_halt_of_an_unknown_reason_is_told_as_a_refusal() -> None:
    fingerprint = judge(WRONG, bound(ITEM, "vmk1")).fingerprint
    halt = Halt(reason="FromTheFuture", message="No.", generation=1, observed_fingerprint=fingerprint)

    assert reason_of(judge(WRONG, bound(ITEM, "vmk1", halt=halt))) == "Refused"


def test_a_fingerprint_is_the_same_in_every_process() -> None:
    assert judge(WRONG, bound(ITEM, "vmk1")).fingerprint == "0ce8d443889faace"


# Contested


def fight(rounds: int, *, every_s: float, subject: Subject | None = None) -> Subject:
    """Let somebody revert the mtu again and again, each time repaired a second later."""
    subject = subject or bound(ITEM, "vmk1")
    subject = replace(subject, status=tell(RIGHT, subject, 0))
    for number in range(rounds):
        for host, after_s in ((WRONG, 0), (RIGHT, 1)):
            subject = replace(subject, status=tell(host, subject, 60 + number * every_s + after_s))
    return subject


def test_a_field_that_was_repaired_three_times_within_ten_minutes_is_contested() -> None:
    status = tell(WRONG, fight(3, every_s=120), 60 + 3 * 120)

    assert status.halt is not None
    assert condition_of(status, "Stalled") == ("True", "Contested")
    assert condition_of(status, "Drifted") == ("True", "Drifted")
    assert "mtu on esx01.example.com was repaired 3 times" in status.conditions[0].message


@pytest.mark.parametrize(
    ("rounds", "every_s"), [(2, 60), (3, 400), (5, 301)], ids=["only twice", "slowly", "slowly for long"]
)
def test_a_field_that_is_reverted_less_often_is_repaired(rounds: int, every_s: float) -> None:
    assert tell(WRONG, fight(rounds, every_s=every_s), 60 + rounds * every_s).halt is None


def test_contested_stands_until_the_host_the_spec_or_a_person_says_otherwise() -> None:
    subject = fight(3, every_s=60)
    subject = replace(subject, status=tell(WRONG, subject, 300))

    assert tell(WRONG, subject, 3000) == subject.status
    assert plan(WRONG, subject).steps == ()
    assert plan(WRONG, replace(subject, object=asked("now"))).steps != ()


def test_contested_is_told_again_when_the_value_changes_again() -> None:
    subject = fight(3, every_s=60)
    subject = replace(subject, status=tell(WRONG, subject, 300))

    status = tell(esx(vmk("vmk1", A, mtu=1400)), subject, 310)

    assert condition_of(status, "Stalled") == ("True", "Contested")


def test_a_request_allows_a_contested_field_one_more_attempt() -> None:
    subject = fight(3, every_s=60)
    subject = replace(subject, status=tell(WRONG, subject, 300), object=asked("now"))

    subject = replace(subject, status=tell(WRONG, subject, 301))
    assert subject.status.halt is None
    assert condition_of(subject.status, "Ready")[1] == "Repairing"
    assert tell(WRONG, subject, 302).halt is None


def test_what_is_contested_waits_for_no_repair_delay() -> None:
    subject = fight(3, every_s=60)
    (planned,) = plan(WRONG, subject).steps
    waiting = Outcome(planned, Result.WAITING, "RepairDelay")

    status = next_status(subject, judge(WRONG, subject), [waiting], now=later(300))

    assert condition_of(status, "Ready")[1] == "Contested"
    assert status.plan is None


def test_a_halt_ends_when_the_host_is_rebuilt() -> None:
    subject = failed(WRONG, bound(ITEM, "vmk1"))

    assert tell(replace(WRONG, uuid="another machine"), subject).halt is None


def test_a_request_that_comes_with_the_next_change_allows_an_attempt_too() -> None:
    subject = replace(fight(3, every_s=60), object=asked("now"))

    assert tell(WRONG, subject, 300).halt is None


def test_another_fields_repairs_do_not_count() -> None:
    subject = fight(3, every_s=60)
    elsewhere = esx(vmk("vmk1", "10.0.40.99/24", mtu=9000))

    assert tell(elsewhere, subject, 300).halt is None


def test_nothing_is_contested_for_who_only_observes() -> None:
    subject = replace(fight(3, every_s=60), policy=Policy.OBSERVE)

    assert tell(WRONG, subject, 300).halt is None
