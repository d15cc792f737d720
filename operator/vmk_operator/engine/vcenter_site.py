"""One VCenter object: its connection, its queue of hosts, and what is reported about itself."""

import asyncio
import enum

import structlog

from vmk_operator.engine.backoff import Backoff
from vmk_operator.engine.claims import Claims
from vmk_operator.engine.context import SiteContext
from vmk_operator.engine.dependants import Dependants
from vmk_operator.engine.facts import SiteFacts
from vmk_operator.engine.footprints import Footprints
from vmk_operator.engine.instances import InstanceClaims
from vmk_operator.engine.life_cycle import LifeCycle
from vmk_operator.engine.placement import NamedHost, Placement, SiteKey
from vmk_operator.engine.policy import check_pause
from vmk_operator.engine.ports import (
    Clock,
    CredentialSource,
    DesiredView,
    EventRecorder,
    LeaseFactory,
    StatusWriter,
    Telemetry,
    VCenterConnector,
)
from vmk_operator.engine.racing import race
from vmk_operator.engine.reconcile import Reconciler
from vmk_operator.engine.settings import EngineSettings
from vmk_operator.engine.slots import Slots
from vmk_operator.engine.statuses import StatusBook
from vmk_operator.engine.telling import Teller
from vmk_operator.engine.vcenter_report import describe_vcenter
from vmk_operator.engine.work_queue import WorkQueue
from vmk_operator.errors import TransientError, VmkOperatorError
from vmk_operator.model.telemetry import VCenterTelemetry
from vmk_operator.model.vcenter import InventoryDelta, VCenterConfig, VCenterReport, VCenterState

log: structlog.typing.FilteringBoundLogger = structlog.get_logger()


class _Itself(enum.Enum):
    """The key under which the VCenter object itself is looked at."""

    VCENTER = "VCenter"


