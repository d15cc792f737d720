from typing import Any

import pytest
from pyVmomi import vim, vmodl

from contract.simulator.client import Client, control, vcenter
from contract.simulator.esxcli import CommandFailedError, execute, parsed, run
from testbed.waiting import wait_until
from vcenter_simulator.host.behaviour import EsxcliChanges
from vcenter_simulator.running import Running

CLI_INFO = ("ha-dynamic-type-manager-local-cli-cliinfo", "vim.CLIInfo.FetchCLIInfo")
NETSTACK = ("ha-cli-handler-network-ip-netstack", "vim.EsxCLI.network.ip.netstack.add")


@pytest.fixture
def host(client: Client) -> Any:
    return client.host()


def stacks(client: Client) -> set[str]:
    return {one.key for one in client.get(client.host(), "config.network.netStackInstance")}


def test_only_the_stacks_in_the_kernel_are_listed(host: Any) -> None:
    listed = run(host, "network ip netstack list")

    assert listed == [{"Key": "defaultTcpipStack", "Name": "defaultTcpipStack", "State": "4660"}]


def test_a_custom_stack_is_added_used_and_removed(client: Client, host: Any) -> None:
    answer = run(host, "network ip netstack add", netstack="backup")
    run(host, "network ip interface add", interfacename="vmk9", portgroupname="Backup-40", netstack="backup", mtu=9000)
    run(
        host,
        "network ip interface ipv4 set",
        interfacename="vmk9",
        ipv4="10.0.40.11",
        netmask="255.255.255.0",
        type="static",
    )
    created = client.adapters()["vmk9"]
    run(host, "network ip interface remove", interfacename="vmk9")
    run(host, "network ip netstack remove", netstack="backup")

    assert answer == "true"
    assert (created.spec.netStackInstanceKey, created.spec.mtu, created.portgroup) == ("backup", 9000, "Backup-40")
    assert created.spec.ip.ipAddress == "10.0.40.11"
    assert "backup" not in stacks(client)


def test_a_stack_that_is_there_is_not_added_again(host: Any) -> None:
    with pytest.raises(
        CommandFailedError, match=r"^Netstack instance 'defaultTcpipStack' is already found in kernel$"
    ) as told:
        run(host, "network ip netstack add", netstack="defaultTcpipStack")

    assert told.value.message == "EsxCLI.CLIFault.summary"


def test_a_stack_with_an_adapter_is_not_removed(host: Any) -> None:
    run(host, "network ip netstack add", netstack="backup")
    run(host, "network ip interface add", portgroupname="Backup-40", netstack="backup")

    with pytest.raises(CommandFailedError, match="in use by vmk2"):
        run(host, "network ip netstack remove", netstack="backup")


def test_a_system_stack_has_to_be_added_before_an_adapter(client: Client, host: Any) -> None:
    place = {"interfacename": "vmk9", "portgroupname": "Backup-40", "netstack": "vmotion"}
    with pytest.raises(CommandFailedError, match="Unable to find a Netstack instance vmotion"):
        run(host, "network ip interface add", **place)

    run(host, "network ip netstack add", netstack="vmotion")
    run(host, "network ip interface add", **place)

    assert client.adapters()["vmk9"].spec.netStackInstanceKey == "vmotion"


def test_an_adapter_shows_where_it_is(client: Client, host: Any) -> None:
    port = client.portgroup("dpg-backup")
    spec = vim.host.VirtualNic.Specification(ip=vim.host.IpConfig(dhcp=False), distributedVirtualPort=port)
    client.network().AddVirtualNic("", spec)

    _, on_standard, on_distributed = run(host, "network ip interface list")

    assert (on_standard["Portset"], on_standard["Portgroup"]) == ("vSwitch0", "vMotion-Old")
    assert (on_standard["VDSName"], on_standard["VDSConnection"]) == ("N/A", "-1")
    assert (on_distributed["Portgroup"], on_distributed["VDSName"]) == ("N/A", "DSwitch")


