"""How sessions begin and end other than by their owner's wish, by what clients see of it."""

import http.client
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

import pytest
from pyVmomi import vim, vmodl

from contract.simulator.client import PC, SOAP, connect, control, https, over, stub_of, wait_for_call
from vcenter_simulator.authorization.lockout import LockoutPolicy
from vcenter_simulator.fleet.documents import AccessDocument
from vcenter_simulator.running import Running, start_in_thread
from vcenter_simulator.sessions import SessionPolicy
from vcenter_simulator.vcenter import Settings

USER = "reader@vsphere.local"


@contextmanager
def serving(**policy: Any) -> Iterator[Running]:
    """Serve one host with an account that may read it, and sessions of a *policy*."""
    access = AccessDocument.model_validate(
        {"accounts": {USER: "right"}, "permissions": [{"principal": USER, "role": "ReadOnly"}]}
    )
    settings = Settings(sessions=SessionPolicy(**policy))
    with start_in_thread(hosts=1, access=access, settings=settings) as running:
        yield running


def login(running: Running, password: str) -> None:
    with stub_of(running) as stub:
        vim.SessionManager("SessionManager", stub).Login(USER, password, None)


def test_a_locked_account_is_refused_as_a_wrong_password_is_until_its_time_is_over() -> None:
    with serving(lockout=LockoutPolicy(attempts=2, duration_s=60)) as running:
        said = set()
        for password in ("wrong", "wrong", "right"):
            with pytest.raises(vim.fault.InvalidLogin) as refused:
                login(running, password)
            said.add(str(getattr(refused.value, "msg", None)))
        assert said == {"Cannot complete login due to an incorrect user name or password."}

        control(running, "POST", "/clock", {"advanceSeconds": 60})
        login(running, "right")


def test_with_as_many_sessions_as_there_may_be_nobody_without_one_is_answered() -> None:
    with serving(most=1) as running, connect(running) as first, stub_of(running) as stub:
        with pytest.raises(http.client.HTTPException, match="503"):
            vim.ServiceInstance("ServiceInstance", stub).RetrieveContent()
        assert first.instance.CurrentTime() is not None

        control(running, "POST", "/sessions/expire")

        assert vim.ServiceInstance("ServiceInstance", stub).RetrieveContent() is not None
        first.content.sessionManager.Login(running.username, running.password)


def test_a_session_of_limited_life_ends_in_the_middle_of_a_wait() -> None:
    with serving(lifetime_s=1) as running, connect(running) as client:
        view = client.view(vim.HostSystem)
        client.collector.CreateFilter(over(view, vim.HostSystem, "name"), partialUpdates=False)
        version = client.collector.WaitForUpdatesEx("", PC.WaitOptions(maxWaitSeconds=0)).version

        began = time.monotonic()
        with pytest.raises(vim.fault.NotAuthenticated):
            client.collector.WaitForUpdatesEx(version, PC.WaitOptions(maxWaitSeconds=20))

        assert time.monotonic() - began < 5
        client.content.sessionManager.Login(running.username, running.password)


def test_a_wait_ends_with_its_session_when_the_clock_moves() -> None:
    with serving(lifetime_s=3600) as running, connect(running) as client, ThreadPoolExecutor(1) as threads:
        view = client.view(vim.HostSystem)
        client.collector.CreateFilter(over(view, vim.HostSystem, "name"), partialUpdates=False)
        version = client.collector.WaitForUpdatesEx("", PC.WaitOptions(maxWaitSeconds=0)).version
        collector = client.collector
        waiting = threads.submit(lambda: collector.WaitForUpdatesEx(version, PC.WaitOptions(maxWaitSeconds=20)))
        wait_for_call(running)

        control(running, "POST", "/clock", {"advanceSeconds": 3600})

        with pytest.raises((vmodl.fault.RequestCanceled, vim.fault.NotAuthenticated)):
            waiting.result(timeout=10)
        client.content.sessionManager.Login(running.username, running.password)


def call(running: Running, method: str, cookie: str | None = None) -> tuple[int, str, list[str]]:
    """Send a call by hand and return the status, the body and the cookies that came with it."""
    kind = "ServiceInstance" if method == "CurrentTime" else "SessionManager"
    inside = f"<userName>{USER}</userName><password>right</password>" if method == "Login" else ""
    inside = f'<{method} xmlns="urn:vim25"><_this type="{kind}">{kind}</_this>{inside}</{method}>'
    headers = {"SOAPAction": '"urn:vim25/8.0.3.0"'} | ({"Cookie": cookie} if cookie is not None else {})
    with https(running) as connection:
        connection.request("POST", "/sdk", SOAP.format(inside).encode(), headers)
        answer = connection.getresponse()
        return answer.status, answer.read().decode(), answer.headers.get_all("Set-Cookie", [])


def test_the_cookie_of_a_session_is_for_https_and_not_for_scripts_and_proves_nothing_when_it_is_over() -> None:
    with serving() as running:
        status, _, (cookie,) = call(running, "Login")
        name, *attributes = [part.strip() for part in cookie.split(";")]

        assert status == 200
        assert name.startswith('vmware_soap_session="')
        assert {"HttpOnly", "Secure", "Path=/"} <= set(attributes)
        assert call(running, "CurrentTime", name)[0] == 200
        assert call(running, "Logout", name)[0] == 200
        status, body, cookies = call(running, "CurrentTime", name)
        assert (status, cookies) == (500, [])
        assert "NotAuthenticatedFault" in body


def test_a_token_is_refused_with_what_can_be_done_instead() -> None:
    with serving() as running, stub_of(running) as stub, pytest.raises(vmodl.fault.NotSupported, match="Login is"):
        vim.SessionManager("SessionManager", stub).LoginByToken(None)


def test_the_control_port_tells_what_the_user_of_a_session_may_do() -> None:
    with serving() as running, connect(running, user=USER, pwd="right"):
        (session,) = control(running, "GET", "/sessions")

    assert session["username"] == USER
    assert session["permissions"] == [{"entity": "/", "principal": USER, "role": "ReadOnly", "propagate": True}]


def test_events_tell_who_was_refused_and_why() -> None:
    with serving() as running, connect(running) as client:
        with pytest.raises(vim.fault.InvalidLogin):
            login(running, "wrong")
        client.content.authorizationManager.RemoveEntityPermission(client.content.rootFolder, USER, isGroup=False)
        with pytest.raises(vim.fault.NoPermission):
            login(running, "right")

        events = client.content.eventManager.QueryEvents(vim.event.EventFilterSpec())

    told = [type(one) for one in reversed(events) if one.userName == USER]
    assert told == [vim.event.BadUsernameSessionEvent, vim.event.NoAccessUserEvent]
