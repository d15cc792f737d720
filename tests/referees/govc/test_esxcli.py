"""govc's esxcli: a host's own commands, over the API."""

from __future__ import annotations

from referees.govc.driving import HOST, Govc


def test_the_stacks_that_run_are_listed_and_more_are_added(writer: Govc) -> None:
    command = ("network", "ip", "netstack")
    assert writer.on_host("host.esxcli", *command, "list")[:2] == ["Key: defaultTcpipStack", "Name: defaultTcpipStack"]

    assert writer.on_host("host.esxcli", *command, "add", "-N", "backup") == ["true"]
    assert "Key: backup" in writer.on_host("host.esxcli", *command, "list")


def test_interfaces_are_listed(reader: Govc) -> None:
    told = reader.on_host("host.esxcli", "network", "ip", "interface", "list")

    assert [line for line in told if line.startswith(("Name:", "Portgroup:", "MTU:"))] == [
        *("MTU: 1500", "Name: vmk0", "Portgroup: Management Network"),
        *("MTU: 1500", "Name: vmk1", "Portgroup: vMotion-Old"),
    ]


def test_addresses_are_a_table(reader: Govc) -> None:
    told = reader.on_host("host.esxcli", "network", "ip", "interface", "ipv4", "get")

    assert told[0].startswith("Name IPv4 Address IPv4 Netmask IPv4 Broadcast Address Type")
    assert told[2].startswith("vmk0 10.0.0.11 255.255.255.0 10.0.0.255 STATIC")


def test_a_neighbour_answers_a_ping(reader: Govc) -> None:
    told = reader.on_host("host.esxcli", "network", "diag", "ping", "-H", "10.0.0.12")

    assert {"HostAddr: 10.0.0.12", "PacketLost: 0", "Transmitted: 3", "Recieved: 3"} <= set(told)


def test_an_address_that_nobody_has_does_not_answer(reader: Govc) -> None:
    told = reader.on_host("host.esxcli", "network", "diag", "ping", "-H", "10.0.0.99")

    assert {"PacketLost: 100", "Recieved: 0"} <= set(told)


def test_a_command_that_is_not_there_is_refused(reader: Govc) -> None:
    reason = reader.refuses("host.esxcli", "-host", HOST, "network", "nonsense", "list")

    assert reason.startswith("The object or item referred to could not be found.")


def test_why_the_host_refuses_is_told_in_its_own_words(writer: Govc) -> None:
    command = ("host.esxcli", "-host", HOST, "network", "ip", "netstack", "add", "--netstack", "defaultTcpipStack")

    reason = writer.refuses(*command)

    assert reason.startswith("EsxCLI.CLIFault.summary ")
    assert "<errMsg>Netstack instance 'defaultTcpipStack' is already found in kernel</errMsg>" in reason


def test_an_option_that_the_command_lacks_is_refused_before_the_host_is_asked(writer: Govc) -> None:
    reason = writer.refuses("host.esxcli", "-host", HOST, "network", "ip", "netstack", "add", "--stack", "backup")

    assert reason.startswith("flag provided but not defined: -stack\nUsage of network ip netstack add:")
    assert writer.simulator.vcenter.inventory.hosts[HOST].actual.netstack("backup") is None


def test_a_packet_that_is_too_long_for_the_adapter_is_told(reader: Govc) -> None:
    command = ("network", "diag", "ping", "-H", "10.0.0.12", "-d", "true", "-s")

    assert "PacketLost: 0" in reader.on_host("host.esxcli", *command, "1472")
    assert "sendto() failed (Message too long)" in reader.refuses("host.esxcli", "-host", HOST, *command, "1473")


def test_an_adapter_is_made_routed_and_tagged(writer: Govc) -> None:
    for command in (
        "interface add -i vmk7 -p Backup-40 -m 9000",
        "interface ipv4 set -i vmk7 -t static -I 10.0.40.11 -N 255.255.255.0",
        "route ipv4 add -n 192.168.7.0/24 -g 10.0.40.1",
        "interface tag add -i vmk7 -t vSphereBackupNFC",
        "interface ipv6 address add -i vmk7 -I fd00::11/64",
    ):
        assert writer.on_host("host.esxcli", "network", "ip", *command.split()) == ["true"]

    esxcli = ("host.esxcli", "network", "ip")
    assert "192.168.7.0 255.255.255.0 10.0.40.1 vmk7 MANUAL" in writer.on_host(*esxcli, "route", "ipv4", "list")
    assert writer.on_host(*esxcli, "interface", "tag", "get", "-i", "vmk7") == ["Tags: vSphereBackupNFC"]
    assert "Device: vmk7" in writer.on_host("host.vnic.info")


def test_the_types_of_the_commands_are_described(reader: Govc) -> None:
    told = reader.says(
        "host.esxcli.model", "-host", HOST, "network.ip.netstack", GOVC_SHOW_UNRELEASED="true"
    ).splitlines()

    assert "func vim.EsxCLI.network.ip.netstack.add(disabled boolean, netstack string) boolean" in told
    assert "type vim.EsxCLI.network.ip.netstack.list.NetStackInstance struct = {" in told
