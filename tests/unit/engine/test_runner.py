import asyncio
from collections.abc import Sequence
from ipaddress import IPv4Address, IPv4Interface, IPv4Network

from component.fake_clock import FakeClock
from component.fake_kube import Recorder
from component.fake_vcenter import FakeConnection, FakeVCenter, Fault
from component.world import GOOD, SETTINGS, host
from unit.planner.builders import vmk
from vmk_operator.engine.permit import Hold, WritePermit
from vmk_operator.engine.runner import Hooks, Run, StepRunner
from vmk_operator.errors import HostAwayError, TransientError
from vmk_operator.model.host import HostState, Ipv4State, StandardAttachment, StaticRoute
from vmk_operator.model.identity import HostRef, Kind, ObjectKey
from vmk_operator.model.outcome import Outcome, Result
from vmk_operator.model.step import (
    CreateAdapter,
    CreateNetstack,
    PlannedStep,
    RouteChanges,
    UpdateAdapter,
    UpdateNetstack,
)

REF = HostRef("vc-1", "host-1")
OWNER = ObjectKey(Kind.ADAPTER, "infra", "backup", "uid")
AS_IT_IS = Ipv4State(dhcp=False, address=IPv4Interface("10.0.40.1/24"))
MTU = PlannedStep(UpdateAdapter("vmk1", AS_IT_IS, mtu=9000), OWNER, (), disruptive=False, text="set mtu")

_NINE = StaticRoute(IPv4Network("10.9.0.0/16"), IPv4Address("10.0.40.254"))
ROUTED = PlannedStep(
    UpdateNetstack("defaultTcpipStack", route_changes=RouteChanges(add=frozenset({_NINE}))),
    OWNER,
    (),
    disruptive=True,
    text="add a route",
)


STACK = PlannedStep(CreateNetstack("storage"), OWNER, (), disruptive=False, text="create a stack")


def creation(address: str) -> PlannedStep:
    static = Ipv4State(dhcp=False, address=IPv4Interface(address))
    step = CreateAdapter("defaultTcpipStack", StandardAttachment("Backup-40"), static, None)
    return PlannedStep(step, OWNER, (), disruptive=False, text="create")


class Bench:
    """One host, one connection, and a gate that answers what the test says."""

    def __init__(self, *answers: WritePermit | Hold) -> None:
        self.clock = FakeClock()
        self.vcenter = FakeVCenter(self.clock)
        self.vcenter.add(host(1, vmk("vmk1", "10.0.40.1/24", mtu=1500)))
        self.connection = FakeConnection(self.vcenter, GOOD, 1)
        self.recorder = Recorder()
        self.answers = list(answers)
        self.bound: list[Outcome] = []
        self.catch_ups: list[bool] = []
        """What catching up answers, call by call; afterwards that there was no need."""

    def gate(self, _: PlannedStep) -> WritePermit | Hold:
        return self.answers.pop(0) if self.answers else WritePermit(self.clock.monotonic() + 15)

    async def bind(self, outcome: Outcome, _: HostState) -> None:
        self.bound.append(outcome)

    async def catch_up(self) -> bool:
        return self.catch_ups.pop(0) if self.catch_ups else False

    async def run(
        self, *steps: PlannedStep, planned: Sequence[PlannedStep] | None = None, on: HostState | None = None
    ) -> Run:
        runner = StepRunner(
            vcenter="lab",
            connection=self.connection,
            hooks=Hooks(
                gate=self.gate,
                replan=lambda _: steps if planned is None else planned,
                bind=self.bind,
                shown=lambda: None,
                catch_up=self.catch_up,
            ),
            clock=self.clock,
            telemetry=self.recorder,
            settings=SETTINGS,
        )
        running = asyncio.create_task(runner.run(on or self.vcenter.hosts[REF], steps))
        await self.clock.until(running.done)
        return running.result()


async def test_the_gate_is_asked_again_after_a_read_that_took_time() -> None:
    bench = Bench(WritePermit(1015.0), Hold.NOT_LEADING)

    run = await bench.run(MTU)

    assert (run.held_by, run.outcomes, bench.vcenter.attempts) == (Hold.NOT_LEADING, [], 0)


async def test_a_step_soon_after_a_read_needs_no_other() -> None:
    bench = Bench()

    await bench.run(MTU, MTU)

    # Before the first, and to verify each of the two.
    assert bench.vcenter.calls["read_host"] == 3


async def test_the_first_step_is_preceded_by_a_read() -> None:
    bench = Bench()

    run = await bench.run(MTU)

    assert bench.vcenter.calls["read_host"] == 2
    assert [outcome.result for outcome in run.outcomes] == [Result.DONE]


