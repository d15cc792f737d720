"""A real engine in a world of fakes."""

import asyncio
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from component.fake_clock import FakeClock, idle
from component.fake_kube import FakeKube, FakeLeases, LeaseRecord, Recorder
from component.fake_vcenter import FakeConnector, FakeVCenter
from unit.planner.builders import adapter, condition_of, esx
from vmk_operator.api.v1alpha1 import VmkAdapter
from vmk_operator.engine.engine import Engine
from vmk_operator.engine.settings import EngineSettings
from vmk_operator.model.host import AdapterState, HostState, NetworkState
from vmk_operator.model.identity import HostRef
from vmk_operator.model.vcenter import Credentials, Policy, VCenterConfig, VCenterState
from vmk_operator.planner.snapshot import ManagedObject, Status

SETTINGS = EngineSettings(jitter_seed=1)
GOOD = Credentials("operator", "right")


def vcenter_config(name: str = "lab", **given: Any) -> VCenterConfig:
    """A VCenter that enforces at once and lets everybody in."""
    return VCenterConfig(
        **{
            "name": name,
            "uid": f"uid-{name}",
            "generation": 1,
            "created_at": datetime(2026, 1, 1, tzinfo=UTC),
            "server": name,
            "credentials_secret": "vcenter",
            "ca_bundle": None,
            "insecure_skip_verify": False,
            "allowed_namespaces": None,
            "policy": Policy.ENFORCE,
            "paused": None,
            "repair_delay_s": 0.0,
            "resync_period_s": 900.0,
            "max_concurrent_hosts": 16,
            **given,
        }
    )


def host(number: int, *adapters: AdapterState, vcenter: str = "vc-1", **given: Any) -> HostState:
    """The host esx<number>.example.com."""
    state = esx(*adapters, name=f"esx{number:02}.example.com", uuid=f"uuid-{number}", **given)
    return replace(state, ref=HostRef(vcenter, f"host-{number}"))


def backup_on(number: int, name: str | None = None, *, address: str | None = None, **spec: Any) -> VmkAdapter:
    """An adapter object of its own address on esx<number>."""
    return adapter(
        name or f"backup-{number}",
        address or f"10.0.40.{number}/24",
        host=f"esx{number:02}.example.com",
        mtu=9000,
        **spec,
    )


class World:
    """One replica of the operator by default; ``replica`` makes more."""

    def __init__(self, *configs: VCenterConfig, vcenters: Mapping[str, FakeVCenter] | None = None) -> None:
        self.clock = FakeClock()
        self.kube = FakeKube()
        self.vcenters = dict(vcenters or {"lab": FakeVCenter(self.clock)})
        for vcenter in self.vcenters.values():
            vcenter.clock = self.clock
        self.recorder = Recorder()
        self.records: dict[str, LeaseRecord] = {}
        self.leases = FakeLeases(self.clock, self.records, "replica-a")
        self.kube.secrets["vcenter"] = GOOD
        for config in configs or (vcenter_config(),):
            self.kube.configs[config.name] = config
        self.settings = SETTINGS
        self.engine = self._make()
        self._stop = asyncio.Event()
        self._running: asyncio.Task[None] | None = None

    def _make(self) -> Engine:
        engine = Engine(
            connector=FakeConnector(self.vcenters),
            leases=self.leases,
            desired=self.kube,
            writer=self.kube,
            credentials=self.kube,
            events=self.recorder,
            telemetry=self.recorder,
            clock=self.clock,
            settings=self.settings,
        )
        self.kube.listener = engine
        return engine

    @property
    def vcenter(self) -> FakeVCenter:
        return self.vcenters["lab"]

    async def start(self) -> None:
        self._stop = asyncio.Event()
        self._running = asyncio.create_task(self.engine.run(self._stop))
        await idle()
        if self.kube.is_synced:
            self.kube.confirm()
        await idle()

    async def stop(self) -> None:
        """Stop gracefully, in as much time as that takes."""
        running = self._running
        if running is None:
            return
        self._stop.set()
        await self.clock.until(running.done)
        await running
        self._running = None

    async def kill(self) -> None:
        """End it without a word, as SIGKILL does; its sessions and Leases stay behind."""
        assert self._running is not None
        left = {uuid: (record.holder, record.session) for uuid, record in self.records.items()}
        sessions = {name: list(vcenter.connections) for name, vcenter in self.vcenters.items()}
        self.kube.listener = None
        frozen = dict(self.kube.objects)
        self._running.cancel()
        with suppress(asyncio.CancelledError):
            await self._running
        self._running = None
        self.kube.objects = frozen
        for uuid, (_, session) in left.items():
            # The Lease of a killed replica runs out.
            self.records[uuid].holder, self.records[uuid].session = None, session
        for name, connections in sessions.items():
            self.vcenters[name].connections = connections

    async def restart(self) -> None:
        """A new process over the same world."""
        if self._running is not None:
            await self.kill()
        self.leases = FakeLeases(self.clock, self.records, "replica-b")
        self.engine = self._make()
        await self.start()

    # Looking

    def network(self, number: int = 1, *, vcenter: str = "lab") -> NetworkState:
        fake = self.vcenters[vcenter]
        network = fake.hosts[HostRef(fake.uuid, f"host-{number}")].network
        assert network is not None
        return network

    def status(self, thing: ManagedObject) -> Status:
        return self.kube.objects[thing.key].status

    def ready(self, thing: ManagedObject) -> tuple[str, str]:
        """Status and reason of Ready; ``("", "")`` before the first look."""
        status = self.status(thing)
        return condition_of(status, "Ready") if status.conditions else ("", "")

    def state_of(self, vcenter: str) -> VCenterState:
        """What the status of a VCenter says."""
        return self.kube.reports[vcenter].state

    def converged(self, *things: ManagedObject) -> bool:
        return all(self.ready(thing) == ("True", "Converged") for thing in things)

    def forget_writes(self) -> None:
        """Count from here."""
        self.kube.writes.clear()
        self.kube.persisted.clear()
        for vcenter in self.vcenters.values():
            vcenter.writes.clear()
            vcenter.calls.clear()

    def writes(self) -> int:
        """Writes of any kind, anywhere."""
        return sum(self.kube.writes.values()) + sum(len(vcenter.writes) for vcenter in self.vcenters.values())


def addresses(network: NetworkState) -> Iterator[str]:
    """Every address of a host."""
    return (str(one.ipv4.address) for one in network.adapters)
