"""Connecting and disconnecting hosts, and their maintenance mode."""

from typing import Any

import pytest
from pyVim.task import WaitForTask
from pyVmomi import vim, vmodl

from contract.simulator.client import ADMINISTRATOR, NAME, Client, control, static
from vcenter_simulator.running import Running

CONNECTION = "runtime.connectionState"
MAINTENANCE = "runtime.inMaintenanceMode"


def done(client: Client, task: Any) -> Any:
    return WaitForTask(task, si=client.instance)


def history(client: Client) -> list[Any]:
    """The events about the first host, the oldest first."""
    by_host = vim.event.EventFilterSpec.ByEntity(entity=client.host(), recursion="self")
    found = client.content.eventManager.QueryEvents(vim.event.EventFilterSpec(entity=by_host))
    return sorted(found, key=lambda event: event.key)


def words(client: Client) -> list[str]:
    return [event.fullFormattedMessage for event in history(client)]


def test_a_host_is_disconnected_and_connected_again(client: Client) -> None:
    host, network = client.host(), client.network()

    done(client, host.DisconnectHost_Task())
    assert client.get(host, CONNECTION) == "disconnected"
    with pytest.raises(vmodl.fault.HostNotConnected):
        network.AddVirtualNic("Backup-40", static("10.0.40.11"))
    done(client, host.ReconnectHost_Task())

    assert client.get(host, CONNECTION) == "connected"
    assert network.AddVirtualNic("Backup-40", static("10.0.40.11")) == "vmk2"
    assert words(client) == [
        "Task: Disconnect host",
        f"Disconnected from {NAME} in Datacenter. Reason: User requested disconnect",
        "Task: Reconnect host",
        f"Connected to {NAME} in Datacenter",
        "Task: Add virtual NIC",
    ]
    disconnecting, disconnected, *_ = history(client)
    assert disconnected.chainId == disconnecting.key
    assert disconnected.userName == ADMINISTRATOR


def test_a_connected_host_is_not_connected_again(client: Client) -> None:
    with pytest.raises(vim.fault.InvalidState):
        done(client, client.host().ReconnectHost_Task())


def test_a_connection_specification_may_only_say_what_is_so(client: Client) -> None:
    host = client.host()
    done(client, host.DisconnectHost_Task())

    with pytest.raises(vmodl.fault.NotSupported, match="without a 'userName'"):
        host.ReconnectHost_Task(vim.host.ConnectSpec(hostName=NAME, userName="root", force=True))
    with pytest.raises(vmodl.fault.NotSupported, match="can't become 'esx99'"):
        host.ReconnectHost_Task(vim.host.ConnectSpec(hostName="esx99", force=True))
    spec = vim.host.ConnectSpec(hostName="", userName="", password="", force=False)
    done(client, host.ReconnectHost_Task(spec, vim.HostSystem.ReconnectSpec(syncState=True)))

    assert client.get(host, CONNECTION) == "connected"


def test_a_host_that_does_not_respond_is_not_reconnected(simulator: Running, client: Client) -> None:
    control(simulator, "POST", f"/hosts/{NAME}/connection", {"state": "notResponding"})

    with pytest.raises(vim.fault.NoHost):
        done(client, client.host().ReconnectHost_Task())
    done(client, client.host().DisconnectHost_Task())
    with pytest.raises(vim.fault.NoHost):
        done(client, client.host().ReconnectHost_Task())
    control(simulator, "POST", f"/hosts/{NAME}/connection", {"state": "connected"})

    kinds = [type(event).__name__.rpartition(".")[2] for event in history(client)]
    assert [kind for kind in kinds if kind != "TaskEvent"] == [
        "HostConnectionLostEvent",
        "HostReconnectionFailedEvent",
        "HostDisconnectedEvent",
        "HostReconnectionFailedEvent",
        "HostConnectedEvent",
    ]


def test_what_happens_by_itself_has_no_user(simulator: Running, client: Client) -> None:
    control(simulator, "POST", f"/hosts/{NAME}/connection", {"state": "notResponding"})

    (lost,) = history(client)

    assert (lost.userName, lost.fullFormattedMessage) == ("", f"Host {NAME} in Datacenter is not responding")


def test_the_same_connection_again_is_no_event(simulator: Running, client: Client) -> None:
    control(simulator, "POST", f"/hosts/{NAME}/connection", {"state": "connected"})
    done(client, client.host().DisconnectHost_Task())
    done(client, client.host().DisconnectHost_Task())

    assert [type(one) for one in history(client)].count(vim.event.HostDisconnectedEvent) == 1
    assert [type(one) for one in history(client)].count(vim.event.HostConnectedEvent) == 0


def test_the_configuration_of_a_host_that_does_not_respond_is_frozen(simulator: Running, client: Client) -> None:
    control(simulator, "POST", f"/hosts/{NAME}/connection", {"state": "notResponding"})
    control(simulator, "POST", f"/hosts/{NAME}/edit", {"adapters": {"vmk1": {"mtu": 1400}}})

    assert client.adapters()["vmk1"].spec.mtu == 1500
    with pytest.raises(vmodl.fault.HostNotReachable):
        client.network().RemoveVirtualNic("vmk1")
    control(simulator, "POST", f"/hosts/{NAME}/connection", {"state": "connected"})
    assert client.adapters()["vmk1"].spec.mtu == 1400


def test_a_host_enters_and_exits_maintenance_mode(client: Client) -> None:
    host = client.host()

    done(client, host.EnterMaintenanceMode_Task(timeout=0))
    assert client.get(host, MAINTENANCE) is True
    with pytest.raises(vim.fault.InvalidState):
        done(client, host.EnterMaintenanceMode_Task(timeout=0))
    assert client.network().AddVirtualNic("Backup-40", static("10.0.40.11")) == "vmk2"
    done(client, host.ExitMaintenanceMode_Task(timeout=0))

    assert client.get(host, MAINTENANCE) is False
    assert [one for one in words(client) if "Task" not in one] == [
        f"Host {NAME} in Datacenter has started to enter maintenance mode",
        f"Host {NAME} in Datacenter has entered maintenance mode",
        f"Host {NAME} in Datacenter has exited maintenance mode",
    ]


def test_a_disconnected_host_has_no_maintenance_mode_to_enter(client: Client) -> None:
    done(client, client.host().DisconnectHost_Task())

    with pytest.raises(vmodl.fault.HostNotConnected):
        client.host().EnterMaintenanceMode_Task(timeout=0)
