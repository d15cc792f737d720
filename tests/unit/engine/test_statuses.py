from component.world import backup_on
from unit.planner.builders import NOON, binding
from vmk_operator.api.conditions import Condition
from vmk_operator.api.v1alpha1 import Drift, Halt, VmkAdapterStatus
from vmk_operator.engine.statuses import StatusBook

THING = backup_on(1)
BOUND = VmkAdapterStatus(binding=binding("vmk1"))


def test_the_last_computed_status_goes_before_what_the_object_carries() -> None:
    book = StatusBook()
    assert book.previous(THING) == THING.status

    book.record(THING, BOUND)

    assert book.previous(THING) == BOUND
    book.forget(THING.key)
    assert book.previous(THING) == THING.status


def test_the_revision_grows_only_when_a_report_changes() -> None:
    book = StatusBook()
    book.record(THING, BOUND)
    revision, reports = book.revision, book.reports()

    book.record(THING, BOUND.model_copy(update={"last_handled_reconcile_at": "now"}))
    assert (book.revision, book.reports()) == (revision, reports)
    assert book.reports() is reports

    book.forget(THING.key)
    assert book.revision > revision
    assert book.reports() == {}
    assert len(reports) == 1


def test_a_report_says_what_the_status_says() -> None:
    book = StatusBook()
    told = [
        Condition(type=kind, status=status, reason=reason, last_transition_time=NOON)
        for kind, status, reason in (
            ("Ready", "False", "Contested"),
            ("Stalled", "True", "Contested"),
            ("Drifted", "True", "Drifted"),
        )
    ]
    drift = Drift(field="mtu", desired="9000", observed="1500", since=NOON)

    book.record(THING, VmkAdapterStatus(conditions=tuple(told), drift=(drift,)))

    report = book.reports()[THING.key]
    assert (report.vcenter, report.host, report.ready, report.reason) == (
        "lab",
        "esx01.example.com",
        "False",
        "Contested",
    )
    assert (report.stalled, report.drifted, report.drift_fields) == (True, True, ("mtu",))
    assert report.drift_since_s == NOON.timestamp()


def test_the_routes_of_a_stack_are_one_field_of_a_report() -> None:
    book = StatusBook()
    drift = tuple(
        Drift(field=f"routes[10.{number}.0.0/16]", desired="10.0.40.254", observed="None", since=NOON)
        for number in (8, 9)
    )

    book.record(THING, VmkAdapterStatus(drift=drift))

    assert book.reports()[THING.key].drift_fields == ("routes",)


def test_a_binding_is_durable_when_the_object_carries_it_or_it_was_persisted() -> None:
    book = StatusBook()
    assert not book.is_durable(THING, BOUND)
    assert book.is_durable(THING.model_copy(update={"status": BOUND}), BOUND)

    book.persisted(THING.key, BOUND)

    assert book.is_durable(THING, BOUND)


def test_a_new_halt_is_not_durable_yet() -> None:
    book = StatusBook()
    book.persisted(THING.key, BOUND)
    halt = Halt(reason="Refused", message="no", generation=1, observed_fingerprint="x")

    assert not book.is_durable(THING, BOUND.model_copy(update={"halt": halt}))
