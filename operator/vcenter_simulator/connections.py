"""Connections that nobody can hold open with half a request, nor with an answer that he does not take."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import Any

from aiohttp import http, web

LARGEST_REQUEST = 4 << 20
"""Bytes."""

HEAD_TIMEOUT_S = 15.0
"""How long the head of a request may take from its first byte; on a new connection, from its beginning."""

ANSWER_TIMEOUT_S = 120.0
"""How long an answer may take to be read."""

_SLICE = 256 << 10
"""What is sent of a big answer before the client must have taken most of it."""

logger = logging.getLogger(__name__)

Handler = Callable[[web.BaseRequest], Awaitable[web.StreamResponse]]


def runner_of(handler: Handler, *, shutdown_timeout: float) -> web.ServerRunner:
    """Return what serves *handler* to all paths, with limits of size and time."""

    async def handle(request: web.BaseRequest) -> web.StreamResponse:
        connection = request.protocol
        if not isinstance(connection, _Connection):
            raise TypeError("this connection is somebody else's")
        connection.begin_request()
        try:
            return await _deliver(request, await handler(request))
        finally:
            connection.end_request()

    logger.addFilter(_is_ours)
    server = _Server(handle, request_factory=_limited_request, access_log=None, logger=logger)
    return web.ServerRunner(server, shutdown_timeout=shutdown_timeout)


def _is_ours(record: logging.LogRecord) -> bool:
    """Keep the traces of clients that went away or do not speak HTTP out of the log; they are told, if anybody is."""
    error = record.exc_info[1] if record.exc_info else None
    return not isinstance(error, (ConnectionError, http.HttpProcessingError))


async def _deliver(request: web.BaseRequest, response: web.StreamResponse) -> web.StreamResponse:
    """Send an answer and wait until it is on its way; aiohttp would keep whatever the client does not take."""
    sent = response
    try:
        async with asyncio.timeout(ANSWER_TIMEOUT_S):
            body = response.body if isinstance(response, web.Response) else None
            if isinstance(body, bytes) and len(body) > _SLICE:
                sent = web.StreamResponse(status=response.status, headers=response.headers)
                sent.content_length = len(body)
                await sent.prepare(request)
                for at in range(0, len(body), _SLICE):
                    await sent.write(body[at : at + _SLICE])
            writer = await sent.prepare(request)
            await sent.write_eof()
            if writer is not None:
                await writer.drain()
    except ConnectionError:
        pass  # the client has gone, or the answer was cut off on purpose
    except TimeoutError:
        if request.transport is not None:
            request.transport.abort()
    return sent


def _limited_request(
    message: Any, payload: Any, protocol: web.RequestHandler, writer: Any, task: asyncio.Task[None]
) -> web.BaseRequest:
    loop = asyncio.get_running_loop()
    return web.BaseRequest(message, payload, protocol, writer, task, loop, client_max_size=LARGEST_REQUEST)


class _Server(web.Server):
    """Makes our connections instead of aiohttp's."""

    def __call__(self) -> web.RequestHandler:
        return _Connection(self, loop=asyncio.get_running_loop(), **self._kwargs)


class _Connection(web.RequestHandler):
    """One connection. aiohttp would wait for the rest of a head as long as the client likes."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self._timer: asyncio.TimerHandle | None = None
        self._is_in_request = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Wait for the first head."""
        super().connection_made(transport)
        self._begin_timer()

    def connection_lost(self, exc: BaseException | None) -> None:
        """Wait no more."""
        self._stop_timer()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Take what has come; outside a request it is the beginning of a head."""
        if not self._is_in_request and self._timer is None:
            self._begin_timer()
        super().data_received(data)

    def begin_request(self) -> None:
        """Note that a head is complete."""
        self._is_in_request = True
        self._stop_timer()

    def end_request(self) -> None:
        """Note that a request is answered; the client may keep the connection as long as it sends nothing."""
        self._is_in_request = False

    def _begin_timer(self) -> None:
        self._timer = asyncio.get_running_loop().call_later(HEAD_TIMEOUT_S, self._give_up)

    def _stop_timer(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _give_up(self) -> None:
        if self.transport is not None:
            self.transport.abort()
