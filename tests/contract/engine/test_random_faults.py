"""A roll-out during which anything may fail at any moment ends as declared, with no adapter twice and no false drift.

Every run throws its own dice; the seed is in the name of the test, and ``VMK_SEED`` throws them again.
"""

import asyncio
import os
from random import Random
from typing import Any

import pytest

from contract.engine.lab import EngineLab, engine_lab
from contract.engine.objects import ESX01, HOSTS, backup, storage_port, storage_stack, vmotion, vmotion_stack
from contract.vcenter.lab import inject
from vcenter_simulator.host.behaviour import Behaviour, Choice, DefaultStackService, EsxcliChanges, Updates
from vcenter_simulator.vcenter import Settings
from vmk_operator.engine.settings import EngineSettings
from vmk_operator.vcenter import Timings

RUNS = 5
FIRST_SEED = int(os.environ["VMK_SEED"])  # chosen once for all workers by the conftest of tests/

ENGINE = EngineSettings(
    jitter_seed=1, backoff_min_s=0.05, backoff_max_s=0.5, write_timeout_s=2, verify_timeout_s=3, settle_timeout_s=3
)
"""Impatient: what hangs is given up soon."""
TIMINGS = Timings(call_s=2, poll_s=2, page_s=2, connect_s=2, close_s=1)

WRITES = ("AddVirtualNic", "UpdateNetworkConfig", "UpdateVirtualNic", "SelectVnicForNicType", "ExecuteSoap", "*")
READS = ("RetrievePropertiesEx", "WaitForUpdatesEx", "RefreshNetworkSystem", "RetrieveManagedMethodExecuter", "*")
BROKEN = ("close", "reset", "halfBody", "http503", "hang")
FAULTS = ("TaskInProgress", "SystemError", "HostConfigFault", "HostCommunication", "Timedout")
REFUSALS = {"AlreadyExists", "HostConfigFault", "InvalidArgument", "NotFound"}
"""Of the host itself, for example of a second adapter with the same address."""
MOMENT_S = 0.4
"""The longest pause between two blows from outside."""


def rules(dice: Random) -> list[dict[str, Any]]:
    """Throw some rules; together they are too few to make anybody give up a step for good."""
    drawn = []
    for _ in range(dice.randint(2, 6)):
        methods = WRITES if dice.random() < 0.6 else READS
        trouble = {"action": dice.choice(BROKEN)} if dice.random() < 0.6 else {"fault": dice.choice(FAULTS)}
        rule = {
            "method": dice.choice(methods),
            "when": dice.choice(["before", "after"]),
            "skip": dice.randint(0, 2),
            "probability": dice.choice([0.2, 0.5, 1.0]),
            **trouble,
        }
        drawn.append({**rule, "count": 1 if trouble.get("action") == "hang" else dice.randint(1, 2)})
    return drawn


async def strike(lab: EngineLab, dice: Random) -> None:
    """Let one thing go wrong that no single call brings about."""
    match dice.choice(["expire", "flap", "kill", "nothing"]):
        case "expire":
            lab.simulator.control.expire_sessions()
        case "flap":
            host = dice.choice(HOSTS)
            lab.simulator.control.set_connection(host, dice.choice(["disconnected", "notResponding"]))
            await asyncio.sleep(dice.uniform(0, MOMENT_S))
            lab.simulator.control.set_connection(host, "connected")
        case "kill":
            await lab.kill()
            await lab.restart()


@pytest.mark.timeout(120)
@pytest.mark.parametrize("seed", range(FIRST_SEED, FIRST_SEED + RUNS), ids=lambda seed: f"VMK_SEED={seed}")
async def test_whatever_fails_and_whenever_the_fleet_ends_as_declared(seed: int) -> None:
    dice = Random(seed)
    behaviour = Behaviour(
        default_stack_service=dice.choice(list(DefaultStackService)),
        edit_inactive_stack=dice.choice(list(Choice)),
        # A second adapter is refused because of its address only, and that is seen below.
        second_adapter_on_standard_portgroup=Choice.ACCEPT,
        updates=dice.choice(list(Updates)),
        esxcli_changes=dice.choice(list(EsxcliChanges)),
    )
    settings = Settings(seed=seed, read_lag=dice.choice([0.0, 0.0, 0.2]), behaviour=behaviour)
    async with engine_lab(settings, engine=ENGINE, timings=TIMINGS) as lab:
        things = [thing for n in (1, 2) for thing in (vmotion_stack(n), vmotion(n), backup(n, services=["vmotion"]))]
        things += [storage_port(), storage_stack()]
        for rule in rules(dice):
            inject(lab.simulator, **rule)
        lab.kube.apply(*things)
        for _ in range(dice.randint(0, 3)):
            await asyncio.sleep(dice.uniform(0, MOMENT_S))
            await strike(lab, dice)
        lab.kube.apply(backup(1, mtu=8000, services=["vSphereProvisioning"]))

        await lab.stays_converged()

        for number, host in enumerate(HOSTS, start=1):
            used = sorted(address for address in lab.addresses(host).values() if address is not None)
            nets = ("0.0", "0.40", "0.50", "1.0", *(["0.30"] if host == ESX01 else []))
            assert used == sorted(f"10.{net}.1{number}/24" for net in nets)
            assert len(lab.hosts()[host].adapters) == len(nets)
            stack = lab.hosts()[host].netstacks["vmotion"]
            assert (stack.gateway, stack.congestion_control, stack.max_connections) == ("10.0.50.1", "cubic", 12000)
        assert lab.hosts()[ESX01].netstacks["storage"].gateway == "10.0.30.1"
        assert not lab.recorder.drift, lab.described()
        outcomes = {one["outcome"] for one in lab.simulator.control.journal()}
        assert not outcomes & REFUSALS, "what was injected has other names: a write made no sense on the host as it was"
        assert all(not lab.status(thing).drift_history for thing in things)
