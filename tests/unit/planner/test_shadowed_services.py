"""A dedicated stack takes its service from the default stack; that is a normal state, not drift."""

import pytest

from unit.planner.builders import adapter, bound, condition_of, differing, esx, judge, new, plan, texts, vmk
from unit.planner.operating import operate
from vmk_operator.model.step import RemoveAdapter
from vmk_operator.planner.effect import apply

A, B = "10.0.40.11/24", "10.0.41.11/24"
DEDICATED = vmk("vmk2", B, netstack="vmotion")


def test_a_declared_service_that_a_dedicated_stack_carries_is_advised_and_not_fought_over() -> None:
    verdict = judge(esx(vmk("vmk1", A), DEDICATED), bound(adapter(services=["vmotion"]), "vmk1"))

    assert not verdict.differences
    assert verdict.steps == ()
    (advisory,) = verdict.advisories
    assert advisory.reason == "ServiceShadowed"
    assert "vmotion is declared for vmk1 on esx01.example.com" in advisory.message


def test_a_shadowed_tag_that_the_host_still_shows_is_no_difference_either() -> None:
    host = esx(vmk("vmk1", A), DEDICATED, services={"vmotion": ["vmk1"]})

    assert not judge(host, bound(adapter(services=["vmotion"]), "vmk1")).differences


def test_a_tag_that_nobody_declares_is_taken_off_even_where_it_is_shadowed() -> None:
    host = esx(vmk("vmk1", A), DEDICATED, services={"vmotion": ["vmk1"]})

    assert texts(judge(host, bound(adapter(services=[]), "vmk1"))) == ["deselect vmotion for vmk1"]


def test_the_other_declared_services_are_still_managed() -> None:
    host = esx(vmk("vmk1", A), DEDICATED)

    verdict = judge(host, bound(adapter(services=["vmotion", "vSphereProvisioning"]), "vmk1"))

    assert differing(verdict) == {"services": ("vSphereProvisioning", "None")}
    assert texts(verdict) == ["select vSphereProvisioning for vmk1"]


def test_the_other_dedicated_stack_shadows_nothing_of_this_service() -> None:
    host = esx(vmk("vmk1", A), vmk("vmk2", B, netstack="vSphereProvisioning"))

    assert texts(judge(host, bound(adapter(services=["vmotion"]), "vmk1"))) == ["select vmotion for vmk1"]


def test_a_service_is_not_selected_when_its_dedicated_stack_comes_into_use_in_the_same_plan() -> None:
    result = plan(
        esx(vmk("vmk1", A)),
        bound(adapter("old", services=["vmotion"]), "vmk1"),
        new(adapter("dedicated", B, netstack="vmotion")),
    )

    assert texts(result) == ["create an adapter on Backup-40 in stack vmotion with 10.0.41.11/24"]


def test_a_migration_to_the_dedicated_stack_is_no_drift_and_going_back_is_no_drift_either() -> None:
    operation = operate(esx(vmk("vmk1", A)), bound(adapter("old", services=["vmotion"]), "vmk1")).settle()
    old = next(iter(operation.subjects))
    dedicated = new(adapter("dedicated", B, netstack="vmotion"))
    operation.subjects[dedicated.object.key] = dedicated

    operation.settle()
    assert operation.network.devices_with("vmotion") == {"vmk2"}
    assert operation.subjects[old].status.drift == ()
    assert condition_of(operation.subjects[old].status, "Ready")[1] == "Converged"

    del operation.subjects[dedicated.object.key]
    operation.change(apply(RemoveAdapter("vmk2"), operation.network))
    operation.look()
    assert operation.subjects[old].status.drift == ()
    assert condition_of(operation.subjects[old].status, "Ready")[1] == "Applying"


@pytest.mark.parametrize("declared", [None, []])
def test_nothing_is_advised_about_a_service_that_nobody_declares(declared: list[str] | None) -> None:
    item = adapter() if declared is None else adapter(services=declared)

    assert judge(esx(vmk("vmk1", A), DEDICATED), bound(item, "vmk1")).advisories == ()
