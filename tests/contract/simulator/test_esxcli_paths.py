"""What leaves a host, by esxcli: routes, IPv6 addresses, and pings that find their way or do not."""

from typing import Any

import pytest

from contract.simulator.client import Client, static, vcenter
from contract.simulator.esxcli import CommandFailedError, run
from vcenter_simulator.host.behaviour import Choice


@pytest.fixture
def host(client: Client) -> Any:
    return client.host()


def test_a_ping_tells_what_was_answered(host: Any) -> None:
    answered = run(host, "network diag ping", host="10.0.0.12", count=2)
    lost = run(host, "network diag ping", host="10.0.0.99")

    assert answered["Summary"]["HostAddr"] == "10.0.0.12"
    assert [answered["Summary"][name] for name in ("Transmitted", "Recieved", "PacketLost")] == ["2", "2", "0"]
    assert 0 < int(answered["Summary"]["RoundtripMinMS"]) <= int(answered["Summary"]["RoundtripAvgMS"])
    assert [one["ICMPSeq"] for one in answered["Trace"]] == ["0", "1"]
    assert [lost["Summary"][name] for name in ("Transmitted", "Recieved", "PacketLost")] == ["3", "0", "100"]


def test_a_ping_finds_the_largest_packet(client: Client, host: Any) -> None:
    for number, name in ((1, "esx01.example.com"), (2, "esx02.example.com")):
        spec = static(f"10.0.30.{number}", mtu=9000)
        client.network(name).AddVirtualNic("Storage-30", spec)

    fits = run(host, "network diag ping", host="10.0.30.2", df="true", size=8972, interface="vmk2")

    assert fits["Summary"]["PacketLost"] == "0"
    with pytest.raises(CommandFailedError, match="Message too long"):
        run(host, "network diag ping", host="10.0.30.2", df="true", size=8973, interface="vmk2")


@pytest.mark.parametrize(("choice", "works"), [(Choice.REFUSE, False), (Choice.ACCEPT, True)])
def test_an_interface_of_another_stack_may_need_the_stack_named(choice: Choice, *, works: bool) -> None:
    with vcenter(ping_interface_without_stack=choice) as (_, client):
        spec = static(
            "10.0.40.11", netStackInstanceKey="vmotion", distributedVirtualPort=client.portgroup("dpg-vmotion")
        )
        client.network().AddVirtualNic("", spec)
        host = client.host()
        run(host, "network diag ping", host="10.0.40.11", interface="vmk2", netstack="vmotion")

        if works:
            run(host, "network diag ping", host="10.0.40.11", interface="vmk2")
        else:
            with pytest.raises(CommandFailedError, match="Unknown interface 'vmk2': Invalid argument"):
                run(host, "network diag ping", host="10.0.40.11", interface="vmk2")


def test_routes_are_added_listed_and_removed(client: Client, host: Any) -> None:
    route = {"network": "192.168.7.0/24", "gateway": "10.0.0.254"}

    run(host, "network ip route ipv4 add", **route)
    listed = run(host, "network ip route ipv4 list")
    shown = client.netstack("defaultTcpipStack").routeTableConfig.ipRoute
    run(host, "network ip route ipv4 remove", **route)

    assert listed[0] == {
        "Network": "default",
        "Netmask": "0.0.0.0",  # noqa: S104 - what is printed, not a socket
        "Gateway": "10.0.0.1",
        "Interface": "vmk0",
        "Source": "MANUAL",
    }
    assert "192.168.7.0" in {one["Network"] for one in listed}
    assert ("192.168.7.0", "10.0.0.254") in {(one.route.network, one.route.gateway) for one in shown}
    assert "192.168.7.0" not in {one["Network"] for one in run(host, "network ip route ipv4 list")}


def test_the_default_route_is_the_gateway_of_the_stack(client: Client, host: Any) -> None:
    run(host, "network ip route ipv4 remove", network="default", gateway="10.0.0.1")
    without = client.netstack("defaultTcpipStack").ipRouteConfig.defaultGateway
    run(host, "network ip route ipv4 add", network="default", gateway="10.0.0.254")

    assert without is None
    assert client.netstack("defaultTcpipStack").ipRouteConfig.defaultGateway == "10.0.0.254"
    with pytest.raises(CommandFailedError, match="there is a default route already"):
        run(host, "network ip route ipv4 add", network="0.0.0.0/0", gateway="10.0.0.253")


@pytest.mark.parametrize("network", ["nowhere", "fd00::/64", "10.0.0.1/24"])
def test_a_route_to_what_is_no_network_is_refused(host: Any, network: str) -> None:
    with pytest.raises(CommandFailedError, match="Invalid route"):
        run(host, "network ip route ipv4 add", network=network, gateway="10.0.0.254")


def test_ipv6_addresses_come_and_go(client: Client, host: Any) -> None:
    run(host, "network ip interface ipv6 set", interfacename="vmk1", enablerouteradv="true")
    run(host, "network ip interface ipv6 address add", interfacename="vmk1", ipv6="fd00::11/64")
    listed = run(host, "network ip interface ipv6 address list", interfacename="vmk1")
    seen = client.adapters()["vmk1"].spec.ip.ipV6Config
    run(host, "network ip interface ipv6 address remove", interfacename="vmk1", ipv6="fd00::11/64")

    assert [one["Type"] for one in listed] == ["STATIC", "STATIC", "AUTO"]
    assert listed[1]["Address"] == "fd00::11"
    assert "fd00::11" in {one.ipAddress for one in seen.ipV6Address}
    assert run(host, "network ip interface ipv6 get", interfacename="vmk1")[0]["RouterAdvEnabled"] == "true"
    assert len(run(host, "network ip interface ipv6 address list", interfacename="vmk1")) == 2


def test_a_ping_goes_over_ipv6_too(client: Client, host: Any) -> None:
    for number, name in ((1, "esx01.example.com"), (2, "esx02.example.com")):
        run(client.host(name), "network ip interface ipv6 address add", interfacename="vmk1", ipv6=f"fd00::{number}/64")

    assert run(host, "network diag ping", host="fd00::2")["Summary"]["Recieved"] == "3"
