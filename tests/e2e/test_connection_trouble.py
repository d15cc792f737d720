"""What a VCenter says when it can't be reached, and an object that may not or can't use one."""

from __future__ import annotations

import datetime as dt
import socket
from contextlib import closing
from typing import TYPE_CHECKING, Any

import pytest

from testbed.certificates import CertificateAuthority
from testbed.deployment import NAMESPACE
from testbed.objects import backup_adapter, is_ready, is_stalled, says, sentence
from testbed.operator_account import USERNAME
from testbed.ports import free_port
from testbed.simulator import ServerTls, Simulator
from testbed.waiting import wait_until

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from testbed.kubectl import Kubectl

pytestmark = pytest.mark.usefixtures("operator")

HOST = "esx01.example.com"


@pytest.fixture(scope="module")
def other(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Simulator]:
    """Run a vCenter that no VCenter names yet."""
    with Simulator(tmp_path_factory.mktemp("other"), name="vcenter-other", hosts=1) as running:
        yield running


@pytest.fixture
def declared(kubectl: Kubectl) -> Iterator[Any]:
    """Return what declares a VCenter named `other` for the length of the test, and what its object says."""
    names: set[str] = set()

    def declare(simulator: Simulator, *, name: str = "other", **spec: Any) -> None:
        names.add(name)
        kubectl.apply(simulator.vcenter_manifest(name, **spec))

    yield declare
    for name in names:
        kubectl.run("delete", "vcenter", name, "--timeout=20s")


@pytest.fixture
def secrets(kubectl: Kubectl, other: Simulator) -> Iterator[Kubectl]:
    """Return kubectl where the Secrets are; that of the other vCenter goes at the end."""
    own = kubectl.in_namespace(NAMESPACE)
    yield own
    own.run("delete", "secret", other.name, "--ignore-not-found")


def wait_until_younger_than(state: dict[str, Any]) -> None:
    """Wait until what is created now is younger for everybody: creation times are whole seconds."""
    created = dt.datetime.fromisoformat(state["metadata"]["creationTimestamp"])
    wait_until(lambda: dt.datetime.now(dt.UTC) >= created + dt.timedelta(seconds=1), what="the next second", within=2)


def with_data(secret: dict[str, Any], **data: str) -> dict[str, Any]:
    return {**secret, "stringData": data}


def server_files(folder: Path, *, not_after: dt.datetime | None = None) -> ServerTls:
    """Write a certificate for the loopback names into *folder*."""
    authority = CertificateAuthority()
    pair = authority.server(not_after=not_after)
    files = ServerTls(folder / "authority.pem", folder / "server.pem", folder / "server.key")
    files.authority.write_bytes(authority.certificate)
    files.certificate.write_bytes(pair.certificate)
    files.key.write_bytes(pair.key)
    return files


def test_a_wrong_password_is_sent_once_however_often_the_operator_is_asked_and_a_new_secret_heals_it(
    kubectl: Kubectl, other: Simulator, declared: Any, secrets: Kubectl
) -> None:
    secret = other.secret_manifest(NAMESPACE)
    secrets.apply(with_data(secret, username=USERNAME, password="not-this"))
    other.control("DELETE", "/calls")
    declared(other)
    rejected = kubectl.wait_until(lambda state: is_stalled(state, "LoginRejected"), "vcenter", "other")
    assert f"Secret {other.name}" in sentence(rejected)

    secrets.run("label", "secret", other.name, "touched=yes")  # the same credentials in a new version
    kubectl.run("patch", "vcenter", "other", "--type=merge", "-p", '{"spec":{"resyncPeriod":"30m"}}')
    kubectl.wait_until(lambda state: is_stalled(state, "LoginRejected"), "vcenter", "other")
    assert other.control("GET", "/calls")["Login"] == 1

    secrets.apply(secret)

    kubectl.wait_until(is_ready, "vcenter", "other")
    assert other.control("GET", "/calls")["Login"] == 2


def test_a_missing_secret_is_named_and_followed_live(
    kubectl: Kubectl, other: Simulator, declared: Any, secrets: Kubectl
) -> None:
    declared(other)
    missing = kubectl.wait_until(lambda state: is_stalled(state, "NoCredentials"), "vcenter", "other")
    assert f"Secret {other.name} does not exist in namespace {NAMESPACE}" in sentence(missing)
    assert "keys username and password" in sentence(missing)

    secrets.apply(other.secret_manifest(NAMESPACE))

    kubectl.wait_until(is_ready, "vcenter", "other")