class Site:
    """Everything about one VCenter object, as long as it exists with that uid."""

    def __init__(
        self,
        config: VCenterConfig,
        *,
        connector: VCenterConnector,
        leases: LeaseFactory,
        desired: DesiredView,
        writer: StatusWriter,
        credentials: CredentialSource,
        events: EventRecorder,
        telemetry: Telemetry,
        clock: Clock,
        settings: EngineSettings,
        backoff: Backoff,
        claims: InstanceClaims,
        book: StatusBook,
    ) -> None:
        self._desired = desired
        self._writer = writer
        self._credentials = credentials
        self._clock = clock
        self._settings = settings
        self._backoff = backoff
        self._claims = claims
        self._facts = SiteFacts(config=config, away_since=clock.monotonic())
        self._placement = Placement(vcenter=config.name, desired=desired)
        self._footprints = Footprints(self._facts, self._placement)
        self._queue: WorkQueue[SiteKey | _Itself] = WorkQueue(clock=clock, work=self._work, workers=self._workers)
        self._context = SiteContext(
            facts=self._facts,
            desired=desired,
            teller=Teller(
                book=book, writer=writer, events=events, telemetry=telemetry, may_tell=lambda: self._facts.may_tell
            ),
            dependants=Dependants(desired=desired, writer=writer),
            slots=Slots(config.max_concurrent_hosts, wake=self._queue.add),
            claims=Claims(
                read=self._footprints.read,
                wake=self._queue.add,
                advice_changed=lambda: self._queue.add(_Itself.VCENTER),
            ),
            clock=clock,
            telemetry=telemetry,
            settings=settings,
            backoff=backoff,
        )
        self._reconciler = Reconciler(self._context, self._placement, wake=self._queue.add)
        self._life_cycle = LifeCycle(
            facts=self._facts,
            connector=connector,
            leases=leases,
            credentials=credentials,
            claims=claims,
            reconsider=self._reconnect,
            watcher=self,
            clock=clock,
            settings=settings,
            backoff=backoff,
        )
        self._reconnect_wanted = asyncio.Event()
        self._stop = asyncio.Event()
        self._stale_told = False
        self._failures = 0

    @property
    def uid(self) -> str:
        """Uid of the VCenter object."""
        return self._facts.config.uid

    async def run(self) -> None:
        """Live until ``stop``; then finish the steps under way, log out and release the Lease."""
        self._wake_everything()
        try:
            async with asyncio.TaskGroup() as tasks:
                living = tasks.create_task(self._live())
                working = tasks.create_task(self._queue.run())
                await self._stop.wait()
                await working
                living.cancel()
        finally:
            self._claims.leave(self._facts.config)
            self._reconciler.clear()

    def stop(self) -> None:
        """Start no other step."""
        self._facts.stopping = True
        self._queue.stop()
        self._stop.set()

    # What changed outside

    def reconfigure(self, config: VCenterConfig) -> None:
        """Take over another version of the VCenter object."""
        before, self._facts.config = self._facts.config, config
        requested = config.reconcile_requested_at != before.reconcile_requested_at
        if _reach(config) != _reach(before):
            self._life_cycle.forgive()
            self._reconnect()
        elif requested and self._facts.live:
            self._life_cycle.request_resync()
        elif requested:
            self._life_cycle.forgive()
            self._reconnect()
        elif config.resync_period_s != before.resync_period_s:
            self._life_cycle.reschedule_resync()
        self._context.slots.resize(config.max_concurrent_hosts)
        if requested or _permission(config) != _permission(before):
            self._context.claims.begin(self._footprints.hosts())
            self._wake_everything()
        self._queue.add(_Itself.VCENTER)

    def secret_changed(self, name: str) -> None:
        """Reconnect if the credentials are others now."""
        if name != self._facts.config.credentials_secret:
            return
        try:
            credentials = self._credentials.credentials(name)
        except VmkOperatorError as error:
            # A session that lives needs no password; the next login will say what is missing.
            log.warning("vcenter.credentials_gone", vcenter=self._facts.config.name, message=str(error))
            changed = self._facts.state is VCenterState.NO_CREDENTIALS
        else:
            changed = credentials != self._life_cycle.used or self._facts.state is VCenterState.NO_CREDENTIALS
        if changed:
            self._reconnect()

    def object_changed(self, host_name: str, host_id: str | None) -> None:
        """Look at the host of an object."""
        key = NamedHost(host_name.lower(), host_id)
        if (host := self._footprints.find(key)) is not None:
            # What the object claims counts before anybody else is planned, whoever is looked at first.
            self._context.claims.changed(host)
        self._queue.add(key)

    def telemetry(self) -> VCenterTelemetry:
        """Tell how it stands."""
        now, facts = self._clock.monotonic(), self._facts
        return VCenterTelemetry(
            report=self._report(),
            leading=facts.lease is not None and facts.lease.valid_until > now,
            observed_age_s=None if facts.answered_at is None else now - facts.answered_at,
            queue_depth=self._queue.depth,
            hosts_busy=self._context.slots.held,
        )

    # Watcher of the life cycle

    def state_changed(self) -> None:
        """Tell what is new about the vCenter; its objects too, where that is all that can be told of them."""
        self._queue.add(_Itself.VCENTER)
        if self._facts.state is VCenterState.DUPLICATE:
            self._wake_everything()
        elif not self._facts.live:
            for key in self._placement.leaving():
                self._queue.add(key)

    def went_live(self) -> None:
        """Look at every host that has objects."""
        self._facts.last_live = None
        self._stale_told = False
        self._context.received.clear()
        self._context.claims.begin(self._footprints.hosts())
        self._wake_everything()
        self._queue.add(_Itself.VCENTER)

    def received(self, delta: InventoryDelta) -> None:
        """Look at the hosts that changed."""
        now = self._clock.monotonic()
        for host in delta.changed:
            self._context.received.setdefault(host, now)
            self._context.claims.changed(host)
            self._queue.add(host)
        self._context.claims.refresh()

    def went_away(self) -> None:
        """Count how long nothing is observed."""
        self._stale_told = False
        self._queue.add(_Itself.VCENTER)

    def lost_lease(self) -> None:
        """Forget what this replica computed: another one may write from now on."""
        self._reconciler.clear()
        self._context.claims.clear()

    # Life

    async def _live(self) -> None:
        crashes = 0
        while True:
            self._reconnect_wanted.clear()
            self._facts.stopping = self._stop.is_set()
            try:
                await race(self._life_cycle.run(), self._until_reconnect())
            except Exception:
                crashes += 1
                log.exception("vcenter.life_failed", vcenter=self._facts.config.name)
                await self._clock.sleep(self._backoff.delay_s(crashes))

    async def _until_reconnect(self) -> None:
        await self._reconnect_wanted.wait()
        # The steps under way keep their session until they are done, or have had time enough to be.
        self._facts.stopping = True
        longest_s = self._settings.write_timeout_s + self._settings.verify_timeout_s
        await race(self._context.slots.idle(), self._clock.sleep(longest_s))

    def _reconnect(self) -> None:
        self._reconnect_wanted.set()

    # Work

    def _workers(self) -> int:
        return self._settings.judges_per_vcenter + self._facts.config.max_concurrent_hosts

    async def _work(self, key: SiteKey | _Itself) -> float | None:
        if isinstance(key, _Itself):
            return await self._look_at_itself()
        due = await self._reconciler.work(key)
        if self._facts.config.deleting:
            self._queue.add(_Itself.VCENTER)
        return due

    async def _look_at_itself(self) -> float | None:
        facts, now, wall = self._facts, self._clock.monotonic(), self._clock.now()
        dues: list[float] = []
        pause = check_pause(facts.config.paused, wall)
        if pause is not None and pause.ends_at is not None:
            dues.append(now + (pause.ends_at - wall).total_seconds())
        if not facts.live and not self._stale_told:
            stale_at = facts.away_since + self._settings.stale_after_s
            self._stale_told = now >= stale_at
            if self._stale_told:
                self._wake_everything()
            else:
                dues.append(stale_at)
        if facts.may_tell:
            self._writer.publish_vcenter(self._report())
            try:
                await self._context.dependants.release_vcenter(facts.config)
            except TransientError as error:
                log.warning("vcenter.finalizer_not_released", vcenter=facts.config.name, error=str(error))
                self._failures += 1
                dues.append(now + self._backoff.delay_s(self._failures))
            else:
                self._failures = 0
        return min(dues, default=None)

    def _wake_everything(self) -> None:
        for key in self._placement.everything():
            self._queue.add(key)

    def _report(self) -> VCenterReport:
        return describe_vcenter(
            self._facts,
            in_use_by=len(self._context.dependants),
            advice=self._context.claims.advice(),
            now=self._clock.now(),
        )


def _reach(config: VCenterConfig) -> tuple[object, ...]:
    """What a connection depends on."""
    return config.server, config.ca_bundle, config.insecure_skip_verify, config.credentials_secret


def _permission(config: VCenterConfig) -> tuple[object, ...]:
    """What the verdict of objects depends on."""
    return (
        config.policy,
        config.paused,
        config.repair_delay_s,
        config.allowed_namespaces,
        config.silenced,
        config.deleting,
    )
