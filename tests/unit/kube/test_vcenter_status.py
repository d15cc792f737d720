"""A report about a vCenter as status: one table of conditions, and nothing moves that did not change."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from vmk_operator.api.conditions import Condition
from vmk_operator.api.v1alpha1 import VCenterStatus
from vmk_operator.kube.vcenter_status import vcenter_status
from vmk_operator.model.vcenter import FleetAdvice, VCenterReport, VCenterState

NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
LATER = NOW + timedelta(hours=1)


def report(state: VCenterState, *, generation: int = 1, **more: Any) -> VCenterReport:
    return VCenterReport("lab", "v1", generation, state, "A sentence.", **more)


def said(state: VCenterState, **more: Any) -> dict[str, tuple[str, str]]:
    status = vcenter_status(report(state, **more), previous=VCenterStatus(), now=NOW)
    return {each.type: (each.status, each.reason) for each in status.conditions}


@pytest.mark.parametrize(
    ("state", "ready", "reconciling", "stalled"),
    [
        (VCenterState.CONNECTED, "True", "False", "False"),
        (VCenterState.CONNECTING, "False", "True", "False"),
        (VCenterState.UNREACHABLE, "False", "True", "False"),
        (VCenterState.DELETING, "False", "True", "False"),
        (VCenterState.CERTIFICATE_REJECTED, "False", "False", "True"),
        (VCenterState.LOGIN_REJECTED, "False", "False", "True"),
        (VCenterState.NO_CREDENTIALS, "False", "False", "True"),
        (VCenterState.DUPLICATE, "False", "False", "True"),
        (VCenterState.UNSUPPORTED, "False", "False", "True"),
    ],
)
def test_every_state_has_one_row_of_conditions(state: VCenterState, ready: str, reconciling: str, stalled: str) -> None:
    conditions = said(state)
    assert {kind: status for kind, (status, _) in conditions.items()} == {
        "Ready": ready,
        "Reconciling": reconciling,
        "Stalled": stalled,
        "Paused": "False",
    }
    assert conditions["Ready"][1] == state


def advisories(previous: VCenterStatus | None = None, **more: Any) -> list[str]:
    status = vcenter_status(report(VCenterState.CONNECTED, **more), previous=previous or VCenterStatus(), now=NOW)
    return [each.reason for each in status.advisories]


ADVICE = (FleetAdvice("VmotionOnDefaultStack", "A sentence."), FleetAdvice("MtuUnequal", "Another."))


def test_advice_about_the_fleet_is_told_after_what_concerns_the_vcenter_itself() -> None:
    assert advisories(advice=ADVICE, tls_verified=False) == [
        "TlsVerificationSkipped",
        "VmotionOnDefaultStack",
        "MtuUnequal",
    ]


def test_advice_is_silenced_by_its_reason() -> None:
    silenced = frozenset({"MtuUnequal", "TlsVerificationSkipped", "NoSuchReason"})

    assert advisories(advice=ADVICE, tls_verified=False, silenced=silenced) == ["VmotionOnDefaultStack"]


def test_advice_stands_while_the_hosts_are_not_observed_and_ends_with_its_cause() -> None:
    told = vcenter_status(report(VCenterState.CONNECTED, advice=ADVICE), previous=VCenterStatus(), now=NOW)

    assert advisories(told, advice=None) == ["VmotionOnDefaultStack", "MtuUnequal"]
    assert advisories(told, advice=None, silenced=frozenset({"MtuUnequal"})) == ["VmotionOnDefaultStack"]
    assert advisories(told, advice=()) == []


def test_a_paused_vcenter_says_so() -> None:
    assert said(VCenterState.CONNECTED, paused=True)["Paused"] == ("True", "Paused")


def test_a_deleted_vcenter_that_is_still_needed_says_in_use() -> None:
    assert said(VCenterState.DELETING, in_use_by=3)["Ready"] == ("False", "InUse")


def test_a_transition_time_moves_only_when_the_status_of_a_condition_flips() -> None:
    first = vcenter_status(report(VCenterState.CONNECTING), previous=VCenterStatus(), now=NOW)
    second = vcenter_status(report(VCenterState.UNREACHABLE), previous=first, now=LATER)
    third = vcenter_status(report(VCenterState.CONNECTED), previous=second, now=LATER)
    assert {each.last_transition_time for each in second.conditions} == {NOW}
    assert {each.type: each.last_transition_time for each in third.conditions} == {
        "Ready": LATER,
        "Reconciling": LATER,
        "Stalled": NOW,
        "Paused": NOW,
    }


def test_the_same_report_gives_the_same_status_at_any_time() -> None:
    first = vcenter_status(report(VCenterState.CONNECTED), previous=VCenterStatus(), now=NOW)
    assert vcenter_status(report(VCenterState.CONNECTED), previous=first, now=LATER) == first


def test_identity_is_remembered_while_away_but_not_for_another_server() -> None:
    known = report(VCenterState.CONNECTED, instance_uuid="u-1", version="8.0.3", user="svc", reconcile_requested_at="t")
    first = vcenter_status(known, previous=VCenterStatus(), now=NOW)
    away = vcenter_status(report(VCenterState.UNREACHABLE, stale_since=NOW), previous=first, now=LATER)
    assert (away.instance_uuid, away.version, away.user) == ("u-1", "8.0.3", None)
    assert (away.observed_since, away.last_handled_reconcile_at) == (NOW, "t")
    moved = vcenter_status(report(VCenterState.CONNECTING, generation=2), previous=away, now=LATER)
    assert (moved.instance_uuid, moved.version, moved.observed_generation) == (None, None, 2)


def test_skipped_verification_is_an_advisory_with_the_remedy() -> None:
    status = vcenter_status(report(VCenterState.CONNECTED, tls_verified=False), previous=VCenterStatus(), now=NOW)
    (advisory,) = status.advisories
    assert advisory.reason == "TlsVerificationSkipped"
    assert "tls.caBundle" in advisory.message


def test_what_the_crd_says_by_default_has_not_lasted_since_its_date() -> None:
    default = Condition(type="Paused", status="False", reason="NotPaused", last_transition_time=NOW)
    first = vcenter_status(report(VCenterState.CONNECTED), previous=VCenterStatus(conditions=(default,)), now=LATER)
    assert {condition.last_transition_time for condition in first.conditions} == {LATER}


def test_since_moves_with_the_reason_of_ready_and_not_with_its_message() -> None:
    first = vcenter_status(report(VCenterState.CONNECTING), previous=VCenterStatus(), now=NOW)
    same = vcenter_status(report(VCenterState.CONNECTING), previous=first, now=LATER)
    other = vcenter_status(report(VCenterState.UNREACHABLE), previous=same, now=LATER)

    assert (first.since, same.since, other.since) == (NOW, NOW, LATER)
