"""Whatever a simulator keeps, there is an end to it: it runs for weeks, and its clients are not to be trusted."""

from typing import Any

import pytest
from pyVmomi import vim

from unit.vcenter_simulator.builders import inventory
from vcenter_simulator import request_log, sessions
from vcenter_simulator.collector.retrieval import MOST_PENDING, Pages
from vcenter_simulator.events.log import EventLog
from vcenter_simulator.host.refusals import Refusal
from vcenter_simulator.host.releases import V8
from vcenter_simulator.inventory.changes import ChangeJournal, ChangesLostError
from vcenter_simulator.inventory.clock import Clock
from vcenter_simulator.properties.published import MOST_VERSIONS, PublishedObject
from vcenter_simulator.request_log import OTHERS, RequestLog
from vcenter_simulator.soap.places import dialect
from vcenter_simulator.soap.references import managed_type, methods_of
from vcenter_simulator.soap.versions import supported_version_ids, version_of
from vcenter_simulator.tasks.ledger import Tasks
from vcenter_simulator.tasks.operations import operation_of
from vcenter_simulator.vcenter import Settings, VCenter
from vcenter_simulator.views import CONTAINER_VIEW


def host() -> PublishedObject:
    return next(one for one in inventory(1).objects.values() if one.leaves.kind is vim.HostSystem)


def versions() -> list[str]:
    return [version_of(f"urn:vim25/{one}", V8) for one in supported_version_ids(V8)]


def test_changes() -> None:
    journal = ChangeJournal(kept=10)

    for number in range(100):
        journal.record(f"host-{number}", ("name",))

    assert [change.moid for change in journal.since(90)] == [f"host-{number}" for number in range(90, 100)]
    with pytest.raises(ChangesLostError):
        journal.since(89)


def test_requests(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(request_log, "KEPT_READS", 10)
    monkeypatch.setattr(request_log, "KEPT_WRITES", 5)
    log = RequestLog(Clock())

    for number in range(40):
        log.end(log.begin("Any", "host", None, is_write=number % 2 == 0), "ok")

    assert [entry.is_write for entry in log.entries()].count(True) == 5
    assert len(log.entries()) == 15


def test_counts_of_methods_that_do_not_exist(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(request_log, "MOST_COUNTED", 10)
    log = RequestLog(Clock())

    for number in range(100):
        log.begin(f"Made{number}up", None, None, is_write=False)
    log.begin("Made0up", None, None, is_write=False)

    assert len(log.counts()) == 11
    assert (log.counts()["Made0up"], log.counts()[OTHERS]) == (2, 90)


def test_events() -> None:
    log = EventLog(Clock(), inventory(1), kept=10)

    for _ in range(100):
        log.post("UserLoginSessionEvent", ipAddress="::1", userAgent="", locale="en", sessionId="s")

    assert [event.key for event in log] == list(range(91, 101))


def test_tasks() -> None:
    tree = inventory(1)
    tasks = Tasks(Clock(), tree, EventLog(Clock(), tree, kept=10), kept=10)

    for _ in range(100):
        tasks.end(tasks.begin(operation_of("HostSystem", "EnterMaintenanceMode_Task"), None, user=""))

    assert len(list(tasks)) == 10


def test_encoded_values() -> None:
    published = host()

    for version in versions():
        published.encoded("name", version)

    assert len(versions()) > MOST_VERSIONS
    assert list(published._encoded) == versions()[-MOST_VERSIONS:]


def test_plans_of_api_versions() -> None:
    for version in versions():
        dialect(version)

    assert dialect.cache_info().currsize < len(versions())


@pytest.mark.parametrize("look_up", [managed_type, methods_of])
def test_names_of_types_that_do_not_exist(look_up: Any) -> None:
    for number in range(3000):
        look_up(f"Made{number}up")

    assert look_up.cache_info().currsize < 3000


def test_answers_that_are_left_half_read() -> None:
    pages = Pages()

    for _ in range(1000):
        pages.keep([], 1)

    assert len(pages.rest) == MOST_PENDING


def test_objects_of_a_session(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sessions, "MOST_OBJECTS", 50)
    vcenter = VCenter(Settings())
    account = vcenter.settings
    session = vcenter.sessions.login(account.username, account.password, ip_address="", user_agent="")
    for number in range(50 - len(session.objects)):
        session.keep(PublishedObject(CONTAINER_VIEW, f"view-{number}", None))

    with pytest.raises(Refusal) as refused:
        session.keep(PublishedObject(CONTAINER_VIEW, "one too many", None))
    assert refused.value.fault == "LimitExceeded"
    assert len(session.objects) == 50
