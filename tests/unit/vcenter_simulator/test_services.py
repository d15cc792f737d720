import pytest

from unit.vcenter_simulator.builders import MAC, managed_host, on_switch, spec, surroundings, with_vmotion_stack
from vcenter_simulator.host.adapters import add_adapter, remove_adapter
from vcenter_simulator.host.behaviour import Behaviour, DefaultStackService
from vcenter_simulator.host.refusals import Refusal
from vcenter_simulator.host.services import (
    candidate_adapters,
    deselect_adapter,
    select_adapter,
    selected_adapters,
)
from vcenter_simulator.host.state import HostState

OFF = Behaviour(default_stack_service=DefaultStackService.OFF)
SHADOWED = Behaviour(default_stack_service=DefaultStackService.SHADOWED)


def selected(state: HostState, service: str) -> list[str]:
    return [one.device for one in selected_adapters(state, service)]


def test_selecting_is_idempotent() -> None:
    once = select_adapter(managed_host(), "vmotion", "vmk0", OFF)

    assert select_adapter(once, "vmotion", "vmk0", OFF) == once
    assert selected(once, "vmotion") == ["vmk0"]


def test_several_adapters_carry_one_service() -> None:
    state, _ = add_adapter(managed_host(), spec(), surroundings(), mac=MAC)

    state = select_adapter(select_adapter(state, "vmotion", "vmk0", OFF), "vmotion", "vmk1", OFF)

    assert selected(state, "vmotion") == ["vmk0", "vmk1"]


def test_a_service_for_one_adapter_only_is_handed_over() -> None:
    state, _ = add_adapter(managed_host(), spec(), surroundings(), mac=MAC)

    state = select_adapter(select_adapter(state, "ptp", "vmk0", OFF), "ptp", "vmk1", OFF)

    assert selected(state, "ptp") == ["vmk1"]


def test_a_dedicated_stack_implies_its_service() -> None:
    state = with_vmotion_stack(managed_host())

    assert selected(state, "vmotion") == ["vmk1"]
    assert state.by_device["vmk1"].services == frozenset()
    assert select_adapter(state, "vmotion", "vmk1", OFF) == state


def test_a_dedicated_stack_in_use_takes_the_service_from_the_default_stack_for_good() -> None:
    state = with_vmotion_stack(select_adapter(managed_host(), "vmotion", "vmk0", OFF))

    assert selected(state, "vmotion") == ["vmk1"]
    assert selected(state, "management") == ["vmk0"]
    assert selected(remove_adapter(state, "vmk1"), "vmotion") == []


def test_a_shadowed_service_stays_visible_on_the_default_stack() -> None:
    shadowed = {"default_stack_service": DefaultStackService.SHADOWED}
    state = select_adapter(managed_host(**shadowed), "vmotion", "vmk0", SHADOWED)

    state = with_vmotion_stack(state, **shadowed)

    assert selected(state, "vmotion") == ["vmk0", "vmk1"]
    assert selected(select_adapter(state, "vmotion", "vmk0", SHADOWED), "vmotion") == ["vmk0", "vmk1"]


def test_a_service_with_its_stack_in_use_can_not_be_selected_on_the_default_stack() -> None:
    with pytest.raises(Refusal, match="dedicated") as refused:
        select_adapter(with_vmotion_stack(managed_host()), "vmotion", "vmk0", OFF)

    assert refused.value.fault == "HostConfigFault"


def test_candidates_are_the_default_stack_and_the_stack_of_the_service() -> None:
    state = with_vmotion_stack(managed_host())

    assert [one.device for one in candidate_adapters(state, "vmotion")] == ["vmk0", "vmk1"]
    assert [one.device for one in candidate_adapters(state, "vsan")] == ["vmk0"]


@pytest.mark.parametrize(
    ("service", "device", "fault"),
    [
        ("teleport", "vmk0", "InvalidArgument"),
        ("vmotion", "vmk9", "InvalidArgument"),
        ("vsan", "vmk0", "NotSupported"),
        ("vsanWitness", "vmk0", "NotSupported"),
        ("management", "vmk1", "HostConfigFault"),
    ],
)
def test_a_selection_that_can_not_be_is_refused(service: str, device: str, fault: str) -> None:
    with pytest.raises(Refusal) as refused:
        select_adapter(with_vmotion_stack(managed_host()), service, device, OFF)

    assert refused.value.fault == fault


def test_deselecting_takes_the_service_away() -> None:
    assert selected(deselect_adapter(managed_host(), "management", "vmk0"), "management") == []


@pytest.mark.parametrize(
    ("service", "device", "fault"),
    [("vmotion", "vmk0", "InvalidArgument"), ("vmotion", "vmk1", "HostConfigFault"), ("vsan", "vmk0", "NotSupported")],
)
def test_a_service_that_is_not_selected_can_not_be_deselected(service: str, device: str, fault: str) -> None:
    with pytest.raises(Refusal) as refused:
        deselect_adapter(with_vmotion_stack(managed_host()), service, device)

    assert refused.value.fault == fault


def test_the_provisioning_stack_leaves_vmotion_alone() -> None:
    state = select_adapter(managed_host(), "vmotion", "vmk0", OFF)
    wanted = spec(distributed=on_switch(), netstack="vSphereProvisioning")

    state, _ = add_adapter(state, wanted, surroundings(), mac=MAC)

    assert selected(state, "vmotion") == ["vmk0"]
    assert selected(state, "vSphereProvisioning") == ["vmk1"]
