import pytest

from vcenter_simulator.host.refusals import Refusal
from vcenter_simulator.inventory.clock import Clock
from vcenter_simulator.sessions import Session, Sessions

PASSWORD = "secret"


def nothing(_: Session) -> None:
    """Neither give a session anything nor note its end."""


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def sessions(clock: Clock) -> Sessions:
    return Sessions("administrator@vsphere.local", PASSWORD, clock, nothing, nothing)


def login(sessions: Sessions, user: str = "administrator@vsphere.local", password: str = PASSWORD) -> Session:
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


def test_sessions_expire_by_user(sessions: Sessions) -> None:
    login(sessions)
    login(sessions)

    assert sessions.expire_all("somebody") == 0
    assert sessions.expire_all() == 2
    assert sessions.all() == []
