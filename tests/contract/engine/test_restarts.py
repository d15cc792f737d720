"""A process that ends in the middle, and the next one, while vCenter lags behind its hosts."""

from collections import Counter

import pytest

from contract.engine.lab import engine_lab
from contract.engine.objects import ESX01, backup, vmotion, vmotion_stack
from vcenter_simulator.host.behaviour import Behaviour, Choice
from vcenter_simulator.vcenter import Settings


@pytest.mark.parametrize("read_lag", [0.0, 1.5])
@pytest.mark.parametrize("second", list(Choice))
async def test_an_adapter_that_was_made_a_moment_before_the_end_is_found_and_not_made_again(
    read_lag: float, second: Choice
) -> None:
    settings = Settings(read_lag=read_lag, behaviour=Behaviour(second_adapter_on_standard_portgroup=second))
    async with engine_lab(settings) as lab:
        lab.kube.apply(backup(1))
        await lab.until(lambda: [one["outcome"] for one in lab.simulator.control.journal()] == ["ok"], "the write")

        await lab.kill()
        await lab.restart()
        await lab.stays_converged()

        assert lab.new_writes() == {(ESX01, "AddVirtualNic"): 1}


@pytest.mark.parametrize("read_lag", [0.0, 0.5])
async def test_who_comes_after_has_nothing_to_do(read_lag: float) -> None:
    async with engine_lab(Settings(read_lag=read_lag)) as lab:
        lab.kube.apply(vmotion_stack(1), vmotion(1), backup(1))
        await lab.converged()
        lab.new_writes()

        await lab.kill()
        await lab.restart()
        await lab.stays_converged()

        assert lab.new_writes() == Counter()
        assert lab.recorder.drift == Counter()
