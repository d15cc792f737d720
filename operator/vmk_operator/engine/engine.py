"""The supervisor: one site per VCenter object, and a place for the objects that have none."""

import asyncio
import random

import structlog

from vmk_operator.engine.backoff import Backoff
from vmk_operator.engine.homeless import Homeless
from vmk_operator.engine.instances import InstanceClaims
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
from vmk_operator.engine.settings import EngineSettings
from vmk_operator.engine.statuses import StatusBook
from vmk_operator.engine.telling import Teller
from vmk_operator.engine.vcenter_site import Site
from vmk_operator.model.telemetry import EngineSnapshot
from vmk_operator.model.vcenter import VCenterConfig

log: structlog.typing.FilteringBoundLogger = structlog.get_logger()

_DEFAULTS = EngineSettings()


class Engine:
    """Implements ``DesiredListener``. Subscribe it before the first object is seen."""

    def __init__(
        self,
        *,
        connector: VCenterConnector,
        leases: LeaseFactory,
        desired: DesiredView,
        writer: StatusWriter,
        credentials: CredentialSource,
        events: EventRecorder,
        telemetry: Telemetry,
        clock: Clock,
        settings: EngineSettings = _DEFAULTS,
    ) -> None:
        self._connector = connector
        self._leases = leases
        self._desired = desired
        self._writer = writer
        self._credentials = credentials
        self._events = events
        self._telemetry = telemetry
        self._clock = clock
        self._settings = settings
        self._backoff = Backoff(
            settings.backoff_min_s,
            settings.backoff_max_s,
            random.Random(settings.jitter_seed),  # noqa: S311 - spreads retries, guards nothing
        )
        self._claims = InstanceClaims()
        self._book = StatusBook()
        self._homeless = Homeless(
            desired=desired,
            writer=writer,
            teller=Teller(book=self._book, writer=writer, events=events, telemetry=telemetry, may_tell=lambda: True),
            clock=clock,
            backoff=self._backoff,
        )
        self._sites: dict[str, Site] = {}
        self._keepers: dict[str, asyncio.Task[None]] = {}
        self._tasks: asyncio.TaskGroup | None = None

    async def run(self, stop: asyncio.Event) -> None:
        """Work until *stop*; then finish the steps under way, log out and release the Leases, bounded in time."""
        async with asyncio.TaskGroup() as tasks:
            self._tasks = tasks
            homeless = tasks.create_task(self._homeless.run())
            for name in self._desired.vcenters():
                self.vcenter_changed(name)
            try:
                await stop.wait()
            finally:
                self._tasks = None
            log.info("engine.stopping", vcenters=len(self._sites))
            self._homeless.stop()
            for site in self._sites.values():
                site.stop()
            await race(self._until_ended(), self._clock.sleep(self._settings.stop_timeout_s))
            for task in (homeless, *self._keepers.values()):
                task.cancel()
        log.info("engine.stopped")

    def snapshot(self) -> EngineSnapshot:
        """Tell everything that a scrape asks for."""
        vcenters = tuple(site.telemetry() for _, site in sorted(self._sites.items()))
        return EngineSnapshot(self._book.revision, self._book.reports(), vcenters)

    # DesiredListener

    def vcenter_changed(self, name: str) -> None:
        """Start, change or stop the site of a VCenter object."""
        if self._tasks is None:
            return  # ``run`` looks at all of them when it begins, and stops all of them when it ends
        config, site = self._desired.vcenters().get(name), self._sites.get(name)
        if site is None:
            if config is not None and name not in self._keepers:
                self._keepers[name] = self._tasks.create_task(self._keep(name))
            elif config is None:
                self._homeless.vcenter_gone(name)
        elif config is None or config.uid != site.uid:
            site.stop()
        else:
            site.reconfigure(config)

    def object_changed(self, *, vcenter: str, host_name: str, host_id: str | None) -> None:
        """Look at the host of an object."""
        site = self._sites.get(vcenter)
        if site is not None:
            site.object_changed(host_name, host_id)
        else:
            self._homeless.object_changed(vcenter, host_name, host_id)

    def secret_changed(self, name: str) -> None:
        """Let those reconnect who use that Secret."""
        for site in self._sites.values():
            site.secret_changed(name)

    # Sites

    async def _keep(self, name: str) -> None:
        """Keep a site running as long as there is a VCenter object of that name."""
        crashes = 0
        while self._tasks is not None and (config := self._desired.vcenters().get(name)) is not None:
            self._sites[name] = self._site(config)
            try:
                await self._sites[name].run()
            except Exception:
                crashes += 1
                log.exception("vcenter.site_failed", vcenter=name)
                del self._sites[name]
                await self._clock.sleep(self._backoff.delay_s(crashes))
            else:
                del self._sites[name]
        del self._keepers[name]
        if self._tasks is not None:
            self._homeless.vcenter_gone(name)

    def _site(self, config: VCenterConfig) -> Site:
        return Site(
            config,
            connector=self._connector,
            leases=self._leases,
            desired=self._desired,
            writer=self._writer,
            credentials=self._credentials,
            events=self._events,
            telemetry=self._telemetry,
            clock=self._clock,
            settings=self._settings,
            backoff=self._backoff,
            claims=self._claims,
            book=self._book,
        )

    async def _until_ended(self) -> None:
        await asyncio.gather(*self._keepers.values(), return_exceptions=True)
