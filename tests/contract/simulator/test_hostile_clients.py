"""Clients that mean harm: a closed connection or a status, nobody else waits for them, and memory stays as it is."""

import gzip
import re
import select
import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress

import psutil
import pytest
from pyVmomi import vim

from contract.simulator.client import PC, SOAP, Client, address, connect, over, tls
from testbed.waiting import wait_until
from vcenter_simulator import connections, server, sessions
from vcenter_simulator.running import Running
from vcenter_simulator.sessions import MOST_FILTERS

CALL = '<CurrentTime xmlns="urn:vim25"><_this type="ServiceInstance">ServiceInstance</_this></CurrentTime>'
HEAD = b"POST /sdk HTTP/1.1\r\nHost: simulator\r\n"


@contextmanager
def raw(running: Running) -> Iterator[ssl.SSLSocket]:
    where = address(running)
    with (
        socket.create_connection(where, timeout=30) as plain,
        tls(running).wrap_socket(plain, server_hostname=where[0]) as made,
    ):
        yield made


def send(connection: ssl.SSLSocket, what: bytes) -> None:
    """Send what the server takes before it closes."""
    with suppress(OSError):
        connection.sendall(what)


def answered(connection: ssl.SSLSocket) -> bytes:
    """Read what comes until the server closes; a reset is a close."""
    received = b""
    with suppress(OSError):
        while more := connection.recv(65536):
            received += more
    return received


def first_of_answer(connection: ssl.SSLSocket) -> bytes:
    """Read what comes first, nothing when the server closes."""
    with suppress(OSError):
        return connection.recv(65536)
    return b""


def is_held(connection: ssl.SSLSocket) -> bool:
    """Say whether this process, which the server is in, has the other end of a connection still open."""
    port = connection.getsockname()[1]
    return any(one.raddr[1:] == (port,) for one in psutil.Process().net_connections("tcp"))


def status(answer: bytes) -> int | None:
    found = re.match(rb"HTTP/1\.[01] (\d+)", answer)
    return int(found[1]) if found is not None else None


@pytest.mark.parametrize("sent", [b"", b"POST", HEAD, HEAD + b"X-Slow: 1\r\n"])
def test_half_a_head_is_not_waited_for_for_ever(
    monkeypatch: pytest.MonkeyPatch, client: Client, simulator: Running, sent: bytes
) -> None:
    monkeypatch.setattr(connections, "HEAD_TIMEOUT_S", 0.2)

    with raw(simulator) as connection:
        connection.sendall(sent)

        assert answered(connection) == b""
    assert client.instance.CurrentTime() is not None


def test_half_a_head_after_a_whole_request_is_not_waited_for_either(
    monkeypatch: pytest.MonkeyPatch, simulator: Running
) -> None:
    monkeypatch.setattr(connections, "HEAD_TIMEOUT_S", 0.2)

    with raw(simulator) as connection:
        connection.sendall(b"GET /nothing HTTP/1.1\r\nHost: simulator\r\n\r\n")
        assert status(connection.recv(65536)) == 404
        assert not select.select([connection], [], [], 0.5)[0]  # a connection may rest as long as it likes
        connection.sendall(HEAD)

        assert answered(connection) == b""


def test_half_a_body_is_not_waited_for_for_ever(monkeypatch: pytest.MonkeyPatch, simulator: Running) -> None:
    monkeypatch.setattr(server, "BODY_TIMEOUT_S", 0.2)

    with raw(simulator) as connection:
        connection.sendall(HEAD + b"Content-Length: 100\r\n\r\nhalf")

        assert status(connection.recv(65536)) == 408


def test_a_client_that_reads_nothing_is_given_up(monkeypatch: pytest.MonkeyPatch, simulator: Running) -> None:
    monkeypatch.setattr(connections, "ANSWER_TIMEOUT_S", 0.2)
    with connect(simulator) as somebody, raw(simulator) as connection:
        cookie = somebody.stub.cookie.partition(";")[0]
        view = somebody.view(vim.HostSystem)
        # The same object many times: an answer that fits in no socket's buffer.
        spec = over(view, vim.HostSystem, "config", "capability", "hardware")
        info = PC._GetMethodInfo("RetrieveContents")
        body = somebody.stub.SerializeRequest(somebody.collector, info, ([spec] * 400,))
        connection.sendall(HEAD + f"Cookie: {cookie}\r\nContent-Length: {len(body)}\r\n\r\n".encode() + body)

        wait_until(lambda: not is_held(connection), what="the server to give up", within=20)

        assert b"</soapenv:Envelope>" not in answered(connection)[-200:]


