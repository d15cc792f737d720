"""What the engine reports about a vCenter becomes the status of its VCenter object."""

from collections.abc import Sequence
from datetime import datetime

from vmk_operator.api.conditions import ConditionType
from vmk_operator.api.reasons import AdvisoryReason, Reason
from vmk_operator.api.v1alpha1 import Advisory, VCenterStatus
from vmk_operator.kube.conditions import Claim, conditions
from vmk_operator.model.vcenter import VCenterReport, VCenterState

IN_USE = "InUse"
"""Reason of a deleted VCenter that waits for the objects that still need it."""

_STALLED = frozenset(
    {
        VCenterState.CERTIFICATE_REJECTED,
        VCenterState.LOGIN_REJECTED,
        VCenterState.NO_CREDENTIALS,
        VCenterState.DUPLICATE,
        VCenterState.UNSUPPORTED,
    }
)
"""States that only a person can end."""

_TLS_NOT_VERIFIED = Advisory(
    reason=AdvisoryReason.TLS_VERIFICATION_SKIPPED,
    message="Any certificate is accepted, so whoever sits between can read the password; "
    "give tls.caBundle instead of tls.insecureSkipVerify.",
)


def vcenter_status(report: VCenterReport, *, previous: VCenterStatus, now: datetime) -> VCenterStatus:
    """Tell a report; *previous* is the status as last written."""
    # Who it is and which release does not change while it cannot be asked, unless the spec names another server.
    same = previous.observed_generation == report.generation
    claims = _claims(report)
    return VCenterStatus(
        observed_generation=report.generation,
        conditions=conditions(claims, previous=previous.conditions, generation=report.generation, now=now),
        since=_since(claims[0].reason, previous, now),
        instance_uuid=report.instance_uuid or (previous.instance_uuid if same else None),
        version=report.version or (previous.version if same else None),
        user=report.user,
        observed_since=report.stale_since,
        advisories=_advisories(report, previous),
        last_handled_reconcile_at=report.reconcile_requested_at or previous.last_handled_reconcile_at,
    )


def _advisories(report: VCenterReport, previous: VCenterStatus) -> tuple[Advisory, ...]:
    of_tls = () if report.tls_verified else (_TLS_NOT_VERIFIED,)
    if report.advice is None:
        of_fleet = tuple(one for one in previous.advisories if one.reason != AdvisoryReason.TLS_VERIFICATION_SKIPPED)
    else:
        of_fleet = tuple(Advisory(reason=one.reason, message=one.message) for one in report.advice)
    return tuple(one for one in (*of_tls, *of_fleet) if one.reason not in report.silenced)


def _since(reason: str, previous: VCenterStatus, now: datetime) -> datetime:
    before = next((condition for condition in previous.conditions if condition.type == ConditionType.READY), None)
    same = before is not None and before.reason == reason
    return previous.since if same and previous.since is not None else now


def _claims(report: VCenterReport) -> Sequence[Claim]:
    reason, message = str(report.state), report.message
    if report.state is VCenterState.DELETING and report.in_use_by:
        reason = IN_USE
        message = message or f"Needed to clean up hosts, by objects with deletionPolicy: Delete: {report.in_use_by}."
    connected = report.state is VCenterState.CONNECTED
    stalled = report.state in _STALLED
    working = not connected and not stalled
    return (
        Claim(ConditionType.READY, "True" if connected else "False", reason, message),
        Claim(ConditionType.RECONCILING, "True", reason, message)
        if working
        else Claim(ConditionType.RECONCILING, "False", Reason.NOT_RECONCILING),
        Claim(ConditionType.STALLED, "True", reason, message)
        if stalled
        else Claim(ConditionType.STALLED, "False", Reason.NOT_STALLED),
        Claim(ConditionType.PAUSED, "True", Reason.PAUSED, "By the annotation vmkernel.dev/paused.")
        if report.paused
        else Claim(ConditionType.PAUSED, "False", Reason.NOT_PAUSED),
    )
