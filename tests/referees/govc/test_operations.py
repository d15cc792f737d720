"""govc and what goes on in a vCenter: sessions, tasks, events, maintenance, permissions."""

from __future__ import annotations

import re

from referees.govc.driving import ADMINISTRATOR, HOST, Govc


def test_sessions_are_listed_with_their_client(reader: Govc) -> None:
    (session,) = reader.tells("session.ls")["sessionList"]

    assert session["userName"] == ADMINISTRATOR
    assert (session["ipAddress"], session["userAgent"]) == ("127.0.0.1", "govc/0.53.0")


def test_a_session_that_is_kept_is_used_again(writer: Govc) -> None:
    first, second = (writer.says("session.ls", GOVC_PERSIST_SESSION="true") for _ in range(2))

    key = first.splitlines()[1].split()[0]
    assert second.splitlines()[1].split()[0] == key
    assert len(second.splitlines()) == 2


def test_a_session_is_ended_by_its_key(writer: Govc) -> None:
    key = writer.says("session.ls", GOVC_PERSIST_SESSION="true").splitlines()[1].split()[0]

    writer.says("session.rm", key)

    assert key not in writer.says("session.ls", GOVC_PERSIST_SESSION="true")


def test_a_session_that_is_not_there_cannot_be_ended(reader: Govc) -> None:
    assert reader.refuses("session.rm", "nobody") == "ServerFaultCode: The session 'nobody' could not be found."


def test_a_host_enters_and_leaves_maintenance(writer: Govc) -> None:
    writer.says("host.maintenance.enter", HOST)
    assert "State: Maintenance Mode" in writer.on_host("host.info")

    writer.says("host.maintenance.exit", HOST)
    assert "State: connected" in writer.on_host("host.info")


def test_a_host_is_disconnected_and_reconnected(writer: Govc) -> None:
    assert writer.says("host.disconnect", HOST).rstrip().endswith("disconnecting... OK")
    assert "State: disconnected" in writer.on_host("host.info")

    assert writer.says("host.reconnect", HOST).rstrip().endswith("reconnecting... OK")
    assert "State: connected" in writer.on_host("host.info")


def test_tasks_are_listed_with_their_result(writer: Govc) -> None:
    writer.says("host.vnic.change", "-host", HOST, "-mtu", "1400", "vmk1")
    writer.refuses("host.vnic.change", "-host", HOST, "-mtu", "9001", "vmk1")

    done, failed = writer.lines("tasks")[1:]
    assert done.startswith(f"UpdateVirtualNic {HOST} Administrator ")  # govc leaves the domain out
    assert re.search(r"success \[.+\]$", done)
    assert re.search(r"error \[A specified parameter was not correct: nic.mtu.+\]$", failed)


def test_events_tell_who_did_what(writer: Govc) -> None:
    writer.says("host.disconnect", HOST)

    told = writer.says("events", "-n", "10", "/Datacenter/host").splitlines()

    assert any(line.endswith(f"[info] Task: Disconnect host (target=HostSystem {HOST})") for line in told)
    assert any(f"Disconnected from {HOST} in Datacenter" in line for line in told)


def test_events_are_filtered_by_type(writer: Govc) -> None:
    (told,) = writer.says("events", "-type", "UserLoginSessionEvent").splitlines()

    assert told.endswith(f"[info] User {ADMINISTRATOR}@127.0.0.1 logged in as govc/0.53.0")


def test_events_are_followed(writer: Govc) -> None:
    with writer.following("events", "-f", "-type", "HostDisconnectedEvent") as said:
        writer.says("host.disconnect", HOST)

        assert f"Disconnected from {HOST}" in said.readline()


def test_roles_and_permissions_are_listed_and_made(writer: Govc) -> None:
    writer.says("role.create", "network-admin", "Host.Config.Network")
    writer.says("permissions.set", "-principal", writer.simulator.username, "-role", "Admin", "/Datacenter")

    assert "network-admin network-admin" in writer.lines("role.ls")
    assert f"Admin /Datacenter {ADMINISTRATOR} Yes" in writer.lines("permissions.ls", "/Datacenter")


def test_what_a_user_may_not_do_is_refused(writer: Govc) -> None:
    reader = {"GOVC_USERNAME": "reader@vsphere.local", "GOVC_PASSWORD": "reading"}
    writer.says("permissions.set", "-principal", "reader@vsphere.local", "-role", "ReadOnly", "/")

    assert "Device:" in writer.says("host.vnic.info", "-host", HOST, **reader)
    reason = writer.refuses("host.vnic.change", "-host", HOST, "-mtu", "1400", "vmk1", **reader)
    assert reason == "ServerFaultCode: Permission to perform this operation was denied."
