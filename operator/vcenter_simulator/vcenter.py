"""One vCenter: its inventory, sessions, clock, and what it remembers about the requests that it got."""

from dataclasses import dataclass, field
from uuid import NAMESPACE_URL, uuid4, uuid5

from vcenter_simulator.collector.waiting import Collector
from vcenter_simulator.events import log as events
from vcenter_simulator.events.leaves import EVENT_MANAGER
from vcenter_simulator.fault_rules import FaultRules
from vcenter_simulator.host.behaviour import Behaviour
from vcenter_simulator.inventory.changes import ChangeJournal
from vcenter_simulator.inventory.clock import Clock
from vcenter_simulator.inventory.tree import Inventory
from vcenter_simulator.properties.published import PublishedObject
from vcenter_simulator.request_log import RequestLog
from vcenter_simulator.service_leaves import (
    SERVICE_INSTANCE,
    SERVICE_INSTANCE_ID,
    SESSION_MANAGER,
    SESSION_MANAGER_ID,
    prepare_session,
)
from vcenter_simulator.sessions import Session, Sessions
from vcenter_simulator.tasks import ledger as tasks
from vcenter_simulator.tasks.leaves import TASK_MANAGER


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """What a vCenter is started with."""

    username: str = "administrator@vsphere.local"
    password: str = "simulated"  # noqa: S105 - the password of a simulator is no secret
    write_latency: float = 0.0
    """Seconds that every write takes on its host."""
    read_lag: float = 0.0
    """Seconds until vCenter sees a write by itself."""
    behaviour: Behaviour = field(default_factory=Behaviour)
    seed: int = 0
    """Of the dice that faults with a probability are thrown with."""
    name: str | None = None
    """What the instance UUID is made of: a vCenter that is started again is the same one. Unset: a new one."""


class VCenter:
    """A vCenter with an empty inventory."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.behaviour = settings.behaviour
        self.instance_uuid = str(uuid4() if settings.name is None else uuid5(NAMESPACE_URL, settings.name))
        self.clock = Clock()
        self.journal = ChangeJournal()
        self.inventory = Inventory(self.journal, behaviour=settings.behaviour, read_lag=settings.read_lag)
        self.events = events.EventLog(self.clock, self.inventory)
        self.tasks = tasks.Tasks(self.clock, self.inventory, self.events)
        self.sessions = Sessions(settings.username, settings.password, self.clock, self._prepare, self._note_logout)
        self.requests = RequestLog(self.clock)
        self.faults = FaultRules(settings.seed)
        self._services = {
            one.reference.moid: one
            for one in (
                PublishedObject(SERVICE_INSTANCE, SERVICE_INSTANCE_ID, self, is_volatile=True),
                # For those who log in; a session has its own.
                PublishedObject(SESSION_MANAGER, SESSION_MANAGER_ID, None, is_volatile=True),
                PublishedObject(TASK_MANAGER, tasks.MANAGER_ID, self.tasks, is_volatile=True),
                PublishedObject(EVENT_MANAGER, events.MANAGER_ID, self.events, is_volatile=True),
            )
        }

    def find(self, moid: str) -> PublishedObject | None:
        """Find an object that does not belong to a session."""
        return self._services.get(moid) or self.inventory.objects.get(moid) or self.tasks.find(moid)

    def _prepare(self, session: Session) -> None:
        prepare_session(self, session, Collector(self.journal))

    def _note_logout(self, session: Session) -> None:
        self.events.post(
            "UserLogoutSessionEvent",
            user=session.user,
            ipAddress=session.ip_address,
            userAgent=session.user_agent,
            callCount=session.calls,
            sessionId=session.key,
            loginTime=session.login_time,
        )
