"""Scenarios about one open question each (reference/vsphere.md 9), with either answer."""

from collections import Counter
from typing import Any

import pytest

from contract.engine.lab import EngineLab, engine_lab
from contract.engine.objects import ESX01, ESX02, backup, vmotion, vmotion_stack
from contract.vcenter.lab import inject
from unit.planner.builders import adapter
from vcenter_simulator.host.behaviour import Behaviour, Choice, DefaultStackService, DisconnectedConfig
from vcenter_simulator.vcenter import Settings

either_choice = pytest.mark.parametrize("choice", list(Choice))
OLD: dict[str, Any] = {"host": ESX01, "on": "vMotion-Old", "adoptDevice": "vmk1"}


def world(**behaviour: Any) -> Settings:
    return Settings(behaviour=Behaviour(**behaviour))


def vmk1_services(lab: EngineLab) -> list[str]:
    return lab.hosts()[ESX01].adapters["vmk1"].services or []


async def test_two_adapters_on_one_standard_port_group_are_made_where_a_host_takes_them() -> None:
    async with engine_lab(world(second_adapter_on_standard_portgroup=Choice.ACCEPT)) as lab:
        lab.kube.apply(backup(1), backup(1, "10.0.40.99/24", name="second"))
        await lab.stays_converged()

        assert lab.new_writes() == {(ESX01, "AddVirtualNic"): 2}
        assert lab.addresses(ESX01)["vmk3"] is not None


async def test_where_a_host_takes_one_the_second_is_told_why_and_is_not_tried_again() -> None:
    async with engine_lab(world(second_adapter_on_standard_portgroup=Choice.REFUSE)) as lab:
        first, second = backup(1), backup(1, "10.0.40.99/24", name="second")
        lab.kube.apply(first)
        await lab.converged()
        lab.new_writes()

        lab.kube.apply(second)
        await lab.until(lambda: lab.ready(second)[0] == "False" and lab.status(second).halt, "the halt")
        lab.kube.confirm()
        await lab.at_rest()

        assert lab.new_writes(outcome="AlreadyExists") == {(ESX01, "AddVirtualNic"): 1}
        stalled = lab.status(second).condition("Stalled")
        assert stalled is not None
        assert stalled.status == "True"
        assert "Backup-40" in stalled.message
        assert lab.are_converged(first)


@either_choice
async def test_an_mtu_above_the_switch_is_never_tried(choice: Choice) -> None:
    async with engine_lab(world(mtu_above_switch=choice)) as lab:
        old = adapter("old", **OLD, mtu=9000)
        lab.kube.apply(old)
        await lab.until(lambda: lab.ready(old) == ("False", "MtuAboveSwitch"), "the refusal")
        await lab.at_rest()

        assert lab.new_writes() == Counter()


@either_choice
@pytest.mark.parametrize(
    "ipv4", [{"dhcp": True, "address": "10.1.0.99/24"}, {"address": "10.1.0.77/25", "gateway": "10.1.0.1"}, {}]
)
async def test_an_mtu_is_set_and_no_undeclared_address_with_it(choice: Choice, ipv4: dict[str, Any]) -> None:
    async with engine_lab(world(update_without_ip=choice)) as lab:
        lab.by_hand(ESX01, adapters={"vmk1": {"ipv4": ipv4, "mtu": 1400}})
        before = lab.hosts()[ESX01].adapters["vmk1"]
        assert before is not None

        lab.kube.apply(adapter("old", **OLD, mtu=1500))
        await lab.stays_converged()

        assert lab.new_writes() == {(ESX01, "UpdateVirtualNic"): 1}
        assert lab.hosts()[ESX01].adapters["vmk1"] == before.model_copy(update={"mtu": 1500})


@either_choice
async def test_the_last_edit_of_a_stack_comes_before_its_last_adapter_goes(choice: Choice) -> None:
    async with engine_lab(world(edit_inactive_stack=choice)) as lab:
        lab.kube.apply(vmotion_stack(1), vmotion(1))
        await lab.converged()
        lab.new_writes()

        lab.kube.apply(vmotion_stack(1, gateway="10.0.50.2"))
        lab.kube.delete(vmotion(1))
        await lab.until(lambda: vmotion(1).key not in lab.kube.objects, "the deletion")
        await lab.until(lambda: lab.ready(vmotion_stack(1)) == ("True", "Dormant"), "the stack at rest")
        await lab.at_rest()

        assert lab.new_writes() == {(ESX01, "UpdateNetworkConfig"): 1, (ESX01, "RemoveVirtualNic"): 1}


