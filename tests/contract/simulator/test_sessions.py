import socket
import ssl

import pytest
from pyVmomi import vim

from contract.simulator.client import ADMINISTRATOR, Client, address, connect, control, stub_of
from vcenter_simulator.running import Running


def test_a_login_negotiates_the_newest_common_version(client: Client) -> None:
    assert client.stub.versionId == '"urn:vim25/8.0.3.0"'


def test_an_older_client_is_served_in_its_version(simulator: Running) -> None:
    with connect(simulator, preferredApiVersions=["vim.version.version11"]) as old:
        assert old.stub.versionId == '"urn:vim25/6.5"'
        assert [nic.spec.systemOwned for nic in old.adapters().values()] == [None, None]


def test_what_this_vcenter_is_can_be_read_without_a_login(simulator: Running) -> None:
    with stub_of(simulator) as stub:
        about = vim.ServiceInstance("ServiceInstance", stub).RetrieveContent().about

        assert about.instanceUuid == simulator.vcenter.instance_uuid
        assert (about.apiType, about.apiVersion) == ("VirtualCenter", "8.0.3.0")


def test_without_a_login_everything_else_is_not_authenticated_whether_or_not_it_exists(simulator: Running) -> None:
    with stub_of(simulator) as stub:
        with pytest.raises(vim.fault.NotAuthenticated):
            vim.ServiceInstance("ServiceInstance", stub).CurrentTime()
        with pytest.raises(vim.fault.NotAuthenticated):
            vim.Folder("no-such-folder", stub).Rename_Task("x")


@pytest.mark.parametrize(("user", "password"), [("nobody", "simulated"), ("administrator@vsphere.local", "wrong")])
def test_wrong_credentials_are_an_invalid_login(simulator: Running, user: str, password: str) -> None:
    with stub_of(simulator) as stub, pytest.raises(vim.fault.InvalidLogin):
        vim.SessionManager("SessionManager", stub).Login(user, password, None)


def test_a_certificate_of_an_unknown_authority_is_refused_by_the_client(simulator: Running) -> None:
    where = address(simulator)

    with (
        socket.create_connection(where) as plain,
        pytest.raises(ssl.SSLCertVerificationError),
        ssl.create_default_context().wrap_socket(plain, server_hostname=where[0]),
    ):
        pass


def test_the_server_answers_to_its_name_as_well(simulator: Running) -> None:
    with connect(simulator, host="localhost") as client:
        assert client.content.about.name == "VMware vCenter Server"


def test_a_session_knows_itself_and_the_others(simulator: Running, client: Client) -> None:
    with connect(simulator) as other:
        manager = client.content.sessionManager
        own = client.get(manager, "currentSession")
        theirs = other.get(other.content.sessionManager, "currentSession")

        assert {one.key for one in client.get(manager, "sessionList")} == {own.key, theirs.key}
        assert own.userName == ADMINISTRATOR
        assert "pyvmomi" in own.userAgent
        assert manager.SessionIsActive(theirs.key, theirs.userName)

    assert not manager.SessionIsActive(theirs.key, theirs.userName)


def test_a_terminated_session_is_not_authenticated_any_more(simulator: Running, client: Client) -> None:
    with connect(simulator) as other:
        key = other.get(other.content.sessionManager, "currentSession").key

        client.content.sessionManager.TerminateSession([key])

        with pytest.raises(vim.fault.NotAuthenticated):
            other.instance.CurrentTime()


def test_a_session_can_neither_end_itself_nor_one_that_is_not_there(client: Client) -> None:
    manager = client.content.sessionManager
    own = client.get(manager, "currentSession").key

    with pytest.raises(vim.fault.NotFound):
        manager.TerminateSession(["no-such-session"])
    with pytest.raises(Exception, match="can't terminate itself"):
        manager.TerminateSession([own])
    assert manager.SessionIsActive(own, client.get(manager, "currentSession").userName)


def test_an_expired_session_can_log_in_again_and_its_views_are_gone(simulator: Running, client: Client) -> None:
    view = client.view(vim.HostSystem)

    assert control(simulator, "POST", "/sessions/expire") == {"expired": 1}

    with pytest.raises(vim.fault.NotAuthenticated):
        client.instance.CurrentTime()
    client.content.sessionManager.Login(simulator.username, simulator.password)
    assert client.instance.CurrentTime() is not None
    with pytest.raises(Exception, match="already been deleted"):
        client.get(view, "view")


def test_an_idle_session_expires_with_the_clock(simulator: Running, client: Client) -> None:
    before = client.instance.CurrentTime()

    control(simulator, "POST", "/clock", {"advanceSeconds": 3600})

    with pytest.raises(vim.fault.NotAuthenticated):
        client.instance.CurrentTime()
    with connect(simulator) as other:
        assert (other.instance.CurrentTime() - before).total_seconds() > 3599


def test_logging_in_twice_is_refused(simulator: Running, client: Client) -> None:
    with pytest.raises(vim.fault.InvalidLogin):
        client.content.sessionManager.Login(simulator.username, simulator.password)


def test_logging_out_ends_the_session(simulator: Running) -> None:
    with connect(simulator):
        assert len(control(simulator, "GET", "/sessions")) == 1

    assert control(simulator, "GET", "/sessions") == []


def test_all_prior_versions_are_offered(simulator: Running) -> None:
    with connect(simulator, preferredApiVersions=["vim.version.version10"]) as old:
        assert old.stub.versionId == '"urn:vim25/6.0"'
