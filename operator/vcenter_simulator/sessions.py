"""Logins: who is in, since when, and the objects that live and die with a session."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import uuid4

from vcenter_simulator.authorization.authority import Authority
from vcenter_simulator.authorization.checking import no_permission
from vcenter_simulator.authorization.lockout import Lockout, LockoutPolicy
from vcenter_simulator.authorization.principals import shown_name
from vcenter_simulator.authorization.privileges import VIEW
from vcenter_simulator.authorization.sight import Sight
from vcenter_simulator.collector.retrieval import Pages
from vcenter_simulator.collector.waiting import Collector
from vcenter_simulator.host.refusals import Refusal, not_found
from vcenter_simulator.inventory.clock import Clock
from vcenter_simulator.inventory.growing import ROOT
from vcenter_simulator.properties.published import PublishedObject


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionPolicy:
    """How long sessions live and how many there may be; the defaults are a vCenter's."""

    idle_s: float = 1800.0
    """Seconds without a call that end a session."""
    lifetime_s: float | None = None
    """Seconds from the login that end it whatever it does; unset: none do."""
    most: int = 3000
    """Sessions at a time: ``config.vmacore.soap.maxSessionCount``, Broadcom article 375546."""
    lockout: LockoutPolicy = field(default_factory=LockoutPolicy)


MOST_OBJECTS = 10_000
"""Views, filters and collectors of one session. No source says where a vCenter stops; without an end one client that
forgets to destroy its views takes all the memory that there is."""

MOST_FILTERS = 250
"""Of one session: each remembers what it has told of every object, half a megabyte for a thousand hosts."""


@dataclass(eq=False)
class Session:
    """One login."""

    key: str
    """What others may know, and end it by."""
    cookie: str
    """What its owner proves itself with."""
    user: str
    sight: Sight
    """What its user sees."""
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

    @property
    def shown_user(self) -> str:
        """The user's name as vCenter shows it."""
        return shown_name(self.user)

    def new_moid(self) -> str:
        """Return an id for an object of this session, in the form that vCenter uses."""
        self.numbers += 1
        return f"session[{self.key}]{uuid4()}"

    def keep(self, published: PublishedObject) -> None:
        """Give the session an object that lives and dies with it.

        Raises:
            Refusal: LimitExceeded.
        """
        if len(self.objects) >= MOST_OBJECTS:
            raise _limit_exceeded(MOST_OBJECTS, "views, filters and collectors")
        self.objects[published.reference.moid] = published

    def check_room_for_filter(self) -> None:
        """Refuse one filter more than a session may have.

        Raises:
            Refusal: LimitExceeded.
        """
        if sum(len(one.filters) for one in self.collectors.values()) >= MOST_FILTERS:
            raise _limit_exceeded(MOST_FILTERS, "filters")

    def end_waits(self) -> None:
        """End the long polls of this session."""
        for collector in self.collectors.values():
            collector.cancel()


class Sessions:
    """All sessions.

    Args:
        authority: who has an account, and what everybody may do.
        policy: how long sessions live, and how many there may be.
        clock: the simulated time.
        prepare: gives a new session the objects that every session has.
        sight_of: makes what a user sees.
        ended: told about a session that is over, however that came.
    """

    def __init__(
        self,
        authority: Authority,
        policy: SessionPolicy,
        clock: Clock,
        *,
        prepare: Callable[[Session], None],
        sight_of: Callable[[str], Sight],
        ended: Callable[[Session], None],
    ) -> None:
        self._authority = authority
        self.policy = policy
        self._clock = clock
        self._prepare = prepare
        self._sight_of = sight_of
        self._ended = ended
        self._lockout = Lockout(policy.lockout, clock)
        self._by_cookie: dict[str, Session] = {}

    @property
    def is_full(self) -> bool:
        """Whether there are as many sessions as there may be."""
        # Those that are over are looked for only when it matters: this is asked at every login.
        return len(self._by_cookie) >= self.policy.most and len(self.all()) >= self.policy.most

    def all(self) -> list[Session]:
        """Return the sessions that are alive, the oldest first."""
        return [one for one in list(self._by_cookie.values()) if not self._end_if_over(one)]

    def find(self, cookie: str | None) -> Session | None:
        """Find the session that *cookie* proves."""
        session = self._by_cookie.get(cookie or "")
        return None if session is None or self._end_if_over(session) else session

    def seconds_left(self, session: Session) -> float | None:
        """Return how long a session may live whatever it does; ``None``: as long as it likes."""
        if self.policy.lifetime_s is None:
            return None
        return self.policy.lifetime_s - (self._clock.now() - session.login_time).total_seconds()

    def login(self, username: str, password: str, *, ip_address: str, user_agent: str) -> Session:
        """Begin a session.

        Raises:
            Refusal: InvalidLogin for a wrong password and for a locked account alike, NoPermission for somebody who may
                do nothing here.
        """
        account = self._authority.find_account(username)
        if account is None or self._lockout.is_locked(account):
            raise _invalid_login()
        if not account.proves(password):
            self._lockout.note_failure(account)
            raise _invalid_login()
        self._lockout.note_success(account)
        if not self._authority.may_log_in(account):
            raise no_permission([(ROOT, [VIEW])])
        now = self._clock.now()
        session = Session(
            key=str(uuid4()),
            cookie=uuid4().hex + uuid4().hex[:8],
            user=account.name,
            sight=self._sight_of(account.name),
            login_time=now,
            last_active=now,
            ip_address=ip_address,
            user_agent=user_agent,
        )
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

    def _end_if_over(self, session: Session) -> bool:
        idle = not session.under_way and self._clock.now() - session.last_active >= timedelta(
            seconds=self.policy.idle_s
        )
        left = self.seconds_left(session)
        if not idle and (left is None or left > 0):
            return False
        self.end(session)
        return True


def _invalid_login() -> Refusal:
    return Refusal("InvalidLogin", "Cannot complete login due to an incorrect user name or password.")


def _limit_exceeded(limit: int, what: str) -> Refusal:
    return Refusal("LimitExceeded", f"A session may have {limit} {what}.", limit=limit)
