"""The HTTPS end: sessions by cookie, SOAP in and out, and the troubles that a fault rule asks for."""

import asyncio
import contextlib
import logging
import socket
import struct
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from aiohttp import web

from vcenter_simulator.fault_rules import Action, FaultRule, When
from vcenter_simulator.host.refusals import Refusal, system_error
from vcenter_simulator.methods.calls import Call
from vcenter_simulator.methods.dispatch import answer, find_target
from vcenter_simulator.methods.host_writes import WRITES
from vcenter_simulator.request_log import Entry
from vcenter_simulator.sessions import Session
from vcenter_simulator.soap.decode import Opened, open_request
from vcenter_simulator.soap.encode import fault_response
from vcenter_simulator.soap.versions import newest_of, version_of, versions_document
from vcenter_simulator.vcenter import VCenter

COOKIE = "vmware_soap_session"

SOAP_PATHS = frozenset({"/sdk", "/sdk/"})

VERSIONS_PATH = "/sdk/vimServiceVersions.xml"

BODY_TIMEOUT_S = 30.0

logger = logging.getLogger(__name__)


class SoapEndpoint:
    """``/sdk`` of one vCenter.

    Args:
        vcenter: the vCenter.
    """

    def __init__(self, vcenter: VCenter) -> None:
        self._vcenter = vcenter

    async def handle(self, request: web.BaseRequest) -> web.StreamResponse:
        """Answer a request, whatever it is for."""
        if request.path == VERSIONS_PATH:
            return self._versions() if request.method == "GET" else web.Response(status=405)
        if request.path not in SOAP_PATHS:
            return web.Response(status=404)
        return await self._soap(request) if request.method == "POST" else web.Response(status=405)

    def _versions(self) -> web.Response:
        return web.Response(text=versions_document(self._vcenter.settings.release), content_type="text/xml")

    async def _soap(self, request: web.BaseRequest) -> web.StreamResponse:
        version = newest_of(self._vcenter.settings.release)
        try:
            async with asyncio.timeout(BODY_TIMEOUT_S):
                body = await request.read()
            opened = open_request(body)
            version = version_of(request.headers.get("SOAPAction"), self._vcenter.settings.release)
        except TimeoutError:
            return web.Response(status=408)
        except Refusal as refusal:
            return _fault(refusal, version)
        host = self._vcenter.inventory.find_host(opened.target.moid)
        name = host.name if host is not None else None
        session = self._vcenter.sessions.find(request.cookies.get(COOKIE))
        if session is None and self._vcenter.sessions.is_full:
            # Even RetrieveServiceContent: vpxd begins a session for whoever comes without one, and has none left.
            return web.Response(status=503, text="Service Unavailable")
        rule = self._vcenter.faults.draw(opened.method, name)
        entry = self._vcenter.requests.begin(
            opened.method, name, session, is_write=name is not None and opened.method in WRITES
        )
        outcome = "error"
        try:
            response, outcome = await self._respond(_Received(request, opened, entry, session, version), rule)
        finally:
            self._vcenter.requests.end(entry, outcome)
        return response

    async def _respond(self, received: "_Received", rule: FaultRule | None) -> tuple[web.StreamResponse, str]:
        """Answer, with the trouble that *rule* asks for; return the answer and what to call it in the journal."""

        async def effect() -> tuple[web.Response, str]:
            return await self._effect(received)

        if rule is None:
            return await effect()
        received.entry.rule = rule.number
        if rule.when is When.BEFORE:
            await asyncio.sleep(rule.delay_s)
            if rule.action is Action.NONE:
                return await effect()
            return await _trouble(received, rule, effect), rule.action.value
        response, outcome = await effect()
        await asyncio.sleep(rule.delay_s)
        if rule.action is Action.NONE:
            return response, outcome

        async def done() -> tuple[web.Response, str]:
            return response, outcome

        return await _trouble(received, rule, done), rule.action.value

    async def _effect(self, received: "_Received") -> tuple[web.Response, str]:
        opened, version = received.opened, received.version
        had = received.session
        if had is not None:
            had.under_way += 1
            had.calls += 1
            had.last_active = self._vcenter.clock.now()
        try:
            target = find_target(self._vcenter, had, opened)
            call = Call(
                vcenter=self._vcenter,
                target=target,
                session=had,
                entry=received.entry,
                arguments={},
                version=version,
                peer=received.request.remote or "",
                user_agent=received.request.headers.get("User-Agent", ""),
            )
            response = _xml(await answer(call, opened), 200)
            if call.session is not None and call.session is not had:
                response.headers["Set-Cookie"] = f'{COOKIE}="{call.session.cookie}"; Path=/; HttpOnly; Secure'
        except Refusal as refusal:
            return _fault(refusal, version), refusal.fault
        except Exception:
            # The client gets a fault like any other; the trace is for whoever runs the simulator.
            logger.exception("%s failed", opened.method)
            failure = system_error()
            return _fault(failure, version), failure.fault
        finally:
            if had is not None:
                had.under_way -= 1
                had.last_active = self._vcenter.clock.now()
        return response, "ok"


@dataclass(frozen=True, slots=True)
class _Received:
    """A request that was understood so far."""

    request: web.BaseRequest
    opened: Opened
    entry: Entry
    session: Session | None
    version: str


async def _trouble(
    received: _Received, rule: FaultRule, effect: Callable[[], Awaitable[tuple[web.Response, str]]]
) -> web.StreamResponse:
    if rule.action is Action.FAULT:
        return _fault(Refusal(rule.fault, rule.text, **{"text": rule.text, **rule.fields}), received.version)
    if rule.action is Action.HTTP_503:
        return web.Response(status=503, text="Service Unavailable")
    if rule.action is Action.HALF_BODY:
        return await _half(received.request, (await effect())[0])
    if rule.action is Action.HANG:
        await rule.withdrawn.wait()
    _cut(received.request, reset=rule.action is Action.RESET)
    return web.Response()


async def _half(request: web.BaseRequest, whole: web.Response) -> web.StreamResponse:
    body = whole.body if isinstance(whole.body, bytes) else b""
    response = web.StreamResponse(status=whole.status)
    response.content_type = "text/xml"
    response.content_length = len(body)
    await response.prepare(request)
    with contextlib.suppress(ConnectionError):
        await response.write(body[: len(body) // 2])
    _cut(request, reset=False)
    return response


def _cut(request: web.BaseRequest, *, reset: bool) -> None:
    """End the connection without an answer; with *reset* the client's socket is told so by an RST."""
    transport = request.transport
    if transport is None:
        return
    if reset:
        # A socket that lingers for no time is reset instead of closed.
        transport.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    transport.abort()


def _fault(refusal: Refusal, version: str) -> web.Response:
    return _xml(fault_response(refusal, version), 500)


def _xml(body: bytes, status: int) -> web.Response:
    return web.Response(body=body, status=status, content_type="text/xml", charset="utf-8")
