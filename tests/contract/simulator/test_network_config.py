"""Changes of a host's network besides single adapters, as clients send them."""

from typing import Any

import pytest
from pyVmomi import vim, vmodl

from contract.simulator.client import NAME, Client, control, stack_edit, static
from contract.simulator.esxcli import run
from vcenter_simulator.running import Running

IpV6 = vim.host.IpConfig.IpV6AddressConfiguration


def migration(client: Client, device: str, portgroup: str, switch: str, to: str) -> Any:
    """Return the configuration that community.vmware's vmware_migrate_vmk sends."""
    edit = vim.host.VirtualNic.Config(changeOperation="edit", device=device, portgroup="")
    edit.spec = vim.host.VirtualNic.Specification(distributedVirtualPort=client.portgroup(to))
    gone = vim.host.PortGroup.Config(changeOperation="remove")
    gone.spec = vim.host.PortGroup.Specification(
        name=portgroup, vlanId=-1, vswitchName=switch, policy=vim.host.NetworkPolicy()
    )
    return vim.host.NetworkConfig(portgroup=[gone], vnic=[edit])


def portgroup_spec(name: str, vlan: int = 0, switch: str = "vSwitch1", **policy: Any) -> Any:
    return vim.host.PortGroup.Specification(
        name=name, vlanId=vlan, vswitchName=switch, policy=vim.host.NetworkPolicy(**policy)
    )


def named(found: list[Any], name: str) -> Any:
    """Return the switch or port group of a name."""
    return next((one for one in found if (one.name if hasattr(one, "name") else one.spec.name) == name), None)


def test_an_adapter_migrates_as_ansible_migrates_it(client: Client) -> None:
    before = client.adapters()["vmk1"]

    result = client.network().UpdateNetworkConfig(
        migration(client, "vmk1", "vMotion-Old", "vSwitch0", "dpg-vmotion"), "modify"
    )

    after = client.adapters()["vmk1"]
    assert list(result.vnicDevice) == []
    assert (after.portgroup, after.spec.portgroup) == ("", None)
    assert after.spec.distributedVirtualPort.portgroupKey == client.portgroup("dpg-vmotion").portgroupKey
    assert after.spec.ip.ipAddress == before.spec.ip.ipAddress
    assert client.services()["vmotion"] == ["vmk1"]
    groups = client.get(client.host(), "config.network.portgroup")
    assert [one.spec.name for one in groups] == ["Management Network", "Storage-30", "Backup-40"]


def test_a_configuration_that_fails_in_its_last_part_changes_nothing(simulator: Running, client: Client) -> None:
    before = control(simulator, "GET", "/state")
    config = migration(client, "vmk1", "vMotion-Old", "vSwitch0", "dpg-vmotion")
    config.netStackSpec = stack_edit("nowhere").netStackSpec

    with pytest.raises(vim.fault.NotFound):
        client.network().UpdateNetworkConfig(config, "modify")

    assert control(simulator, "GET", "/state") == before


def test_adapters_that_a_configuration_creates_are_in_its_result(client: Client) -> None:
    add = vim.host.VirtualNic.Config(changeOperation="add", portgroup="Backup-40", spec=static("10.0.4.1"))

    result = client.network().UpdateNetworkConfig(vim.host.NetworkConfig(vnic=[add]), "modify")

    assert list(result.vnicDevice) == ["vmk2"]
    assert client.adapters()["vmk2"].portgroup == "Backup-40"


