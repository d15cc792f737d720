from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from component.world import vcenter_config
from unit.planner.builders import NOON, adapter, deleted
from vmk_operator.engine.policy import EffectivePolicy, Pause, check_pause, effective_policy
from vmk_operator.model.vcenter import Policy
from vmk_operator.planner.snapshot import ManagedObject

HOUR = timedelta(hours=1)


def thing(paused: str | None = None, **given: Any) -> ManagedObject:
    annotations = {} if paused is None else {"vmkernel.dev/paused": paused}
    return adapter(metadata={"annotations": annotations, **given.pop("metadata", {})}, **given)


@pytest.mark.parametrize(
    ("annotation", "pause"),
    [
        (None, None),
        ("", None),
        ("false", None),
        ("true", Pause(None)),
        ("True", Pause(None)),
        ("2026-03-01T13:00:00Z", Pause(NOON + HOUR)),
        ("2026-03-01T14:00:00+01:00", Pause(NOON + HOUR)),
        ("2026-03-01T13:00:00", Pause(NOON + HOUR)),
        ("2026-03-01T11:59:59Z", None),
        ("until tomorrow", Pause(None)),
    ],
)
def test_a_pause_is_true_or_has_an_end_and_what_cannot_be_read_pauses(
    annotation: str | None, pause: Pause | None
) -> None:
    assert check_pause(annotation, NOON) == pause


def test_a_pause_ends_exactly_at_its_end() -> None:
    assert check_pause("2026-03-01T12:00:00Z", datetime(2026, 3, 1, 12, tzinfo=UTC)) is None


@pytest.mark.parametrize(
    ("config", "spec", "policy"),
    [
        ({}, {}, Policy.ENFORCE),
        ({"policy": Policy.OBSERVE}, {}, Policy.OBSERVE),
        ({}, {"managementPolicy": "Observe"}, Policy.OBSERVE),
        ({"paused": "true"}, {}, Policy.PAUSED),
        ({"paused": "true"}, {"managementPolicy": "Observe"}, Policy.PAUSED),
    ],
)
def test_the_stricter_of_object_and_vcenter_wins(config: dict[str, Any], spec: dict[str, Any], policy: Policy) -> None:
    assert effective_policy(vcenter_config(**config), thing(**spec), NOON).policy is policy


def test_a_pause_by_both_ends_with_the_later_one() -> None:
    both = effective_policy(vcenter_config(paused="2026-03-01T13:00:00Z"), thing("2026-03-01T14:00:00Z"), NOON)
    one_without_end = effective_policy(vcenter_config(paused="true"), thing("2026-03-01T14:00:00Z"), NOON)

    assert both == EffectivePolicy(Policy.PAUSED, NOON + 2 * HOUR)
    assert one_without_end == EffectivePolicy(Policy.PAUSED)


def test_a_vcenter_that_is_being_deleted_only_cleans_up() -> None:
    config = vcenter_config(deleting=True)

    assert effective_policy(config, thing(), NOON).policy is Policy.OBSERVE
    assert effective_policy(config, thing(metadata=deleted()), NOON).policy is Policy.ENFORCE


def test_without_a_vcenter_the_object_speaks_for_itself() -> None:
    assert effective_policy(None, thing(managementPolicy="Observe"), NOON).policy is Policy.OBSERVE
    assert effective_policy(None, thing(), NOON).policy is Policy.ENFORCE
