"""The simulator as a process of its own: what clients send, wrong or right, leaves nothing behind."""

import http.client
import itertools
import ssl
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import psutil
import pytest

from testbed.simulator import Simulator

SOAP = (
    '<soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/"><soapenv:Body>'
    "{}</soapenv:Body></soapenv:Envelope>"
)
GROWTH = 6 << 20
"""Bytes that are still no leak: what allocators keep."""

numbers = itertools.count()
"""What is sent is never the same twice."""


@pytest.fixture
def simulator(tmp_path: Path) -> Iterator[Simulator]:
    with Simulator(tmp_path, hosts=2) as running:
        yield running


class Sender:
    """One session that sends text."""

    def __init__(self, simulator: Simulator) -> None:
        host, _, port = simulator.address.server.rpartition(":")
        context = ssl.create_default_context(cafile=str(simulator.address.ca_file))
        self.connection = http.client.HTTPSConnection(host, int(port), context=context, timeout=60)
        self._cookie = ""
        answer = self.call("SessionManager", "SessionManager", "Login", LOGIN)
        assert b"UserSession" in answer or b"userName" in answer

    def send(self, body: str, action: str = "urn:vim25/8.0.3.0") -> bytes:
        headers = {"SOAPAction": action, "Cookie": self._cookie}
        self.connection.request("POST", "/sdk", body.encode(), headers)
        answer = self.connection.getresponse()
        self._cookie = (answer.headers["Set-Cookie"] or self._cookie).partition(";")[0]
        return answer.read()

    def call(self, kind: str, moid: str, method: str, arguments: str, **options: Any) -> bytes:
        call = f'<{method} xmlns="urn:vim25"><_this type="{kind}">{moid}</_this>{arguments}</{method}>'
        return self.send(SOAP.format(call), **options)


LOGIN = "<userName>administrator@vsphere.local</userName><password>simulated</password>"


def names_that_nobody_has(sender: Sender) -> None:
    """Elements, methods, types, objects and properties."""
    number = next(numbers)
    sender.send(SOAP.format("".join(f"<e{number}x{n}/>" for n in range(2000))))
    sender.call("Folder", "group-d1", f"Method{number}", "")
    sender.call(f"Kind{number}", f"moid-{number}", "Destroy_Task", "")
    sender.call("Folder", "group-d1", "Fetch", f"<prop>path{number}</prop>")


def logins_that_fail(sender: Sender) -> None:
    name = f"{next(numbers)}" * 500
    sender.call("SessionManager", "SessionManager", "Login", f"<userName>{name}</userName><password>no</password>")


def views_that_come_and_go(sender: Sender) -> None:
    arguments = '<container type="Folder">group-d1</container><recursive>true</recursive>'
    made = sender.call("ViewManager", "ViewManager", "CreateContainerView", arguments)
    moid = made.partition(b'<returnval type="ContainerView">')[2].partition(b"<")[0].decode()
    assert b"Fault" not in sender.call("ContainerView", moid, "DestroyView", "")


def reads_that_are_never_finished(sender: Sender) -> None:
    spec = (
        "<specSet><propSet><type>HostSystem</type><pathSet>config</pathSet></propSet>"
        '<objectSet><obj type="Folder">group-d1</obj><skip>true</skip></objectSet></specSet>'
        "<options><maxObjects>1</maxObjects></options>"
    )
    assert b"Fault" not in sender.call("PropertyCollector", "propertyCollector", "RetrievePropertiesEx", spec)


def big_requests(sender: Sender) -> None:
    sender.send(SOAP.format("<a>" + "<b>text</b>" * 50_000 + "</a>"))
    sender.send("<a" + "".join(f" x{n}=''" for n in range(50_000)) + "/>")
    sender.send("<a>" * 200_000)


@pytest.mark.parametrize(
    ("harm", "times"),
    [
        (names_that_nobody_has, 60),
        (logins_that_fail, 300),
        (views_that_come_and_go, 200),
        (reads_that_are_never_finished, 200),
        (big_requests, 4),
    ],
)
def test_what_clients_send_is_forgotten(simulator: Simulator, harm: Callable[[Sender], None], times: int) -> None:
    process = psutil.Process(simulator.process.pid)
    sender = Sender(simulator)
    with closing(sender.connection):
        for _ in range(times):
            harm(sender)
        before = process.memory_info().rss
        for _ in range(times):
            harm(sender)
        after = process.memory_info().rss

        assert after - before < GROWTH
        assert b"returnval" in sender.call("ServiceInstance", "ServiceInstance", "CurrentTime", "")
