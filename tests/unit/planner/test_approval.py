"""One approval lets exactly one plan run, once."""

from dataclasses import replace
from datetime import datetime

import pytest

from unit.planner.builders import (
    MANAGEMENT,
    NOON,
    VMK0,
    adapter,
    bound,
    condition_of,
    esx,
    judge,
    later,
    netstack,
    plan,
    route,
    vmk,
)
from vmk_operator.api.v1alpha1 import PlanStatus
from vmk_operator.api.v1alpha1.objects import ANNOTATION_APPROVE
from vmk_operator.model.host import HostState, Ipv4State
from vmk_operator.model.identity import Kind, ObjectKey
from vmk_operator.model.outcome import Outcome, Result, WaitsFor
from vmk_operator.model.step import PlannedStep, RouteChanges, UpdateAdapter, UpdateNetstack
from vmk_operator.model.vcenter import Policy
from vmk_operator.planner.approval import plan_content
from vmk_operator.planner.snapshot import Grant, Subject
from vmk_operator.planner.status import next_status

ITEM = adapter("mgmt", on=MANAGEMENT, mtu=1400)
HOST = esx()
CHANGED = esx(vmk("vmk0", "10.0.10.11/24", on=MANAGEMENT, mtu=1400))


def look(subject: Subject, at: datetime = NOON, host: HostState = HOST, *, running: bool = False) -> Subject:
    """Plan and tell."""
    status = next_status(subject, judge(host, subject), (), now=at, running=running)
    return replace(subject, status=status)


def told_plan(subject: Subject) -> PlanStatus:
    assert subject.status.plan is not None
    return subject.status.plan


def approve(subject: Subject, plan_id: str | None = None) -> Subject:
    """Set the annotation, to the plan that is told if no other is given."""
    approved = {ANNOTATION_APPROVE: plan_id or told_plan(subject).id}
    metadata = subject.object.metadata.model_copy(update={"annotations": approved})
    return replace(subject, object=subject.object.model_copy(update={"metadata": metadata}))


WAITING = look(bound(ITEM, "vmk0"))


def test_a_plan_that_waits_for_approval_says_what_hangs_by_it_and_how_to_approve_it() -> None:
    ready = WAITING.status.conditions[0]

    assert told_plan(WAITING).waits_for == WaitsFor.APPROVAL
    assert condition_of(WAITING.status, "Ready") == ("False", "WaitingForApproval")
    assert "mtu of vmk0 on esx01.example.com touches what carries management alone" in ready.message
    assert (
        f"kubectl annotate --overwrite vmkadapter mgmt -n infra vmkernel.dev/approve={told_plan(WAITING).id}."
        in ready.message
    )
    assert "To do: set mtu of vmk0 from 1500 to 1400." in ready.message


def test_the_approved_plan_may_run() -> None:
    (step,) = plan(HOST, approve(WAITING)).steps

    assert step.text == "set mtu of vmk0 from 1500 to 1400"
    assert step.approval == told_plan(WAITING).id


def test_the_plan_of_an_approval_stays_told_until_it_runs() -> None:
    approved = approve(WAITING)

    assert told_plan(look(approved, later(60))) == told_plan(approved).model_copy(update={"waits_for": None})


def test_without_approval_nothing_runs() -> None:
    assert plan(HOST, WAITING).steps == ()


@pytest.mark.parametrize("word", ["true", "Approval", "0123456789abcdef"])
def test_no_other_word_approves(word: str) -> None:
    assert plan(HOST, approve(WAITING, word)).steps == ()


@pytest.mark.parametrize(
    "host",
    [
        esx(vmk("vmk0", "10.0.10.11/24", on=MANAGEMENT, mtu=1280)),
        esx(vmk("vmk0", "10.0.10.12/24", on=MANAGEMENT)),
    ],
    ids=["the value to be changed", "what goes along with it"],
)
def test_an_approval_is_void_when_the_adapter_changed(host: HostState) -> None:
    assert plan(host, approve(WAITING)).steps == ()


def test_an_approval_is_void_for_another_adapter_of_that_name() -> None:
    other = esx(replace(VMK0, mac="00:50:56:6a:ff:ff"))
    subject = approve(WAITING)
    rebound = replace(subject, status=look(bound(ITEM, "vmk0"), host=other).status)

    assert plan(other, replace(rebound, status=subject.status)).steps == ()


def test_an_approval_is_void_when_the_spec_wants_something_else() -> None:
    edited = ITEM.model_copy(update={"spec": ITEM.spec.model_copy(update={"mtu": 1300})})
    subject = approve(WAITING)

    assert plan(HOST, approve(replace(subject, object=edited), told_plan(WAITING).id)).steps == ()


