"""pyVim.connect: every way in that needs no token server, and the stub that logs in again by itself."""

from __future__ import annotations

import ssl
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import pytest
from pyVim import connect
from pyVim.connect import (
    Connection,
    Disconnect,
    SmartConnect,
    SmartConnection,
    SmartStubAdapter,
    VimSessionOrientedStub,
)
from pyVmomi import vim

from contract.simulator.client import control

if TYPE_CHECKING:
    from collections.abc import Iterator

    from vcenter_simulator.running import Running


def stub_of(login: dict[str, Any]) -> Any:
    """Connect without a login."""
    return SmartStubAdapter(**{name: login[name] for name in ("host", "port", "sslContext")})


@contextmanager
def nobody(login: dict[str, Any]) -> Iterator[Any]:
    """Return the service instance of somebody who has not logged in."""
    stub = stub_of(login)
    try:
        yield vim.ServiceInstance("ServiceInstance", stub)
    finally:
        stub.DropConnections()


@contextmanager
def session_oriented(login: dict[str, Any]) -> Iterator[Any]:
    """Return a service instance whose stub logs in when it must, as Ansible has it behind a proxy."""
    method = VimSessionOrientedStub.makeUserLoginMethod(login["user"], login["pwd"])
    instance = vim.ServiceInstance("ServiceInstance", VimSessionOrientedStub(stub_of(login), method, retryDelay=0.01))
    try:
        yield instance
    finally:
        Disconnect(instance)


def test_the_newest_version_that_both_know_is_spoken(login: dict[str, Any]) -> None:
    with SmartConnection(**login) as instance:
        assert instance._stub.version == "vim.version.v8_0_3_0"


def test_an_older_version_is_spoken_when_asked_for(login: dict[str, Any]) -> None:
    with Connection(**login, version="vim.version.version12") as instance:
        assert instance._stub.version == "vim.version.version12"
        assert instance.content.about.apiVersion == "8.0.3.0"


def test_a_certificate_that_nobody_vouches_for_is_refused(login: dict[str, Any]) -> None:
    with pytest.raises(ssl.SSLCertVerificationError):
        SmartConnect(**login | {"sslContext": ssl.create_default_context()})


def test_verification_can_be_switched_off(login: dict[str, Any]) -> None:
    with SmartConnection(**login | {"sslContext": None}, disableSslCertValidation=True) as instance:
        assert instance.content.about.apiType == "VirtualCenter"


def test_a_wrong_password_is_refused(login: dict[str, Any]) -> None:
    with nobody(login) as instance, pytest.raises(vim.fault.InvalidLogin):
        instance.RetrieveContent().sessionManager.Login(login["user"], "wrong", None)


def test_a_session_is_shared_by_its_id(login: dict[str, Any], instance: Any) -> None:
    session = instance.content.sessionManager.currentSession
    cookie = instance._stub.cookie.split('"')[1]

    shared = SmartConnect(**login, sessionId=cookie)

    assert shared.content.sessionManager.currentSession.key == session.key
    shared._stub.DropConnections()


def test_connections_that_were_idle_too_long_are_opened_anew(login: dict[str, Any]) -> None:
    with SmartConnection(**login, connectionPoolTimeout=0) as instance:
        assert instance.CurrentTime() <= instance.CurrentTime()


def test_headers_of_the_user_s_own_are_taken(login: dict[str, Any]) -> None:
    with SmartConnection(**login, customHeaders={"operationID": "referee-1"}) as instance:
        assert instance.content.about.apiType == "VirtualCenter"


def test_the_last_connection_is_remembered(login: dict[str, Any]) -> None:
    with SmartConnection(**login) as instance:
        assert connect.GetSi() is instance
        assert connect.GetStub() is instance._stub
    assert connect.GetSi() is None


def test_nobody_is_logged_in_after_disconnecting(login: dict[str, Any], instance: Any) -> None:
    other = SmartConnect(**login)
    key = other.content.sessionManager.currentSession.key

    Disconnect(other)

    assert key not in [one.key for one in instance.content.sessionManager.sessionList]


def test_without_a_session_there_is_no_current_one(login: dict[str, Any]) -> None:
    with nobody(login) as instance:
        assert instance.content.sessionManager.currentSession is None


def test_the_session_oriented_stub_logs_in_at_its_first_call(login: dict[str, Any]) -> None:
    with session_oriented(login) as instance:
        assert instance.content.sessionManager.currentSession.userName == r"VSPHERE.LOCAL\Administrator"


def test_the_session_oriented_stub_logs_in_again_when_its_session_has_ended(
    login: dict[str, Any], simulator: Running
) -> None:
    with session_oriented(login) as instance:
        before = instance.content.sessionManager.currentSession.key
        control(simulator, "POST", "/sessions/expire", {})

        assert instance.content.rootFolder.name == "Datacenters"

        assert instance.content.sessionManager.currentSession.key != before
