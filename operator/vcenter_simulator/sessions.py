"""Logins: who is in, since when, and the objects that live and die with a session."""

import hmac
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import uuid4

from vcenter_simulator.collector.retrieval import Pages
from vcenter_simulator.collector.waiting import Collector
from vcenter_simulator.host.refusals import Refusal, not_found
from vcenter_simulator.inventory.clock import Clock
from vcenter_simulator.properties.published import PublishedObject

IDLE_LIMIT = timedelta(minutes=30)
"""A session without a call for this long is over, as on a vCenter with its defaults."""


@dataclass(eq=False)
class Session:
    """One login."""

    key: str
    """What others may know, and end it by."""
    cookie: str
    """What its owner proves itself with."""
    user: str
    login_time: datetime
    last_active: datetime
    ip_address: str
    user_agent: str
    calls: int = 0
    under_way: int = 0
    """Calls that are being answered; a session with a long poll is not idle."""
    objects: dict[str, PublishedObject] = field(default_factory=dict)
    """Views, collectors and filters by id."""
    collectors: dict[str, Collector] = field(default_factory=dict)
    pages: Pages = field(default_factory=Pages)
    numbers: int = 0

    def new_moid(self) -> str:
        """Return an id for an object of this session, in the form that vCenter uses."""
        self.numbers += 1
        return f"session[{self.key}]{uuid4()}"

    def end_waits(self) -> None:
        """End the long polls of this session."""
        for collector in self.collectors.values():
            collector.cancel()


class Sessions:
    """All sessions.

    Args:
        username: the one account that there is.
        password: its password.
        clock: the simulated time.
        prepare: gives a new session the objects that every session has.
        ended: told about a session that is over, however that came.
    """

    def __init__(
        self,
        username: str,
        password: str,
        clock: Clock,
        prepare: Callable[[Session], None],
        ended: Callable[[Session], None],
    ) -> None:
        self._username = username
        self._password = password
        self._clock = clock
        self._prepare = prepare
        self._ended = ended
        self._by_cookie: dict[str, Session] = {}

    def all(self) -> list[Session]:
        """Return the sessions that are alive, the oldest first."""
        return [one for one in list(self._by_cookie.values()) if not self._end_if_idle(one)]

    def find(self, cookie: str | None) -> Session | None:
        """Find the session that *cookie* proves."""
        session = self._by_cookie.get(cookie or "")
        return None if session is None or self._end_if_idle(session) else session

    def login(self, username: str, password: str, *, ip_address: str, user_agent: str) -> Session:
        """Begin a session.

        Raises:
            Refusal: InvalidLogin.
        """
        given = hmac.compare_digest(password.encode(), self._password.encode())
        if username.lower() != self._username.lower() or not given:
            raise Refusal("InvalidLogin", "Cannot complete login due to an incorrect user name or password.")
        now = self._clock.now()
        session = Session(str(uuid4()), uuid4().hex + uuid4().hex[:8], self._username, now, now, ip_address, user_agent)
        self._prepare(session)
        self._by_cookie[session.cookie] = session
        return session

    def end(self, session: Session) -> None:
        """End a session and everything in it."""
        self._by_cookie.pop(session.cookie, None)
        session.end_waits()
        session.objects.clear()
        session.collectors.clear()
        self._ended(session)

    def terminate(self, key: str) -> None:
        """End the session with *key*.

        Raises:
            Refusal: NotFound.
        """
        session = next((one for one in self.all() if one.key == key), None)
        if session is None:
            raise not_found(f"The session '{key}'")
        self.end(session)

    def expire_all(self, user: str | None = None) -> int:
        """End all sessions, or those of one user; return how many they were."""
        ended = [one for one in self.all() if user in (None, one.user)]
        for session in ended:
            self.end(session)
        return len(ended)

    def _end_if_idle(self, session: Session) -> bool:
        if session.under_way or self._clock.now() - session.last_active < IDLE_LIMIT:
            return False
        self.end(session)
        return True
