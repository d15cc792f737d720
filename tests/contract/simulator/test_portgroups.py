"""Distributed port groups over the wire: made, changed and removed by tasks."""

from typing import Any

import pytest
from pyVim.task import WaitForTask
from pyVmomi import vim, vmodl

from contract.simulator.client import Client

Spec = vim.dvs.DistributedVirtualPortgroup.ConfigSpec
Vmware = vim.dvs.VmwareDistributedVirtualSwitch


def switch(client: Client) -> Any:
    return client.read(Vmware, "name")[0].obj


def vlan(number: int) -> Any:
    return Vmware.VmwarePortConfigPolicy(vlan=Vmware.VlanIdSpec(inherited=False, vlanId=number))


def made(client: Client, **fields: Any) -> Any:
    task = switch(client).CreateDVPortgroup_Task(Spec(**{"name": "dpg-new", "defaultPortConfig": vlan(70)} | fields))
    WaitForTask(task)
    return task.info.result


def test_a_port_group_is_the_result_of_the_task_that_makes_it(client: Client) -> None:
    group = made(client)

    assert (group.name, group.config.defaultPortConfig.vlan.vlanId) == ("dpg-new", 70)
    assert client.content.eventManager.latestEvent is not None


def test_several_port_groups_are_made_at_once(client: Client) -> None:
    WaitForTask(switch(client).AddDVPortgroup_Task([Spec(name="dpg-one"), Spec(name="dpg-two", numPorts=16)]))

    counts = {
        one.name: one.values["config.numPorts"]
        for one in client.read(vim.dvs.DistributedVirtualPortgroup, "name", "config.numPorts")
    }
    assert (counts["dpg-one"], counts["dpg-two"]) == (8, 16)


def test_a_port_group_is_changed_and_removed(client: Client) -> None:
    group = made(client)

    WaitForTask(group.ReconfigureDVPortgroup_Task(Spec(name="dpg-other", defaultPortConfig=vlan(71))))
    assert (group.name, group.config.defaultPortConfig.vlan.vlanId) == ("dpg-other", 71)

    WaitForTask(group.Destroy_Task())
    with pytest.raises(vmodl.fault.ManagedObjectNotFound):
        _ = group.name


def test_what_happened_to_a_port_group_is_told_as_events(client: Client) -> None:
    group = made(client)
    WaitForTask(group.ReconfigureDVPortgroup_Task(Spec(defaultPortConfig=vlan(71))))
    WaitForTask(group.Destroy_Task())

    kinds = ["DVPortgroupCreatedEvent", "DVPortgroupReconfiguredEvent", "DVPortgroupDestroyedEvent"]
    wanted = vim.event.EventFilterSpec(eventTypeId=[f"vim.event.{kind}" for kind in kinds])
    told = client.content.eventManager.QueryEvents(wanted)
    assert sorted(event.fullFormattedMessage for event in told) == [
        "dvPort group dpg-new in Datacenter was added to switch DSwitch.",
        "dvPort group dpg-new in Datacenter was deleted.",
        "dvPort group dpg-new in Datacenter was reconfigured.",
    ]


def test_a_name_that_is_taken_is_the_error_of_the_task(client: Client) -> None:
    with pytest.raises(vim.fault.DuplicateName):
        made(client, name="dpg-backup")


@pytest.mark.parametrize(
    "fields",
    [
        {"type": "ephemeral"},
        {"autoExpand": False},
        {"portNameFormat": "<portIndex>"},
        {"defaultPortConfig": Vmware.VmwarePortConfigPolicy(vlan=Vmware.PvlanSpec(inherited=False, pvlanId=1))},
        {"defaultPortConfig": Vmware.VmwarePortConfigPolicy(vlan=Vmware.TrunkVlanSpec(inherited=False))},
    ],
    ids=["ephemeral", "fixed", "names of ports", "private VLAN", "trunk"],
)
def test_what_is_not_simulated_is_refused(client: Client, fields: dict[str, Any]) -> None:
    with pytest.raises(vmodl.fault.NotSupported):
        made(client, **fields)


@pytest.mark.parametrize("fields", [{"defaultPortConfig": vlan(4095)}, {"numPorts": -1}], ids=["VLAN", "ports"])
def test_what_makes_no_sense_is_refused(client: Client, fields: dict[str, Any]) -> None:
    with pytest.raises(vmodl.fault.InvalidArgument):
        made(client, **fields)