@either_choice
async def test_what_drifted_on_a_stack_while_nobody_used_it_waits_for_its_first_adapter(choice: Choice) -> None:
    async with engine_lab(world(edit_inactive_stack=choice)) as lab:
        stack = vmotion_stack(1)
        lab.kube.apply(stack)
        await lab.until(lambda: lab.ready(stack) == ("True", "Dormant"), "the stack at rest")
        lab.by_hand(ESX01, netstacks={"vmotion": {"maxConnections": 5}})
        await lab.at_rest()
        assert lab.new_writes() == Counter()

        lab.kube.apply(vmotion(1))
        await lab.stays_converged()

        assert lab.new_writes() == {(ESX01, "AddVirtualNic"): 1, (ESX01, "UpdateNetworkConfig"): 1}
        assert lab.recorder.drift == Counter()


@pytest.mark.parametrize("shown", list(DefaultStackService))
async def test_an_object_that_declares_no_services_ends_without_the_shadowed_one(shown: DefaultStackService) -> None:
    async with engine_lab(world(default_stack_service=shown)) as lab:
        lab.kube.apply(vmotion(1))
        await lab.converged()
        lab.new_writes()

        lab.kube.apply(adapter("old", **OLD, services=[]))
        await lab.stays_converged()

        deselected = {(ESX01, "DeselectVnicForNicType"): 1} if shown is DefaultStackService.SHADOWED else {}
        assert lab.new_writes() == deselected
        assert vmk1_services(lab) == []


@pytest.mark.parametrize("shown", list(DefaultStackService))
async def test_a_shadowed_service_is_never_selected(shown: DefaultStackService) -> None:
    async with engine_lab(world(default_stack_service=shown)) as lab:
        lab.kube.apply(vmotion(1))
        await lab.converged()
        lab.new_writes()

        lab.kube.apply(backup(1, services=["vmotion"]))
        await lab.stays_converged()

        assert lab.new_writes() == {(ESX01, "AddVirtualNic"): 1}
        assert [one.reason for one in lab.status(backup(1)).advisories] == ["ServiceShadowed"]


@pytest.mark.parametrize("read", list(DisconnectedConfig))
@pytest.mark.parametrize("state", ["disconnected", "notResponding"])
async def test_a_host_that_is_away_is_not_written_to_and_is_put_right_when_it_is_back(
    read: DisconnectedConfig, state: str
) -> None:
    async with engine_lab(world(disconnected_config=read)) as lab:
        lab.kube.apply(backup(1), backup(2))
        await lab.converged()
        lab.new_writes()

        lab.simulator.control.set_connection(ESX01, state)
        await lab.until(lambda: lab.ready(backup(1)) == ("Unknown", "HostAway"), "the absence")
        lab.by_hand(ESX01, adapters={"vmk2": {"mtu": 1400}})
        lab.kube.apply(backup(1, mtu=1500), backup(2, mtu=1280))
        await lab.converged(backup(2))
        await lab.at_rest()
        assert lab.new_writes() == {(ESX02, "UpdateVirtualNic"): 1}
        assert lab.ready(backup(1)) == ("Unknown", "HostAway")

        lab.simulator.control.set_connection(ESX01, "connected")
        await lab.stays_converged()
        assert lab.new_writes() == {(ESX01, "UpdateVirtualNic"): 1}


@pytest.mark.parametrize("fault", ["PlatformConfigFault", "TaskInProgress", "SystemError"])
@pytest.mark.parametrize("read_lag", [0.0, 1.5])
async def test_an_adapter_that_was_made_although_the_answer_is_a_fault_is_not_tried_again(
    fault: str, read_lag: float
) -> None:
    async with engine_lab(Settings(read_lag=read_lag)) as lab:
        inject(lab.simulator, method="AddVirtualNic", fault=fault, when="after", count=1)

        lab.kube.apply(backup(1))
        await lab.stays_converged()

        assert lab.new_writes(outcome="fault") == {(ESX01, "AddVirtualNic"): 1}
        assert lab.recorder.reasons("backup-1") == ["Changed"]
