from typing import Any

import pytest
from pyVmomi import vim, vmodl

from contract.simulator.client import ADMINISTRATOR, NAME, PC, Client, connect, control, static, stub_of
from vcenter_simulator.running import Running

USER = "administrator@vsphere.local"


def query(client: Client, **conditions: Any) -> list[Any]:
    """The events that fit, the newest first."""
    return list(client.content.eventManager.QueryEvents(vim.event.EventFilterSpec(**conditions)))


def of_type(client: Client, *kinds: str) -> list[Any]:
    return query(client, eventTypeId=list(kinds))


def about(entity: Any, recursion: str) -> Any:
    return vim.event.EventFilterSpec.ByEntity(entity=entity, recursion=recursion)


def test_a_write_is_told_with_its_user_its_host_and_its_words(client: Client) -> None:
    client.network().AddVirtualNic("Backup-40", static("10.0.40.11"))

    (event,) = of_type(client, "TaskEvent")

    assert event.fullFormattedMessage == "Task: Add virtual NIC"
    assert event.userName == ADMINISTRATOR
    assert (event.host.name, event.host.host) == (NAME, client.host())
    assert (event.computeResource.name, event.datacenter.name) == ("Cluster-1", "Datacenter")
    assert event.info.descriptionId == "host.NetworkSystem.addVirtualNic"
    assert event.chainId == event.key == event.info.eventChainId


def test_logins_and_logouts_are_told(simulator: Running, client: Client) -> None:
    with connect(simulator) as colleague:
        key = colleague.content.sessionManager.currentSession.key
    with stub_of(simulator) as stub, pytest.raises(vim.fault.InvalidLogin):
        vim.SessionManager("SessionManager", stub).Login(USER, "wrong", None)

    refused, logout, login = of_type(client, "SessionEvent")[:3]

    assert [type(one) for one in (login, logout, refused)] == [
        vim.event.UserLoginSessionEvent,
        vim.event.UserLogoutSessionEvent,
        vim.event.BadUsernameSessionEvent,
    ]
    assert (login.sessionId, login.userName, login.ipAddress) == (key, ADMINISTRATOR, "127.0.0.1")
    assert login.fullFormattedMessage.startswith(f"User {ADMINISTRATOR}@127.0.0.1 logged in as ")
    assert logout.callCount > 0
    assert refused.fullFormattedMessage == f"Cannot login {USER}@127.0.0.1"


def test_a_terminated_session_is_told_with_whose_it_was(simulator: Running, client: Client) -> None:
    with connect(simulator) as colleague:
        key = colleague.content.sessionManager.currentSession.key
        client.content.sessionManager.TerminateSession([key])

        (event,) = of_type(client, "SessionTerminatedEvent")

        assert (event.sessionId, event.terminatedUsername, event.userName) == (key, ADMINISTRATOR, ADMINISTRATOR)
        with pytest.raises(vim.fault.NotAuthenticated):
            colleague.instance.CurrentTime()
        colleague.instance.RetrieveContent().sessionManager.Login(USER, "simulated")


def test_an_expired_session_has_logged_out(simulator: Running, client: Client) -> None:
    control(simulator, "POST", "/sessions/expire", {})
    client.content.sessionManager.Login(USER, "simulated")

    assert len(of_type(client, "UserLogoutSessionEvent")) == 1


def test_events_are_selected_by_what_they_are_about(client: Client) -> None:
    client.network().RemoveVirtualNic("vmk1")
    host, other = client.host(), client.host("esx02.example.com")
    cluster = client.get(host, "parent")
    root = client.content.rootFolder

    assert len(query(client, entity=about(host, "self"))) == 1
    assert len(query(client, entity=about(other, "all"))) == 0
    assert len(query(client, entity=about(cluster, "self"))) == 0
    assert len(query(client, entity=about(cluster, "children"))) == 1
    assert len(query(client, entity=about(cluster, "all"))) == 1
    assert [type(one) for one in query(client, entity=about(root, "self"))] == [vim.event.UserLoginSessionEvent]
    assert len(query(client, entity=about(root, "all"))) == 2


