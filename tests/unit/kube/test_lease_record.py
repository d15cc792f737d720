"""When a Lease may be taken over, and what is written into it."""

import copy
from typing import Any

import pytest

from vmk_operator.kube.lease_record import LeaseRecord, LeaseTimes, new_lease

TIMES = LeaseTimes()


def held(by: str = "one", renewed: str = "2026-03-01T12:00:00.000000Z", **spec: Any) -> dict[str, Any]:
    body = new_lease("vmk-operator", "vmk-operator-u", by, TIMES)
    body["spec"] |= {"renewTime": renewed} | spec
    return body


def test_a_lease_is_free_only_after_its_holder_was_silent_for_as_long_as_it_promised() -> None:
    record = LeaseRecord(held(), seen_at=100.0)
    assert not record.free("two", 114.9, 15.0)
    assert record.free("two", 115.0, 15.0)
    assert record.free("one", 100.0, 15.0)


def test_silence_is_counted_on_our_own_clock_from_the_last_change_seen() -> None:
    first = LeaseRecord(held(renewed="1999-01-01T00:00:00.000000Z"), seen_at=100.0)
    same = LeaseRecord(held(renewed="1999-01-01T00:00:00.000000Z"), seen_at=110.0, previous=first)
    assert same.free("two", 115.0, 15.0)
    renewed = LeaseRecord(held(renewed="1999-01-01T00:00:02.000000Z"), seen_at=110.0, previous=first)
    assert not renewed.free("two", 115.0, 15.0)


def test_a_change_of_labels_is_no_renewal() -> None:
    first = LeaseRecord(held(), seen_at=100.0)
    labelled = held()
    labelled["metadata"]["labels"] = {"team": "network"}
    assert LeaseRecord(labelled, seen_at=110.0, previous=first).free("two", 115.0, 15.0)


def test_the_holder_decides_for_how_long_its_own_renewals_count() -> None:
    assert not LeaseRecord(held(leaseDurationSeconds=60), seen_at=100.0).free("two", 130.0, 15.0)


@pytest.mark.parametrize("spec", [{"holderIdentity": ""}, {"holderIdentity": None}])
def test_a_released_lease_is_free_at_once(spec: dict[str, Any]) -> None:
    record = LeaseRecord(held(**spec), seen_at=100.0)
    assert record.free("two", 100.0, 15.0)
    assert record.holder is None


def test_a_new_holder_counts_as_a_transition_and_a_renewal_does_not() -> None:
    record = LeaseRecord(held(), seen_at=0.0)
    assert record.taken("two", TIMES)["spec"]["leaseTransitions"] == 1
    assert record.taken("one", TIMES)["spec"]["leaseTransitions"] == 0


def test_the_recorded_session_outlives_renewal_takeover_and_release() -> None:
    body = LeaseRecord(held(), seen_at=0.0).with_session("s-1")
    record = LeaseRecord(body, seen_at=0.0)
    for written in (record.taken("one", TIMES), record.taken("two", TIMES), record.released()):
        assert LeaseRecord(written, seen_at=0.0).session == "s-1"


def test_a_lease_as_seen_is_never_changed_itself() -> None:
    body = held()
    before = copy.deepcopy(body)
    record = LeaseRecord(body, seen_at=0.0)
    record.taken("two", TIMES)
    record.with_session("s")
    record.released()
    assert body == before


def test_the_holder_stops_well_before_anybody_may_begin() -> None:
    assert TIMES.valid_s + TIMES.request_s < TIMES.duration_s
