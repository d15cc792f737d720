"""HTTPS to one vCenter: deadlines, the session cookie, and what a failure says about what the server has seen."""

import asyncio
import http
import os
import socket
import ssl
from dataclasses import dataclass
from types import SimpleNamespace

import aiohttp
from pyVmomi.SoapAdapter import COOKIE_NAME

from vmk_operator.errors import AmbiguousWriteError, TransientError, VmkOperatorError
from vmk_operator.vcenter.tls import certificate_error

_MOST_CONNECTIONS = 64


@dataclass(frozen=True, slots=True)
class Request:
    """What goes out, and what it means if no answer comes."""

    name: str
    """Of the vSphere method, for messages and metrics."""
    deadline_s: float
    """For connecting, sending, waiting and reading."""
    path: str = "/sdk"
    body: bytes | None = None
    """``None``: a GET."""
    soap_action: str = ""
    write: bool = False

    def lost(self, text: str) -> VmkOperatorError:
        """Say what it means that the request went out and no usable answer came."""
        if self.write:
            return AmbiguousWriteError(f"{self.name} may or may not have happened: {text}.")
        return TransientError(f"{self.name} failed: {text}.")


class Channel:
    """One HTTP client of one vCenter. Made on the event loop; never retries, never follows, uses no proxy."""

    def __init__(self, server: str, tls: ssl.SSLContext, *, user_agent: str, connect_s: float) -> None:
        self.server = server
        self._cookie: str | None = None
        trace = aiohttp.TraceConfig()
        trace.on_request_headers_sent.append(_note_sending)
        self._http = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(ssl=tls, limit=_MOST_CONNECTIONS, socket_factory=_keepalive_socket),
            cookie_jar=aiohttp.DummyCookieJar(),  # aiohttp's own drops cookies of IP addresses and unquotes vCenter's
            timeout=aiohttp.ClientTimeout(total=None, connect=connect_s),
            headers={"User-Agent": user_agent},
            trace_configs=[trace],
        )

    async def exchange(self, request: Request) -> bytes:
        """Send *request* and return the body of an answer 200, or of a 500, which is how SOAP says Fault.

        Raises:
            TransientError: not sent; or sent, unanswered, and no write.
            AmbiguousWriteError: a write was sent and there is no usable answer.
            BlockedError: the certificate was rejected.
        """
        if self._http.closed:
            raise TransientError(f"{request.name} was not sent: the connection to {self.server} is closed.")
        progress = SimpleNamespace(sending=False)
        try:
            async with asyncio.timeout(request.deadline_s):
                status, raw, retry_after_s = await self._send(request, progress)
        except aiohttp.ClientConnectorCertificateError as error:
            if isinstance(error.certificate_error, ssl.SSLCertVerificationError):
                raise certificate_error(self.server, error.certificate_error) from error
            raise TransientError(f"{self.server} broke off the TLS handshake: {error}.") from error
        except TimeoutError as error:
            if progress.sending:
                raise request.lost(f"{self.server} did not answer within {request.deadline_s:g} seconds") from error
            raise TransientError(f"{self.server} could not be reached: no connection in time.") from error
        except (aiohttp.ClientError, OSError) as error:
            what = _reason(error)
            if progress.sending:
                raise request.lost(f"{self.server} broke off the connection: {what}") from error
            raise TransientError(f"{self.server} could not be reached: {what}.") from error
        if status in (http.HTTPStatus.OK, http.HTTPStatus.INTERNAL_SERVER_ERROR):
            return raw
        lost = request.lost(f"{self.server} answered {_status_text(status)}: its API is not up, or it is no vCenter")
        if isinstance(lost, TransientError):
            lost.retry_after_s = retry_after_s
        raise lost

    async def aclose(self) -> None:
        """Close every connection."""
        await self._http.close()

    async def _send(self, request: Request, progress: SimpleNamespace) -> tuple[int, bytes, float | None]:
        headers = {"Content-Type": "text/xml; charset=UTF-8", "SOAPAction": request.soap_action}
        if self._cookie is not None:
            headers["Cookie"] = self._cookie
        async with self._http.request(
            "GET" if request.body is None else "POST",
            f"https://{self.server}{request.path}",
            data=request.body,
            headers=headers,
            allow_redirects=False,
            trace_request_ctx=progress,
        ) as answer:
            raw = await answer.read()
            for cookie in answer.headers.getall("Set-Cookie", ()):
                if cookie.startswith(f"{COOKIE_NAME}="):
                    self._cookie = cookie.partition(";")[0]
            retry_after = answer.headers.get("Retry-After", "")
            return answer.status, raw, float(retry_after) if retry_after.isdecimal() else None


def _reason(error: aiohttp.ClientError | OSError) -> str:
    """Say why, without the addresses and ports that make the same trouble look new every time."""
    cause = error.os_error if isinstance(error, aiohttp.ClientConnectorError) else error
    if isinstance(cause, OSError) and cause.errno is not None and cause.errno > 0:
        return os.strerror(cause.errno)
    if isinstance(cause, OSError) and cause.strerror:
        return cause.strerror
    return str(cause) or type(cause).__name__


def _status_text(status: int) -> str:
    phrase = next((one.phrase for one in http.HTTPStatus if one == status), "")
    return f"{status} {phrase}".rstrip()


async def _note_sending(_: aiohttp.ClientSession, context: SimpleNamespace, __: object) -> None:
    context.trace_request_ctx.sending = True


def _keepalive_socket(address: aiohttp.AddrInfoType) -> socket.socket:
    """Make a socket that notices a dead peer within half a minute, also while a long poll is silent."""
    family, kind, protocol, _, _ = address
    made = socket.socket(family, kind, protocol)
    made.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    for option, value in (("TCP_KEEPIDLE", 15), ("TCP_KEEPINTVL", 5), ("TCP_KEEPCNT", 3)):
        if hasattr(socket, option):  # absent outside Linux
            made.setsockopt(socket.IPPROTO_TCP, getattr(socket, option), value)
    return made