async def test_a_step_that_a_fresh_read_makes_pointless_is_not_sent() -> None:
    bench = Bench()
    planned_on = bench.vcenter.hosts[REF]
    bench.vcenter.add(host(1, vmk("vmk1", "10.0.40.1/24", mtu=9000)))

    run = await bench.run(MTU, planned=(), on=planned_on)

    assert (run.outdated, run.outcomes, bench.vcenter.attempts) == (True, [], 0)


async def test_what_vcenter_only_relays_is_looked_for_after_a_refresh() -> None:
    bench = Bench()

    by_api, by_esxcli = await bench.run(MTU), await bench.run(STACK)

    assert [one.result for one in (*by_api.outcomes, *by_esxcli.outcomes)] == [Result.DONE, Result.DONE]
    assert bench.vcenter.calls["refresh"] == 1


async def test_a_held_step_ends_the_run() -> None:
    bench = Bench(WritePermit(1015.0), WritePermit(1015.0), Hold.STOPPING)

    run = await bench.run(MTU, MTU)

    assert (len(run.outcomes), run.held_by) == (1, Hold.STOPPING)


async def test_a_creation_is_read_for_again_once_vcenter_has_caught_up_with_its_host() -> None:
    bench = Bench()
    bench.catch_ups = [True, True, False]

    run = await bench.run(creation("10.0.40.8/24"), creation("10.0.40.9/24"), creation("10.0.40.10/24"))

    assert [outcome.result for outcome in run.outcomes] == [Result.DONE] * 3
    # Before the first two, and to verify each of the three.
    assert bench.vcenter.calls["read_host"] == 5


async def test_what_may_be_sent_twice_needs_no_vcenter_that_caught_up() -> None:
    bench = Bench()
    bench.catch_ups = [True]

    await bench.run(MTU)

    assert bench.catch_ups == [True]


async def test_a_creation_that_failed_is_looked_for_before_it_is_called_failed() -> None:
    bench = Bench()
    bench.vcenter.faults.append(Fault(lambda *_: True, has_effect=True, error=lambda: TransientError("half done")))

    (outcome,) = (await bench.run(creation("10.0.40.9/24"))).outcomes

    assert (outcome.result, outcome.device) == (Result.DONE, "vmk2")
    assert bench.vcenter.calls["refresh"] == 2


async def test_a_route_that_was_added_before_the_call_failed_is_not_added_again() -> None:
    bench = Bench()
    bench.vcenter.faults.append(Fault(lambda *_: True, has_effect=True, error=lambda: TransientError("half done")))

    (outcome,) = (await bench.run(ROUTED)).outcomes

    assert outcome.result is Result.DONE
    assert bench.vcenter.calls["execute"] == 1


async def test_a_creation_that_failed_and_left_nothing_is_a_passing_failure_in_the_words_of_vcenter() -> None:
    bench = Bench()
    bench.vcenter.faults.append(Fault(lambda *_: True, has_effect=False, error=lambda: TransientError("no memory")))

    run = await bench.run(creation("10.0.40.9/24"))

    assert [(outcome.result, outcome.message) for outcome in run.outcomes] == [(Result.RETRY, "no memory")]
    assert run.expectations == []


async def test_a_creation_is_answered_with_device_and_mac_and_made_durable() -> None:
    bench = Bench()

    run = await bench.run(creation("10.0.40.9/24"))

    (outcome,) = run.outcomes
    assert (outcome.device, outcome.mac is not None) == ("vmk2", True)
    assert bench.bound == [outcome]


async def test_a_write_whose_effect_never_shows_is_unverified_and_ends_the_run() -> None:
    bench = Bench()
    bench.vcenter.read_lag_s = 1000.0

    run = await bench.run(MTU, MTU)

    assert [outcome.result for outcome in run.outcomes] == [Result.UNVERIFIED]
    assert len(run.expectations) == 1
    assert bench.vcenter.calls["refresh"] == 1
    assert bench.clock.monotonic() - 1000.0 <= SETTINGS.verify_timeout_s


async def test_a_host_that_is_away_is_no_failure_of_the_step() -> None:
    bench = Bench()
    bench.vcenter.faults.append(any_fault(HostAwayError("not connected")))

    (outcome,) = (await bench.run(MTU)).outcomes

    assert (outcome.result, outcome.reason) == (Result.RETRY, "HostAway")


async def test_how_long_the_other_side_wants_us_to_wait_is_passed_on() -> None:
    bench = Bench()
    bench.vcenter.faults.append(any_fault(TransientError("busy", retry_after_s=42.0)))

    run = await bench.run(MTU)

    assert run.retry_after_s == 42.0
    assert run.expectations == []


async def test_every_step_that_was_tried_is_counted_by_verb_and_result() -> None:
    bench = Bench()

    await bench.run(MTU)

    assert bench.recorder.steps == {("UpdateAdapter", "Done"): 1}


def any_fault(error: Exception) -> Fault:
    return Fault(lambda *_: True, has_effect=False, error=lambda: error)
