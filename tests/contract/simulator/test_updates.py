from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from pyVmomi import vim, vmodl

from contract.simulator.client import NAME, PC, Client, connect, control, over, static, stub_of, vcenter, wait_for_call
from vcenter_simulator.host.behaviour import Updates
from vcenter_simulator.running import Running

VNIC = "config.network.vnic"
WHOLE = False
"""As opposed to partial updates."""
PARTIAL = True
NOW = PC.WaitOptions(maxWaitSeconds=0)


@pytest.fixture
def version(client: Client) -> str:
    """Watch all hosts' adapters; return the version after the first answer."""
    client.collector.CreateFilter(over(client.view(vim.HostSystem), vim.HostSystem, VNIC), WHOLE)
    return str(client.collector.WaitForUpdatesEx("", NOW).version)


def changes(update: Any) -> list[tuple[str, str]]:
    return [
        (change.name, change.op) for one in update.filterSet for found in one.objectSet for change in found.changeSet
    ]


def test_a_change_by_another_session_ends_the_wait(simulator: Running, client: Client, version: str) -> None:
    with connect(simulator) as colleague, ThreadPoolExecutor(1) as pool:
        network = colleague.network()
        waiting = pool.submit(client.collector.WaitForUpdatesEx, version, PC.WaitOptions(maxWaitSeconds=30))
        network.AddVirtualNic("Backup-40", static("10.0.40.11"))

        update = waiting.result(timeout=30)

    assert changes(update) == [(VNIC, "assign")]
    nics = update.filterSet[0].objectSet[0].changeSet[0].val
    assert [nic.device for nic in nics] == ["vmk0", "vmk1", "vmk2"]
    assert update.filterSet[0].objectSet[0].kind == "modify"


def test_without_a_change_there_is_no_update(client: Client, version: str) -> None:
    assert client.collector.WaitForUpdatesEx(version, NOW) is None


def test_an_unknown_version_is_refused(client: Client, version: str) -> None:
    with pytest.raises(vmodl.query.InvalidCollectorVersion):
        client.collector.WaitForUpdatesEx(version + "0", NOW)


def test_a_wait_is_cancelled_by_a_second_call(simulator: Running, client: Client, version: str) -> None:
    with ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(client.collector.WaitForUpdatesEx, version, PC.WaitOptions(maxWaitSeconds=60))
        wait_for_call(simulator)
        client.collector.CancelWaitForUpdates()

        with pytest.raises(vmodl.fault.RequestCanceled):
            waiting.result(timeout=30)


def test_a_big_answer_comes_in_truncated_pieces() -> None:
    with vcenter(hosts=150) as (_, client):
        client.collector.CreateFilter(over(client.view(vim.HostSystem), vim.HostSystem, "name"), WHOLE)

        first = client.collector.WaitForUpdatesEx("", PC.WaitOptions())
        second = client.collector.WaitForUpdatesEx(first.version, PC.WaitOptions())

        assert (len(first.filterSet[0].objectSet), first.truncated) == (100, True)
        assert (len(second.filterSet[0].objectSet), second.truncated) == (50, None)
        assert {one.kind for one in second.filterSet[0].objectSet} == {"enter"}


def test_a_destroyed_filter_reports_nothing(simulator: Running, client: Client, version: str) -> None:
    (watched,) = client.get(client.collector, "filter")
    watched.DestroyPropertyFilter()
    control(simulator, "POST", f"/hosts/{NAME}/edit", {"adapters": {"vmk1": {"mtu": 1400}}})

    assert client.collector.WaitForUpdatesEx(version, NOW) is None
    assert client.get(client.collector, "filter") == []


def test_a_second_collector_has_filters_and_versions_of_its_own(client: Client, version: str) -> None:
    second = client.collector.CreatePropertyCollector()
    second.CreateFilter(over(client.view(vim.HostSystem), vim.HostSystem, "name"), WHOLE)

    assert len(second.WaitForUpdatesEx("", NOW).filterSet[0].objectSet) == 3
    assert client.collector.WaitForUpdatesEx(version, NOW) is None
    second.DestroyPropertyCollector()
    with pytest.raises(vmodl.fault.ManagedObjectNotFound):
        second.WaitForUpdatesEx("", NOW)


def test_a_filter_on_a_property_that_does_not_exist_is_refused(client: Client) -> None:
    with pytest.raises(vmodl.query.InvalidProperty):
        client.collector.CreateFilter(over(client.view(vim.HostSystem), vim.HostSystem, "config.nothing"), WHOLE)


def test_an_edit_that_is_not_published_is_seen_after_a_refresh(
    simulator: Running, client: Client, version: str
) -> None:
    edit = {"published": False, "adapters": {"vmk1": {"mtu": 1400}}}
    control(simulator, "POST", f"/hosts/{NAME}/edit", edit)

    assert client.collector.WaitForUpdatesEx(version, NOW) is None
    client.network().RefreshNetworkSystem()
    assert changes(client.collector.WaitForUpdatesEx(version, NOW)) == [(VNIC, "assign")]


