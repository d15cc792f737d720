"""An adapter that has to be on another stack: removed and created anew, with approval, and put back if that fails."""

from dataclasses import replace
from typing import Any

import pytest

from unit.planner.builders import (
    ON_FABRIC,
    adapter,
    bound,
    condition_of,
    deleted,
    differing,
    esx,
    judge,
    netstack,
    new,
    plan,
    reason_of,
    six,
    texts,
    vmk,
)
from unit.planner.operating import Operation, operate
from vmk_operator.api.v1alpha1 import Replaced, VmkAdapterStatus
from vmk_operator.model.host import AdapterState, OpaqueAttachment
from vmk_operator.model.step import CreateAdapter, PlannedStep, RemoveAdapter
from vmk_operator.planner.replacement import recall_adapter, remember_adapter
from vmk_operator.planner.snapshot import Subject

A, B = "10.0.40.11/24", "10.0.40.12/24"
A6, OWN = "fd00:40::11/64", "10.0.40.254"
ITEM = adapter(address=A, netstack="vmotion", replacement={"requires": "None"})
KEY = ITEM.key
OLD = vmk("vmk1", A, mtu=9000, ipv6=six("fd00:40::11/64"), gateway="10.0.40.254")


def started(old: AdapterState = OLD, item: Any = ITEM, *others: Subject, **host: Any) -> Operation:
    """The adapter is on the default stack and the plan to replace it is told."""
    operation = operate(esx(old, **host), bound(item, "vmk1"), *others)
    operation.work()
    return operation


def is_creation(planned: PlannedStep) -> bool:
    return isinstance(planned.step, CreateAdapter)


def refusing_new_ones(planned: PlannedStep) -> bool:
    return is_creation(planned) and not planned.restores


def of(operation: Operation) -> Subject:
    return operation.subjects[KEY]


def present(operation: Operation) -> list[AdapterState]:
    return [one for one in operation.network.adapters if one.device != "vmk0"]


def test_a_replacement_is_a_removal_and_a_creation_and_waits_for_approval() -> None:
    verdict = judge(esx(OLD), bound(ITEM, "vmk1"))

    assert texts(verdict) == [
        "remove vmk1 from stack defaultTcpipStack",
        f"create an adapter on Backup-40 in stack vmotion with {A} and {A6} and gateway {OWN} of its own and mtu 9000",
    ]
    assert differing(verdict) == {"netstack": ("vmotion", "defaultTcpipStack")}
    assert plan(esx(OLD), bound(ITEM, "vmk1")).steps == ()


def test_what_nobody_declared_is_taken_over() -> None:
    item = adapter(netstack="vmotion", replacement={"requires": "None"})
    operation = started(item=item)

    operation.approve()
    operation.settle()

    (made,) = present(operation)
    assert (made.netstack, made.mac != OLD.mac) == ("vmotion", True)
    assert (made.ipv4, made.ipv6, made.mtu, made.routes) == (OLD.ipv4, OLD.ipv6, OLD.mtu, OLD.routes)


def test_what_is_declared_is_as_declared() -> None:
    operation = started(item=adapter(address=B, netstack="vmotion", mtu=1500, replacement={"requires": "None"}))

    operation.approve()
    operation.settle()

    (made,) = present(operation)
    assert (str(made.ipv4.address), made.mtu) == (B, 1500)


def test_services_are_selected_for_the_new_adapter() -> None:
    item = adapter(address=A, services=["vSphereBackupNFC"], replacement={"requires": "None"})
    operation = started(vmk("vmk1", A, netstack="vmotion"), item)

    operation.approve()
    operation.settle()

    (made,) = present(operation)
    assert operation.network.services_of(made.device) == {"vSphereBackupNFC"}


