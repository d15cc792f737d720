"""vSAN's services: one list of adapters, written as a whole, in which nobody else's place may change."""

from dataclasses import replace
from typing import Any

import pytest

from unit.planner.builders import (
    BACKUP,
    STORAGE,
    adapter,
    bound,
    differing,
    esx,
    judge,
    network_of,
    plan,
    texts,
    vmk,
    vsan_ports,
)
from unit.planner.operating import operate
from vmk_operator.model.host import HostState, Ipv4State, NetworkState, StandardAttachment, VsanMulticast, VsanPort
from vmk_operator.model.step import CreateAdapter, RemoveAdapter, UpdateVsan
from vmk_operator.model.vcenter import Policy
from vmk_operator.planner.effect import apply, is_visible

ON_VSAN, NONE = frozenset({"vsan"}), frozenset[str]()
BOTH = frozenset({"vsan", "witness"})
WITNESS = frozenset({"witness"})
ELSEWHERE = VsanPort("vmk2", frozenset({"vsan", "vsanExternal"}), VsanMulticast("224.1.2.3", "224.2.3.4", "ff02::1"))
"""An adapter with everything that must not get lost."""


def host(*ports: VsanPort, **services: list[str]) -> HostState:
    """A host with vmk1, vmk2 and vmk10, and with *ports* in vSAN's configuration."""
    made = esx(vmk("vmk1"), vmk("vmk2", on=STORAGE), vmk("vmk10", on=STORAGE), services={"vsanWitness": [], **services})
    return replace(made, network=replace(network_of(made), vsan_ports=ports))


def declared(services: list[str], device: str = "vmk1", name: str = "storage", **spec: Any) -> Any:
    return bound(adapter(name, services=services, **spec), device)


def test_an_adapter_is_added_to_the_list_and_everybody_else_stays_in_it_as_they_are() -> None:
    (planned,) = plan(host(ELSEWHERE, vsan=["vmk2"]), declared(["vsan"])).steps

    assert planned.step == UpdateVsan("vmk1", ON_VSAN, NONE, (VsanPort("vmk1"), ELSEWHERE))
    assert planned.text == "select vsan for vmk1"
    assert [(one.field, one.before, one.after) for one in planned.changes] == [("services", "None", "vsan")]
    assert planned.disruptive is False


def test_an_adapter_is_taken_off_the_list_and_everybody_else_stays_in_it_as_they_are() -> None:
    present = host(VsanPort("vmk1"), ELSEWHERE, vsan=["vmk1", "vmk2"])

    (planned,) = judge(present, declared([])).steps

    assert planned.step == UpdateVsan("vmk1", NONE, ON_VSAN, (ELSEWHERE,))
    assert planned.text == "deselect vsan for vmk1"
    assert planned.disruptive is True


def test_an_adapter_for_the_witness_stays_one_when_it_takes_and_leaves_vsan_itself() -> None:
    present = host(VsanPort("vmk1", WITNESS), vsanWitness=["vmk1"])

    operation = operate(present, declared(["vsan", "vsanWitness"]), approves=True).settle()
    assert operation.network.vsan_ports == (VsanPort("vmk1", BOTH),)

    (key,) = operation.subjects
    operation.subjects[key] = declared(["vsanWitness"])
    assert operation.settle().network.vsan_ports == (VsanPort("vmk1", WITNESS),)


def test_both_services_of_one_adapter_are_changed_by_one_write() -> None:
    (planned,) = plan(host(), declared(["vsan", "vsanWitness"])).steps
    assert planned.step == UpdateVsan("vmk1", frozenset({"vsan", "vsanWitness"}), NONE, (VsanPort("vmk1", BOTH),))
    assert planned.text == "select vsan, vsanWitness for vmk1"

    (planned,) = judge(host(VsanPort("vmk1"), vsan=["vmk1"]), declared(["vsanWitness"])).steps
    assert planned.step == UpdateVsan("vmk1", frozenset({"vsanWitness"}), ON_VSAN, (VsanPort("vmk1", WITNESS),))
    assert planned.text == "select vsanWitness and deselect vsan for vmk1"
    assert [(one.before, one.after) for one in planned.changes] == [("vsan", "vsanWitness")]
    assert planned.disruptive is True


def test_vsan_comes_after_the_other_services_of_its_adapter_which_is_protected_from_then_on() -> None:
    present = host(vSphereBackupNFC=["vmk1"])

    assert texts(plan(present, declared(["management", "vmotion", "vsan"]))) == [
        "select vmotion for vmk1",
        "deselect vSphereBackupNFC for vmk1",
        "select vsan for vmk1",
        "select management for vmk1",
    ]