def test_a_missing_key_of_the_secret_is_named_and_followed_live(
    kubectl: Kubectl, other: Simulator, declared: Any, secrets: Kubectl
) -> None:
    secret = other.secret_manifest(NAMESPACE)
    secrets.apply(with_data(secret, username=USERNAME))
    declared(other)
    missing = kubectl.wait_until(lambda state: is_stalled(state, "NoCredentials"), "vcenter", "other")
    assert f"Secret {other.name} in namespace {NAMESPACE} has no key password" in sentence(missing)

    secrets.apply(secret)

    kubectl.wait_until(is_ready, "vcenter", "other")


def test_an_untrusted_authority_is_told_with_where_to_get_it_and_a_new_bundle_heals_it(
    kubectl: Kubectl, other: Simulator, declared: Any, secrets: Kubectl
) -> None:
    secrets.apply(other.secret_manifest(NAMESPACE))
    other.control("DELETE", "/calls")
    declared(other, tls={"caBundle": CertificateAuthority().certificate.decode()})
    rejected = kubectl.wait_until(lambda state: is_stalled(state, "CertificateRejected"), "vcenter", "other")
    assert "put that CA's certificate into spec.tls.caBundle" in sentence(rejected)
    assert other.control("GET", "/calls") == {}  # no password went to whoever that is

    declared(other)

    kubectl.wait_until(is_ready, "vcenter", "other")


def advice_of(vcenter: dict[str, Any]) -> list[str]:
    return [each["reason"] for each in vcenter["status"].get("advisories", ())]


def test_skipped_verification_is_shown_as_long_as_it_lasts(
    kubectl: Kubectl, other: Simulator, declared: Any, secrets: Kubectl
) -> None:
    secrets.apply(other.secret_manifest(NAMESPACE))
    declared(other, tls={"insecureSkipVerify": True})
    vcenter = kubectl.wait_until(is_ready, "vcenter", "other")
    assert "TlsVerificationSkipped" in advice_of(vcenter)

    declared(other, tls={"caBundle": other.address.ca_file.read_text()})

    kubectl.wait_until(
        lambda state: is_ready(state) and "TlsVerificationSkipped" not in advice_of(state), "vcenter", "other"
    )


def test_an_expired_certificate_is_called_expired(kubectl: Kubectl, declared: Any, tmp_path: Path) -> None:
    yesterday = server_files(tmp_path, not_after=dt.datetime.now(dt.UTC) - dt.timedelta(minutes=1))
    with Simulator(tmp_path, name="expired", hosts=1, tls=yesterday) as simulator:
        declared(simulator)
        rejected = kubectl.wait_until(lambda state: is_stalled(state, "CertificateRejected"), "vcenter", "other")
        assert "has expired: renew it" in sentence(rejected)


def test_a_certificate_for_another_name_is_told_so(kubectl: Kubectl, declared: Any, tmp_path: Path) -> None:
    with Simulator(tmp_path, name="elsewhere", hosts=1, listen="127.0.0.2:0", tls=server_files(tmp_path)) as simulator:
        declared(simulator)
        rejected = kubectl.wait_until(lambda state: is_stalled(state, "CertificateRejected"), "vcenter", "other")
        assert "set spec.server to a name that is in it" in sentence(rejected)


def test_a_closed_port_is_unreachable_and_a_corrected_address_heals_it(
    kubectl: Kubectl, other: Simulator, declared: Any, secrets: Kubectl
) -> None:
    secrets.apply(other.secret_manifest(NAMESPACE))
    server = f"127.0.0.1:{free_port()}"
    declared(other, server=server)
    away = kubectl.wait_until(lambda state: says(state, "Ready", "False", "Unreachable"), "vcenter", "other")
    assert says(away, "Reconciling", "True", "Unreachable")
    assert f"{server} could not be reached: Connection refused" in sentence(away)
    assert "spec.server" in sentence(away)

    declared(other)

    kubectl.wait_until(is_ready, "vcenter", "other")


