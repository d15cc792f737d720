"""Reaching a vCenter, or being told why not."""

import asyncio
import contextlib
import socket
import time
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from contract.vcenter.certificates import self_signed
from contract.vcenter.lab import TIMINGS, Observed, config_for, connected, credentials_for, inject, on_every_release
from vcenter_simulator.running import Running, start
from vmk_operator.errors import BlockedError, LoginRejectedError, SessionLostError, TransientError
from vmk_operator.model.vcenter import Credentials, VCenterConfig
from vmk_operator.vcenter import Connector, Timings
from vmk_operator.vcenter.connection import Connection


@on_every_release
async def test_a_probe_tells_who_is_there_without_a_login(simulator: Running) -> None:
    identity = await Connector().probe(config_for(simulator))
    assert identity.instance_uuid == simulator.vcenter.instance_uuid
    assert identity.version == simulator.vcenter.settings.release.version
    assert simulator.control.sessions() == []


async def test_a_connection_has_one_session_that_says_who_we_are(simulator: Running, connection: Connection) -> None:
    (session,) = simulator.control.sessions()
    assert session["key"] == connection.session_key
    assert session["username"] == simulator.username
    assert connection.user == r"VSPHERE.LOCAL\Administrator"
    assert session["userAgent"].startswith("vmk-operator/")


async def test_a_wrong_password_is_told_once_and_in_words_that_help(simulator: Running) -> None:
    wrong = Credentials(simulator.username, "wrong")
    with pytest.raises(LoginRejectedError, match=r"refused the login of administrator@vsphere\.local") as caught:
        await Connector().connect(config_for(simulator), wrong)
    assert caught.value.reason == "LoginRejected"
    assert "wrong" not in str(caught.value)
    assert simulator.control.calls()["Login"] == 1


async def test_a_user_without_permission_is_a_rejected_login_that_says_so(simulator: Running) -> None:
    inject(simulator, method="Login", fault="NoPermission")
    with pytest.raises(LoginRejectedError, match=r"did not let administrator@vsphere\.local in"):
        await Connector().connect(config_for(simulator), credentials_for(simulator))


async def test_an_authority_that_is_not_trusted_is_told_with_the_remedy(simulator: Running) -> None:
    with pytest.raises(BlockedError, match="CA that is not trusted: put that CA's certificate into spec") as caught:
        await Connector().probe(config_for(simulator, ca_bundle=None))
    assert caught.value.reason == "CertificateRejected"


@contextlib.asynccontextmanager
async def simulator_with(folder: Path, **certificate: Any) -> AsyncIterator[tuple[VCenterConfig, str]]:
    files = self_signed(folder, **certificate)
    async with start(hosts=1, certificate=files) as running:
        yield config_for(running), files[0].read_text()


async def test_a_self_signed_certificate_is_told_with_the_remedy_and_the_remedy_works(tmp_path: Path) -> None:
    async with simulator_with(tmp_path) as (config, pem):
        with pytest.raises(BlockedError, match=r"self-signed: put it into spec\.tls\.caBundle"):
            await Connector().probe(config)
        assert (await Connector().probe(replace(config, ca_bundle=pem))).version == "8.0.3"


async def test_a_name_that_is_not_in_the_certificate_is_told_with_the_remedy(tmp_path: Path) -> None:
    async with simulator_with(tmp_path, address="192.0.2.1") as (config, pem):
        with pytest.raises(BlockedError, match=r"is for other names: set spec\.server") as caught:
            await Connector().probe(replace(config, ca_bundle=pem))
    assert caught.value.reason == "CertificateRejected"


async def test_an_expired_certificate_is_told_even_where_its_authority_is_trusted(tmp_path: Path) -> None:
    async with simulator_with(tmp_path, ends=timedelta(days=-1)) as (config, pem):
        with pytest.raises(BlockedError, match="has expired"):
            await Connector().probe(replace(config, ca_bundle=pem))


async def test_a_certificate_of_the_future_points_to_the_clocks(tmp_path: Path) -> None:
    async with simulator_with(tmp_path, starts=timedelta(days=1)) as (config, pem):
        with pytest.raises(BlockedError, match="clocks"):
            await Connector().probe(replace(config, ca_bundle=pem))


