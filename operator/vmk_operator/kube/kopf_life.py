"""One life of kopf, in a thread and an event loop of its own.

It ends on ordinary API trouble (an error inside a watch, a continue token that expired, one 401), and on its way out
it cancels every task of its loop: so the loop is its alone, and ``Watching`` starts the next life.
"""

import asyncio
import contextlib
import logging
import threading
import time
from typing import Any, Protocol
from weakref import WeakSet

import aiohttp
import kopf
import structlog
from aiohttp.client_middlewares import ClientHandlerType

from vmk_operator.api.v1alpha1 import GROUP, VERSION
from vmk_operator.kube.access import Access
from vmk_operator.kube.backoff import EndlessBackoffs
from vmk_operator.kube.resources import Resource

_UNAUTHORIZED = 401
_RECONNECT_S = 1.0
_CLEAR_TIMEOUT_S = 3.0

_log = structlog.get_logger(__name__)


class StreamSink(Protocol):
    """Where a life of kopf tells what it sees; called on the engine's loop."""

    def event(self, resource: Resource, body: dict[str, Any], *, deleted: bool) -> None:
        """An object came, changed or went."""

    def listing(self, resource: Resource) -> None:
        """A list was asked for."""

    def watching(self, resource: Resource) -> None:
        """A watch was accepted."""


class KopfLife:
    """Starts at construction, on the engine's loop; ends by itself or by ``stop``."""

    def __init__(self, access: Access, sink: StreamSink) -> None:
        self._access = access
        self._sink = sink
        self._engine_loop = asyncio.get_running_loop()
        self._kopf_loop: asyncio.AbstractEventLoop | None = None
        self._stopping = threading.Event()
        self._stop_flag: asyncio.Event | None = None
        self._transports: WeakSet[asyncio.WriteTransport] = WeakSet()
        self.ended: asyncio.Future[BaseException | None] = self._engine_loop.create_future()
        """Set when the life is over, to what ended it."""
        # A daemon, so that a thread that hangs in a system call does not hold the exit of the process.
        self._thread = threading.Thread(target=self._live, name="kopf", daemon=True)
        self._thread.start()

    async def stop(self, *, timeout_s: float) -> None:
        """End the life; give up waiting for it after *timeout_s*."""
        self._stopping.set()
        if self._kopf_loop is not None and self._stop_flag is not None:
            with contextlib.suppress(RuntimeError):  # the loop was closed meanwhile
                self._kopf_loop.call_soon_threadsafe(self._stop_flag.set)
        try:
            await asyncio.wait_for(asyncio.shield(self.ended), timeout_s)
        except TimeoutError:
            _log.warning("watching.kopf_left_behind", seconds=timeout_s)

    # In kopf's thread

    def _live(self) -> None:
        outcome: BaseException | None = None
        # Not asyncio.run: that waits for every task to end, and some of kopf's do not.
        loop = asyncio.new_event_loop()
        try:
            loop.run_until_complete(self._operate())
        except Exception as error:  # noqa: BLE001 - whatever ends kopf, the supervisor decides about it
            outcome = error
        finally:
            loop.close()
        with contextlib.suppress(RuntimeError):  # the engine's loop is gone: nobody is left to tell
            self._engine_loop.call_soon_threadsafe(self._over, outcome)

    def _over(self, outcome: BaseException | None) -> None:
        if not self.ended.done():
            self.ended.set_result(outcome)

    async def _operate(self) -> None:
        self._stop_flag = asyncio.Event()
        self._kopf_loop = asyncio.get_running_loop()
        if self._stopping.is_set():
            return
        connector = aiohttp.TCPConnector(limit=0, ssl=self._access.ssl_context())
        async with aiohttp.ClientSession(
            connector=connector, middlewares=(self._authorize, self._observe), proxy=self._access.proxy
        ) as session:
            stopped = asyncio.create_task(self._stop_flag.wait())
            roots = await kopf.spawn_tasks(
                registry=self._registry(session), settings=_settings(), clusterwide=True, standalone=True
            )
            done, _ = await asyncio.wait({*roots, stopped}, return_when=asyncio.FIRST_COMPLETED)
            await self._clear()
        for task in done - {stopped}:
            task.result()

    async def _clear(self) -> None:
        """End everything in this loop.

        kopf's own ``run_tasks`` hangs here when one watch fails while another one is reconnecting: it closes the
        session, and the second then waits for a login that nobody does any more, and swallows its one cancellation.
        """
        deadline = time.monotonic() + _CLEAR_TIMEOUT_S
        while (tasks := asyncio.all_tasks() - {asyncio.current_task()}) and time.monotonic() < deadline:
            for task in tasks:
                task.cancel()
            done, _ = await asyncio.wait(tasks, timeout=0.2)
            for task in done:
                if not task.cancelled():
                    task.exception()  # seen: the first of them is what this life ended by
        # kopf closes its watches politely, and would have to wait for the server's answer to that.
        for transport in self._transports:
            transport.abort()
        await asyncio.sleep(0)  # what abort() puts off until the next turn of the loop

    def _registry(self, session: aiohttp.ClientSession) -> kopf.OperatorRegistry:
        registry = kopf.OperatorRegistry()

        @kopf.on.login(registry=registry, id="login")
        async def login(**_: object) -> kopf.AiohttpSession:
            # The same session again after a 401 makes kopf give up, which is what lets us start it anew, slower.
            return kopf.AiohttpSession(server=self._access.server, aiohttp_session=session)

        for resource in Resource:
            self._handle(registry, resource)
        return registry

    def _handle(self, registry: kopf.OperatorRegistry, resource: Resource) -> None:
        @kopf.on.event(GROUP, VERSION, resource.value, registry=registry, id=resource.value)
        async def changed(event: Any, **_: object) -> None:
            # None is returned, because kopf would write anything else into the object's status.
            self._tell(self._event, resource, event["object"], event["type"] == "DELETED")

    def _event(self, resource: Resource, body: dict[str, Any], deleted: bool) -> None:  # noqa: FBT001 - call_soon has no keywords
        self._sink.event(resource, body, deleted=deleted)

    def _tell(self, told: Any, *arguments: object) -> None:
        self._engine_loop.call_soon_threadsafe(told, *arguments)

    async def _authorize(self, request: aiohttp.ClientRequest, send: ClientHandlerType) -> aiohttp.ClientResponse:
        """Put the present token on every request, so that a rotation needs no new login."""
        while True:
            authorization = await self._access.authorization()
            if authorization:
                request.headers["Authorization"] = authorization
            response = await send(request)
            if response.connection is not None and response.connection.transport is not None:
                self._transports.add(response.connection.transport)
            if response.status != _UNAUTHORIZED or not await self._access.renewed(authorization):
                return response
            response.release()

    async def _observe(self, request: aiohttp.ClientRequest, send: ClientHandlerType) -> aiohttp.ClientResponse:
        """Tell lists and watches of our resources."""
        resource = next((each for each in Resource if request.url.path.endswith(each.path)), None)
        if resource is None:
            return await send(request)
        watch = request.url.query.get("watch") == "true"
        if not watch:
            self._tell(self._sink.listing, resource)
        response = await send(request)
        if watch and response.ok:
            self._tell(self._sink.watching, resource)
        return response


