import pytest
from pyVmomi import vim, vmodl

from unit.vcenter_simulator.builders import NAME, inventory
from vcenter_simulator.collector.filters import Filter
from vcenter_simulator.events.log import EventLog
from vcenter_simulator.host.behaviour import Updates
from vcenter_simulator.host.refusals import Refusal
from vcenter_simulator.inventory.clock import Clock
from vcenter_simulator.inventory.tree import Inventory
from vcenter_simulator.methods.dispatch import TABLES
from vcenter_simulator.methods.host_writes import WRITES
from vcenter_simulator.soap.references import Reference, managed_reference
from vcenter_simulator.soap.versions import NEWEST
from vcenter_simulator.tasks.ledger import Progress, Tasks
from vcenter_simulator.tasks.operations import WORDS, operation_of
from vcenter_simulator.tasks.task import State, Task

PC = vmodl.query.PropertyCollector
ENTER = operation_of("HostSystem", "EnterMaintenanceMode_Task")
USER = "administrator"


@pytest.fixture
def tree() -> Inventory:
    return inventory()


@pytest.fixture
def events(tree: Inventory) -> EventLog:
    return EventLog(Clock(), tree, kept=5)


@pytest.fixture
def tasks(tree: Inventory, events: EventLog) -> Tasks:
    return Tasks(Clock(), tree, events, kept=3)


@pytest.fixture
def host(tree: Inventory) -> Reference:
    return tree.hosts[NAME].reference


def test_methods_have_the_ids_and_words_of_a_vcenters_task_manager() -> None:
    vsan = operation_of("HostVsanSystem", "UpdateVsan_Task")
    hint = operation_of("HostNetworkSystem", "QueryNetworkHint")

    assert (ENTER.description_id, ENTER.label) == ("HostSystem.enterMaintenanceMode", "Enter maintenance mode")
    assert (vsan.description_id, vsan.label) == ("host.VsanSystem.update", "Update vSAN configuration")
    assert (hint.description_id, hint.label) == ("host.NetworkSystem.queryNetworkHint", "queryNetworkHint")


@pytest.mark.parametrize(
    ("kind", "method"),
    [(kind, one) for kind, table in TABLES.items() for one in table if one in WRITES or one.endswith("_Task")],
)
def test_everything_that_becomes_a_task_has_words(kind: str, method: str) -> None:
    assert operation_of(kind, method).description_id in WORDS


def test_tasks_that_are_over_are_dropped_when_there_are_too_many(
    tasks: Tasks, tree: Inventory, host: Reference
) -> None:
    first, *others = [tasks.begin(ENTER, host, user=USER) for _ in range(3)]
    for task in others:
        tasks.end(task)

    tasks.begin(ENTER, host, user=USER)

    assert [task.key for task in tasks] == [1, 3, 4]
    assert tasks.find(first.reference.moid) is not None
    assert tasks.find(others[0].reference.moid) is None
    assert [one.moid for one in tree.hosts[NAME].recent_tasks] == ["task-1", "task-3", "task-4"]


def test_events_are_dropped_when_there_are_too_many(events: EventLog) -> None:
    for number in range(7):
        events.post("GeneralUserEvent", message=str(number))

    assert [event.key for event in events] == [3, 4, 5, 6, 7]


def test_a_task_shows_on_what_it_works_on(tasks: Tasks, tree: Inventory, host: Reference) -> None:
    cluster = tree.hosts[NAME].parent
    tasks.begin(ENTER, host, user=USER)
    tasks.begin(ENTER, cluster, user=USER)

    assert tree.hosts[NAME].recent_tasks == (Reference("Task", "task-1"),)
    assert cluster is not None
    assert tree.nodes[cluster.moid].recent_tasks == (Reference("Task", "task-2"),)


def test_a_task_of_vcenter_itself_has_no_user_and_no_entity(tasks: Tasks) -> None:
    info = tasks.begin(ENTER, None, user="").info

    assert type(info.reason).__name__ == "vim.TaskReasonSystem"
    assert (info.entity, info.entityName) == (None, None)


async def test_a_task_ends_as_its_work_does(tasks: Tasks, host: Reference) -> None:
    done, broken = (tasks.begin(ENTER, host, user=USER) for _ in range(2))

    async def succeed(task: Task, progress: Progress) -> str:
        progress(50)
        assert task.info.progress == 50
        return "result"

    async def refuse(_: Task, __: Progress) -> None:
        raise Refusal("InvalidState", "No.")

    await tasks.run(done, succeed)
    await tasks.run(broken, refuse)

    assert (done.state, done.info.result) == (State.SUCCESS, "result")
    assert (broken.state, broken.info.error.msg) == (State.ERROR, "No.")


async def test_work_that_breaks_is_a_system_error_and_a_trace(
    tasks: Tasks, host: Reference, caplog: pytest.LogCaptureFixture
) -> None:
    task = tasks.begin(ENTER, host, user=USER)

    async def fail(_: Task, __: Progress) -> None:
        raise ZeroDivisionError

    await tasks.run(task, fail)

    assert task.error is not None
    assert task.error.fault == "SystemError"
    assert "EnterMaintenanceMode_Task failed" in caplog.text


def test_a_task_that_does_not_allow_it_is_not_cancelled(tasks: Tasks, host: Reference) -> None:
    task = tasks.begin(ENTER, host, user=USER)

    with pytest.raises(Refusal, match="can't be cancelled"):
        tasks.cancel(task)


async def test_a_task_that_is_dropped_leaves_those_who_watch_it(tasks: Tasks, tree: Inventory, host: Reference) -> None:
    first, second = (tasks.begin(ENTER, host, user=USER) for _ in range(2))
    spec = PC.FilterSpec(
        propSet=[PC.PropertySpec(type=vim.Task, pathSet=["info.state"])],
        objectSet=[PC.ObjectSpec(obj=managed_reference(task.reference)) for task in (first, second)],
    )
    watched = Filter(
        "filter", spec, partial=False, find=tasks.find, journal=tree.journal, updates=Updates.WHOLE, version=NEWEST
    )
    watched.catch_up()
    await watched.take(10)

    tasks.end(first)
    for _ in range(2):
        tasks.begin(ENTER, host, user=USER)
    watched.catch_up()
    parts, taken = await watched.take(10)

    text = b"".join(parts)
    assert taken == 1
    assert b"<kind>leave</kind>" in text
    assert b"<missingSet>" in text
    assert b"task-2" not in text


def test_the_fault_of_a_task_holds_on_to_nothing(tasks: Tasks, host: Reference) -> None:
    task = tasks.begin(ENTER, host, user=USER)

    with pytest.raises(Refusal), tasks.ending(task):
        raise Refusal("AlreadyExists", "x" * 5000, name="y" * 5000)

    assert task.error is not None
    assert task.error.__traceback__ is None
    assert (len(task.error.text), len(task.info.error.name)) == (1000, 1000)