def test_two_objects_of_one_plan_do_not_undo_each_other() -> None:
    present = host(VsanPort("vmk2"), vsan=["vmk2"])
    subjects = declared(["vsan"]), declared(["vsan", "vmotion"], "vmk10", "other", on=STORAGE)

    operation = operate(present, *subjects).settle()

    assert operation.rounds == 1
    assert operation.network.vsan_ports == vsan_ports(vsan=["vmk1", "vmk2", "vmk10"])
    assert operation.network.devices_with("vsan") == {"vmk1", "vmk2", "vmk10"}


def test_vsan_goes_to_another_adapter_without_a_moment_without_any() -> None:
    present = host(VsanPort("vmk1"), vsan=["vmk1"])
    subjects = declared([]), declared(["vsan"], "vmk10", "other", on=STORAGE)

    operation = operate(present, *subjects, approves=True).settle()

    assert [one.text for one in operation.done] == ["select vsan for vmk10", "deselect vsan for vmk1"]
    assert operation.network.vsan_ports == vsan_ports(vsan=["vmk10"])


def test_a_host_on_which_nothing_carries_vsan_need_not_tell_of_a_list() -> None:
    present = host()
    untold = replace(present, network=replace(network_of(present), vsan_ports=None))

    operation = operate(untold, declared(["vsan"])).settle()

    assert operation.network.vsan_ports == (VsanPort("vmk1"),)


@pytest.mark.parametrize("policy", [Policy.OBSERVE, Policy.PAUSED])
def test_who_only_observes_is_told_of_vsan_and_changes_nothing(policy: Policy) -> None:
    present = host(VsanPort("vmk1"), vsan=["vmk1"])
    subject = bound(adapter(services=[]), "vmk1", policy=policy)

    assert plan(present, subject).steps == ()
    assert texts(judge(present, subject)) == ["deselect vsan for vmk1"]
    assert differing(judge(present, subject)) == {"services": ("None", "vsan")}


@pytest.mark.parametrize("device", ["vmk9", "vmk3"])
def test_a_list_with_an_adapter_that_can_not_carry_vsan_is_refused_as_a_whole(device: str) -> None:
    network = network_of(esx(vmk("vmk1"), vmk("vmk3", "10.0.40.11/24", netstack="vmotion")))

    assert apply(UpdateVsan("vmk1", ON_VSAN, NONE, vsan_ports(vsan=["vmk1", device])), network) == network


def test_an_adapter_that_goes_leaves_the_list_and_its_number_brings_nothing_along() -> None:
    present = network_of(host(VsanPort("vmk1"), ELSEWHERE, vsan=["vmk1", "vmk2"]))

    gone = apply(RemoveAdapter("vmk1"), present)
    assert gone.vsan_ports == (ELSEWHERE,)

    creation = CreateAdapter("defaultTcpipStack", StandardAttachment(BACKUP), Ipv4State(dhcp=False, address=None), None)
    back = apply(creation, replace(present, adapters=gone.adapters))
    assert back.adapter("vmk1") is not None
    assert back.vsan_ports == (ELSEWHERE,)
    assert back.devices_with("vsan") == {"vmk2"}


def seen(network: NetworkState, *, services: list[str], listed: list[str]) -> NetworkState:
    told = tuple((name, frozenset(services) if name == "vsan" else devices) for name, devices in network.services)
    return replace(network, services=told, vsan_ports=vsan_ports(vsan=listed))


@pytest.mark.parametrize(
    ("services", "listed", "selected", "deselected"),
    [
        (["vmk1"], ["vmk1"], True, False),
        (["vmk1"], [], False, False),
        ([], ["vmk1"], False, False),
        ([], [], False, True),
        (["vmk1", "vmk10"], ["vmk1", "vmk10"], True, False),
        (["vmk10"], ["vmk10"], False, True),
    ],
)
def test_a_choice_is_seen_once_both_places_show_it_whoever_else_is_there(
    services: list[str], listed: list[str], *, selected: bool, deselected: bool
) -> None:
    before = network_of(host())
    after = seen(before, services=services, listed=listed)

    assert is_visible(UpdateVsan("vmk1", ON_VSAN, NONE, ()), before, after) is selected
    assert is_visible(UpdateVsan("vmk1", NONE, ON_VSAN, ()), before, after) is deselected