def test_events_are_selected_by_user_time_kind_and_number(client: Client) -> None:
    client.network().RemoveVirtualNic("vmk1")
    since = client.instance.CurrentTime()
    client.network().AddVirtualNic("Backup-40", static("10.0.40.11"))
    kinds: Any = vim.event.EventFilterSpec
    by_user, by_time = kinds.ByUsername, kinds.ByTime

    assert len(query(client, userName=by_user(systemUser=False, userList=[USER]))) == 3
    assert len(query(client, userName=by_user(systemUser=False, userList=[ADMINISTRATOR]))) == 3
    assert len(query(client, userName=by_user(systemUser=False, userList=["somebody"]))) == 0
    assert len(query(client, userName=by_user(systemUser=True))) == 0
    assert len(query(client, time=by_time(beginTime=since))) == 1
    assert len(query(client, time=by_time(endTime=since))) == 2
    assert len(query(client, type=[vim.event.TaskEvent])) == 2
    assert len(query(client, eventTypeId=["vim.event.TaskEvent"])) == 2
    assert len(query(client, category=["error"])) == 0
    (newest,) = query(client, maxCount=1)
    assert newest.fullFormattedMessage == "Task: Add virtual NIC"
    assert [one.key for one in query(client, eventChainId=newest.chainId)] == [newest.key]


def test_words_that_nobody_wants_are_left_out(client: Client) -> None:
    (event,) = query(client, disableFullMessage=True)

    assert event.fullFormattedMessage is None
    assert event.userName == ADMINISTRATOR


def test_a_condition_that_is_not_simulated_is_refused(client: Client) -> None:
    with pytest.raises(vmodl.fault.NotSupported, match="tag"):
        query(client, tag=["anything"])


def test_events_of_an_entity_that_is_gone_are_refused(client: Client) -> None:
    with pytest.raises(vmodl.fault.ManagedObjectNotFound):
        query(client, entity=about(vim.HostSystem("host-99999"), "self"))


def test_the_latest_page_is_told_to_whoever_watches_it(simulator: Running, client: Client) -> None:
    filter_spec = vim.event.EventFilterSpec(entity=about(client.host(), "all"))
    collector = client.content.eventManager.CreateCollectorForEvents(filter_spec)
    spec = PC.FilterSpec(
        propSet=[PC.PropertySpec(type=vim.event.EventHistoryCollector, pathSet=["latestPage"])],
        objectSet=[PC.ObjectSpec(obj=collector)],
    )
    client.collector.CreateFilter(spec, partialUpdates=False)
    first = client.collector.WaitForUpdatesEx("", PC.WaitOptions())
    assert first.filterSet[0].objectSet[0].changeSet[0].val == []

    client.network().RemoveVirtualNic("vmk1")
    control(simulator, "POST", f"/hosts/{NAME}/connection", {"state": "disconnected"})
    page = client.collector.WaitForUpdatesEx(first.version, PC.WaitOptions()).filterSet[0].objectSet[0].changeSet[0].val

    assert [type(one) for one in page] == [vim.event.HostDisconnectedEvent, vim.event.TaskEvent]


