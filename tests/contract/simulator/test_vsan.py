"""vSAN's network, which its own manager chooses and nobody else."""

from typing import Any

import pytest
from pyVim.task import WaitForTask
from pyVmomi import vim, vmodl

from contract.simulator.client import Client, control
from vcenter_simulator.running import Running

Config = vim.vsan.host.ConfigInfo


def network(*devices: str) -> Any:
    ports = [Config.NetworkInfo.PortConfig(device=device) for device in devices]
    return Config(networkInfo=Config.NetworkInfo(port=ports))


def vsan_system(client: Client) -> Any:
    return client.get(client.host(), "configManager.vsanSystem")


def chosen(client: Client) -> list[str]:
    return [port.device for port in client.get(vsan_system(client), "config").networkInfo.port]


def test_vsan_is_chosen_by_a_task_that_takes_the_whole_list(client: Client) -> None:
    system = vsan_system(client)
    none = chosen(client)

    WaitForTask(system.UpdateVsan_Task(network("vmk0", "vmk1")))
    both = chosen(client)
    WaitForTask(system.UpdateVsan_Task(network("vmk1")))

    assert (none, both, chosen(client)) == ([], ["vmk0", "vmk1"], ["vmk1"])
    assert client.services()["vsan"] == ["vmk1"]
    shown = client.get(client.host(), "config.vsanHostConfig.networkInfo.port")
    assert [port.device for port in shown] == ["vmk1"]


def test_a_port_keeps_what_was_sent_with_it_and_tells_its_traffic_where_that_is_not_vsan_alone(client: Client) -> None:
    multicast = vim.vsan.host.IpConfig(upstreamIpAddress="224.1.2.3", downstreamIpAddress="224.2.3.4")
    witness = vim.vsan.host.PortConfigEx(device="vmk0", trafficTypes=["witness"])
    plain = Config.NetworkInfo.PortConfig(device="vmk1", ipConfig=multicast)
    WaitForTask(vsan_system(client).UpdateVsan_Task(Config(networkInfo=Config.NetworkInfo(port=[witness, plain]))))

    first, second = client.get(client.host(), "config.vsanHostConfig.networkInfo.port")

    assert (first.device, list(first.trafficTypes)) == ("vmk0", ["witness"])
    assert not isinstance(second, vim.vsan.host.PortConfigEx)
    assert (second.ipConfig.upstreamIpAddress, second.ipConfig.downstreamIpAddress) == ("224.1.2.3", "224.2.3.4")
    assert (client.services()["vsan"], client.services()["vsanWitness"]) == (["vmk1"], ["vmk0"])


def test_multicast_addresses_of_ipv6_are_refused_and_not_forgotten(client: Client) -> None:
    multicast = vim.vsan.host.IpConfigEx(upstreamIpAddress="224.1.2.3", downstreamIpAddress="224.2.3.4")
    port = Config.NetworkInfo.PortConfig(device="vmk1", ipConfig=multicast)
    with pytest.raises(vmodl.fault.NotSupported):
        vsan_system(client).UpdateVsan_Task(Config(networkInfo=Config.NetworkInfo(port=[port])))


def test_a_configuration_without_a_network_changes_nothing(client: Client) -> None:
    system = vsan_system(client)
    WaitForTask(system.UpdateVsan_Task(network("vmk0")))

    WaitForTask(system.UpdateVsan_Task(Config()))

    assert chosen(client) == ["vmk0"]


def test_a_mistake_is_the_error_of_the_task(simulator: Running, client: Client) -> None:
    task = vsan_system(client).UpdateVsan_Task(network("vmk9"))

    with pytest.raises(vmodl.fault.InvalidArgument):
        WaitForTask(task)
    assert chosen(client) == []
    (told,) = control(simulator, "GET", "/journal")
    assert (told["method"], told["changes"]) == ("UpdateVsan_Task", [])


def test_the_nic_manager_sends_whoever_asks_for_vsan_to_its_own_manager(client: Client) -> None:
    for call in (client.nic_manager().SelectVnic, client.nic_manager().DeselectVnic):
        with pytest.raises(vmodl.fault.NotSupported) as refused:
            call("vsan", "vmk0")
        assert str(getattr(refused.value, "msg", "")) == "VSAN interfaces must be selected using vim.host.VsanSystem"


@pytest.mark.parametrize("config", [Config(enabled=True), Config(clusterInfo=Config.ClusterInfo())])
def test_vsan_is_a_network_and_nothing_else(client: Client, config: Any) -> None:
    with pytest.raises(vmodl.fault.NotSupported):
        vsan_system(client).UpdateVsan_Task(config)


def test_a_host_says_that_it_is_in_no_vsan_cluster(client: Client) -> None:
    status = vsan_system(client).QueryHostStatus()

    assert (status.uuid, status.health, status.nodeState.state) == (None, "unknown", "disabled")
