"""Whatever comes in: a SOAP fault or an HTTP status, never a trace, and the next client is served."""

import http.client
from collections.abc import Iterator
from contextlib import closing

import pytest

from contract.simulator.client import SOAP, Client, https
from vcenter_simulator.running import Running

CALL = SOAP.format('<{} xmlns="urn:vim25"><_this type="{}">{}</_this></{}>')
BOMB = '<!DOCTYPE b [<!ENTITY a "' + "x" * 1000 + '"><!ENTITY b "' + "&a;" * 1000 + '">]>' + SOAP.format("<C>&b;</C>")


@pytest.fixture
def http_client(simulator: Running) -> Iterator[http.client.HTTPSConnection]:
    with https(simulator) as made:
        yield made


def ask(
    connection: http.client.HTTPSConnection, body: bytes, cookie: str = "", action: str = "urn:vim25/8.0.3.0"
) -> tuple[int, str]:
    connection.request("POST", "/sdk", body, {"Cookie": cookie, "SOAPAction": action})
    answer = connection.getresponse()
    return answer.status, answer.read().decode()


@pytest.mark.parametrize(
    ("body", "fault"),
    [
        ("", "InvalidRequest"),
        ("\x00\x01", "InvalidRequest"),
        ("<a><b></a>", "InvalidRequest"),
        (SOAP.format(""), "InvalidRequest"),
        (SOAP.format("<CurrentTime/>"), "InvalidRequest"),
        (SOAP.format("<a>" * 3000 + "</a>" * 3000), "InvalidRequest"),
        (BOMB, "InvalidRequest"),
        (CALL.format("Fly", "Folder", "group-d1", "Fly"), "MethodNotFound"),
        (CALL.format("Fetch", "Folder", "group-d1", "Fetch"), "InvalidProperty"),
        (CALL.format("CurrentTime", "Nonsense", "x", "CurrentTime"), "ManagedObjectNotFound"),
        (CALL.format("CurrentTime", "ServiceInstance", "", "CurrentTime"), "ManagedObjectNotFound"),
        (CALL.format("CreateFilter", "PropertyCollector", "propertyCollector", "CreateFilter"), "InvalidRequest"),
        (CALL.format("Destroy_Task", "Folder", "group-d1", "Destroy_Task"), "NotSupported"),
    ],
)
def test_a_bad_request_gets_a_fault(
    client: Client, http_client: http.client.HTTPSConnection, body: str, fault: str
) -> None:
    cookie = client.stub.cookie.partition(";")[0]

    status, answer = ask(http_client, body.encode(), cookie)

    assert status == 500
    assert f'xsi:type="{fault}"' in answer
    assert "Traceback" not in answer
    assert client.instance.CurrentTime() is not None


def test_an_unsupported_version_gets_a_fault(http_client: http.client.HTTPSConnection) -> None:
    body = CALL.format("RetrieveServiceContent", "ServiceInstance", "ServiceInstance", "RetrieveServiceContent")

    status, answer = ask(http_client, body.encode(), action="urn:pbm/2.0")

    assert (status, "Unsupported version URI" in answer) == (500, True)


def test_a_request_without_a_version_is_served_in_the_oldest(http_client: http.client.HTTPSConnection) -> None:
    body = CALL.format("RetrieveServiceContent", "ServiceInstance", "ServiceInstance", "RetrieveServiceContent")

    status, answer = ask(http_client, body.encode(), action="")

    assert status == 200
    assert "<apiVersion>8.0.3.0</apiVersion>" in answer


def test_a_made_up_cookie_is_not_authenticated(http_client: http.client.HTTPSConnection) -> None:
    body = CALL.format("CurrentTime", "ServiceInstance", "ServiceInstance", "CurrentTime")

    status, answer = ask(http_client, body.encode(), 'vmware_soap_session="made-up"')

    assert (status, 'xsi:type="NotAuthenticated"' in answer) == (500, True)


def test_a_request_that_is_too_big_is_refused(http_client: http.client.HTTPSConnection) -> None:
    status, _ = ask(http_client, b"x" * (5 << 20))

    assert status == 413


@pytest.mark.parametrize(("method", "path", "status"), [("GET", "/sdk", 405), ("GET", "/", 404), ("POST", "/x", 404)])
def test_what_is_not_there_is_not_there(
    http_client: http.client.HTTPSConnection, method: str, path: str, status: int
) -> None:
    http_client.request(method, path)
    with closing(http_client.getresponse()) as answer:
        assert answer.status == status
