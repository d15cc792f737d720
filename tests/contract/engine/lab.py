"""The real engine over the real connection to a simulator; only Kubernetes is in memory."""

import asyncio
import time
from collections import Counter
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

from component.fake_kube import FakeKube, FakeLeases, LeaseRecord, Recorder
from contract.vcenter.lab import TIMINGS, config_for, credentials_for
from unit.planner.builders import condition_of
from vcenter_simulator.fleet.host_documents import HostDocument, HostEdit
from vcenter_simulator.running import Running, start
from vcenter_simulator.vcenter import Settings
from vmk_operator.engine.clock import SystemClock
from vmk_operator.engine.engine import Engine
from vmk_operator.engine.settings import EngineSettings
from vmk_operator.model.vcenter import VCenterState
from vmk_operator.planner.snapshot import ManagedObject, Status
from vmk_operator.vcenter import Connector, Timings

SETTINGS = EngineSettings(jitter_seed=1, backoff_min_s=0.05, backoff_max_s=0.5)
PATIENCE_S = 30.0
QUIET_S = 0.6
"""Longer than the longest back-off and the settling's grace: what nobody works on for so long is done."""

Changes = tuple[int, int, int]


class EngineLab:
    """One replica, one vCenter."""

    def __init__(self, simulator: Running, settings: EngineSettings, timings: Timings) -> None:
        clock = SystemClock()
        self.simulator = simulator
        self.kube = FakeKube()
        self.recorder = Recorder()
        self.kube.secrets["vcenter-lab"] = credentials_for(simulator)
        self.kube.configs["lab"] = config_for(simulator)
        self._records: dict[str, LeaseRecord] = {}
        self._settings = settings
        self._timings = timings
        self._clock = clock
        self._seen_writes = 0
        self._stop = asyncio.Event()
        self._running: asyncio.Task[None] | None = None
        self.engine = self._make("replica-a")

    def _make(self, identity: str) -> Engine:
        engine = Engine(
            connector=Connector(timings=self._timings),
            leases=FakeLeases(self._clock, self._records, identity),
            desired=self.kube,
            writer=self.kube,
            credentials=self.kube,
            events=self.recorder,
            telemetry=self.recorder,
            clock=self._clock,
            settings=self._settings,
        )
        self.kube.listener = engine
        return engine

    async def start(self) -> None:
        """Start the engine and tell it every object."""
        self._stop = asyncio.Event()
        self._running = asyncio.create_task(self.engine.run(self._stop))
        await asyncio.sleep(0)
        self.kube.confirm()

    async def stop(self) -> None:
        """Stop it gracefully."""
        if self._running is not None:
            self._stop.set()
            async with asyncio.timeout(PATIENCE_S):
                await self._running
            self._running = None

    async def kill(self) -> None:
        """End it at whatever it does; what it would still have told Kubernetes is lost."""
        assert self._running is not None
        self.kube.listener, left = None, dict(self.kube.objects)
        self._running.cancel()
        await asyncio.wait((self._running,))
        self.kube.objects = left

    async def restart(self) -> None:
        """Go on with another process."""
        self.engine = self._make("replica-b")
        await self.start()

    # Waiting

    async def until(self, condition: Callable[[], object], what: str) -> None:
        """Wait until *condition* holds."""
        deadline = time.monotonic() + PATIENCE_S
        while not condition():
            assert self._running is not None
            assert not self._running.done(), "the engine ended"
            assert time.monotonic() < deadline, f"not seen within {PATIENCE_S:g} s: {what}\n{self.described()}"
            await asyncio.sleep(0.01)

    async def converged(self, *things: ManagedObject) -> None:
        """Wait until all of *things*, or everything there is, are as declared."""
        await self.until(lambda: self.are_converged(*things), "convergence")

    async def stays_converged(self, *things: ManagedObject) -> None:
        """Wait until they are, let everything be looked at once more, and see that it comes to rest."""
        await self.converged(*things)
        self.kube.confirm()
        await self.at_rest()
        assert self.are_converged(*things), self.described()

    async def at_rest(self) -> None:
        """Wait until the engine is connected, nobody works and nothing was written anywhere for a while."""
        seen, since = self._changes(), time.monotonic()

        def is_quiet() -> bool:
            nonlocal seen, since
            idle = [
                one
                for one in self.engine.snapshot().vcenters
                if one.report.state is VCenterState.CONNECTED and not one.hosts_busy
            ]
            if (now := self._changes()) != seen or not idle:
                seen, since = now, time.monotonic()
            return time.monotonic() - since > QUIET_S

        await self.until(is_quiet, "rest")

    def _changes(self) -> Changes:
        # Not the reports on the VCenter: only its status writer knows which of them is worth a write.
        written = sum(count for how, count in self.kube.writes.items() if how != "vcenter")
        return len(self.simulator.control.journal()), written, len(self.recorder.events)

    # Doing

    def by_hand(self, host: str, **edit: Any) -> None:
        """Somebody changes a host; in the words of the control port."""
        self.simulator.control.edit_host(host, HostEdit.model_validate(edit))

    # Looking

    def status(self, thing: ManagedObject) -> Status:
        return self.kube.objects[thing.key].status

    def ready(self, thing: ManagedObject) -> tuple[str, str]:
        """Status and reason of Ready; ``("", "")`` before the first look."""
        status = self.status(thing)
        return condition_of(status, "Ready") if status.conditions else ("", "")

    def are_converged(self, *things: ManagedObject) -> bool:
        """Tell whether these, or all objects there are, are, in their present version."""
        present = [self.kube.objects[thing.key] for thing in things or tuple(self.kube.objects.values())]
        return all(
            self.ready(thing) == ("True", "Converged") and thing.status.observed_generation == thing.metadata.generation
            for thing in present
        )

    def new_writes(self, *, outcome: str = "ok") -> Counter[tuple[str, str]]:
        """Count what was written to hosts since the last time by (host, method); all of it must have ended so."""
        journal = self.simulator.control.journal()
        new, self._seen_writes = journal[self._seen_writes :], len(journal)
        assert {write["outcome"] for write in new} <= {outcome}, new
        return Counter((write["host"], write["method"]) for write in new)

    def hosts(self) -> dict[str, HostDocument]:
        """What the hosts really are."""
        datacenters = self.simulator.control.dump().datacenters
        return {host.name: host for one in datacenters for cluster in one.clusters for host in cluster.hosts}

    def addresses(self, host: str) -> dict[str, str | None]:
        """Every adapter's address; an address that two adapters have fails the test."""
        found = {d: a.ipv4.address for d, a in self.hosts()[host].adapters.items() if a.ipv4}
        used = [address for address in found.values() if address is not None]
        assert len(set(used)) == len(used), found
        return found

    def described(self) -> str:
        """Say what everything is, for a test that fails."""
        lines = [f"{report.name}: {report.state} {report.message}" for report in self.kube.reports.values()]
        for thing in self.kube.objects.values():
            status = thing.status
            told = status.condition("Ready") if status.conditions else None
            lines.append(f"{thing.key}: {told} drift={status.drift} halt={status.halt}")
        lines += [str(write) for write in self.simulator.control.journal()]
        return "\n".join(lines)


@asynccontextmanager
async def engine_lab(
    settings: Settings, *, hosts: int = 2, engine: EngineSettings = SETTINGS, timings: Timings = TIMINGS
) -> AsyncIterator[EngineLab]:
    """Start a simulator and an engine that knows it."""
    async with start(hosts=hosts, settings=settings) as simulator:
        lab = EngineLab(simulator, engine, timings)
        await lab.start()
        try:
            yield lab
        finally:
            await lab.stop()
        # A call that a rule held up is over for its client before it is for vCenter.
        assert [met for met in simulator.control.overlaps() if met["first"]["faultRule"] is None] == []
