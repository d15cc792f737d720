"""Sessions, and what can be known without one."""

from __future__ import annotations

import urllib.request
from datetime import UTC, datetime

import pytest

from contract.simulator.client import PC
from referees.vcsim.asking import about, differs
from referees.vcsim.vcenters import Client, VCenter, fault_of, faults_in


def test_a_login_begins_a_session(vcenter: VCenter, client: Client) -> None:
    session = client.get(client.content.sessionManager, "currentSession")

    assert session.key
    assert session.ipAddress == "127.0.0.1"
    differs(vcenter, session.userName, ours=r"VSPHERE.LOCAL\Administrator", vcsim=vcenter.username)


@pytest.mark.parametrize(("user", "password"), [("right", "wrong"), ("wrong", "right"), ("", "")])
def test_wrong_credentials_are_an_invalid_login(vcenter: VCenter, user: str, password: str) -> None:
    name = vcenter.username if user == "right" else user
    secret = vcenter.password if password == "right" else password

    with vcenter.without_login() as instance:
        assert fault_of(instance.RetrieveContent().sessionManager.Login, name, secret, None) == "InvalidLogin"


def test_logging_in_twice_is_an_invalid_login(vcenter: VCenter, client: Client) -> None:
    assert fault_of(client.content.sessionManager.Login, vcenter.username, vcenter.password, None) == "InvalidLogin"


def test_after_logging_out_nothing_is_authenticated(vcenter: VCenter) -> None:
    with vcenter.login() as client:
        client.content.sessionManager.Logout()

        assert fault_of(client.instance.CurrentTime) == "NotAuthenticated"
        client.content.sessionManager.Login(vcenter.username, vcenter.password, None)


def test_without_a_login_there_is_only_the_service_content(vcenter: VCenter) -> None:
    with vcenter.without_login() as instance:
        content = instance.RetrieveContent()

        assert content.about.apiType == "VirtualCenter"
        assert fault_of(instance.CurrentTime) == "NotAuthenticated"
        assert fault_of(content.searchIndex.FindByInventoryPath, "/") == "NotAuthenticated"
        assert fault_of(content.sessionManager.Logout) == "NotAuthenticated"


def test_without_a_login_a_read_is_answered_with_faults_for_values(vcenter: VCenter) -> None:
    with vcenter.without_login() as instance:
        content = instance.RetrieveContent()
        spec = about(content.rootFolder, "name")
        answer = content.propertyCollector.RetrievePropertiesEx([spec], PC.RetrieveOptions())

    assert faults_in(answer) == {"name": "NotAuthenticated"}


def test_sessions_are_listed_and_ended_by_their_keys(vcenter: VCenter, client: Client) -> None:
    manager = client.content.sessionManager
    with vcenter.login() as other:
        key = other.get(other.content.sessionManager, "currentSession").key
        assert key in {one.key for one in client.get(manager, "sessionList")}
        assert manager.SessionIsActive(key, vcenter.username)

        manager.TerminateSession([key])

        assert not manager.SessionIsActive(key, vcenter.username)
        assert fault_of(other.instance.CurrentTime) == "NotAuthenticated"
        other.content.sessionManager.Login(vcenter.username, vcenter.password, None)


def test_a_session_can_end_neither_itself_nor_one_that_is_not_there(client: Client) -> None:
    manager = client.content.sessionManager
    own = client.get(manager, "currentSession").key

    assert fault_of(manager.TerminateSession, [own]) == "InvalidArgument"
    assert fault_of(manager.TerminateSession, ["nobody"]) == "NotFound"


def test_it_is_a_vcenter_of_the_same_version(client: Client) -> None:
    facts = client.content.about

    assert (facts.apiType, facts.apiVersion, facts.productLineId) == ("VirtualCenter", "8.0.3.0", "vpx")
    assert client.content.rootFolder._moId == "group-d1"


def test_the_versions_are_told_without_a_login(vcenter: VCenter) -> None:
    url = f"https://{vcenter.server}/sdk/vimServiceVersions.xml"
    with urllib.request.urlopen(url, context=vcenter.trust) as answer:
        text = answer.read().decode()

    assert "<version>8.0.3.0</version>" in text
    assert "<version>6.0</version>" in text


def test_the_time_is_the_clocks(client: Client) -> None:
    assert abs((client.instance.CurrentTime() - datetime.now(UTC)).total_seconds()) < 60
