from unit.planner.builders import NOON, later
from vmk_operator.api.conditions import Condition
from vmk_operator.api.v1alpha1 import Drift, Repair, VmkAdapterStatus
from vmk_operator.engine.transitions import Note, compare_status, describe_outcome
from vmk_operator.model.host import Ipv4State
from vmk_operator.model.identity import Kind, ObjectKey
from vmk_operator.model.outcome import Outcome, Result
from vmk_operator.model.step import PlannedStep, UpdateAdapter

DRIFT = Drift(field="mtu", desired="9000", observed="1500", since=NOON)
REPAIR = Repair(field="mtu", desired="9000", observed="1500", since=NOON, repaired_at=later(7))
NOTHING = VmkAdapterStatus()


def stalled(reason: str) -> VmkAdapterStatus:
    told = Condition(type="Stalled", status="True", reason=reason, message=f"{reason}!", last_transition_time=NOON)
    return VmkAdapterStatus(conditions=(told,))


def test_a_new_drift_is_news_and_a_known_one_is_not() -> None:
    drifted = VmkAdapterStatus(drift=(DRIFT,))

    found = compare_status(NOTHING, drifted)
    assert found.notes == (Note(warning=True, reason="DriftDetected", message="mtu is 1500, declared is 9000."),)
    assert found.drifted == ("mtu",)
    assert compare_status(drifted, drifted).notes == ()


def test_the_same_field_changed_once_more_later_is_news_again() -> None:
    again = DRIFT.model_copy(update={"since": later(60)})

    found = compare_status(VmkAdapterStatus(drift=(DRIFT,)), VmkAdapterStatus(drift=(again,)))

    assert found.drifted == ("mtu",)


def test_a_repair_is_told_with_the_time_it_took() -> None:
    found = compare_status(VmkAdapterStatus(drift=(DRIFT,)), VmkAdapterStatus(drift_history=(REPAIR,)))

    assert [note.reason for note in found.notes] == ["DriftRepaired"]
    assert found.repaired_after_s == (7.0,)


def test_a_stall_is_told_once_for_each_reason() -> None:
    conflict, refused = stalled("Conflict"), stalled("Refused")

    assert [note.reason for note in compare_status(NOTHING, conflict).notes] == ["Conflict"]
    assert compare_status(conflict, conflict).notes == ()
    assert [note.reason for note in compare_status(conflict, refused).notes] == ["Refused"]
    assert compare_status(refused, NOTHING).notes == ()


def test_a_step_that_is_done_says_what_was_changed() -> None:
    planned = PlannedStep(
        UpdateAdapter("vmk1", Ipv4State(dhcp=False, address=None), mtu=9000),
        ObjectKey(Kind.ADAPTER, "a", "b", "c"),
        (),
        disruptive=False,
        text="set mtu",
    )

    assert describe_outcome(Outcome(planned, Result.DONE, device="vmk1")) == Note(
        warning=False, reason="Changed", message="Done: set mtu (vmk1)."
    )
    assert describe_outcome(Outcome(planned, Result.FAILED, "Refused", "no")) is None
    assert describe_outcome(Outcome(planned, Result.WAITING, "Slot")) is None
