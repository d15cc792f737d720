"""The control port: JSON or YAML over plain HTTP. Bad input gets 400 and one sentence."""

from collections.abc import Awaitable, Callable
from typing import TypeVar

from aiohttp import web
from pydantic import ValidationError

from vcenter_simulator.control.documents import (
    ClockDocument,
    ConnectionDocument,
    ExpireDocument,
    FaultDocument,
    JournalQuery,
    OverlapQuery,
)
from vcenter_simulator.control.operations import Control, UnknownHostError
from vcenter_simulator.fleet.documents import Document, FleetDocument, HostEdit
from vcenter_simulator.fleet.errors import DocumentError
from vcenter_simulator.fleet.sentences import sentence
from vcenter_simulator.fleet.text import read, to_yaml
from vcenter_simulator.host.refusals import Refusal

LARGEST_REQUEST = 256 << 20
"""Bytes; the state of ten thousand hosts fits."""

D = TypeVar("D", bound=Document)


class ControlEndpoint:
    """The control port of one vCenter.

    Args:
        control: what it does.
    """

    def __init__(self, control: Control) -> None:
        self._control = control

    def application(self) -> web.Application:
        """Return the web application."""
        app = web.Application(client_max_size=LARGEST_REQUEST, middlewares=[_one_sentence])
        app.router.add_get("/calls", self._calls)
        app.router.add_delete("/calls", self._clear_calls)
        app.router.add_get("/journal", self._journal)
        app.router.add_get("/journal/overlaps", self._overlaps)
        app.router.add_get("/faults", self._faults)
        app.router.add_post("/faults", self._add_fault)
        app.router.add_delete("/faults", self._clear_faults)
        app.router.add_get("/sessions", self._sessions)
        app.router.add_post("/sessions/expire", self._expire)
        app.router.add_post("/hosts/{name}/connection", self._connection)
        app.router.add_post("/hosts/{name}/edit", self._edit)
        app.router.add_get("/state", self._dump)
        app.router.add_put("/state", self._load)
        app.router.add_post("/clock", self._clock)
        return app

    async def _calls(self, request: web.Request) -> web.Response:
        return web.json_response(self._control.calls(request.query.get("host")))

    async def _clear_calls(self, _: web.Request) -> web.Response:
        self._control.clear_calls()
        return _done()

    async def _journal(self, request: web.Request) -> web.Response:
        return web.json_response(self._control.journal(JournalQuery.model_validate(dict(request.query))))

    async def _overlaps(self, request: web.Request) -> web.Response:
        return web.json_response(self._control.overlaps(OverlapQuery.model_validate(dict(request.query))))

    async def _faults(self, _: web.Request) -> web.Response:
        return web.json_response(self._control.faults())

    async def _add_fault(self, request: web.Request) -> web.Response:
        self._control.add_fault(await _read(request, FaultDocument))
        return _done()

    async def _clear_faults(self, _: web.Request) -> web.Response:
        self._control.clear_faults()
        return _done()

    async def _sessions(self, _: web.Request) -> web.Response:
        return web.json_response(self._control.sessions())

    async def _expire(self, request: web.Request) -> web.Response:
        document = await _read(request, ExpireDocument)
        return web.json_response({"expired": self._control.expire_sessions(document.username)})

    async def _connection(self, request: web.Request) -> web.Response:
        document = await _read(request, ConnectionDocument)
        self._control.set_connection(request.match_info["name"], document.state)
        return _done()

    async def _edit(self, request: web.Request) -> web.Response:
        self._control.edit_host(request.match_info["name"], await _read(request, HostEdit))
        return _done()

    async def _dump(self, request: web.Request) -> web.Response:
        state = self._control.dump()
        if _wants_yaml(request):
            return web.Response(text=to_yaml(state), content_type="application/yaml")
        return web.json_response(text=state.model_dump_json(by_alias=True))

    async def _load(self, request: web.Request) -> web.Response:
        self._control.load(await _read(request, FleetDocument))
        return _done()

    async def _clock(self, request: web.Request) -> web.Response:
        document = await _read(request, ClockDocument)
        return web.json_response({"now": self._control.advance_clock(document.advance_seconds)})


async def _read(request: web.Request, kind: type[D]) -> D:
    """Return the request's document; an empty body is one with nothing in it."""
    return read(kind, await request.read())


def _wants_yaml(request: web.Request) -> bool:
    form = request.query.get("format")
    if form not in {None, "json", "yaml"}:
        raise DocumentError(f"There is no format '{form}', only json and yaml.")
    return form == "yaml" or (form is None and "yaml" in request.headers.get("Accept", ""))


def _done() -> web.Response:
    return web.Response(status=204)


@web.middleware
async def _one_sentence(
    request: web.Request, handler: Callable[[web.Request], Awaitable[web.StreamResponse]]
) -> web.StreamResponse:
    try:
        return await handler(request)
    except ValidationError as error:
        return _refused(400, sentence(error))
    except (DocumentError, Refusal) as error:
        return _refused(400, str(error))
    except UnknownHostError as error:
        return _refused(404, str(error))


def _refused(status: int, sentence: str) -> web.Response:
    return web.json_response({"error": sentence}, status=status)