def _settings() -> kopf.OperatorSettings:
    settings = kopf.OperatorSettings()
    settings.posting.enabled = False
    settings.scanning.disabled = True
    settings.peering.standalone = True
    settings.watching.server_timeout = 300  # an int: it goes into the URL as it is
    settings.watching.client_timeout = 330
    settings.watching.connect_timeout = 10
    settings.watching.reconnect_backoff = _RECONNECT_S
    settings.watching.chunk_size = 500
    settings.networking.request_timeout = 60
    settings.networking.connect_timeout = 10
    settings.networking.error_backoffs = EndlessBackoffs()
    settings.queueing.exit_timeout = 2
    settings.persistence.diffbase_storage = _NothingToCompare()
    settings.process.ultimate_exiting_timeout = None  # kopf's last resort is SIGKILL, and that is for the process
    return settings


class _NothingToCompare(kopf.DiffBaseStorage):
    """Spares kopf the copies of every body that it compares for handlers of a kind that we don't have."""

    def build(self, *, body: kopf.Body, extra_fields: object = None) -> kopf.BodyEssence:  # noqa: ARG002 - kopf's
        return kopf.BodyEssence()

    def fetch(self, *, body: kopf.Body) -> kopf.BodyEssence | None:  # noqa: ARG002 - kopf's signature
        return None

    def store(self, *, body: kopf.Body, patch: kopf.Patch, essence: kopf.BodyEssence) -> None:
        raise NotImplementedError  # only for handlers that keep a state


class _AsMeant(logging.Filter):
    """Drops what kopf warns of although we mean it: no signals in a thread, no clean-up handlers at the end."""

    def filter(self, record: logging.LogRecord) -> bool:
        return not record.getMessage().startswith(("OS signals are ignored", "Cleanup activity is"))


logging.getLogger("kopf._core.reactor.running").addFilter(_AsMeant())
