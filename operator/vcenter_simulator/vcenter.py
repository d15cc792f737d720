"""One vCenter: its inventory, sessions, clock, and what it remembers about the requests that it got."""

from dataclasses import dataclass, field
from uuid import NAMESPACE_URL, uuid4, uuid5

from vcenter_simulator.authorization.authority import Authority
from vcenter_simulator.authorization.leaves import AUTHORIZATION_MANAGER, AUTHORIZATION_MANAGER_ID
from vcenter_simulator.authorization.loading import check_authority, dump_authority, load_authority
from vcenter_simulator.authorization.principals import Account
from vcenter_simulator.authorization.sight import Sight
from vcenter_simulator.collector.waiting import Collector
from vcenter_simulator.events import log as events
from vcenter_simulator.events.leaves import EVENT_MANAGER
from vcenter_simulator.fault_rules import FaultRules
from vcenter_simulator.fleet.documents import FleetDocument
from vcenter_simulator.host.behaviour import Behaviour
from vcenter_simulator.host.options import Changed, Definitions
from vcenter_simulator.host.releases import V8, Release
from vcenter_simulator.inventory.changes import ChangeJournal
from vcenter_simulator.inventory.clock import Clock
from vcenter_simulator.inventory.naming import names_in
from vcenter_simulator.inventory.tree import Inventory
from vcenter_simulator.latencies import Dice, Latency
from vcenter_simulator.projection.options import OPTION_MANAGER
from vcenter_simulator.properties.published import PublishedObject
from vcenter_simulator.request_log import RequestLog
from vcenter_simulator.service_leaves import (
    OPTION_MANAGER_ID,
    PROPERTY_COLLECTOR,
    PROPERTY_COLLECTOR_ID,
    SEARCH_INDEX,
    SEARCH_INDEX_ID,
    SERVICE_INSTANCE,
    SERVICE_INSTANCE_ID,
    SESSION_MANAGER,
    SESSION_MANAGER_ID,
)
from vcenter_simulator.session_objects import prepare_session
from vcenter_simulator.sessions import Session, SessionPolicy, Sessions
from vcenter_simulator.tasks import ledger as tasks
from vcenter_simulator.tasks.leaves import TASK_MANAGER
from vcenter_simulator.vcenter_options import VCENTER_OPTIONS, as_options, as_settings


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """What a vCenter is started with."""

    username: str = "administrator@vsphere.local"
    password: str = "simulated"  # noqa: S105 - the password of a simulator is no secret
    write_latency: Latency | float = 0.0
    """Seconds that every write takes on its host."""
    rollback: bool = True
    """Whether changes that cut a host off are taken back; clients may switch it by an option of vCenter."""
    read_lag: float = 0.0
    """Seconds until vCenter sees a write by itself."""
    sessions: SessionPolicy = field(default_factory=SessionPolicy)
    behaviour: Behaviour = field(default_factory=Behaviour)
    seed: int = 0
    """Of the dice for faults with a probability and for latencies."""
    release: Release = V8
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
        self.inventory = Inventory(
            self.journal, behaviour=settings.behaviour, read_lag=settings.read_lag, release=settings.release
        )
        self.events = events.EventLog(self.clock, self.inventory)
        self.tasks = tasks.Tasks(self.clock, self.inventory, self.events)
        self.authority = Authority(
            Account(settings.username, settings.password),
            self.inventory,
            view_above=settings.behaviour.view_of_ancestors,
            changed=self._note_permissions,
        )
        self.sessions = Sessions(
            self.authority,
            settings.sessions,
            self.clock,
            prepare=self._prepare,
            sight_of=lambda user: Sight(user, self.authority.permissions, self.inventory),
            ended=self._note_logout,
        )
        self.requests = RequestLog(self.clock)
        self.faults = FaultRules(settings.seed)
        self.write_latency = Dice(settings.write_latency, settings.seed)
        self.rollback = settings.rollback
        self._services = {
            one.reference.moid: one
            for one in (
                PublishedObject(SERVICE_INSTANCE, SERVICE_INSTANCE_ID, self, is_volatile=True),
                # For those without a login; a session has its own.
                PublishedObject(SESSION_MANAGER, SESSION_MANAGER_ID, None, is_volatile=True),
                PublishedObject(SEARCH_INDEX, SEARCH_INDEX_ID, self),
                PublishedObject(TASK_MANAGER, tasks.MANAGER_ID, self.tasks, is_volatile=True),
                PublishedObject(EVENT_MANAGER, events.MANAGER_ID, self.events, is_volatile=True),
                PublishedObject(PROPERTY_COLLECTOR, PROPERTY_COLLECTOR_ID, None, is_volatile=True),
                PublishedObject(OPTION_MANAGER, OPTION_MANAGER_ID, self, is_volatile=True),
                PublishedObject(AUTHORIZATION_MANAGER, AUTHORIZATION_MANAGER_ID, self.authority, is_volatile=True),
            )
        }

    def load(self, document: FleetDocument) -> None:
        """Become what *document* describes; clients see objects come, go and change.

        Raises:
            DocumentError: when it contradicts itself; nothing has changed then.
        """
        growth = self.inventory.grow(document)
        check_authority(document, self.authority, names_in(growth))
        self.inventory.take(growth)
        load_authority(document, self.authority, self.inventory.names)

    def dump(self) -> FleetDocument:
        """Describe what there is, whether or not clients have seen it."""
        return dump_authority(self.inventory.dump(), self.authority, self.inventory.names)

    def entity_of(self, moid: str) -> str:
        """Return the entity that decides who may do what with *moid*: of a task it is the one that it works on."""
        return self.inventory.entity_of(self.tasks.entity_of(moid) or moid)

    def find(self, moid: str) -> PublishedObject | None:
        """Find an object that does not belong to a session."""
        return self._services.get(moid) or self.inventory.objects.get(moid) or self.tasks.find(moid)

    @property
    def option_definitions(self) -> Definitions:
        """What advanced options there are."""
        return VCENTER_OPTIONS

    @property
    def options(self) -> Changed:
        """Those that are not as they come."""
        return as_options(self.sessions.policy, rollback=self.rollback)

    def set_options(self, changed: Changed) -> None:
        """Be as the options say."""
        self.sessions.policy, self.rollback = as_settings(changed, self.sessions.policy)

    def _note_permissions(self) -> None:
        """Let everybody who watches look again: what may be seen and read is not what it was."""
        for moid, published in self.inventory.objects.items():
            self.journal.record(moid, published.leaves.top_level)
        self.journal.record_structure()

    def _prepare(self, session: Session) -> None:
        prepare_session(self, session, Collector(self.journal))

    def _note_logout(self, session: Session) -> None:
        self.events.post(
            "UserLogoutSessionEvent",
            user=session.shown_user,
            ipAddress=session.ip_address,
            userAgent=session.user_agent,
            callCount=session.calls,
            sessionId=session.key,
            loginTime=session.login_time,
        )