def test_an_adapter_is_put_on_a_port_of_a_distributed_switch(client: Client, host: Any) -> None:
    port = client.portgroup("dpg-backup")
    spec = vim.host.VirtualNic.Specification(ip=vim.host.IpConfig(dhcp=False), distributedVirtualPort=port)
    free = client.network().AddVirtualNic("", spec)
    key = client.adapters()[free].spec.distributedVirtualPort.portKey
    client.network().RemoveVirtualNic(free)

    run(host, "network ip interface add", dvsname="DSwitch", dvportid=key)

    placed = client.adapters()["vmk2"].spec.distributedVirtualPort
    assert (placed.portgroupKey, placed.portKey) == (port.portgroupKey, key)


def test_addresses_are_read(host: Any) -> None:
    listed = run(host, "network ip interface ipv4 get", interfacename="vmk0")

    assert listed == [
        {
            "Name": "vmk0",
            "IPv4Address": "10.0.0.11",
            "IPv4Netmask": "255.255.255.0",
            "IPv4Broadcast": "10.0.0.255",
            "AddressType": "STATIC",
            "Gateway": "10.0.0.1",
            "DHCPDNS": "false",
        }
    ]


def test_name_servers_and_search_domains_come_and_go(client: Client, host: Any) -> None:
    run(host, "network ip netstack add", netstack="backup")
    run(host, "network ip dns server add", server="10.0.40.2", netstack="backup")
    run(host, "network ip dns search add", domain="backup.example.com", netstack="backup")
    dns = client.netstack("backup").dnsConfig
    listed = run(host, "network ip dns server list", netstack="backup")
    run(host, "network ip dns server remove", server="10.0.40.2", netstack="backup")

    assert (list(dns.address), list(dns.searchDomain)) == (["10.0.40.2"], ["backup.example.com"])
    assert listed == {"DNSServers": "10.0.40.2"}
    assert not client.netstack("backup").dnsConfig.address
    assert len(client.netstack("defaultTcpipStack").dnsConfig.address) == 2
    with pytest.raises(CommandFailedError, match=r"There is no 10\.0\.40\.2"):
        run(host, "network ip dns server remove", server="10.0.40.2", netstack="backup")


def test_a_tag_is_a_service(client: Client, host: Any) -> None:
    run(host, "network ip interface tag add", interfacename="vmk0", tagname="VMotion")
    tags = run(host, "network ip interface tag get", interfacename="vmk0")
    services = client.services()
    run(host, "network ip interface tag remove", interfacename="vmk0", tagname="VMotion")

    assert tags == {"Tags": ["Management", "VMotion"]}
    assert services["vmotion"] == ["vmk0", "vmk1"]
    assert client.services()["vmotion"] == ["vmk1"]


def test_the_command_line_tags_for_vsan_which_the_api_leaves_to_a_call_of_its_own(client: Client, host: Any) -> None:
    run(host, "network ip interface tag add", interfacename="vmk1", tagname="VSAN")
    services = client.services()
    run(host, "network ip interface tag remove", interfacename="vmk1", tagname="vsan")

    assert services["vsan"] == ["vmk1"]
    assert client.services()["vsan"] == []
    with pytest.raises(CommandFailedError, match="Invalid tag name VSANExternal"):
        run(host, "network ip interface tag add", interfacename="vmk1", tagname="VSANExternal")


def test_what_the_host_refuses_by_the_api_it_refuses_here(host: Any) -> None:
    with pytest.raises(CommandFailedError, match="already in use by vmk0"):
        run(
            host,
            "network ip interface ipv4 set",
            interfacename="vmk1",
            ipv4="10.0.0.11",
            netmask="255.255.255.0",
            type="static",
        )
    with pytest.raises(CommandFailedError, match="'vmk7' could not be found"):
        run(host, "network ip interface remove", interfacename="vmk7")


@pytest.mark.parametrize(
    "sent", [(), (("netstak", "a"),), (("netstack", "a"), ("disabled", "true")), (("netstack", "a"),) * 2]
)
def test_arguments_must_be_those_of_the_command_in_their_order(host: Any, sent: tuple[tuple[str, str], ...]) -> None:
    with pytest.raises(vmodl.fault.InvalidArgument, match=r"argument\[[01]\]"):
        execute(host, *NETSTACK, *sent)


