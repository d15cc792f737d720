"""The networking of hosts, which vcsim was not made for."""

from __future__ import annotations

from pyVmomi import vim

from referees.vcsim.asking import differs, port_group
from referees.vcsim.vcenters import Client, VCenter, fault_of


def test_adapters_are_created_changed_and_removed(vcenter: VCenter, client: Client) -> None:
    network = client.get(client.hosts[0], "configManager.networkSystem")
    spec = vim.host.VirtualNic.Specification(
        ip=vim.host.IpConfig(dhcp=False, ipAddress="10.99.0.11", subnetMask="255.255.255.0")
    )
    network.AddPortGroup(port_group(client, "Adapters"))

    faults = [
        fault_of(network.AddVirtualNic, "Adapters", spec),
        fault_of(network.UpdateVirtualNic, "vmk2", spec),
        fault_of(network.RemoveVirtualNic, "vmk2"),
    ]

    differs(vcenter, faults, ours=[""] * 3, vcsim=["MethodNotFound"] * 3)


def test_services_are_selected(vcenter: VCenter, client: Client) -> None:
    manager = client.get(client.hosts[1], "configManager.virtualNicManager")
    assert manager.QueryNetConfig("management").nicType == "management"
    assert fault_of(manager.QueryNetConfig, "nothing") == "InvalidArgument"

    faults = [fault_of(manager.QueryNetConfig, "vmotion"), fault_of(manager.SelectVnicForNicType, "vmotion", "vmk0")]

    differs(vcenter, faults, ours=["", ""], vcsim=["InvalidArgument", "MethodNotFound"])


def test_a_stack_is_changed(vcenter: VCenter, client: Client) -> None:
    host = client.hosts[1]
    network = client.get(host, "configManager.networkSystem")
    route = vim.host.IpRouteConfig(defaultGateway="10.1.0.1")
    edit = vim.host.NetworkConfig.NetStackSpec(
        operation="edit", netStackInstance=vim.host.NetStackInstance(key="vmotion", ipRouteConfig=route)
    )

    network.UpdateNetworkConfig(vim.host.NetworkConfig(netStackSpec=[edit]), "modify")
    path = 'config.network.netStackInstance["vmotion"].ipRouteConfig.defaultGateway'

    differs(vcenter, client.get(host, path), ours="10.1.0.1", vcsim=None)


def test_the_adapters_of_a_host_are_the_same_in_both_views(vcenter: VCenter, client: Client) -> None:
    host = client.hosts[2]
    network = client.get(host, "configManager.networkSystem")

    devices = [
        [one.device for one in client.get(managed, path) or ()]
        for managed, path in ((host, "config.network.vnic"), (network, "networkInfo.vnic"))
    ]

    differs(vcenter, devices, ours=[["vmk0", "vmk1"]] * 2, vcsim=[["vmk0"], []])


def test_a_distributed_switch_and_its_hosts_know_each_other(vcenter: VCenter, client: Client) -> None:
    (switch,) = client.all(vim.DistributedVirtualSwitch)
    assert len(client.get(switch, "summary.hostMember")) == 5

    members = len(client.get(switch, "config.host") or ())
    proxies = len(client.get(client.hosts[0], "config.network.proxySwitch") or ())

    differs(vcenter, (members, proxies), ours=(5, 1), vcsim=(0, 0))