def test_a_new_fleet_is_told_as_hosts_that_come_and_go(simulator: Running, client: Client, version: str) -> None:
    state = control(simulator, "GET", "/state")
    hosts = state["datacenters"][0]["clusters"][0]["hosts"]
    hosts[2]["name"] = "esx99.example.com"
    control(simulator, "PUT", "/state", state)

    update = client.collector.WaitForUpdatesEx(version, NOW)

    assert [one.kind for one in update.filterSet[0].objectSet] == ["leave", "enter"]


def test_a_nested_change_is_reported_by_itself_to_whoever_wants_partial_updates(client: Client) -> None:
    client.collector.CreateFilter(over(client.view(vim.HostSystem), vim.HostSystem, "config.network"), PARTIAL)
    version = client.collector.WaitForUpdatesEx("", NOW).version

    client.network().RemoveVirtualNic("vmk1")

    assert (VNIC, "assign") in changes(client.collector.WaitForUpdatesEx(version, NOW))


def test_elements_are_reported_by_themselves_when_the_simulator_is_started_so() -> None:
    with vcenter(updates=Updates.INDEXED) as (_, client):
        client.collector.CreateFilter(over(client.view(vim.HostSystem), vim.HostSystem, VNIC), WHOLE)
        version = client.collector.WaitForUpdatesEx("", NOW).version

        client.network().RemoveVirtualNic("vmk1")
        client.network().AddVirtualNic("Backup-40", static("10.0.40.11"))
        client.network().AddVirtualNic("Storage-30", static("10.0.30.11"))

        assert sorted(changes(client.collector.WaitForUpdatesEx(version, NOW))) == [
            (f'{VNIC}["key-vim.host.VirtualNic-vmk1"]', "assign"),
            (f'{VNIC}["key-vim.host.VirtualNic-vmk2"]', "add"),
        ]


def test_a_client_takes_no_more_updates_at_once_than_it_wants(client: Client) -> None:
    client.collector.CreateFilter(over(client.view(vim.HostSystem), vim.HostSystem, "name"), WHOLE)
    two = PC.WaitOptions(maxWaitSeconds=0, maxObjectUpdates=2)

    first = client.collector.WaitForUpdatesEx("", two)
    second = client.collector.WaitForUpdatesEx(first.version, two)

    assert [len(one.filterSet[0].objectSet) for one in (first, second)] == [2, 1]
    assert [one.truncated for one in (first, second)] == [True, None]


@pytest.mark.parametrize("options", [{"maxWaitSeconds": -1}, {"maxObjectUpdates": 0}])
def test_options_that_make_no_sense_are_refused(client: Client, options: dict[str, int]) -> None:
    with pytest.raises(vmodl.fault.InvalidArgument):
        client.collector.WaitForUpdatesEx("", PC.WaitOptions(**options))


def test_the_calls_of_older_clients_wait_and_look(simulator: Running) -> None:
    with stub_of(simulator, "vim.version.version2") as stub:
        content: Any = vim.ServiceInstance("ServiceInstance", stub).RetrieveContent()
        content.sessionManager.Login(simulator.username, simulator.password, None)
        old = Client(vim.ServiceInstance("ServiceInstance", stub))
        collector = content.propertyCollector
        collector.CreateFilter(over(old.view(vim.HostSystem), vim.HostSystem, "name"), WHOLE)

        first = collector.WaitForUpdates("")
        assert len(first.filterSet[0].objectSet) == 3
        assert collector.CheckForUpdates(first.version) is None
        rest = collector.RetrieveProperties([over(old.view(vim.HostSystem), vim.HostSystem, "name")])
        assert len(rest) == 3


@pytest.mark.usefixtures("version")
def test_a_filter_belongs_to_its_session(simulator: Running, client: Client) -> None:
    (watched,) = client.get(client.collector, "filter")

    with connect(simulator) as colleague:
        assert colleague.get(colleague.collector, "filter") == []
        stranger = type(watched)(watched._GetMoId(), colleague.stub)
        with pytest.raises(vmodl.fault.ManagedObjectNotFound):
            stranger.DestroyPropertyFilter()


def test_the_end_of_a_collector_ends_its_wait(simulator: Running, client: Client) -> None:
    second = client.collector.CreatePropertyCollector()
    with ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(second.WaitForUpdatesEx, "", PC.WaitOptions(maxWaitSeconds=60))
        wait_for_call(simulator)
        second.DestroyPropertyCollector()

        with pytest.raises(vmodl.fault.RequestCanceled):
            waiting.result(timeout=30)
