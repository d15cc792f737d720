from typing import Any

from component.fake_kube import FakeKube
from component.fake_vcenter import FakeInventory
from component.world import backup_on, host
from unit.planner.builders import binding
from vmk_operator.api.v1alpha1 import VmkAdapter, VmkAdapterStatus
from vmk_operator.engine.placement import NamedHost, Placement, named_host
from vmk_operator.model.identity import HostRef

ESX01 = HostRef("vc-1", "host-1")


def placed(*things: VmkAdapter) -> tuple[Placement, FakeInventory]:
    """Objects of a vCenter with one host, esx01."""
    kube, inventory = FakeKube(), FakeInventory()
    kube.apply(*things)
    inventory.shown[ESX01] = host(1)
    return Placement(vcenter="lab", desired=kube), inventory


def bound_to(host_id: str, **given: Any) -> VmkAdapter:
    thing = backup_on(1, **given)
    status = VmkAdapterStatus(binding=binding("vmk1").model_copy(update={"host_id": host_id}))
    return thing.model_copy(update={"status": status})


def test_a_name_means_the_host_of_that_name_in_any_case() -> None:
    placement, inventory = placed()

    assert placement.resolve(NamedHost("esx01.example.com", None), inventory, "vc-1") == ESX01
    assert placement.resolve(NamedHost("esx02.example.com", None), inventory, "vc-1") is None
    assert named_host(backup_on(1)).name == "esx01.example.com"


def test_a_binding_goes_before_a_name() -> None:
    placement, inventory = placed()
    inventory.shown[HostRef("vc-1", "host-2")] = host(2)

    assert placement.resolve(NamedHost("esx01.example.com", "host-2"), inventory, "vc-1") == HostRef("vc-1", "host-2")


def test_an_object_bound_to_an_id_that_is_gone_belongs_to_the_host_of_its_name() -> None:
    stray = bound_to("host-77")
    placement, inventory = placed(stray)
    assert placement.objects_of(host(1)) == ()

    assert placement.resolve(named_host(stray), inventory, "vc-1") == ESX01

    assert placement.objects_of(host(1)) == (stray,)


def test_what_was_judged_and_is_not_any_more_is_missed_once() -> None:
    placement, _ = placed()
    thing = backup_on(1)
    placement.judged(ESX01, [thing])

    assert placement.judged(ESX01, []) == {thing.key}
    assert placement.judged(ESX01, []) == frozenset()


def test_whoever_is_handed_over_is_missed_where_it_does_not_arrive() -> None:
    thing = backup_on(1)
    placement, _ = placed(thing)

    placement.hand_over(named_host(thing), ESX01)

    assert placement.judged(ESX01, []) == {thing.key}


def test_objects_without_a_host_wait_under_its_name() -> None:
    thing = backup_on(1)
    placement, _ = placed(thing)
    placement.judged(named_host(thing), [thing])

    assert placement.waiting_for("ESX01.example.com") == (named_host(thing),)
    placement.hand_over(named_host(thing), ESX01)
    assert placement.waiting_for("esx01.example.com") == ()


def test_everything_is_what_exists_and_what_was_judged_before() -> None:
    thing = backup_on(1)
    placement, _ = placed(thing)
    placement.judged(HostRef("vc-1", "host-9"), [backup_on(9)])

    assert placement.everything() == {named_host(thing), HostRef("vc-1", "host-9")}
    assert placement.clear() == {backup_on(9).key}
    assert placement.everything() == {named_host(thing)}
