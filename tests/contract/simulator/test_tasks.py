from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from pyVim.task import WaitForTask, WaitForTasks
from pyVmomi import vim, vmodl

from contract.simulator.client import ADMINISTRATOR, NAME, PC, Client, connect, control, static, vcenter
from testbed.waiting import wait_until
from vcenter_simulator.running import Running

MAINTENANCE = "runtime.inMaintenanceMode"


def infos(client: Client, *states: str) -> list[Any]:
    """The tasks of a new history collector, the oldest first."""
    collector = client.content.taskManager.CreateCollectorForTasks(vim.TaskFilterSpec(state=list(states)))
    try:
        return list(collector.ReadNextTasks(100))
    finally:
        collector.DestroyCollector()


def test_a_task_is_awaited_as_pyvmomis_users_do(client: Client) -> None:
    task = client.host().EnterMaintenanceMode_Task(timeout=0)

    assert WaitForTask(task, si=client.instance) == "success"
    info = task.info
    assert (info.descriptionId, info.entityName, info.state) == ("HostSystem.enterMaintenanceMode", NAME, "success")
    assert info.name.info.wsdlName == "EnterMaintenanceMode_Task"
    assert info.key == task._GetMoId()
    assert info.task == task
    assert info.entity == client.host()
    assert info.reason.userName == ADMINISTRATOR
    assert info.queueTime <= info.startTime <= info.completeTime
    assert (info.progress, info.cancelled, info.cancelable, info.error) == (None, False, False, None)


def test_several_tasks_are_awaited_together(client: Client) -> None:
    hosts = [found.obj for found in client.read(vim.HostSystem, "name")]
    results: list[Any] = []

    WaitForTasks([host.EnterMaintenanceMode_Task(timeout=0) for host in hosts], si=client.instance, results=results)

    assert results == [None, None, None]
    assert all(found.values["runtime.inMaintenanceMode"] for found in client.read(vim.HostSystem, MAINTENANCE))


def test_the_fault_of_a_task_is_in_its_info(client: Client) -> None:
    task = client.host().ExitMaintenanceMode_Task(timeout=0)

    with pytest.raises(vim.fault.InvalidState, match="not in maintenance mode"):
        WaitForTask(task, si=client.instance)
    assert task.info.state == "error"


def test_a_tasks_progress_is_told_to_whoever_watches_it() -> None:
    with vcenter(write_latency=0.2) as (_, client):
        seen: list[Any] = []
        task = client.host().EnterMaintenanceMode_Task(timeout=0)

        WaitForTask(task, si=client.instance, onProgressUpdate=lambda _, percent: seen.append(percent))

        assert 50 in seen
        assert seen[-1] == "completed"


def test_a_running_task_is_cancelled() -> None:
    with vcenter(write_latency=60) as (_, client):
        task = client.host().EnterMaintenanceMode_Task(timeout=0)
        wait_until(lambda: bool(task.info.state == "running"), what="the task to run")

        task.CancelTask()

        with pytest.raises(vmodl.fault.RequestCanceled):
            WaitForTask(task, si=client.instance)
        assert task.info.cancelled
        assert not client.get(client.host(), MAINTENANCE)
        with pytest.raises(vim.fault.InvalidState):
            task.CancelTask()


def test_a_task_that_takes_too_long_times_out() -> None:
    with vcenter(write_latency=60) as (_, client):
        task = client.host().EnterMaintenanceMode_Task(timeout=1)

        with pytest.raises(vim.fault.Timedout):
            WaitForTask(task, si=client.instance)


def test_a_call_that_changes_a_host_is_a_task_too(client: Client) -> None:
    client.network().AddVirtualNic("Backup-40", static("10.0.40.11"))
    with pytest.raises(vim.fault.NotFound):
        client.network().RemoveVirtualNic("vmk9")

    added, refused = infos(client)

    assert (added.descriptionId, added.state, added.entityName) == ("host.NetworkSystem.addVirtualNic", "success", NAME)
    assert (refused.descriptionId, refused.state) == ("host.NetworkSystem.removeVirtualNic", "error")
    assert "vmk9" in refused.error.msg
    assert [type(refused.error)] == [vim.fault.NotFound]