def test_a_switch_and_its_port_group_live_from_creation_to_removal(client: Client) -> None:
    network, host = client.network(), client.host()
    bridge = vim.host.VirtualSwitch.BondBridge(
        nicDevice=["vmnic3"],
        linkDiscoveryProtocolConfig=vim.host.LinkDiscoveryProtocolConfig(protocol="cdp", operation="both"),
    )
    without = vim.host.VirtualSwitch.Specification(
        numPorts=128, mtu=9000, bridge=vim.host.VirtualSwitch.BondBridge(nicDevice=["vmnic2"])
    )
    order = vim.host.NetworkPolicy.NicOrderPolicy(activeNic=["vmnic3"])

    network.UpdateVirtualSwitch("vSwitch1", without)
    network.AddVirtualSwitch("vSwitch2", vim.host.VirtualSwitch.Specification(numPorts=64, mtu=1600, bridge=bridge))
    security = vim.host.NetworkPolicy.SecurityPolicy(allowPromiscuous=True)
    teaming = vim.host.NetworkPolicy.NicTeamingPolicy(nicOrder=order)
    network.AddPortGroup(portgroup_spec("Lab", 7, "vSwitch2", security=security, nicTeaming=teaming))
    switch = named(client.get(host, "config.network.vswitch"), "vSwitch2")
    group = named(client.get(host, "config.network.portgroup"), "Lab")
    network.UpdatePortGroup("Lab", portgroup_spec("Lab-8", 8, "vSwitch2"))
    renamed = named(client.get(host, "config.network.portgroup"), "Lab-8")
    with pytest.raises(vim.fault.NotFound):
        network.RemovePortGroup("Lab")
    network.RemovePortGroup("Lab-8")
    network.RemoveVirtualSwitch("vSwitch2")

    assert (switch.mtu, switch.spec.numPorts, list(switch.spec.bridge.nicDevice)) == (1600, 64, ["vmnic3"])
    assert switch.spec.bridge.linkDiscoveryProtocolConfig.operation == "both"
    assert list(switch.portgroup) == ["key-vim.host.PortGroup-Lab"]
    assert group.spec.vlanId == 7
    assert group.spec.policy.security.allowPromiscuous is True
    assert group.spec.policy.security.macChanges is None
    assert group.computedPolicy.security.macChanges is True
    assert list(group.computedPolicy.nicTeaming.nicOrder.activeNic) == ["vmnic3"]
    assert (renamed.spec.vlanId, renamed.spec.policy.security.allowPromiscuous) == (8, None)
    assert named(client.get(host, "config.network.vswitch"), "vSwitch2") is None


def test_what_is_in_use_says_so_with_its_name(client: Client) -> None:
    with pytest.raises(vim.fault.ResourceInUse) as refused:
        client.network().RemovePortGroup("Management Network")

    assert refused.value.name == "Management Network"


def test_a_port_that_somebody_has_is_in_use(client: Client) -> None:
    port = client.portgroup("dpg-backup")
    client.network().AddVirtualNic("", static("10.0.60.11", distributedVirtualPort=port))
    port.portKey = client.adapters()["vmk2"].spec.distributedVirtualPort.portKey

    with pytest.raises(vim.fault.ResourceInUse):
        client.network().AddVirtualNic("", static("10.0.60.12", distributedVirtualPort=port))


def test_the_old_calls_reach_the_default_stack(client: Client) -> None:
    network = client.network()
    route = vim.host.IpRouteEntry(network="10.99.0.0", prefixLength=16, gateway="10.0.0.254")
    table = vim.host.IpRouteTableConfig(ipRoute=[vim.host.IpRouteOp(changeOperation="add", route=route)])
    dns = vim.host.DnsConfig(dhcp=False, hostName="esx01", domainName="lab.test", address=["10.0.0.53"])

    network.UpdateDnsConfig(dns)
    network.UpdateIpRouteConfig(vim.host.IpRouteConfig(defaultGateway="10.0.0.2"))
    network.UpdateIpRouteTableConfig(table)

    stack = client.netstack("defaultTcpipStack")
    info = client.get(network, "networkInfo")
    assert (stack.dnsConfig.domainName, list(stack.dnsConfig.address)) == ("lab.test", ["10.0.0.53"])
    assert info.dnsConfig.domainName == "lab.test"
    assert stack.ipRouteConfig.defaultGateway == info.ipRouteConfig.defaultGateway == "10.0.0.2"
    shown = {(one.network, one.gateway, one.deviceName) for one in info.routeTableInfo.ipRoute}
    assert {("0.0.0.0", "10.0.0.2", "vmk0"), ("10.99.0.0", "10.0.0.254", "vmk0")} < shown  # noqa: S104 - a route


def test_the_fields_of_the_default_stack_may_be_sent_as_in_old_days(client: Client) -> None:
    config = vim.host.NetworkConfig(
        dnsConfig=vim.host.DnsConfig(dhcp=False, hostName="esx01", domainName="old.test"),
        ipRouteConfig=vim.host.IpRouteConfig(defaultGateway="10.0.0.3"),
    )

    client.network().UpdateNetworkConfig(config, "modify")

    stack = client.netstack("defaultTcpipStack")
    assert (stack.dnsConfig.domainName, stack.ipRouteConfig.defaultGateway) == ("old.test", "10.0.0.3")


