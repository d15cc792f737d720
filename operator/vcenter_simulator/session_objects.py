"""The objects that live and die with a session: those that it begins with, and what its calls make and destroy."""

from typing import Any

from vcenter_simulator.collector.filters import Filter
from vcenter_simulator.collector.waiting import Collector
from vcenter_simulator.inventory.changes import ChangeJournal
from vcenter_simulator.properties.leaves import Leaves
from vcenter_simulator.properties.published import PublishedObject
from vcenter_simulator.service_leaves import (
    PROPERTY_COLLECTOR,
    PROPERTY_COLLECTOR_ID,
    PROPERTY_FILTER,
    SESSION_MANAGER,
    SESSION_MANAGER_ID,
    VIEW_MANAGER,
    VIEW_MANAGER_ID,
    Place,
    Service,
)
from vcenter_simulator.sessions import Session


def prepare_session(service: Service, session: Session, collector: Collector) -> None:
    """Give a new session the objects that every session has."""
    place = Place(service, session)
    session.objects[SESSION_MANAGER_ID] = _volatile(SESSION_MANAGER, SESSION_MANAGER_ID, place)
    session.objects[VIEW_MANAGER_ID] = _volatile(VIEW_MANAGER, VIEW_MANAGER_ID, place)
    add_collector(session, PROPERTY_COLLECTOR_ID, collector)


def add_collector(session: Session, moid: str, collector: Collector) -> None:
    """Give *session* a property collector.

    Raises:
        Refusal: as `Session.keep`, as do the next two.
    """
    session.keep(_volatile(PROPERTY_COLLECTOR, moid, collector))
    session.collectors[moid] = collector


def add_filter(session: Session, watched: Filter) -> None:
    """Let *session* see a filter as an object."""
    moid = watched.reference.moid
    session.keep(_volatile(PROPERTY_FILTER, moid, watched))


def add_object(session: Session, leaves: Leaves, moid: str, source: Any) -> PublishedObject:
    """Give *session* an object that lives and dies with it."""
    published = _volatile(leaves, moid, source)
    session.keep(published)
    return published


def remove_object(session: Session, moid: str, journal: ChangeJournal) -> None:
    """Take an object from *session*; whoever watches it is told."""
    del session.objects[moid]
    journal.record(moid, ())


def _volatile(leaves: Leaves, moid: str, source: Any) -> PublishedObject:
    return PublishedObject(leaves, moid, source, is_volatile=True)
