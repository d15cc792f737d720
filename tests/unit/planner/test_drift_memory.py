"""What a status remembers: what was right, what somebody changed, what was repaired (DESIGN §3, Drift)."""

from dataclasses import replace

import pytest

from unit.planner.builders import (
    UUID,
    adapter,
    binding,
    bound,
    condition_of,
    deleted,
    esx,
    judge,
    later,
    netstack,
    new,
    plan,
    stack,
    vmk,
)
from unit.planner.operating import Operation, operate
from vmk_operator.model.host import HostState
from vmk_operator.model.outcome import Outcome, Result
from vmk_operator.model.vcenter import Policy
from vmk_operator.planner.snapshot import ManagedObject, Status, Subject
from vmk_operator.planner.status import next_status

A = "10.0.40.11/24"
RIGHT, WRONG = vmk("vmk1", A, mtu=9000), vmk("vmk1", A, mtu=1400)
ITEM = adapter(address=A, mtu=9000)


class Life:
    """One object whose status is carried on from look to look; nothing is ever written to the host."""

    def __init__(
        self, item: ManagedObject = ITEM, *, policy: Policy = Policy.ENFORCE, device: str | None = "vmk1"
    ) -> None:
        self.subject = bound(item, device, policy=policy) if device else new(item, policy=policy)
        self.seconds = 0.0

    def see(self, host: HostState, *outcomes: Outcome, settling: bool = False) -> Status:
        self.seconds += 60
        status = next_status(
            self.subject, judge(host, self.subject), outcomes, now=later(self.seconds), settling=settling
        )
        self.subject = replace(self.subject, status=status)
        return status

    def edit(self, item: ManagedObject | None = None, policy: Policy | None = None) -> None:
        self.subject = Subject(item or self.subject.object, self.subject.status, policy or self.subject.policy)


def fields(status: Status) -> list[str]:
    return [one.field for one in status.drift]


def applied(status: Status) -> dict[str, str]:
    return {one.field: one.value for one in status.applied}


def test_a_difference_that_was_never_right_is_pending() -> None:
    assert fields(Life().see(esx(WRONG))) == []


def test_a_difference_from_what_was_right_is_drift() -> None:
    life = Life()
    life.see(esx(RIGHT))

    (drift,) = life.see(esx(WRONG)).drift

    assert drift.model_dump() == {"field": "mtu", "desired": "9000", "observed": "1400", "since": later(120)}


def test_drift_keeps_its_age_and_follows_what_is_observed() -> None:
    life = Life()
    life.see(esx(RIGHT))
    life.see(esx(WRONG))

    (drift,) = life.see(esx(vmk("vmk1", A, mtu=1300))).drift

    assert (drift.observed, drift.since) == ("1300", later(120))


def test_what_is_right_is_remembered_field_by_field() -> None:
    assert applied(Life().see(esx(WRONG))) == {
        "netstack": "defaultTcpipStack",
        "portGroup": "Backup-40",
        "ipv4.mode": "Static",
        "ipv4.address": A,
    }


def test_a_field_that_is_declared_no_more_is_forgotten() -> None:
    life = Life()
    life.see(esx(RIGHT))
    life.see(esx(WRONG))
    life.edit(adapter(address=A))

    status = life.see(esx(WRONG))

    assert "mtu" not in applied(status)
    assert fields(status) == []
    assert status.drift_history == ()


def test_a_value_edited_in_the_spec_is_pending_and_not_drift() -> None:
    life = Life()
    life.see(esx(RIGHT))
    life.edit(adapter(address=A, mtu=8000))

    assert fields(life.see(esx(RIGHT))) == []
    assert condition_of(life.subject.status, "Ready")[1] == "Applying"


def test_editing_another_field_does_not_end_drift() -> None:
    life = Life()
    life.see(esx(RIGHT))
    life.see(esx(WRONG))
    life.edit(adapter(address="10.0.40.99/24", mtu=9000))

    status = life.see(esx(WRONG))

    assert [(one.field, one.since) for one in status.drift] == [("mtu", later(120))]


def test_going_from_observe_to_enforce_does_not_end_drift() -> None:
    life = Life(policy=Policy.OBSERVE)
    life.see(esx(WRONG))
    life.edit(policy=Policy.ENFORCE)

    status = life.see(esx(WRONG))

    assert [(one.field, one.since) for one in status.drift] == [("mtu", later(60))]
    assert condition_of(status, "Ready")[1] == "Repairing"


