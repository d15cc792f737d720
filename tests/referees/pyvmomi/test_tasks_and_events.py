"""pyVim.task and the event manager, as pyVmomi's samples use them."""

from __future__ import annotations

from typing import Any

import pytest
from pyVim.task import WaitForTask, WaitForTasks
from pyVmomi import vim


@pytest.fixture
def hosts(instance: Any) -> list[Any]:
    content = instance.content
    view = content.viewManager.CreateContainerView(content.rootFolder, [vim.HostSystem], recursive=True)
    return sorted(view.view, key=lambda host: str(host.name))


def test_a_task_is_waited_for(hosts: list[Any]) -> None:
    assert WaitForTask(hosts[0].EnterMaintenanceMode_Task(0)) == "success"
    assert hosts[0].runtime.inMaintenanceMode

    assert WaitForTask(hosts[0].ExitMaintenanceMode_Task(0)) == "success"
    assert not hosts[0].runtime.inMaintenanceMode


def test_the_progress_of_a_task_is_told(hosts: list[Any]) -> None:
    told: list[Any] = []

    WaitForTask(hosts[0].DisconnectHost_Task(), onProgressUpdate=lambda _, state: told.append(state))

    assert (told[0], told[-1]) == ("created", "completed")
    WaitForTask(hosts[0].ReconnectHost_Task())


def test_the_fault_of_a_task_is_raised(hosts: list[Any]) -> None:
    with pytest.raises(vim.fault.InvalidState):
        WaitForTask(hosts[1].ExitMaintenanceMode_Task(0))


def test_the_fault_of_a_task_is_kept_when_nobody_wants_it_raised(hosts: list[Any]) -> None:
    task = hosts[1].ExitMaintenanceMode_Task(0)

    assert WaitForTask(task, raiseOnError=False) == "error"
    assert isinstance(task.info.error, vim.fault.InvalidState)


def test_many_tasks_are_waited_for_at_once(hosts: list[Any]) -> None:
    entering = [host.EnterMaintenanceMode_Task(0) for host in hosts]

    WaitForTasks(entering)

    assert {task.info.state for task in entering} == {"success"}
    WaitForTasks([host.ExitMaintenanceMode_Task(0) for host in hosts])


def test_events_tell_what_was_done_and_by_whom(instance: Any, hosts: list[Any]) -> None:
    WaitForTask(hosts[2].EnterMaintenanceMode_Task(0))
    WaitForTask(hosts[2].ExitMaintenanceMode_Task(0))
    about = vim.event.EventFilterSpec.ByEntity(entity=hosts[2], recursion="self")

    events = instance.content.eventManager.QueryEvents(vim.event.EventFilterSpec(entity=about))

    left: list[Any] = [event for event in events if isinstance(event, vim.event.ExitMaintenanceModeEvent)]
    assert left[-1].host.name == hosts[2].name
    assert left[-1].userName == r"VSPHERE.LOCAL\Administrator"
    assert left[-1].fullFormattedMessage


def test_events_are_collected_page_by_page(instance: Any, hosts: list[Any]) -> None:
    WaitForTask(hosts[2].EnterMaintenanceMode_Task(0))
    WaitForTask(hosts[2].ExitMaintenanceMode_Task(0))
    wanted = vim.event.EventFilterSpec(eventTypeId=["vim.event.EnteredMaintenanceModeEvent"])
    collector = instance.content.eventManager.CreateCollectorForEvents(wanted)

    assert {type(event) for event in collector.ReadNextEvents(1)} == {vim.event.EnteredMaintenanceModeEvent}

    collector.SetCollectorPageSize(1)
    assert len(collector.latestPage) == 1
    collector.DestroyCollector()