@pytest.mark.parametrize(
    ("request_bytes", "expected"),
    [
        (b"\x00\x01\x02\r\n\r\n", {400, None}),
        (b"GET\r\n\r\n", {400}),
        (b"POST /sdk HTTP/9.9\r\n\r\n", {400}),
        (HEAD + b"Content-Length: -1\r\n\r\n", {400}),
        (HEAD + b"Content-Length: many\r\n\r\n", {400}),
        (HEAD + b"Content-Length: 5\r\nContent-Length: 6\r\n\r\nhello", {400}),
        (HEAD + b"Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n", {400}),
        (HEAD + b"Transfer-Encoding: chunked\r\n\r\nzz\r\n", {400, 500}),
        (HEAD + b"Content-Length: 99999999999\r\n\r\n", {413, 408}),
        (HEAD + b"X-Null: a\x00b\r\n\r\n", {400}),
        (HEAD + b"X-Long: " + b"x" * 100_000 + b"\r\n\r\n", {400, None}),
        (HEAD + b"".join(b"X-%d: 1\r\n" % n for n in range(5000)) + b"\r\n", {400, None}),
        (HEAD + b"Content-Encoding: gzip\r\nContent-Length: 4\r\n\r\noops", {400, 500}),
        (HEAD + b"Cookie: " + b"=;" * 3000 + b"\r\nContent-Length: 0\r\n\r\n", {500}),
        (b"POST /" + b"x" * 100_000 + b" HTTP/1.1\r\n\r\n", {400, None}),
    ],
)
def test_http_that_is_wrong_gets_a_status_or_a_closed_connection(
    monkeypatch: pytest.MonkeyPatch,
    client: Client,
    simulator: Running,
    request_bytes: bytes,
    expected: set[int | None],
) -> None:
    monkeypatch.setattr(connections, "HEAD_TIMEOUT_S", 1)
    monkeypatch.setattr(server, "BODY_TIMEOUT_S", 1)

    with raw(simulator) as connection:
        send(connection, request_bytes)
        answer = first_of_answer(connection)

    assert status(answer) in expected
    assert b"Traceback" not in answer
    assert client.instance.CurrentTime() is not None


@pytest.mark.parametrize("wrong", [b"Content-Length: -1\r\n\r\n", b"Content-Length: 100\r\n\r\nhalf"])
def test_what_a_client_does_wrong_leaves_no_trace_in_the_log(
    caplog: pytest.LogCaptureFixture, client: Client, simulator: Running, wrong: bytes
) -> None:
    with raw(simulator) as connection:
        send(connection, HEAD + wrong)
        connection.shutdown(socket.SHUT_RDWR)
        wait_until(lambda: not is_held(connection), what="the server to see that the client is gone", within=20)

    assert client.instance.CurrentTime() is not None
    assert caplog.records == []


def test_answers_that_nobody_reads_do_not_pile_up(monkeypatch: pytest.MonkeyPatch, simulator: Running) -> None:
    monkeypatch.setattr(connections, "ANSWER_TIMEOUT_S", 0.5)
    request = b"GET /sdk/vimServiceVersions.xml HTTP/1.1\r\nHost: simulator\r\n\r\n"

    with raw(simulator) as connection:
        send(connection, request * 100_000)
        wait_until(lambda: not is_held(connection), what="the server to give up", within=20)

        assert answered(connection).count(b"</namespaces>") < 50_000


def test_a_body_that_unpacks_to_more_than_a_request_may_have_is_refused(simulator: Running) -> None:
    bomb = gzip.compress(b" " * (64 << 20))

    with raw(simulator) as connection:
        connection.sendall(HEAD + f"Content-Encoding: gzip\r\nContent-Length: {len(bomb)}\r\n\r\n".encode() + bomb)

        assert status(connection.recv(65536)) == 413


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "iso-8859-1"])
def test_xml_in_any_encoding_that_xml_names_is_read(client: Client, simulator: Running, encoding: str) -> None:
    body = (f'<?xml version="1.0" encoding="{encoding}"?>' + SOAP.format(CALL)).encode(encoding)
    cookie = client.stub.cookie.partition(";")[0]

    with raw(simulator) as connection:
        connection.sendall(HEAD + f"Cookie: {cookie}\r\nContent-Length: {len(body)}\r\n\r\n".encode() + body)

        assert status(connection.recv(65536)) == 200


def test_a_session_that_never_destroys_its_views_is_stopped(
    monkeypatch: pytest.MonkeyPatch, simulator: Running, client: Client
) -> None:
    content = client.content
    views, root = content.viewManager, content.rootFolder
    monkeypatch.setattr(sessions, "MOST_OBJECTS", len(simulator.vcenter.sessions.all()[0].objects) + 1)

    views.CreateContainerView(root, [], True)  # noqa: FBT003 - pyVmomi's arguments have no names
    with pytest.raises(vim.fault.LimitExceeded, match="views, filters and collectors"):
        views.CreateContainerView(root, [], True)  # noqa: FBT003 - pyVmomi's arguments have no names

    assert client.instance.CurrentTime() is not None


def test_a_session_that_never_destroys_its_filters_is_stopped(client: Client) -> None:
    collector = client.collector
    spec = over(client.view(vim.HostSystem), vim.HostSystem, "name")

    filters = [collector.CreateFilter(spec, False) for _ in range(MOST_FILTERS)]  # noqa: FBT003 - as above
    with pytest.raises(vim.fault.LimitExceeded, match=f"{MOST_FILTERS} filters"):
        collector.CreateFilter(spec, False)  # noqa: FBT003 - as above
    filters[0].DestroyPropertyFilter()

    assert collector.CreateFilter(spec, False) is not None  # noqa: FBT003 - as above
