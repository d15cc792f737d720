from dataclasses import replace
from typing import Any

import pytest

from vmk_operator.engine.permit import Circumstances, Hold, WritePermit, check_permit
from vmk_operator.model.host import Ipv4State
from vmk_operator.model.identity import Kind, ObjectKey
from vmk_operator.model.step import PlannedStep, RemoveAdapter, Step, UpdateAdapter
from vmk_operator.model.vcenter import Policy

NOW = 1000.0
FINE = Circumstances(
    stopping=False,
    lease_valid_until=NOW + 15,
    same_session=True,
    inventory_complete=True,
    desired_synced=True,
    object_current=True,
    policy=Policy.ENFORCE,
    halted=False,
    approval=None,
    deletion_seen=False,
    repair_due=None,
    slot_held=True,
)


EDIT = UpdateAdapter("vmk1", Ipv4State(dhcp=False, address=None), mtu=9000)


def ask(
    step: Step = EDIT, *, under: str | None = None, restores: bool = False, **circumstances: Any
) -> WritePermit | Hold:
    owner = ObjectKey(Kind.ADAPTER, "ns", "name", "uid")
    planned = PlannedStep(step, owner, (), disruptive=False, text="", approval=under, restores=restores)
    return check_permit(planned, replace(FINE, **circumstances), now=NOW, least_s=2.0)


def test_a_permit_ends_with_the_lease() -> None:
    assert ask() == WritePermit(NOW + 15)


@pytest.mark.parametrize(
    ("circumstance", "hold"),
    [
        ({"stopping": True}, Hold.STOPPING),
        ({"lease_valid_until": NOW - 1}, Hold.NOT_LEADING),
        ({"lease_valid_until": NOW + 1.9}, Hold.NOT_LEADING),
        ({"lease_valid_until": float("-inf")}, Hold.NOT_LEADING),
        ({"same_session": False}, Hold.SESSION_REPLACED),
        ({"inventory_complete": False}, Hold.INVENTORY_INCOMPLETE),
        ({"desired_synced": False}, Hold.NOT_SYNCED),
        ({"object_current": False}, Hold.OUTDATED),
        ({"policy": Policy.OBSERVE}, Hold.NOT_ENFORCED),
        ({"policy": Policy.PAUSED}, Hold.NOT_ENFORCED),
        ({"halted": True}, Hold.HALTED),
        ({"repair_due": NOW + 0.1}, Hold.REPAIR_DELAY),
        ({"slot_held": False}, Hold.NO_SLOT),
    ],
)
def test_each_thing_that_is_missing_holds_the_write_back(circumstance: dict[str, Any], hold: Hold) -> None:
    assert ask(**circumstance) is hold


def test_a_repair_delay_that_is_over_holds_nothing_back() -> None:
    assert isinstance(ask(repair_due=NOW), WritePermit)


def test_a_removal_needs_a_deletion_that_was_seen() -> None:
    assert ask(RemoveAdapter("vmk1")) is Hold.NOT_DELETED
    assert isinstance(ask(RemoveAdapter("vmk1"), deletion_seen=True), WritePermit)


def test_a_call_may_not_outlast_its_permit() -> None:
    permit = WritePermit(NOW + 15)

    assert permit.timeout_s(NOW + 5, 30.0) == 10.0
    assert permit.timeout_s(NOW, 3.0) == 3.0


def test_an_approved_step_is_permitted_while_the_approval_stands() -> None:
    assert isinstance(ask(under="0123", approval="0123"), WritePermit)
    assert ask(under="0123", approval=None) is Hold.NOT_APPROVED
    assert ask(under="0123", approval="4567") is Hold.NOT_APPROVED


def test_an_approved_removal_needs_no_deletion() -> None:
    assert isinstance(ask(RemoveAdapter("vmk1"), under="0123", approval="0123"), WritePermit)


def test_what_puts_an_adapter_back_is_permitted_although_its_object_is_halted() -> None:
    assert isinstance(ask(halted=True, restores=True), WritePermit)