def test_a_server_that_never_answers_is_unreachable_and_delays_no_other(
    kubectl: Kubectl, other: Simulator, declared: Any
) -> None:
    with closing(socket.create_server(("127.0.0.1", 0))) as silent:
        port = silent.getsockname()[1]
        declared(other, server=f"127.0.0.1:{port}", name="silent")
        kubectl.apply(backup_adapter(HOST, "10.40.1.21/24"))
        kubectl.wait_until(is_ready, "vmk", "backup")

        away = kubectl.wait_until(
            lambda state: says(state, "Ready", "False", "Unreachable"), "vcenter", "silent", within=20
        )
        assert f"127.0.0.1:{port}" in sentence(away)
        assert "in time" in sentence(away)


def test_a_web_server_that_is_no_vcenter_is_told_so(kubectl: Kubectl, other: Simulator, declared: Any) -> None:
    control = other.address.control.removeprefix("http://")  # plain HTTP where TLS is expected
    declared(other, server=control)
    away = kubectl.wait_until(lambda state: says(state, "Ready", "False", "Unreachable"), "vcenter", "other")
    assert control in sentence(away)


def test_a_namespace_that_may_not_use_the_vcenter_is_told_so_until_it_may(
    kubectl: Kubectl, namespace: str, other: Simulator, declared: Any, secrets: Kubectl
) -> None:
    secrets.apply(other.secret_manifest(NAMESPACE))
    declared(other, allowedNamespaces={"from": "Names", "names": ["somebody-elses"]})
    kubectl.apply(backup_adapter(HOST, "10.40.1.22/24", vcenter="other", deletionPolicy="Delete"))
    refused = kubectl.wait_until(lambda state: is_stalled(state, "NamespaceNotAllowed"), "vmk", "backup")
    assert namespace in sentence(refused)
    assert "allowedNamespaces" in sentence(refused)
    assert "AddVirtualNic" not in other.control("GET", "/calls")

    declared(other, allowedNamespaces={"from": "Names", "names": [namespace]})

    kubectl.wait_until(is_ready, "vmk", "backup")
    kubectl.run("delete", "vmk", "backup", "--timeout=20s")


def test_an_object_of_a_vcenter_that_is_not_there_says_so_until_it_is(
    kubectl: Kubectl, other: Simulator, declared: Any, secrets: Kubectl
) -> None:
    secrets.apply(other.secret_manifest(NAMESPACE))
    kubectl.apply(backup_adapter(HOST, "10.40.1.23/24", vcenter="other", deletionPolicy="Delete"))
    lost = kubectl.wait_until(lambda state: is_stalled(state, "NoSuchVCenter"), "vmk", "backup")
    assert sentence(lost) == "There is no VCenter other; create it or correct spec.vcenter."

    declared(other)

    kubectl.wait_until(is_ready, "vmk", "backup")
    kubectl.run("delete", "vmk", "backup", "--timeout=20s")


def test_the_younger_of_two_vcenters_of_one_vcenter_is_a_duplicate_until_the_older_goes(
    kubectl: Kubectl, other: Simulator, declared: Any, secrets: Kubectl
) -> None:
    secrets.apply(other.secret_manifest(NAMESPACE))
    kubectl.apply(other.vcenter_manifest("older"))
    older = kubectl.wait_until(is_ready, "vcenter", "older")
    wait_until_younger_than(older)
    kubectl.apply(backup_adapter(HOST, "10.40.1.24/24", vcenter="other", deletionPolicy="Delete"))
    declared(other)

    duplicate = kubectl.wait_until(lambda state: is_stalled(state, "DuplicateVCenter"), "vcenter", "other")
    assert "VCenter older" in sentence(duplicate)
    shut_out = kubectl.wait_until(lambda state: is_stalled(state, "DuplicateVCenter"), "vmk", "backup")
    assert "VCenter older" in sentence(shut_out)
    assert is_ready(kubectl.get_json("vcenter", "older"))

    kubectl.run("delete", "vcenter", "older", "--timeout=20s")

    kubectl.wait_until(is_ready, "vcenter", "other")
    kubectl.wait_until(is_ready, "vmk", "backup")
    kubectl.run("delete", "vmk", "backup", "--timeout=20s")
