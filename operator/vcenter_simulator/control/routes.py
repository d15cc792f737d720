"""What the control port answers: one line for each request, with the document that it takes."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TypeVar

from aiohttp import web

from vcenter_simulator.control.documents import (
    CallsQuery,
    ClockDocument,
    ConnectionDocument,
    ExpireDocument,
    FaultDocument,
    JournalQuery,
    NoQuery,
    OverlapQuery,
    StateQuery,
)
from vcenter_simulator.control.operations import Control, UnknownError
from vcenter_simulator.fleet.base import Document
from vcenter_simulator.fleet.documents import FleetDocument
from vcenter_simulator.fleet.host_documents import HostEdit
from vcenter_simulator.fleet.text import read, to_yaml

D = TypeVar("D", bound=Document)

Handler = Callable[[Control, web.Request], Awaitable[web.Response]]


@dataclass(frozen=True, slots=True)
class Route:
    """One kind of request."""

    method: str
    path: str
    handle: Handler
    does: str
    takes: type[Document] = NoQuery
    """The query of a GET, the body of everything else."""


async def _calls(control: Control, request: web.Request) -> web.Response:
    return web.json_response(control.calls(_query(request, CallsQuery).host))


async def _clear_calls(control: Control, _: web.Request) -> web.Response:
    control.clear_calls()
    return _done()


async def _journal(control: Control, request: web.Request) -> web.Response:
    return web.json_response(control.journal(_query(request, JournalQuery)))


async def _overlaps(control: Control, request: web.Request) -> web.Response:
    return web.json_response(control.overlaps(_query(request, OverlapQuery)))


async def _faults(control: Control, _: web.Request) -> web.Response:
    return web.json_response(control.faults())


async def _add_fault(control: Control, request: web.Request) -> web.Response:
    return web.json_response({"id": control.add_fault(await _body(request, FaultDocument))})


async def _clear_faults(control: Control, _: web.Request) -> web.Response:
    control.clear_faults()
    return _done()


async def _fault(control: Control, request: web.Request) -> web.Response:
    return web.json_response(control.fault(_number(request)))


async def _withdraw_fault(control: Control, request: web.Request) -> web.Response:
    control.withdraw_fault(_number(request))
    return _done()


async def _sessions(control: Control, _: web.Request) -> web.Response:
    return web.json_response(control.sessions())


async def _expire(control: Control, request: web.Request) -> web.Response:
    document = await _body(request, ExpireDocument)
    return web.json_response({"expired": control.expire_sessions(document.username, document.key)})


async def _connection(control: Control, request: web.Request) -> web.Response:
    document = await _body(request, ConnectionDocument)
    control.set_connection(request.match_info["name"], document.state)
    return _done()


async def _edit(control: Control, request: web.Request) -> web.Response:
    control.edit_host(request.match_info["name"], await _body(request, HostEdit))
    return _done()


async def _restart(control: Control, request: web.Request) -> web.Response:
    control.restart_host(request.match_info["name"])
    return _done()


async def _dump(control: Control, request: web.Request) -> web.Response:
    form = _query(request, StateQuery).format
    state = control.dump()
    if form == "yaml" or (form is None and "yaml" in request.headers.get("Accept", "")):
        return web.Response(text=to_yaml(state), content_type="application/yaml")
    return web.json_response(text=state.model_dump_json(by_alias=True))


async def _load(control: Control, request: web.Request) -> web.Response:
    control.load(await _body(request, FleetDocument))
    return _done()


async def _now(control: Control, _: web.Request) -> web.Response:
    return web.json_response({"now": control.now()})


async def _move_clock(control: Control, request: web.Request) -> web.Response:
    return web.json_response({"now": control.move_clock(await _body(request, ClockDocument))})


async def _index(_: Control, __: web.Request) -> web.Response:
    return web.json_response({f"{route.method} {route.path}": route.does for route in ROUTES})


ROUTES = (
    Route("GET", "/", _index, "Lists what the control port answers."),
    Route("GET", "/calls", _calls, "Counts requests by method.", CallsQuery),
    Route("DELETE", "/calls", _clear_calls, "Starts counting anew."),
    Route("GET", "/journal", _journal, "Tells who called what and when, and what each write changed.", JournalQuery),
    Route("GET", "/journal/overlaps", _overlaps, "Pairs of writes under way on one host at one time.", OverlapQuery),
    Route("GET", "/faults", _faults, "Lists the fault rules in force, with how often each has hit."),
    Route("POST", "/faults", _add_fault, "Puts a fault rule in force; answers its `id`.", FaultDocument),
    Route("DELETE", "/faults", _clear_faults, "Withdraws all fault rules and lets go of what hangs."),
    Route("GET", "/faults/{id}", _fault, "Tells one fault rule."),
    Route("DELETE", "/faults/{id}", _withdraw_fault, "Withdraws one fault rule."),
    Route("GET", "/sessions", _sessions, "Lists who is logged in, and what they may do."),
    Route("POST", "/sessions/expire", _expire, "Ends sessions; answers how many.", ExpireDocument),
    Route(
        "POST", "/hosts/{name}/connection", _connection, "Changes vCenter's connection to a host.", ConnectionDocument
    ),
    Route("POST", "/hosts/{name}/edit", _edit, "Changes a host behind vCenter's back.", HostEdit),
    Route("POST", "/hosts/{name}/restart", _restart, "Restarts a host: what waits for that is in force then."),
    Route("GET", "/state", _dump, "Dumps the fleet as JSON or YAML.", StateQuery),
    Route("PUT", "/state", _load, "Makes the fleet another one, from JSON or YAML.", FleetDocument),
    Route("GET", "/clock", _now, "Tells the simulated time."),
    Route("POST", "/clock", _move_clock, "Moves the simulated time.", ClockDocument),
)


def _query(request: web.Request, kind: type[D]) -> D:
    return kind.model_validate(dict(request.query))


async def _body(request: web.Request, kind: type[D]) -> D:
    """Return the request's document; an empty body is one with nothing in it."""
    return read(kind, await request.read())


def _number(request: web.Request) -> int:
    text = request.match_info["id"]
    if not text.isdecimal():
        raise UnknownError(f"There is no fault rule '{text}'.")
    return int(text)


def _done() -> web.Response:
    return web.Response(status=204)