def test_the_object_is_bound_to_the_new_adapter_and_nothing_is_remembered() -> None:
    operation = started()

    operation.approve()
    operation.settle()

    status = of(operation).status
    assert condition_of(status, "Ready") == ("True", "Converged")
    assert status.binding is not None
    assert status.binding.mac == present(operation)[0].mac
    assert of(operation).replaced is None
    assert status.drift_history == ()


def test_the_settings_of_a_stack_come_with_the_adapter_that_was_moved_there() -> None:
    stack = new(netstack(gateway={"ipv4": "10.0.40.1"}))
    operation = started(OLD, ITEM, stack)

    operation.approve()
    operation.settle()

    moved = operation.network.netstack("vmotion")
    assert moved is not None
    assert str(moved.routes.ipv4_gateway) == "10.0.40.1"


# Maintenance mode


def test_an_approved_replacement_waits_for_maintenance_mode() -> None:
    operation = started(item=adapter(address=A, netstack="vmotion"))
    operation.approve()

    assert operation.work() == []
    assert condition_of(of(operation).status, "Ready") == ("False", "WaitingForMaintenanceMode")
    assert condition_of(of(operation).status, "Reconciling") == ("True", "WaitingForMaintenanceMode")
    plan_told = of(operation).status.plan
    assert plan_told is not None
    assert plan_told.waits_for == "MaintenanceMode"


def test_an_approved_replacement_runs_once_the_host_is_in_maintenance_mode() -> None:
    operation = started(item=adapter(address=A, netstack="vmotion"))
    operation.approve()
    operation.work()

    operation.host = replace(operation.host, in_maintenance=True)

    assert [type(one.step) for one in operation.work()] == [RemoveAdapter, CreateAdapter]


# A new adapter that can't be created


def test_the_previous_adapter_is_put_back_as_it_was() -> None:
    operation = started(services={"vSphereBackupNFC": ["vmk1"]})
    operation.refuses = refusing_new_ones

    operation.approve()
    operation.settle()

    (made,) = present(operation)
    assert replace(made, mac=OLD.mac) == OLD
    assert operation.network.services_of(made.device) == {"vSphereBackupNFC"}


def test_a_replacement_that_failed_is_told_and_not_tried_again() -> None:
    operation = started()
    operation.refuses = refusing_new_ones

    operation.approve()
    operation.settle()

    status = of(operation).status
    assert condition_of(status, "Stalled") == ("True", "ReplacementFailed")
    assert "vmk1 is put back as it was. create an adapter on Backup-40 in stack vmotion" in status.conditions[0].message
    assert status.plan is None
    assert sum(map(is_creation, operation.done)) == 2


def test_the_object_is_bound_to_what_was_put_back() -> None:
    operation = started()
    operation.refuses = refusing_new_ones

    operation.approve()
    operation.settle()

    (made,) = present(operation)
    binding = of(operation).status.binding
    assert binding is not None
    assert (binding.device, binding.mac) == (made.device, made.mac)


def test_a_person_can_ask_for_another_attempt_which_waits_for_approval_again() -> None:
    operation = started()
    operation.refuses = refusing_new_ones
    operation.approve()
    operation.settle()
    operation.refuses = lambda _: False
    metadata = of(operation).object.metadata
    annotations = {**metadata.annotations, "vmkernel.dev/reconcile-requested-at": "now"}
    asked = of(operation).object.model_copy(
        update={"metadata": metadata.model_copy(update={"annotations": annotations})}
    )
    operation.subjects[KEY] = replace(of(operation), object=asked)

    assert operation.work() == []
    assert condition_of(of(operation).status, "Ready") == ("False", "WaitingForApproval")

    operation.approve()
    operation.settle()
    assert condition_of(of(operation).status, "Ready") == ("True", "Converged")


def test_what_can_not_be_put_back_is_told() -> None:
    operation = started()
    operation.refuses = is_creation

    operation.approve()
    operation.settle()

    status = of(operation).status
    assert condition_of(status, "Stalled") == ("True", "RestoreFailed")
    assert "vmk1 could not be put back" in status.conditions[0].message
    assert present(operation) == []