def test_an_approval_is_void_on_another_machine() -> None:
    assert plan(esx(uuid="4c4c4544-0002"), approve(WAITING)).steps == ()


def test_the_same_change_a_month_later_has_another_id() -> None:
    again = look(bound(ITEM, "vmk0"), later(30 * 86400))

    assert told_plan(again).steps == told_plan(WAITING).steps
    assert told_plan(again).id != told_plan(WAITING).id


def test_a_plan_keeps_its_id_while_nothing_changes() -> None:
    assert told_plan(look(WAITING, later(3600))) == told_plan(WAITING)


def test_running_ends_the_approval() -> None:
    ran = look(approve(WAITING), later(1), running=True)

    assert ran.status.plan is None
    assert plan(HOST, ran).steps == ()
    assert told_plan(look(ran, later(60))).id != told_plan(WAITING).id


def test_what_is_left_of_a_running_plan_may_go_on() -> None:
    approved = approve(WAITING)
    steps = tuple(one.step for one in plan(HOST, approved).steps)
    running = replace(look(approved, later(1), running=True), grant=Grant(told_plan(WAITING).id, steps))

    assert [one.step for one in plan(HOST, running).steps] == list(steps)


def test_a_running_plan_ends_when_somebody_takes_the_approval_back() -> None:
    approved = approve(WAITING)
    steps = tuple(one.step for one in plan(HOST, approved).steps)
    running = replace(look(approved, later(1), running=True), grant=Grant(told_plan(WAITING).id, steps))

    assert plan(HOST, approve(running, "withdrawn")).steps == ()


def test_a_running_plan_is_for_its_own_steps_only() -> None:
    approved = approve(WAITING)
    other = UpdateAdapter("vmk0", Ipv4State(dhcp=False, address=None))
    running = replace(look(approved, later(1), running=True), grant=Grant(told_plan(WAITING).id, (other,)))

    assert plan(HOST, running).steps == ()


def test_in_observe_a_plan_has_an_id_and_approving_it_changes_nothing() -> None:
    watched = look(bound(ITEM, "vmk0", policy=Policy.OBSERVE))

    assert told_plan(watched).waits_for is None
    assert plan(HOST, approve(watched)).steps == ()


def test_once_it_is_done_nothing_is_left_to_approve() -> None:
    done = look(approve(WAITING), later(5), CHANGED)

    assert done.status.plan is None
    assert condition_of(done.status, "Ready") == ("True", "Converged")


def test_an_approved_plan_that_failed_waits_for_another_approval() -> None:
    approved = approve(WAITING)
    (step,) = plan(HOST, approved).steps
    running = look(approved, later(1), running=True)
    failed = Outcome(step, Result.FAILED, "RolledBack", "vCenter took it back.")
    halted = replace(running, status=next_status(running, judge(HOST, running), [failed], now=later(2)))

    assert condition_of(halted.status, "Stalled") == ("True", "RolledBack")
    assert plan(HOST, halted).steps == ()


def test_other_objects_of_the_host_do_not_wait_with_it() -> None:
    host = esx(vmk("vmk1"))
    other = bound(adapter(mtu=9000), "vmk1")

    assert [one.text for one in plan(host, WAITING, other).steps] == ["set mtu of vmk1 from 1500 to 9000"]


def test_a_removal_waits_for_approval_too() -> None:
    item = adapter(
        "second",
        "10.0.11.11/24",
        deletionPolicy="Delete",
        metadata={"deletion_timestamp": later(0), "finalizers": ("vmkernel.dev/host-cleanup",)},
    )
    host = esx(VMK0, vmk("vmk1", "10.0.11.11/24"), management=["vmk0", "vmk1"])
    waiting = look(bound(item, "vmk1"), host=host)

    assert condition_of(waiting.status, "Ready") == ("False", "WaitingForApproval")
    assert [one.text for one in plan(host, approve(waiting)).steps] == ["remove vmk1"]


def test_the_content_of_a_plan_is_the_same_in_every_process() -> None:
    owner = ObjectKey(Kind.NETSTACK, "infra", "vmotion", "uid")
    added = RouteChanges(add=frozenset(route(f"10.{number}.0.0/16", "10.0.40.1") for number in range(9)))
    planned = PlannedStep(UpdateNetstack("vmotion", route_changes=added), owner, (), disruptive=True, text="routes")

    assert plan_content(bound(netstack()), HOST, None, [planned]) == "f8cb613988a062d9"