def test_a_history_is_read_forwards_backwards_and_from_the_page(client: Client) -> None:
    for number in range(7):
        client.content.eventManager.LogUserEvent(client.host(), f"event {number}")
    spec = vim.event.EventFilterSpec(eventTypeId=["GeneralUserEvent"], maxCount=2)
    collector = client.content.eventManager.CreateCollectorForEvents(spec)

    def words(events: Any) -> list[int]:
        return [int(one.message[-1]) for one in events]

    assert words(client.get(collector, "latestPage")) == [6, 5]
    assert words(collector.ReadNextEvents(3)) == [0, 1, 2]
    assert words(collector.ReadNextEvents(9)) == [3, 4, 5, 6]
    assert words(collector.ReadNextEvents(9)) == []
    assert words(collector.ReadPreviousEvents(2)) == [6, 5]
    collector.ResetCollector()
    assert words(collector.ReadPreviousEvents(9)) == [4, 3, 2, 1, 0]
    collector.RewindCollector()
    assert words(collector.ReadNextEvents(1)) == [0]
    collector.SetCollectorPageSize(3)
    assert words(client.get(collector, "latestPage")) == [6, 5, 4]
    with pytest.raises(vmodl.fault.InvalidArgument):
        collector.SetCollectorPageSize(1001)
    with pytest.raises(vmodl.fault.InvalidArgument):
        collector.ReadNextEvents(0)
    collector.DestroyCollector()
    with pytest.raises(vmodl.fault.ManagedObjectNotFound):
        collector.ReadNextEvents(1)


def test_a_session_has_only_so_many_collectors(client: Client) -> None:
    manager = client.content.eventManager
    collectors = [manager.CreateCollectorForEvents(vim.event.EventFilterSpec()) for _ in range(manager.maxCollector)]

    with pytest.raises(vim.fault.InvalidState):
        manager.CreateCollectorForEvents(vim.event.EventFilterSpec())
    collectors[0].DestroyCollector()
    manager.CreateCollectorForEvents(vim.event.EventFilterSpec())


def test_a_client_posts_an_event_of_its_own(client: Client) -> None:
    event = vim.event.EventEx(
        key=0,
        chainId=0,
        createdTime=client.instance.CurrentTime(),
        userName="",
        eventTypeId="com.example.audit",
        severity="warning",
        message="A cable was pulled.",
        objectId=client.host()._GetMoId(),
        objectType=vim.HostSystem,
    )
    client.content.eventManager.PostEvent(event)

    (posted,) = of_type(client, "com.example.audit")

    assert (posted.userName, posted.fullFormattedMessage) == (ADMINISTRATOR, "A cable was pulled.")
    assert query(client, category=["warning"])[0].key == posted.key
    assert query(client, entity=about(client.host(), "self"))[0].key == posted.key
    assert client.content.eventManager.latestEvent.key == posted.key


def test_words_about_an_entity_are_logged(client: Client) -> None:
    client.content.eventManager.LogUserEvent(client.host(), "The rack moved.")

    (event,) = of_type(client, "GeneralUserEvent")

    assert event.fullFormattedMessage == "User logged event: The rack moved."
    assert (event.entity.name, event.host.name) == (NAME, NAME)


def test_texts_that_are_too_long_are_not_kept(simulator: Running, client: Client) -> None:
    with stub_of(simulator) as stub, pytest.raises(vim.fault.InvalidLogin):
        vim.SessionManager("SessionManager", stub).Login("x" * 100_000, "wrong", None)
    manager = client.content.eventManager
    event = vim.event.EventEx(
        key=0, chainId=0, createdTime=client.instance.CurrentTime(), userName="", eventTypeId="x", message="x" * 100_000
    )

    assert len(of_type(client, "BadUsernameSessionEvent")[0].userName) == 1000
    with pytest.raises(vmodl.fault.InvalidArgument, match="larger than 65536 bytes"):
        manager.PostEvent(event)
    with pytest.raises(vmodl.fault.InvalidArgument, match="longer than 1000 characters"):
        manager.LogUserEvent(client.host(), "x" * 1001)


def test_every_kind_of_event_is_described(client: Client) -> None:
    description = client.content.eventManager.description
    details = {one.key: one for one in client.get(client.content.eventManager, "description.eventInfo")}

    assert details[vim.event.EnteredMaintenanceModeEvent].category == "info"
    assert {one.key for one in description.category} == {"info", "warning", "error", "user"}
