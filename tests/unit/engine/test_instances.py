from dataclasses import replace
from datetime import UTC, datetime

from component.world import vcenter_config
from vmk_operator.engine.instances import InstanceClaims

OLD = vcenter_config("old", created_at=datetime(2026, 1, 1, tzinfo=UTC))
NEW = vcenter_config("new", created_at=datetime(2026, 2, 1, tzinfo=UTC))


def test_the_older_vcenter_object_wins_whoever_comes_first() -> None:
    told: list[str] = []
    claims = InstanceClaims()

    assert claims.claim("uuid", NEW, lambda: told.append("new")) is None
    assert claims.claim("uuid", OLD, lambda: told.append("old")) is None
    assert told == ["new"]
    assert claims.claim("uuid", NEW, lambda: told.append("new")) == OLD
    assert told == ["new"]


def test_the_younger_one_is_told_when_the_older_one_leaves() -> None:
    told: list[str] = []
    claims = InstanceClaims()
    claims.claim("uuid", OLD, lambda: told.append("old"))
    claims.claim("uuid", NEW, lambda: told.append("new"))

    claims.leave(OLD)

    assert told == ["new"]
    assert claims.claim("uuid", NEW, lambda: told.append("new")) is None


def test_an_address_that_turns_out_to_be_another_vcenter_gives_the_first_one_up() -> None:
    told: list[str] = []
    claims = InstanceClaims()
    claims.claim("uuid", OLD, lambda: told.append("old"))
    claims.claim("uuid", NEW, lambda: told.append("new"))

    assert claims.claim("another", replace(OLD, server="elsewhere"), lambda: told.append("old")) is None

    assert told == ["new"]