async def test_verification_can_be_skipped(tmp_path: Path) -> None:
    async with simulator_with(tmp_path, ends=timedelta(days=-1)) as (config, _):
        assert (await Connector().probe(replace(config, insecure_skip_verify=True))).version == "8.0.3"


async def test_nobody_there_is_a_passing_trouble(simulator: Running) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    with pytest.raises(TransientError, match=rf"^127\.0\.0\.1:{port} could not be reached: Connection refused\.$"):
        await Connector().probe(config_for(simulator, server=f"127.0.0.1:{port}"))


async def test_a_name_that_does_not_resolve_is_a_passing_trouble(simulator: Running) -> None:
    with pytest.raises(TransientError, match="could not be reached"):
        await Connector().probe(config_for(simulator, server="vcenter.invalid"))


async def test_a_server_that_accepts_and_says_nothing_is_given_up_in_time(simulator: Running) -> None:
    timings = Timings(call_s=0.3, connect_s=5)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        config = config_for(simulator, server=f"127.0.0.1:{silent.getsockname()[1]}")
        started = time.monotonic()
        with pytest.raises(TransientError, match="could not be reached"):
            await Connector(timings=timings).probe(config)
    assert time.monotonic() - started < 3


async def test_a_server_without_tls_is_a_passing_trouble(simulator: Running) -> None:
    server = await asyncio.start_server(lambda _, writer: writer.close(), "127.0.0.1", 0)
    async with server:
        config = config_for(simulator, server=f"127.0.0.1:{server.sockets[0].getsockname()[1]}")
        with pytest.raises(TransientError):
            await Connector().probe(config)


async def test_a_vcenter_that_is_starting_is_a_passing_trouble(simulator: Running) -> None:
    inject(simulator, method="RetrieveServiceContent", action="http503")
    with pytest.raises(TransientError, match="503 Service Unavailable"):
        await Connector().probe(config_for(simulator))


async def test_leaving_logs_out_and_leaves_nothing_behind(simulator: Running) -> None:
    async with connected(simulator) as connection:
        await anext(connection.stream())
    assert simulator.control.sessions() == []
    calls = simulator.control.calls()
    assert calls["DestroyPropertyCollector"] == calls["DestroyView"] == calls["Logout"] == 1


async def test_leaving_a_vcenter_that_hangs_takes_no_longer_than_allowed(simulator: Running) -> None:
    connector = Connector(timings=replace(TIMINGS, close_s=0.3))
    connection = await connector.connect(config_for(simulator), credentials_for(simulator))
    inject(simulator, action="hang")
    started = time.monotonic()
    await connection.close()
    assert time.monotonic() - started < 2


async def test_leaving_twice_is_fine_and_calls_afterwards_are_refused(simulator: Running) -> None:
    async with connected(simulator) as connection:
        await connection.close()
        with pytest.raises(TransientError, match="closed"):
            await connection.terminate_session("x")


async def test_a_predecessors_session_can_be_ended(simulator: Running, connection: Connection) -> None:
    async with connected(simulator) as predecessor:
        await connection.terminate_session(predecessor.session_key)
        with pytest.raises(SessionLostError):
            await predecessor.terminate_session(connection.session_key)
    assert [one["key"] for one in simulator.control.sessions()] == [connection.session_key]


async def test_ending_a_session_that_is_gone_is_fine(connection: Connection) -> None:
    await connection.terminate_session("no-such-session")


async def test_every_call_is_told_to_the_observer_with_its_outcome(simulator: Running) -> None:
    observed = Observed()
    async with connected(simulator, observed=observed) as connection:
        inject(simulator, method="TerminateSession", fault="NoPermission", count=1)
        with pytest.raises(BlockedError):
            await connection.terminate_session("x")
    assert observed.calls == [
        ("GetServiceVersions", "ok"),
        ("RetrieveServiceContent", "ok"),
        ("Login", "ok"),
        ("TerminateSession", "blocked"),
        ("Logout", "ok"),
    ]