def test_ipv6_addresses_are_added_shown_and_removed_one_by_one(client: Client) -> None:
    network = client.network()
    manual = vim.host.IpConfig.IpV6Address(ipAddress="FD00::11", prefixLength=64, origin="manual", operation="add")
    spec = client.adapters()["vmk1"].spec
    spec.ip.ipV6Config = IpV6(ipV6Address=[manual], autoConfigurationEnabled=True, dhcpV6Enabled=True)
    spec.ipRouteSpec = vim.host.VirtualNic.IpRouteSpec(
        ipRouteConfig=vim.host.IpRouteConfig(ipV6DefaultGateway="fd00::1")
    )

    network.UpdateVirtualNic("vmk1", spec)
    read = client.adapters()["vmk1"].spec
    network.UpdateVirtualNic("vmk1", read)
    again = client.adapters()["vmk1"].spec
    manual.operation = "remove"
    removal = static("10.1.0.11", ipRouteSpec=vim.host.VirtualNic.IpRouteSpec(ipRouteConfig=vim.host.IpRouteConfig()))
    removal.ip.ipV6Config = IpV6(ipV6Address=[manual], autoConfigurationEnabled=False, dhcpV6Enabled=False)
    network.UpdateVirtualNic("vmk1", removal)

    origins = {one.origin: one.ipAddress for one in read.ip.ipV6Config.ipV6Address}
    assert list(origins) == ["other", "linklayer", "dhcp", "manual"]
    assert origins["manual"] == "fd00::11"
    assert read.ipRouteSpec.ipRouteConfig.ipV6DefaultGateway == "fd00::1"
    assert str(again) == str(read)
    left = client.adapters()["vmk1"].spec
    assert [one.origin for one in left.ip.ipV6Config.ipV6Address] == ["other"]
    assert left.ipRouteSpec is None


def test_ipv6_of_the_host_is_switched_off_for_the_next_boot(simulator: Running, client: Client) -> None:
    spec = client.adapters()["vmk1"].spec
    spec.ip.ipV6Config.autoConfigurationEnabled = True

    client.network().UpdateNetworkConfig(vim.host.NetworkConfig(ipV6Enabled=False), "modify")
    until_then = [client.get(client.host(), f"config.network.{name}") for name in ("ipV6Enabled", "atBootIpV6Enabled")]
    control(simulator, "POST", f"/hosts/{NAME}/edit", {"ipv6Enabled": False})

    assert until_then == [True, False]
    assert client.get(client.host(), "config.network.ipV6Enabled") is False
    assert client.adapters()["vmk1"].spec.ip.ipV6Config is None
    with pytest.raises(vim.fault.InvalidState):
        client.network().UpdateVirtualNic("vmk1", spec)


def test_what_the_network_of_a_host_can_do_is_told(client: Client) -> None:
    capabilities = client.network().capabilities

    assert capabilities.ipV6Supported is True
    assert "failover_explicit" in capabilities.nicTeamingPolicy
    assert str(client.get(client.host(), "config.capabilities")) == str(capabilities)


def test_dhcp_gives_an_address_that_a_static_configuration_ends(client: Client) -> None:
    network = client.network()
    dhcp = vim.host.VirtualNic.Specification(ip=vim.host.IpConfig(dhcp=True))

    network.UpdateVirtualNic("vmk1", dhcp)
    leased = client.adapters()["vmk1"].spec.ip
    network.UpdateVirtualNic("vmk1", static("10.1.0.11"))

    assert leased.dhcp is True
    assert leased.ipAddress.startswith("172.")
    assert leased.subnetMask == "255.255.240.0"
    assert client.adapters()["vmk1"].spec.ip.ipAddress == "10.1.0.11"


def test_every_kind_of_change_is_in_the_journal(simulator: Running, client: Client) -> None:
    network = client.network()
    network.AddPortGroup(portgroup_spec("Lab"))
    network.RemovePortGroup("Lab")
    with pytest.raises(vmodl.fault.InvalidArgument):
        network.AddPortGroup(portgroup_spec("Lab", 5000))

    journal = control(simulator, "GET", f"/journal?host={NAME}")

    methods = [one["method"] for one in journal]
    assert methods[-3:] == ["AddPortGroup", "RemovePortGroup", "AddPortGroup"]


def test_an_adapter_is_created_on_an_opaque_network(simulator: Running, client: Client) -> None:
    fleet = control(simulator, "GET", "/state")
    fleet["datacenters"][0]["clusters"][0]["hosts"][0]["opaqueSwitch"] = {"networks": {"id-1": "segment"}}
    control(simulator, "PUT", "/state", fleet)
    network = vim.host.VirtualNic.OpaqueNetworkSpec(opaqueNetworkId="id-1", opaqueNetworkType="nsx.LogicalSwitch")

    device = client.network().AddVirtualNic("", static("10.0.70.11", opaqueNetwork=network))

    (shown,) = client.get(client.host(), "config.network.opaqueNetwork")
    assert shown.opaqueNetworkName == "segment"
    nic = client.adapters()[device]
    assert (nic.portgroup, nic.spec.opaqueNetwork.opaqueNetworkId) == ("", "id-1")
    assert run(client.host(), "network ip interface list")[-1]["OpaqueNetworkID"] == "id-1"
