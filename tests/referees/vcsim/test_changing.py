"""Changing hosts: what vcsim has of it."""

from __future__ import annotations

from pyVim.task import WaitForTask
from pyVmomi import vim

from referees.vcsim.asking import differs, port_group
from referees.vcsim.vcenters import Client, VCenter, fault_of


def test_a_change_is_a_task_with_its_entity_and_user(vcenter: VCenter, client: Client) -> None:
    host = client.hosts[0]
    task = host.EnterMaintenanceMode_Task(0)
    WaitForTask(task)
    info = client.get(task, "info")
    WaitForTask(host.ExitMaintenanceMode_Task(0))

    assert (info.state, info.descriptionId, info.entity) == ("success", "HostSystem.enterMaintenanceMode", host)
    assert info.key == task._moId
    assert info.queueTime <= info.startTime <= info.completeTime
    told = (info.entityName == client.get(host, "name"), info.reason.userName)
    differs(vcenter, told, ours=(True, r"VSPHERE.LOCAL\Administrator"), vcsim=(False, "vcsim"))


def test_leaving_a_state_that_a_host_is_not_in_is_refused(vcenter: VCenter, client: Client) -> None:
    host = client.hosts[0]

    faults = [fault_of(WaitForTask, one) for one in (host.ExitMaintenanceMode_Task(0), host.ReconnectHost_Task())]

    differs(vcenter, faults, ours=["InvalidState"] * 2, vcsim=["", ""])


def test_a_port_group_is_added_and_removed(client: Client) -> None:
    host = client.hosts[0]
    network = client.get(host, "configManager.networkSystem")

    network.AddPortGroup(port_group(client, "Lab"))
    assert "Lab" in [one.spec.name for one in client.get(network, "networkInfo.portgroup")]

    network.RemovePortGroup("Lab")
    assert "Lab" not in [one.spec.name for one in client.get(network, "networkInfo.portgroup")]
    assert fault_of(network.RemovePortGroup, "Lab") == "NotFound"


def test_a_port_group_shows_in_both_views_of_the_host(vcenter: VCenter, client: Client) -> None:
    host = client.hosts[0]
    network = client.get(host, "configManager.networkSystem")

    network.AddPortGroup(port_group(client, "Both"))
    names = [one.spec.name for one in client.get(host, "config.network.portgroup")]
    network.RemovePortGroup("Both")

    differs(vcenter, "Both" in names, ours=True, vcsim=False)


def test_a_port_group_belongs_to_its_host(vcenter: VCenter, client: Client) -> None:
    first, second = (client.get(host, "configManager.networkSystem") for host in client.hosts[:2])
    first.AddPortGroup(port_group(client, "Twice"))

    faults = [fault_of(one.AddPortGroup, port_group(client, "Twice")) for one in (first, second)]
    first.RemovePortGroup("Twice")

    differs(vcenter, faults, ours=["AlreadyExists", ""], vcsim=["DuplicateName", "DuplicateName"])


def test_a_port_group_needs_a_switch(client: Client) -> None:
    network = client.get(client.hosts[0], "configManager.networkSystem")

    assert fault_of(network.AddPortGroup, port_group(client, "Lost", switch="no such switch")) == "NotFound"


def test_a_vlan_is_at_most_4095(vcenter: VCenter, client: Client) -> None:
    network = client.get(client.hosts[1], "configManager.networkSystem")

    fault = fault_of(network.AddPortGroup, port_group(client, "Far", vlan=5000))

    differs(vcenter, fault, ours="InvalidArgument", vcsim="")


def test_a_standard_switch_is_added_and_removed(client: Client) -> None:
    network = client.get(client.hosts[0], "configManager.networkSystem")

    network.AddVirtualSwitch("vSwitch7", None)
    assert fault_of(network.AddVirtualSwitch, "vSwitch7", None) == "AlreadyExists"

    network.RemoveVirtualSwitch("vSwitch7")
    assert fault_of(network.RemoveVirtualSwitch, "vSwitch7") == "NotFound"


def test_a_disconnected_host_takes_no_call(vcenter: VCenter, client: Client) -> None:
    host = client.hosts[4]
    network = client.get(host, "configManager.networkSystem")
    WaitForTask(host.DisconnectHost_Task())

    assert client.get(host, "runtime.connectionState") == "disconnected"
    assert fault_of(network.QueryNetworkHint, None) == "HostNotConnected"
    fault = fault_of(network.AddPortGroup, port_group(client, "Away"))
    WaitForTask(host.ReconnectHost_Task())

    assert client.get(host, "runtime.connectionState") == "connected"
    differs(vcenter, fault, ours="HostNotConnected", vcsim="")


def test_events_are_kept(client: Client) -> None:
    assert client.content.eventManager.QueryEvents(vim.event.EventFilterSpec())
