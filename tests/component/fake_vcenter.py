"""vCenters in memory behind the engine's ports; what a write does is the planner's own ``apply``."""

import asyncio
import math
from collections import Counter
from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass, field, replace

from component.fake_clock import FakeClock
from unit.planner.builders import SAFE
from vmk_operator.errors import (
    AmbiguousWriteError,
    BlockedError,
    HostAwayError,
    LoginRejectedError,
    SessionLostError,
    TransientError,
)
from vmk_operator.model.host import Connection, HostState, NetworkState
from vmk_operator.model.identity import HostRef
from vmk_operator.model.precautions import Precautions
from vmk_operator.model.step import Step
from vmk_operator.model.vcenter import Credentials, InventoryDelta, ServerIdentity, VCenterConfig
from vmk_operator.planner.effect import apply

SERVER_FAULTS = {
    "transient before": (False, lambda: TransientError("vCenter is busy")),
    "transient after": (True, lambda: TransientError("the host says it failed, and it did not")),
    "session lost before": (False, lambda: SessionLostError("the session is gone")),
    "answer lost before": (False, lambda: AmbiguousWriteError("the connection broke")),
    "answer lost after": (True, lambda: AmbiguousWriteError("the connection broke")),
}
"""Ways in which one write may go wrong: whether it has its effect, and what the caller gets."""


@dataclass
class Fault:
    """One thing that goes wrong once or *times* times."""

    matches: Callable[[int, Step], bool]
    has_effect: bool
    error: Callable[[], Exception]
    times: int = 1


@dataclass
class FakeVCenter:
    """One vCenter: what is true of its hosts, and what was asked of it."""

    clock: FakeClock
    uuid: str = "vc-1"
    hosts: dict[HostRef, HostState] = field(default_factory=dict)
    password: str = "right"
    reachable: bool = True
    surprise: Exception | None = None
    """What a probe raises that no port promised."""
    write_s: float = 0.0
    stream_lag_s: float = 0.0
    """``inf``: the stream shows changes only after a resync."""
    read_lag_s: float = 0.0
    faults: list[Fault] = field(default_factory=list)
    precautions: Precautions = SAFE
    calls: Counter[str] = field(default_factory=Counter)
    writes: list[tuple[HostRef, Step]] = field(default_factory=list)
    """Writes that had their effect."""
    attempts: int = 0
    logins: list[Credentials] = field(default_factory=list)
    connections: list["FakeConnection"] = field(default_factory=list)
    writing: set[HostRef] = field(default_factory=set)
    most_writing: int = 0
    may_write: Callable[[], bool] = lambda: True
    history: dict[HostRef, list[tuple[float, HostState]]] = field(default_factory=dict)

    def add(self, *hosts: HostState) -> None:
        for host in hosts:
            self.put(host)

    def put(self, host: HostState) -> None:
        """Change a host, and let the streams know."""
        self.hosts[host.ref] = host
        self.history.setdefault(host.ref, []).append((self.clock.monotonic(), host))
        for connection in self.connections:
            connection.notice(host.ref)

    def drop(self, ref: HostRef) -> None:
        """Take a host out of the inventory."""
        del self.hosts[ref]
        for connection in self.connections:
            connection.notice(ref)

    def edit(self, ref: HostRef, change: Callable[[NetworkState], NetworkState]) -> None:
        """Somebody changes a host by hand."""
        host = self.hosts[ref]
        assert host.network is not None
        self.put(replace(host, network=change(host.network)))

    def connect_host(self, ref: HostRef, state: Connection) -> None:
        self.put(replace(self.hosts[ref], connection=state))

    def fail(self, name: str, *, step: int | None = None, times: int = 1) -> None:
        """Let the *step*-th write (counted from 0 over all), or any, go wrong in one of the ways of SERVER_FAULTS."""
        has_effect, error = SERVER_FAULTS[name]
        self.faults.append(Fault(lambda index, _: step is None or index == step, has_effect, error, times))

    def refuse(self, reason: str, kind: type[Step], *, times: int = 1) -> None:
        """Let a kind of step be refused."""
        error = BlockedError(reason, f"vCenter says no: {reason}")
        self.faults.append(
            Fault(lambda _, step: isinstance(step, kind), has_effect=False, error=lambda: error, times=times)
        )

    def go_down(self) -> None:
        self.reachable = False
        for connection in list(self.connections):
            connection.break_off(TransientError("connection reset"))

    def expire_sessions(self) -> None:
        for connection in list(self.connections):
            connection.break_off(SessionLostError("the session is gone"))

    def seen_by_read(self, ref: HostRef) -> HostState:
        if ref not in self.hosts:
            raise BlockedError("Refused", "there is no such host")
        visible = [state for at, state in self.history[ref] if at <= self.clock.monotonic() - self.read_lag_s]
        return visible[-1] if visible else self.history[ref][0][1]


class FakeInventory:
    """The hosts as one stream has shown them so far."""

    def __init__(self) -> None:
        self.shown: dict[HostRef, HostState] = {}
        self.live = False

    @property
    def complete(self) -> bool:
        return self.live

    def host(self, ref: HostRef) -> HostState | None:
        return self.shown.get(ref)

    def find(self, name: str) -> HostState | None:
        return next((host for host in self.shown.values() if host.name.lower() == name.lower()), None)

    def hosts(self) -> Mapping[HostRef, HostState]:
        return self.shown


