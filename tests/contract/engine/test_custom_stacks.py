"""Custom stacks in every world: made before and removed after what is on them, by the necessary commands."""

import pytest

from contract.engine.lab import EngineLab, engine_lab
from contract.engine.objects import ESX01, storage_port, storage_stack
from contract.engine.worlds import in_every_world
from vcenter_simulator.control.documents import FaultDocument
from vcenter_simulator.vcenter import Settings

MADE = [
    "esxcli network ip netstack add",
    "AddVirtualNic",
    "UpdateNetworkConfig",
]


def done(lab: EngineLab) -> list[str]:
    """What was written, in order; esxcli by its command."""
    return [entry.get("command") or entry["method"] for entry in lab.simulator.control.journal()]


def keys(lab: EngineLab) -> set[str]:
    return set(lab.hosts()[ESX01].netstacks)


async def rolled_out(lab: EngineLab) -> None:
    # The adapter comes first: whoever applies both needs no order.
    lab.kube.apply(storage_port(), storage_stack())
    await lab.converged()


@in_every_world
async def test_a_stack_is_made_with_its_adapter_and_goes_after_it(settings: Settings) -> None:
    async with engine_lab(settings) as lab:
        await rolled_out(lab)
        await lab.stays_converged()
        assert done(lab) == MADE
        stack = lab.hosts()[ESX01].netstacks["storage"]
        assert (stack.gateway, stack.congestion_control) == ("10.0.30.1", "cubic")

        lab.kube.delete(storage_stack())
        await lab.until(lambda: lab.ready(storage_stack()) == ("False", "Deleting"), "the deletion waiting")
        waiting = lab.status(storage_stack()).condition("Ready")
        assert waiting is not None
        assert "is not removed while vmk2 is on it" in waiting.message

        lab.kube.delete(storage_port())
        await lab.until(lambda: not lab.kube.objects, "both objects gone")
        assert done(lab) == [*MADE, "RemoveVirtualNic", "esxcli network ip netstack remove"]
        assert "storage" not in keys(lab)


@in_every_world
async def test_a_stack_that_somebody_removed_with_its_adapter_is_made_again(settings: Settings) -> None:
    async with engine_lab(settings) as lab:
        await rolled_out(lab)

        lab.by_hand(ESX01, published=False, adapters={"vmk2": None})
        lab.by_hand(ESX01, netstacks={"storage": None})
        await lab.until(lambda: len(done(lab)) > len(MADE), "the repair")
        await lab.stays_converged()

        assert done(lab) == MADE * 2
        assert ("VmkNetstack", "netstack") in lab.recorder.drift
        assert ("VmkAdapter", "device") in lab.recorder.drift


@in_every_world
async def test_a_stack_is_handed_over_to_another_object_that_declares_it(settings: Settings) -> None:
    async with engine_lab(settings) as lab:
        lab.kube.apply(storage_stack())
        await lab.until(lambda: lab.ready(storage_stack()) == ("True", "Dormant"), "the dormant stack")

        lab.kube.apply(storage_stack("heir"))
        lab.kube.delete(storage_stack())
        await lab.until(lambda: storage_stack().key not in lab.kube.objects, "the hand-over")
        await lab.at_rest()

        assert lab.ready(storage_stack("heir")) == ("True", "Dormant")
        assert done(lab) == ["esxcli network ip netstack add"]


async def test_a_host_without_esxcli_is_asked_once_and_again_when_a_person_says_so() -> None:
    async with engine_lab(Settings()) as lab:
        lab.simulator.control.add_fault(
            FaultDocument.model_validate({"method": "ExecuteSoap", "action": "fault", "fault": "NotSupported"})
        )
        lab.kube.apply(storage_port(), storage_stack())
        await lab.until(lambda: lab.ready(storage_stack()) == ("False", "EsxcliUnavailable"), "the refusal")
        await lab.at_rest()
        assert lab.ready(storage_port()) == ("False", "NoSuchNetstack")
        assert lab.simulator.control.calls()["ExecuteSoap"] == 1

        lab.simulator.control.clear_faults()
        again = {"annotations": {"vmkernel.dev/reconcile-requested-at": "2026-03-01T12:00:00Z"}}
        lab.kube.apply(storage_stack(metadata=again))
        await lab.stays_converged()
        assert done(lab)[-3:] == MADE


@pytest.mark.parametrize("when", ["before", "after"])
async def test_a_lost_answer_makes_no_second_stack_and_loses_none(when: str) -> None:
    async with engine_lab(Settings()) as lab:
        lab.simulator.control.add_fault(
            FaultDocument.model_validate({"method": "ExecuteSoap", "action": "close", "when": when, "count": 1})
        )
        await rolled_out(lab)
        await lab.stays_converged()

        assert done(lab).count("AddVirtualNic") == 1
        assert "storage" in keys(lab)