def test_an_adapter_that_was_put_back_before_a_restart_is_not_made_twice() -> None:
    operation = started()
    operation.refuses = refusing_new_ones
    operation.approve()
    operation.work()
    halted = of(operation)
    operation.work()
    assert len(present(operation)) == 1

    # The process was killed before it could note which adapter that is.
    operation.subjects[KEY] = halted
    operation.settle()

    assert len(present(operation)) == 1


def test_what_is_put_back_is_not_taken_for_another_adapter_that_looks_like_it() -> None:
    leased, other = vmk("vmk1", dhcp=True), vmk("vmk2", dhcp=True)
    item = adapter(netstack="vmotion", replacement={"requires": "None"})
    operation = operate(esx(leased, other), bound(item, "vmk1"))
    operation.work()
    operation.refuses = refusing_new_ones

    operation.approve()
    operation.settle()

    assert [one.netstack for one in present(operation)] == ["defaultTcpipStack", "defaultTcpipStack"]


def test_a_restart_between_removal_and_creation_creates_what_was_planned() -> None:
    operation = started(item=adapter(netstack="vmotion", replacement={"requires": "None"}))
    operation.refuses = is_creation
    operation.approve()
    operation.work()
    status = of(operation).status
    operation.refuses = lambda _: False

    # The process was killed before the refusal was noted: there is no halt.
    operation.subjects[KEY] = replace(of(operation), status=status.model_copy(update={"halt": None}))
    operation.settle()

    (made,) = present(operation)
    assert (made.netstack, made.ipv4, made.mtu) == ("vmotion", OLD.ipv4, OLD.mtu)


def test_an_adapter_that_is_being_replaced_is_missed_by_nobody() -> None:
    operation = started()
    operation.refuses = is_creation
    operation.approve()
    operation.work()
    without_halt = of(operation).status.model_copy(update={"halt": None})
    operation.subjects[KEY] = replace(of(operation), status=without_halt)

    operation.look()

    assert of(operation).status.drift == ()


# What can't be replaced


def test_what_is_nobody_knows_where_can_not_be_replaced() -> None:
    verdict = judge(esx(vmk("vmk1", A, on=None)), bound(ITEM, "vmk1"))

    assert reason_of(verdict) == "PortGroupUnknown"


def test_a_deleted_object_replaces_nothing() -> None:
    item = adapter(address=A, netstack="vmotion", metadata=deleted(finalized=False))

    assert texts(judge(esx(OLD), bound(item, "vmk1"))) == []


# The memory


@pytest.mark.parametrize(
    "old",
    [
        OLD,
        vmk("vmk1", A, on=ON_FABRIC),
        vmk("vmk1", A, on=OpaqueAttachment("nsx-7", "nsx.LogicalSwitch")),
        vmk("vmk1", dhcp=True, ipv6=None),
        vmk("vmk1", ipv6=six(auto=True, dhcp=True), ipv6_gateway="fe80::1"),
    ],
    ids=["standard", "distributed", "opaque", "DHCP", "IPv6"],
)
def test_an_adapter_is_remembered_well_enough_to_be_created_again(old: AdapterState) -> None:
    host = esx(old)
    assert host.network is not None

    assert recall_adapter(remember_adapter(old, host.network)) == replace(old, mac="")


@pytest.mark.parametrize(
    "nonsense", [{"ipv4": "10.0.40.11/99"}, {"gateway": "me"}, {"ipv6_gateway": "fe80::/10"}], ids=str
)
def test_a_memory_that_somebody_else_wrote_is_no_memory(nonsense: dict[str, str]) -> None:
    replaced = Replaced(device="vmk1", netstack="vmotion", mtu=1500, **{"ipv4": "None", **nonsense})

    assert recall_adapter(replaced) is None
    assert judge(esx(), replace(bound(ITEM, "vmk1"), status=VmkAdapterStatus(replaced=replaced))).steps