class FakeConnection:
    """One session."""

    def __init__(self, vcenter: FakeVCenter, credentials: Credentials, number: int) -> None:
        self._vcenter = vcenter
        self._clock = vcenter.clock
        self._error: Exception | None = None
        self._pending: list[tuple[float, HostRef]] = []
        self._news = asyncio.Event()
        self.user = credentials.username
        self.session_key = f"session-{number}"
        self.inventory = FakeInventory()

    def notice(self, ref: HostRef) -> None:
        if self._vcenter.stream_lag_s < math.inf:
            self._pending.append((self._clock.monotonic() + self._vcenter.stream_lag_s, ref))
            self._news.set()

    def break_off(self, error: Exception) -> None:
        self._error = error
        self._news.set()
        if self in self._vcenter.connections:
            self._vcenter.connections.remove(self)

    async def stream(self) -> AsyncIterator[InventoryDelta]:
        try:
            self._check()
            self.inventory.shown = dict(self._vcenter.hosts)
            self.inventory.live = True
            yield InventoryDelta(frozenset(self.inventory.shown), complete=True)
            while True:
                await self._news.wait()
                self._check()
                self._news.clear()
                while self._pending:
                    due, ref = self._pending[0]
                    await self._clock.sleep(due - self._clock.monotonic())
                    self._check()
                    self._pending.pop(0)
                    self._show(ref, due)
                    yield InventoryDelta(frozenset({ref}), complete=True)
        finally:
            self.inventory.live = False

    def _show(self, ref: HostRef, due: float) -> None:
        if ref not in self._vcenter.hosts:
            self.inventory.shown.pop(ref, None)
            return
        sent_at = due - self._vcenter.stream_lag_s
        states = [state for at, state in self._vcenter.history[ref] if at <= sent_at]
        self.inventory.shown[ref] = states[-1] if states else self._vcenter.hosts[ref]

    async def resync(self) -> None:
        self._count("resync")
        self._pending = [(self._clock.monotonic() + self._lag_for_resync(), ref) for ref in self._vcenter.hosts]
        self._news.set()

    def _lag_for_resync(self) -> float:
        return 0.0 if math.isinf(self._vcenter.stream_lag_s) else self._vcenter.stream_lag_s

    async def read_host(self, host: HostRef) -> HostState:
        self._count("read_host")
        return self._vcenter.seen_by_read(host)

    async def read_precautions(self, host: HostRef) -> Precautions:
        del host
        self._count("read_precautions")
        return self._vcenter.precautions

    async def refresh(self, host: HostRef) -> None:
        del host
        self._count("refresh")

    async def execute(self, host: HostRef, step: Step, *, timeout_s: float) -> str | None:
        self._count("execute")
        assert timeout_s > 0
        vcenter = self._vcenter
        assert vcenter.may_write(), "a write without a Lease"
        assert host not in vcenter.writing, "two writes on one host at the same time"
        index, vcenter.attempts = vcenter.attempts, vcenter.attempts + 1
        vcenter.writing.add(host)
        vcenter.most_writing = max(vcenter.most_writing, len(vcenter.writing))
        try:
            if vcenter.write_s:
                await self._clock.sleep(vcenter.write_s)
            self._check()
            if vcenter.hosts[host].connection is not Connection.CONNECTED:
                raise HostAwayError(f"{vcenter.hosts[host].name} is not connected")
            fault = next((f for f in vcenter.faults if f.times > 0 and f.matches(index, step)), None)
            if fault is None or fault.has_effect:
                vcenter.writes.append((host, step))
                vcenter.edit(host, lambda network: apply(step, network))
            if fault is not None:
                fault.times -= 1
                error = fault.error()
                if isinstance(error, SessionLostError):
                    vcenter.expire_sessions()
                raise error
        finally:
            vcenter.writing.discard(host)
        return None

    async def terminate_session(self, session_key: str) -> None:
        self._count("terminate_session")
        for connection in list(self._vcenter.connections):
            if connection.session_key == session_key:
                connection.break_off(SessionLostError("terminated"))

    async def close(self) -> None:
        self._vcenter.calls["close"] += 1
        self._error = SessionLostError("logged out")
        if self in self._vcenter.connections:
            self._vcenter.connections.remove(self)

    def _count(self, call: str) -> None:
        self._check()
        self._vcenter.calls[call] += 1

    def _check(self) -> None:
        if self._error is not None:
            raise self._error
        if not self._vcenter.reachable:
            raise TransientError("nobody answers")


class FakeConnector:
    """Reaches the vCenters by their server's name."""

    def __init__(self, vcenters: Mapping[str, FakeVCenter]) -> None:
        self._vcenters = vcenters
        self._sessions = 0

    async def probe(self, config: VCenterConfig) -> ServerIdentity:
        vcenter = self._find(config)
        vcenter.calls["probe"] += 1
        if vcenter.surprise is not None:
            raise vcenter.surprise
        return ServerIdentity(vcenter.uuid, "8.0.3")

    async def connect(self, config: VCenterConfig, credentials: Credentials) -> FakeConnection:
        vcenter = self._find(config)
        vcenter.logins.append(credentials)
        if credentials.password != vcenter.password:
            raise LoginRejectedError("LoginRejected", "vCenter refused the user or the password")
        self._sessions += 1
        connection = FakeConnection(vcenter, credentials, self._sessions)
        vcenter.connections.append(connection)
        return connection

    def _find(self, config: VCenterConfig) -> FakeVCenter:
        vcenter = self._vcenters.get(config.server)
        if vcenter is None or not vcenter.reachable:
            raise TransientError(f"{config.server} does not answer")
        return vcenter
