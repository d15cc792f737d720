"""What the objects that are no part of the inventory publish: the service instance, managers, views, filters."""

from dataclasses import dataclass
from typing import Any, Protocol

from pyVmomi import vim, vmodl

from vcenter_simulator import views
from vcenter_simulator.authorization.leaves import AUTHORIZATION_MANAGER_ID
from vcenter_simulator.events import log as events
from vcenter_simulator.inventory.about import vcenter_about
from vcenter_simulator.inventory.clock import Clock
from vcenter_simulator.inventory.growing import ROOT
from vcenter_simulator.inventory.tree import Inventory
from vcenter_simulator.properties.leaves import Leaves
from vcenter_simulator.sessions import Session, Sessions
from vcenter_simulator.soap.references import managed_reference, reference_array, typed_array
from vcenter_simulator.tasks import ledger as tasks

SERVICE_INSTANCE_ID = "ServiceInstance"
SESSION_MANAGER_ID = "SessionManager"
OPTION_MANAGER_ID = "VpxSettings"
VIEW_MANAGER_ID = "ViewManager"
SEARCH_INDEX_ID = "SearchIndex"
PROPERTY_COLLECTOR_ID = "propertyCollector"


class Service(Protocol):
    """What the service instance and the managers are read from."""

    instance_uuid: str
    clock: Clock
    sessions: Sessions
    inventory: Inventory


@dataclass(frozen=True, slots=True)
class Place:
    """A vCenter as one session sees it."""

    service: Service
    session: Session


def service_content(service: Service) -> Any:
    """Return the service content; what is not simulated is not in it."""
    return vim.ServiceInstanceContent(
        rootFolder=managed_reference(ROOT),
        propertyCollector=vmodl.query.PropertyCollector(PROPERTY_COLLECTOR_ID),
        viewManager=vim.view.ViewManager(VIEW_MANAGER_ID),
        searchIndex=vim.SearchIndex(SEARCH_INDEX_ID),
        sessionManager=vim.SessionManager(SESSION_MANAGER_ID),
        taskManager=vim.TaskManager(tasks.MANAGER_ID),
        eventManager=vim.event.EventManager(events.MANAGER_ID),
        setting=vim.option.OptionManager(OPTION_MANAGER_ID),
        authorizationManager=vim.AuthorizationManager(AUTHORIZATION_MANAGER_ID),
        about=vcenter_about(service.instance_uuid, service.inventory.release),
    )


def user_session(session: Session) -> Any:
    """Return a session as its managed object shows it."""
    return vim.UserSession(
        key=session.key,
        userName=session.shown_user,
        fullName=session.user,
        loginTime=session.login_time,
        lastActiveTime=session.last_active,
        locale="en",
        messageLocale="en",
        extensionSession=False,
        ipAddress=session.ip_address,
        userAgent=session.user_agent,
        callCount=session.calls,
    )


SERVICE_INSTANCE = Leaves(
    vim.ServiceInstance,
    {
        "content": service_content,
        "serverClock": lambda service: service.clock.now(),
        "capability": lambda _: vim.Capability(
            provisioningSupported=True, multiHostSupported=True, userShellAccessSupported=False
        ),
    },
)

SESSION_MANAGER = Leaves(
    vim.SessionManager,
    {
        "sessionList": lambda place: typed_array(
            vim.UserSession, (user_session(one) for one in place.service.sessions.all())
        ),
        "currentSession": lambda place: user_session(place.session) if place is not None else None,
        "defaultLocale": lambda _: "en",
    },
)

SEARCH_INDEX = Leaves(vim.SearchIndex, {})

VIEW_MANAGER = Leaves(
    vim.view.ViewManager,
    {
        "viewList": lambda place: reference_array(
            vim.view.View, (one.reference for one in place.session.objects.values() if one.leaves in views.LEAVES)
        ),
    },
)

PROPERTY_COLLECTOR = Leaves(
    vmodl.query.PropertyCollector,
    {
        "filter": lambda collector: reference_array(
            vmodl.query.PropertyCollector.Filter, (one.reference for one in collector.filters.values())
        ),
    },
)

PROPERTY_FILTER = Leaves(
    vmodl.query.PropertyCollector.Filter,
    {"spec": lambda watched: watched.spec, "partialUpdates": lambda watched: watched.partial},
)
