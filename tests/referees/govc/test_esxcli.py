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