def test_a_value_that_an_option_does_not_take_is_named(host: Any) -> None:
    with pytest.raises(CommandFailedError, match="Invalid data constraint for parameter 'type'"):
        run(host, "network ip connection list", type="carrier-pigeon")


@pytest.mark.parametrize("command", ["network ip nothing list", "network ip netstack nothing", "vm process list"])
def test_a_command_that_there_is_not_is_not_found(host: Any, command: str) -> None:
    with pytest.raises(CommandFailedError) as told:
        run(host, command)

    assert told.value.message == "The object or item referred to could not be found."


def test_text_is_escaped_both_ways(client: Client, host: Any) -> None:
    run(host, "network ip netstack add", netstack="<a & b>")

    assert "<a & b>" in {one["Key"] for one in run(host, "network ip netstack list")}
    assert "<a & b>" in stacks(client)


def test_the_metadata_has_the_options_and_how_to_print_the_answer(host: Any) -> None:
    root = parsed(execute(host, *CLI_INFO, ("typeName", "vim.EsxCLI.network.ip.interface.ipv4")))
    xml = {"": "urn:vim25"}
    get, change = root.findall("method", xml)

    assert [one.text for one in change.findall("param/name", xml)] == [
        "gateway",
        "interfacename",
        "ipv4",
        "netmask",
        "peerdns",
        "type",
    ]
    assert [one.text for one in change.findall("param/aliases", xml)][2:4] == ["-i", "--interface-name"]
    hints = dict(
        zip(*([one.text for one in get.findall(f"hints/{name}", xml)] for name in ("key", "value")), strict=True)
    )
    assert hints["formatter"] == "table"
    assert hints["fields:IPv4Interface"].startswith("Name,IPv4 Address,")


def test_a_change_is_a_write_in_the_journal(simulator: Running, host: Any) -> None:
    run(host, "network ip netstack list")
    run(host, "network ip netstack add", netstack="backup")

    written = control(simulator, "GET", "/journal")

    assert [(one["method"], one["command"]) for one in written] == [("ExecuteSoap", "esxcli network ip netstack add")]
    assert written[0]["changes"][0]["path"] == "netstacks.backup"


def test_a_change_that_the_host_refused_is_no_success_in_the_journal(simulator: Running, host: Any) -> None:
    with pytest.raises(CommandFailedError):
        run(host, "network ip netstack remove", netstack="backup")

    assert [(one["outcome"], one["changes"]) for one in control(simulator, "GET", "/journal")] == [("CLIFault", [])]


def test_a_host_that_is_not_connected_is_not_asked(simulator: Running, host: Any) -> None:
    control(simulator, "POST", f"/hosts/{host.name}/connection", {"state": "disconnected"})

    with pytest.raises(vmodl.fault.HostNotConnected):
        run(host, "network ip netstack list")


@pytest.mark.parametrize("changes", EsxcliChanges)
def test_vcenter_sees_a_change_by_itself_or_after_a_refresh(changes: EsxcliChanges) -> None:
    with vcenter(esxcli_changes=changes) as (_, client):
        run(client.host(), "network ip netstack add", netstack="backup")
        seen = "backup" in stacks(client)
        client.network().RefreshNetworkSystem()

        assert seen is (changes is EsxcliChanges.SEEN)
        assert "backup" in stacks(client)


def test_a_change_comes_late_where_vcenter_lags() -> None:
    with vcenter(read_lag=0.3) as (_, client):
        run(client.host(), "network ip netstack add", netstack="backup")

        assert "backup" not in stacks(client)
        wait_until(lambda: "backup" in stacks(client), what="vCenter to see it")


def test_what_there_is_to_look_at_is_listed(host: Any) -> None:
    nics = run(host, "network nic list")
    standard = run(host, "network vswitch standard list")
    distributed = run(host, "network vswitch dvs vmware list")
    connections = run(host, "network ip connection list")

    assert [one["Name"] for one in nics][:2] == ["vmnic0", "vmnic1"]
    assert standard[1]["Portgroups"] == ["Storage-30", "Backup-40"]
    assert distributed[0]["Uplinks"] == ["vmnic4", "vmnic5"]
    assert "0.0.0.0:443" in {one["LocalAddress"] for one in connections}
