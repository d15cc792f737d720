from typing import Any

from component.world import vcenter_config
from unit.planner.builders import NOON
from vmk_operator.engine.facts import SiteFacts
from vmk_operator.engine.vcenter_report import describe_vcenter
from vmk_operator.model.vcenter import ServerIdentity, VCenterReport, VCenterState


def report(state: VCenterState, message: str = "", *, in_use_by: int = 0, **config: Any) -> VCenterReport:
    facts = SiteFacts(config=vcenter_config(**config), away_since=0.0, state=state, message=message)
    facts.identity = ServerIdentity("vc-1", "8.0.3")
    return describe_vcenter(facts, in_use_by=in_use_by, advice=(), now=NOON)


def test_a_vcenter_that_is_away_keeps_its_identity_and_has_no_user() -> None:
    told = report(VCenterState.UNREACHABLE, "nobody answers")

    assert (told.instance_uuid, told.version, told.user, told.hosts) == ("vc-1", "8.0.3", None, 0)
    assert told.message == "nobody answers"


def test_a_deleted_vcenter_that_is_in_use_and_away_says_both() -> None:
    told = report(VCenterState.UNREACHABLE, "Nobody answers.", in_use_by=3, deleting=True)

    assert told.state is VCenterState.DELETING
    assert told.message == "3 objects still need this vCenter to clean up their hosts. Nobody answers."


def test_a_deleted_vcenter_that_is_connected_leaves_the_sentence_to_the_count() -> None:
    told = report(VCenterState.CONNECTED, "Connected to lab.", in_use_by=3, deleting=True)

    assert (told.state, told.message, told.in_use_by) == (VCenterState.DELETING, "", 3)


def test_a_pause_that_is_over_is_not_told() -> None:
    assert report(VCenterState.CONNECTED, paused="2026-03-01T12:00:01Z").paused
    assert not report(VCenterState.CONNECTED, paused="2026-03-01T11:59:59Z").paused


def test_a_certificate_that_is_not_checked_is_told() -> None:
    assert not report(VCenterState.CONNECTED, insecure_skip_verify=True).tls_verified
