"""The only composition root: makes every part, joins them, runs them, and ends them in order."""

import asyncio
import os
import signal
import sys
from functools import partial
from importlib.metadata import version
from typing import Annotated

import structlog
import typer

from vmk_operator.engine.clock import SystemClock
from vmk_operator.engine.engine import Engine
from vmk_operator.engine.settings import EngineSettings
from vmk_operator.errors import VmkOperatorError
from vmk_operator.kube.access import Access
from vmk_operator.kube.client import ApiServer
from vmk_operator.kube.credentials import KubeSecrets
from vmk_operator.kube.desired import DesiredCache
from vmk_operator.kube.events import KubeEvents
from vmk_operator.kube.lease import KubeLeases
from vmk_operator.kube.lease_record import LeaseTimes
from vmk_operator.kube.status import KubeStatusWriter
from vmk_operator.kube.sweep import Sweep
from vmk_operator.kube.watching import Watching
from vmk_operator.observability.endpoints import Endpoints, Heartbeat, serving
from vmk_operator.observability.logs import set_up_logging
from vmk_operator.observability.metrics import Metrics
from vmk_operator.settings import OperatorSettings, with_settings
from vmk_operator.vcenter.connector import Connector
from vmk_operator.vcenter.settings import Timings

VERSION = version("vmk-operator")
_SOURCES = ("watching", "sweep", "secrets")
_FLUSH_S = 3.0
_PATIENCE_S = 8.0
"""What an ordered stop may take beyond --stop-timeout before the process ends anyway."""

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,  # rich cuts the names of environment variables off at 80 columns
    pretty_exceptions_enable=False,  # shows local variables, a password may be among them
)
log: structlog.typing.FilteringBoundLogger = structlog.get_logger(__name__)


def _print_version(asked: bool) -> None:  # noqa: FBT001 - typer calls it so
    if asked:
        typer.echo(f"vmk-operator {VERSION}")
        raise typer.Exit


@app.callback()
def vmk_operator(
    *,
    _: Annotated[
        bool, typer.Option("--version", callback=_print_version, is_eager=True, help="Tell the release.")
    ] = False,
) -> None:
    """Make the VMkernel networking of ESXi hosts declarative."""


@app.command()
@with_settings
def run(settings: OperatorSettings) -> None:
    """Run the controller, until SIGTERM or SIGINT."""
    set_up_logging(settings.log_level, settings.log_format, sys.stderr)
    raise typer.Exit(asyncio.run(operate(settings)))


async def operate(settings: OperatorSettings) -> int:
    """Run until a signal asks for the end, and answer the exit code: 1 when something else ended it."""
    loop = asyncio.get_running_loop()
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, partial(_stop_on, number, stop))
    try:
        access = await Access.load(str(settings.kubeconfig) if settings.kubeconfig is not None else None)
        async with ApiServer(access) as api:
            return await _Operator(settings, access, api).run(stop)
    except (VmkOperatorError, OSError) as error:
        log.error("operator.not_started", reason=str(error))  # noqa: TRY400 - its sentence says it, no traceback needed
        return 1


def _stop_on(number: signal.Signals, stop: asyncio.Event) -> None:
    if stop.is_set():
        _exit_at_once("another signal", 128 + number)
    log.info("operator.stopping", signal=number.name)
    stop.set()


def _exit_at_once(reason: str, code: int) -> None:
    log.error("operator.stopped_at_once", reason=reason)
    os._exit(code)


class _Operator:
    """Every part, joined."""

    def __init__(self, settings: OperatorSettings, access: Access, api: ApiServer) -> None:
        clock = SystemClock()
        cache = DesiredCache()
        self._settings = settings
        self._server = access.server
        self._metrics = Metrics(version=VERSION)
        self._secrets = KubeSecrets(api, clock, namespace=settings.namespace)
        self._events = KubeEvents(api, clock, identity=settings.identity)
        self._writer = KubeStatusWriter(api, cache, clock)
        self._watching = Watching(access, api, cache, clock)
        self._sweep = Sweep(api, cache, self._watching.state, clock)
        self._heartbeat = Heartbeat()
        self._engine = Engine(
            connector=Connector(
                observe=self._metrics.call_finished, timings=Timings(call_s=settings.read_timeout.total_seconds())
            ),
            leases=KubeLeases(
                api,
                clock,
                namespace=settings.namespace,
                identity=settings.identity,
                times=LeaseTimes(
                    duration_s=settings.lease_duration.total_seconds(),
                    valid_s=settings.lease_renew_deadline.total_seconds(),
                    retry_s=settings.lease_retry_period.total_seconds(),
                ),
            ),
            desired=cache,
            writer=self._writer,
            credentials=self._secrets,
            events=self._events,
            telemetry=self._metrics,
            clock=clock,
            settings=EngineSettings(
                stale_after_s=settings.stale_after.total_seconds(),
                write_timeout_s=settings.write_timeout.total_seconds(),
                settle_timeout_s=settings.settle_timeout.total_seconds(),
                judges_per_vcenter=settings.workers,
                stop_timeout_s=settings.stop_timeout.total_seconds(),
            ),
        )
        cache.subscribe(self._engine)
        self._secrets.subscribe(self._engine)

    async def run(self, stop: asyncio.Event) -> int:
        """Run every part until *stop* or until one of them ends; then stop the others in order.

        Raises:
            OSError: the address for the metrics can't be listened on.
        """
        listen = self._settings.listen
        endpoints = Endpoints(
            metrics=lambda: self._metrics.render(self._engine.snapshot()),
            live={"event-loop": self._heartbeat.check},
            ready={"objects": self._watching.readiness, "secrets": self._secrets.readiness},
        )
        async with serving(listen.host, listen.port, endpoints) as url:
            log.info("operator.started", version=VERSION, listen=url, api_server=self._server)
            parts = self._started(stop)
            stopping = asyncio.create_task(stop.wait(), name="stop")
            await asyncio.wait({stopping, *parts.values()}, return_when=asyncio.FIRST_COMPLETED)
            stopping.cancel()
            dead = [name for name, part in parts.items() if part.done()]
            for name in dead:
                part = parts[name]
                log.error("operator.part_ended", part=name, exc_info=None if part.cancelled() else part.exception())
            bound_s = self._settings.stop_timeout.total_seconds() + _PATIENCE_S
            bound = asyncio.get_running_loop().call_later(bound_s, _exit_at_once, f"stopping took {bound_s:g} s", 1)
            stop.set()
            await self._ended(parts)
            bound.cancel()
            log.info("operator.stopped")
            return 1 if dead else 0

    def _started(self, stop: asyncio.Event) -> dict[str, asyncio.Task[None]]:
        coroutines = {
            "engine": self._engine.run(stop),
            "watching": self._watching.run(),
            "sweep": self._sweep.run(),
            "secrets": self._secrets.run(),
            "statuses": self._writer.run(),
            "events": self._events.run(),
            "heartbeat": self._heartbeat.run(),
        }
        return {name: asyncio.create_task(coroutine, name=name) for name, coroutine in coroutines.items()}

    async def _ended(self, parts: dict[str, asyncio.Task[None]]) -> None:
        """Take nothing more in, finish the steps under way, log out, release the Leases, write what is to be said."""
        for name in _SOURCES:
            parts[name].cancel()
        await asyncio.wait({parts["engine"]})
        await asyncio.gather(self._writer.flush(timeout_s=_FLUSH_S), self._events.flush(timeout_s=_FLUSH_S))
        for part in parts.values():
            part.cancel()
        await asyncio.gather(*parts.values(), return_exceptions=True)