def test_a_task_that_waits_for_its_host_is_queued() -> None:
    with vcenter(write_latency=0.2) as (running, client):
        network = client.network()
        with ThreadPoolExecutor(2) as pool, connect(running) as colleague:
            writes = [pool.submit(network.AddVirtualNic, "Backup-40", static(f"10.0.40.{one}")) for one in (11, 12)]
            wait_until(lambda: [one.state for one in infos(colleague)] == ["running", "queued"], what="both tasks")

            assert [one.state for one in infos(colleague, "queued")] == ["queued"]
            for write in writes:
                write.exception(timeout=30)


def test_recent_tasks_are_those_of_the_last_ten_minutes(simulator: Running, client: Client) -> None:
    WaitForTask(client.host().EnterMaintenanceMode_Task(timeout=0), si=client.instance)

    assert len(client.get(client.content.taskManager, "recentTask")) == 1
    assert client.get(client.host(), "recentTask") == client.get(client.content.taskManager, "recentTask")
    assert client.get(client.host("esx02.example.com"), "recentTask") == []
    control(simulator, "POST", "/clock", {"advanceSeconds": 700})
    assert client.get(client.content.taskManager, "recentTask") == []


def test_the_latest_page_of_tasks_is_told_to_whoever_watches_it(client: Client) -> None:
    collector = client.content.taskManager.CreateCollectorForTasks(vim.TaskFilterSpec(state=["success"]))
    spec = PC.FilterSpec(
        propSet=[PC.PropertySpec(type=vim.TaskHistoryCollector, pathSet=["latestPage"])],
        objectSet=[PC.ObjectSpec(obj=collector)],
    )
    watching = client.collector.CreatePropertyCollector()
    watching.CreateFilter(spec, partialUpdates=False)
    version = watching.WaitForUpdatesEx("", PC.WaitOptions()).version

    WaitForTask(client.host().EnterMaintenanceMode_Task(timeout=0), si=client.instance)

    page = watching.WaitForUpdatesEx(version, PC.WaitOptions()).filterSet[0].objectSet[0].changeSet[0].val
    assert [info.descriptionId for info in page] == ["HostSystem.enterMaintenanceMode"]


def test_tasks_are_selected_by_entity_user_and_time(client: Client) -> None:
    WaitForTask(client.host().EnterMaintenanceMode_Task(timeout=0), si=client.instance)
    manager, since = client.content.taskManager, client.instance.CurrentTime()
    parent = client.get(client.host(), "parent")

    def found(**conditions: Any) -> int:
        return len(manager.CreateCollectorForTasks(vim.TaskFilterSpec(**conditions)).ReadNextTasks(10))

    def by_entity(entity: Any, recursion: str) -> Any:
        return vim.TaskFilterSpec.ByEntity(entity=entity, recursion=recursion)

    def by_time(option: str, **limits: Any) -> Any:
        return vim.TaskFilterSpec.ByTime(timeType=option, **limits)

    assert found(entity=by_entity(client.host(), "self")) == 1
    assert found(entity=by_entity(client.host(), "children")) == 0
    assert found(entity=by_entity(parent, "self")) == 0
    assert found(entity=by_entity(parent, "all")) == 1
    assert found(userName=vim.TaskFilterSpec.ByUsername(systemUser=False, userList=["somebody"])) == 0
    assert found(userName=vim.TaskFilterSpec.ByUsername(systemUser=True)) == 0
    assert found(time=by_time("completedTime", endTime=since)) == 1
    assert found(time=by_time("queuedTime", beginTime=since)) == 0
    assert found(eventChainId=[99999]) == 0
    with pytest.raises(vmodl.fault.NotSupported):
        found(tag=["anything"])