def test_in_observe_every_difference_is_drift() -> None:
    assert fields(Life(policy=Policy.OBSERVE).see(esx(vmk("vmk1", "10.0.40.99/24")))) == ["ipv4.address", "mtu"]


def test_repaired_drift_becomes_history() -> None:
    life = Life()
    life.see(esx(RIGHT))
    life.see(esx(WRONG))

    status = life.see(esx(RIGHT))

    assert status.drift == ()
    assert [one.model_dump() for one in status.drift_history] == [
        {"field": "mtu", "desired": "9000", "observed": "1400", "since": later(120), "repaired_at": later(180)}
    ]


def test_a_spec_that_followed_the_host_repaired_nothing() -> None:
    life = Life()
    life.see(esx(RIGHT))
    life.see(esx(WRONG))
    life.edit(adapter(address=A, mtu=1400))

    status = life.see(esx(WRONG))

    assert (status.drift, status.drift_history) == ((), ())


def test_history_keeps_the_last_five() -> None:
    life = Life(policy=Policy.OBSERVE)
    for _ in range(7):
        life.see(esx(WRONG))
        life.see(esx(RIGHT))

    history = life.subject.status.drift_history

    assert [one.repaired_at for one in history] == [later(60 * n) for n in (6, 8, 10, 12, 14)]


def test_a_bound_adapter_that_is_gone_is_drift_of_its_device() -> None:
    life = Life()
    life.see(esx(RIGHT))

    (drift,) = life.see(esx()).drift

    assert (drift.field, drift.desired, drift.observed) == ("device", "vmk1", "absent")


def test_an_adapter_that_never_was_is_pending() -> None:
    assert fields(Life(device=None).see(esx())) == []


def test_an_adapter_made_anew_ends_the_drift_of_its_device() -> None:
    operation = operate(esx(), bound(ITEM, "vmk7")).settle()
    (subject,) = operation.subjects.values()

    assert subject.status.drift == ()
    assert [(one.field, one.desired) for one in subject.status.drift_history] == [("device", "vmk7")]


def test_what_an_adapter_made_anew_does_not_have_yet_is_pending() -> None:
    life = Life(adapter(address=A, services=["vmotion"]))
    life.see(esx(vmk("vmk1", A), services={"vmotion": ["vmk1"]}))

    assert fields(life.see(esx())) == ["device"]
    assert fields(life.see(esx(vmk("vmk1", A)))) == []


def test_drift_of_fields_that_can_not_be_seen_meanwhile_is_kept() -> None:
    life = Life()
    life.see(esx(RIGHT))
    life.see(esx(WRONG))

    assert fields(life.see(esx())) == ["device", "mtu"]


def test_a_rebuilt_host_takes_its_memory_with_it() -> None:
    life = Life()
    life.see(esx(RIGHT))
    life.see(esx(WRONG))

    status = life.see(esx(WRONG, uuid="another machine"))

    assert applied(status)["ipv4.address"] == A
    assert "mtu" not in applied(status)
    assert status.drift == ()
    assert status.binding is not None
    assert status.binding.host_uuid != UUID


def test_a_dormant_stack_has_no_drift_and_remembers_what_was_right() -> None:
    used = esx(vmk("vmk1", A, netstack="vmotion"))
    life = Life(netstack(maxConnections=11000), device=None)
    life.see(used)
    assert fields(life.see(esx(vmk("vmk1", A, netstack="vmotion"), stacks=[stack("vmotion", max_connections=1)])))

    status = life.see(esx())

    assert status.drift == ()
    assert applied(status) == {"maxConnections": "11000"}


def test_a_deleted_object_has_no_drift() -> None:
    life = Life(adapter(address=A, mtu=9000, deletionPolicy="Delete"))
    life.see(esx(RIGHT))
    life.see(esx(WRONG))
    life.edit(adapter(address=A, mtu=9000, deletionPolicy="Delete", metadata=deleted()))

    assert life.see(esx(WRONG)).drift == ()


# While the host settles


def test_while_settling_no_drift_begins() -> None:
    life = Life()
    life.see(esx(RIGHT))

    status = life.see(esx(WRONG), settling=True)

    assert status.drift == ()
    assert condition_of(status, "Ready")[1] == "Settling"


def test_while_settling_no_drift_ends() -> None:
    life = Life()
    life.see(esx(RIGHT))
    life.see(esx(WRONG))

    status = life.see(esx(RIGHT), settling=True)

    assert fields(status) == ["mtu"]
    assert status.drift_history == ()
    assert fields(life.see(esx(RIGHT))) == []


