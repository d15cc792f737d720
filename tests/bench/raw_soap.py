"""SOAP as text over one connection: a client that costs so much less than a server that the server is measured."""

from __future__ import annotations

import re
import socket
import ssl
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from pathlib import Path
    from types import TracebackType

_ENVELOPE = (
    '<?xml version="1.0" encoding="UTF-8"?>\n'
    '<soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/" '
    'xmlns:xsd="http://www.w3.org/2001/XMLSchema" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">'
    "<soapenv:Body>{}</soapenv:Body></soapenv:Envelope>"
)
_CHUNK = 1 << 20


@dataclass(frozen=True)
class Answer:
    """What came back, and after how many seconds it began and ended."""

    body: bytes
    first_byte_s: float
    last_byte_s: float


class RawSoap:
    """One connection of one user.

    Args:
        server: host:port.
        ca_file: the authority of its certificate.
        cookie: of a session that exists.
    """

    def __init__(self, server: str, ca_file: Path, cookie: bytes = b"") -> None:
        host, _, port = server.rpartition(":")
        self.cookie = cookie
        self._host = server
        context = ssl.create_default_context(cafile=str(ca_file))
        self._socket = context.wrap_socket(socket.create_connection((host, int(port))), server_hostname=host)
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._socket.close()

    def call(self, request: str, *, within: float = 120.0) -> Answer:
        """Send the element of a method and return the answer.

        Raises:
            TimeoutError: *within* seconds nothing came.
            RuntimeError: it is a fault.
        """
        return self.send(self.prepared(request), within=within)

    def prepared(self, request: str) -> bytes:
        """Return the bytes of a request: who sends it often makes it once."""
        body = _ENVELOPE.format(request).encode()
        head = (
            f"POST /sdk HTTP/1.1\r\nHost: {self._host}\r\nCookie: {self.cookie.decode()}\r\n"
            f'SOAPAction: "urn:vim25/8.0.3.0"\r\nContent-Type: text/xml; charset=utf-8\r\n'
            f"Content-Length: {len(body)}\r\n\r\n"
        )
        return head.encode() + body

    def send(self, request: bytes, *, within: float = 120.0) -> Answer:
        """Send prepared bytes and return the answer; errors as :meth:`call`."""
        self._socket.settimeout(within)
        begun = time.monotonic()
        self._socket.sendall(request)
        received = self._socket.recv(_CHUNK)
        first = time.monotonic() - begun
        while b"\r\n\r\n" not in received:
            received += self._more()
        head, _, rest = received.partition(b"\r\n\r\n")
        body = self._body(head.lower(), rest)
        last = time.monotonic() - begun
        given = re.search(rb"(?i)set-cookie: ([^;\r]*)", head)
        if given is not None:
            self.cookie = given[1]
        if not head.startswith(b"HTTP/1.1 200"):
            raise RuntimeError(f"{head.splitlines()[0].decode()}: {body[:2000].decode(errors='replace')}")
        return Answer(body, first, last)

    def _body(self, head: bytes, rest: bytes) -> bytes:
        length = re.search(rb"\r\ncontent-length: (\d+)", head)
        if length is None:
            return self._chunked(rest)
        parts = [rest]
        missing = int(length[1]) - len(rest)
        while missing > 0:
            parts.append(self._more())
            missing -= len(parts[-1])
        return b"".join(parts)

    def _chunked(self, rest: bytes) -> bytes:
        received = bytearray(rest)
        while not received.endswith(b"0\r\n\r\n"):
            received += self._more()
        parts: list[bytes] = []
        at = 0
        while True:
            end = received.index(b"\r\n", at)
            size = int(received[at:end], 16)
            if size == 0:
                return b"".join(parts)
            parts.append(bytes(received[end + 2 : end + 2 + size]))
            at = end + 4 + size

    def _more(self) -> bytes:
        more = self._socket.recv(_CHUNK)
        if not more:
            raise ConnectionError("the server closed the connection inside an answer")
        return more
