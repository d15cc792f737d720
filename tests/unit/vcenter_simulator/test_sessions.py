from typing import Any

import pytest

from unit.vcenter_simulator.builders import inventory
from vcenter_simulator.authorization.authority import Authority, PermissionByName
from vcenter_simulator.authorization.lockout import LockoutPolicy
from vcenter_simulator.authorization.principals import Account
from vcenter_simulator.authorization.sight import Sight
from vcenter_simulator.host.behaviour import Choice
from vcenter_simulator.host.refusals import Refusal
from vcenter_simulator.inventory.clock import Clock
from vcenter_simulator.inventory.growing import ROOT
from vcenter_simulator.sessions import Session, SessionPolicy, Sessions

PASSWORD = "secret"
ADMINISTRATOR = "administrator@vsphere.local"
USER = "reader@vsphere.local"


def nothing(_: Session) -> None:
    """Neither give a session anything nor note its end."""


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def sessions(clock: Clock) -> Sessions:
    return of_policy(clock)


def of_policy(clock: Clock, **policy: Any) -> Sessions:
    tree = inventory()
    authority = Authority(Account(ADMINISTRATOR, PASSWORD), tree, view_above=Choice.ACCEPT)
    given = [PermissionByName(ROOT.moid, USER, "ReadOnly", propagate=True)]
    authority.become({USER: PASSWORD, "nobody@vsphere.local": PASSWORD}, {}, given)
    return Sessions(
        authority,
        SessionPolicy(**policy),
        clock,
        prepare=nothing,
        sight_of=lambda user: Sight(user, authority.permissions, tree),
        ended=nothing,
    )


def login(sessions: Sessions, user: str = ADMINISTRATOR, password: str = PASSWORD) -> Session:
    return sessions.login(user, password, ip_address="127.0.0.1", user_agent="test")


def test_a_session_is_found_by_its_cookie_and_not_by_its_key(sessions: Sessions) -> None:
    session = login(sessions)

    assert sessions.find(session.cookie) is session
    assert sessions.find(session.key) is None
    assert sessions.find(None) is None


@pytest.mark.parametrize(
    ("user", "password"), [("nobody", "secret"), ("administrator@vsphere.local", "Secret"), ("", ""), ("ü", "ü")]
)
def test_wrong_credentials_are_an_invalid_login(sessions: Sessions, user: str, password: str) -> None:
    with pytest.raises(Refusal) as refused:
        login(sessions, user, password)

    assert refused.value.fault == "InvalidLogin"


def test_a_terminated_session_is_gone(sessions: Sessions) -> None:
    session, other = login(sessions), login(sessions)

    sessions.terminate(session.key)

    assert sessions.find(session.cookie) is None
    assert sessions.all() == [other]
    with pytest.raises(Refusal, match="could not be found"):
        sessions.terminate(session.key)


def test_a_session_without_calls_is_over_after_half_an_hour(sessions: Sessions, clock: Clock) -> None:
    idle, waiting = login(sessions), login(sessions)
    waiting.under_way = 1

    clock.advance(31 * 60)

    assert sessions.find(idle.cookie) is None
    assert sessions.find(waiting.cookie) is waiting


def test_a_session_idles_to_the_very_second(clock: Clock) -> None:
    sessions = of_policy(clock, idle_s=60)
    session = login(sessions)

    session.last_active = clock.now()
    clock.advance(59)
    assert sessions.find(session.cookie) is session

    clock.advance(1)
    assert sessions.find(session.cookie) is None


def test_a_session_of_limited_life_ends_whatever_it_does(clock: Clock) -> None:
    sessions = of_policy(clock, lifetime_s=60)
    session = login(sessions)
    session.under_way = 1

    clock.advance(60)

    assert sessions.find(session.cookie) is None


def test_as_many_sessions_as_there_may_be_are_full_until_one_is_over(clock: Clock) -> None:
    sessions = of_policy(clock, most=2, idle_s=60)
    first, _ = login(sessions), login(sessions)
    assert sessions.is_full

    sessions.end(first)
    assert not sessions.is_full

    login(sessions)
    clock.advance(61)
    assert not sessions.is_full


@pytest.mark.parametrize("name", ["READER@vsphere.local", "vsphere.local\\reader", "VSPHERE.LOCAL\\Reader"])
def test_a_user_has_several_names(sessions: Sessions, name: str) -> None:
    assert login(sessions, name).user == USER


def test_who_may_do_nothing_is_not_let_in(sessions: Sessions) -> None:
    with pytest.raises(Refusal) as refused:
        login(sessions, "nobody@vsphere.local")

    assert refused.value.fault == "NoPermission"
    assert refused.value.details["privilegeId"] == "System.View"


def fail(sessions: Sessions, times: int, user: str = USER) -> None:
    for _ in range(times):
        with pytest.raises(Refusal):
            login(sessions, user, "wrong")


def test_five_wrong_passwords_lock_an_account_for_five_minutes(sessions: Sessions, clock: Clock) -> None:
    fail(sessions, 5)

    with pytest.raises(Refusal) as refused:
        login(sessions, USER)
    assert refused.value.fault == "InvalidLogin"
    clock.advance(299)
    with pytest.raises(Refusal):
        login(sessions, USER)

    clock.advance(1)
    assert login(sessions, USER).user == USER


def test_wrong_passwords_for_a_locked_account_lock_it_no_longer(sessions: Sessions, clock: Clock) -> None:
    fail(sessions, 5)
    clock.advance(200)
    fail(sessions, 5)
    clock.advance(100)

    assert login(sessions, USER).user == USER


def test_an_account_may_stay_locked_until_somebody_unlocks_it(clock: Clock) -> None:
    sessions = of_policy(clock, lockout=LockoutPolicy(attempts=1, duration_s=0))
    fail(sessions, 1)
    clock.advance(10_000_000)

    with pytest.raises(Refusal):
        login(sessions, USER)


def test_without_a_policy_no_wrong_password_locks_anything(clock: Clock) -> None:
    sessions = of_policy(clock, lockout=LockoutPolicy(attempts=0))
    fail(sessions, 50)

    assert login(sessions, USER).user == USER


def test_wrong_passwords_that_are_far_apart_lock_nothing(sessions: Sessions, clock: Clock) -> None:
    fail(sessions, 4)
    clock.advance(181)
    fail(sessions, 4)

    assert login(sessions, USER).user == USER


def test_the_right_password_begins_the_count_anew(sessions: Sessions) -> None:
    fail(sessions, 4)
    login(sessions, USER)
    fail(sessions, 4)

    assert login(sessions, USER).user == USER


def test_an_administrator_is_never_locked_out(sessions: Sessions) -> None:
    fail(sessions, 20, ADMINISTRATOR)

    assert login(sessions).user == ADMINISTRATOR


def test_sessions_expire_by_user(sessions: Sessions) -> None:
    login(sessions)
    login(sessions)

    assert sessions.expire_all("somebody") == 0
    assert sessions.expire_all() == 2
    assert sessions.all() == []