def test_while_settling_an_observed_object_is_told_as_before() -> None:
    life = Life(policy=Policy.OBSERVE)
    before = life.see(esx(WRONG))

    assert life.see(esx(RIGHT), settling=True).plan == before.plan
    assert condition_of(life.subject.status, "Ready")[1] == "Observed"


def test_while_settling_an_object_that_nobody_wrote_for_stays_as_right_as_it_was() -> None:
    life = Life()
    before = life.see(esx(RIGHT))

    assert life.see(esx(RIGHT), settling=True) == before


def test_while_settling_drift_is_not_over_though_the_host_looks_right() -> None:
    life = Life(policy=Policy.OBSERVE)
    life.see(esx(WRONG))
    life.edit(policy=Policy.ENFORCE)

    assert condition_of(life.see(esx(RIGHT), settling=True), "Ready")[1] == "Settling"


def test_a_stale_view_right_after_our_own_write_is_not_drift() -> None:
    life = Life()
    (planned,) = plan(esx(WRONG), life.subject).steps

    status = life.see(esx(WRONG), Outcome(planned, Result.DONE))

    assert status.drift == ()
    assert applied(status)["mtu"] == "9000"
    assert condition_of(status, "Ready")[1] == "Settling"


def test_a_stale_view_right_after_our_own_repair_is_not_new_drift() -> None:
    life = Life()
    life.see(esx(RIGHT))
    (planned,) = plan(esx(WRONG), life.subject).steps

    assert life.see(esx(WRONG), Outcome(planned, Result.DONE)).drift == ()


def test_a_value_declared_while_settling_is_not_taken_for_one_that_was_right() -> None:
    life = Life()
    life.see(esx(RIGHT))
    life.edit(adapter(address=A, mtu=1500))

    status = life.see(esx(vmk("vmk1", A, mtu=1500)), settling=True)

    assert applied(status)["mtu"] == "9000"


def test_one_service_of_two_is_not_yet_the_declared_set() -> None:
    subject = bound(adapter(services=["vmotion", "vSphereProvisioning"]), "vmk1")
    first, second = plan(esx(vmk("vmk1")), subject).steps

    after_one, after_both = (
        next_status(subject, judge(esx(vmk("vmk1")), subject), outcomes, now=later(0))
        for outcomes in ([Outcome(first, Result.DONE)], [Outcome(first, Result.DONE), Outcome(second, Result.DONE)])
    )

    assert "services" not in applied(after_one)
    assert applied(after_both)["services"] == "vSphereProvisioning, vmotion"


# The binding


@pytest.mark.parametrize("result", [Result.DONE, Result.UNVERIFIED])
def test_a_created_device_is_bound_before_the_host_shows_it(result: Result) -> None:
    subject = new(ITEM)
    (planned,) = plan(esx(), subject).steps
    made = Outcome(planned, result, device="vmk1", mac="00:50:56:6a:00:01")

    status = next_status(subject, judge(esx(), subject), [made], now=later(0), settling=True)

    assert status.binding == binding("vmk1")


def test_a_creation_without_an_answer_binds_nothing() -> None:
    subject = new(ITEM)
    (planned,) = plan(esx(), subject).steps

    status = next_status(subject, judge(esx(), subject), [Outcome(planned, Result.UNVERIFIED)], now=later(0))

    assert status.binding is None


def test_what_is_seen_of_a_created_device_is_believed_over_its_answer() -> None:
    subject = new(ITEM)
    (planned,) = plan(esx(), subject).steps
    made = Outcome(planned, Result.UNVERIFIED, device="vmk1")

    status = next_status(subject, judge(esx(RIGHT), subject), [made], now=later(0), settling=True)

    assert status.binding == binding("vmk1")


def test_a_device_that_is_seen_is_bound_with_its_mac() -> None:
    assert Life(device=None).see(esx(RIGHT)).binding == binding("vmk1")


def test_a_repair_after_somebodys_change_leaves_everything_as_it_was_but_for_the_evidence() -> None:
    operation: Operation = operate(esx(RIGHT), bound(ITEM, "vmk1")).settle()
    before = next(iter(operation.subjects.values())).status
    operation.change(replace(operation.network, adapters=(operation.network.adapters[0], WRONG)))

    operation.settle()

    after = next(iter(operation.subjects.values())).status
    assert [one.field for one in after.drift_history] == ["mtu"]
    assert (after.applied, after.binding, after.drift) == (before.applied, before.binding, ())
