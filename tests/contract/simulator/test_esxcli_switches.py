"""A host's own switches and port groups, by esxcli."""

from typing import Any

import pytest

from contract.simulator.client import Client
from contract.simulator.esxcli import CommandFailedError, run

STANDARD = "network vswitch standard"


@pytest.fixture
def host(client: Client) -> Any:
    return client.host()


def switch(client: Client, name: str) -> Any:
    return next((one for one in client.get(client.host(), "config.network.vswitch") if one.name == name), None)


def test_a_switch_is_made_wired_changed_and_removed(client: Client, host: Any) -> None:
    name = {"vswitchname": "vSwitch7"}
    run(host, f"{STANDARD} add", **name)
    run(host, f"{STANDARD} uplink remove", vswitchname="vSwitch0", uplinkname="vmnic1")
    run(host, f"{STANDARD} uplink add", uplinkname="vmnic1", **name)
    run(host, f"{STANDARD} set", mtu=9000, **name)
    made = switch(client, "vSwitch7")
    run(host, f"{STANDARD} remove", **name)

    assert (made.spec.mtu, list(made.spec.bridge.nicDevice)) == (9000, ["vmnic1"])
    assert switch(client, "vSwitch7") is None
    assert list(switch(client, "vSwitch0").spec.bridge.nicDevice) == ["vmnic0"]


def test_a_port_group_is_made_tagged_used_and_removed(host: Any) -> None:
    group = {"portgroupname": "Lab"}
    run(host, f"{STANDARD} portgroup add", vswitchname="vSwitch1", **group)
    run(host, f"{STANDARD} portgroup set", vlanid=77, **group)
    run(host, "network ip interface add", **group)
    listed = {one["Name"]: one for one in run(host, f"{STANDARD} portgroup list")}

    assert listed["Lab"] == {"Name": "Lab", "VirtualSwitch": "vSwitch1", "ActiveClients": "1", "VLANID": "77"}
    with pytest.raises(CommandFailedError, match="in use"):
        run(host, f"{STANDARD} portgroup remove", vswitchname="vSwitch1", **group)

    run(host, "network ip interface remove", interfacename="vmk2")
    run(host, f"{STANDARD} portgroup remove", vswitchname="vSwitch1", **group)
    assert "Lab" not in {one["Name"] for one in run(host, f"{STANDARD} portgroup list")}


@pytest.mark.parametrize(
    ("command", "arguments", "text"),
    [
        (
            "portgroup add",
            {"portgroupname": "Backup-40", "vswitchname": "vSwitch1"},
            "A portgroup with the name Backup-40",
        ),
        ("portgroup add", {"portgroupname": "Lab", "vswitchname": "vSwitch9"}, "Unable to find vswitch vSwitch9"),
        ("portgroup set", {"portgroupname": "Lab", "vlanid": 7}, "Unable to find portgroup Lab"),
        ("portgroup set", {"portgroupname": "Backup-40", "vlanid": 4096}, "4096 is outside"),
        (
            "portgroup remove",
            {"portgroupname": "Backup-40", "vswitchname": "vSwitch0"},
            "is not on the vswitch vSwitch0",
        ),
        ("uplink add", {"uplinkname": "vmnic0", "vswitchname": "vSwitch0"}, "Uplink already exists: vmnic0"),
        ("uplink add", {"uplinkname": "vmnic0", "vswitchname": "vSwitch1"}, "vmnic0"),
        ("uplink remove", {"uplinkname": "vmnic5", "vswitchname": "vSwitch1"}, "No such uplink: vmnic5"),
        ("set", {"vswitchname": "vSwitch1", "mtu": 100}, "100 is outside"),
        ("remove", {"vswitchname": "vSwitch0"}, "vSwitch0"),
    ],
)
def test_what_can_not_be_is_refused(host: Any, command: str, arguments: dict[str, Any], text: str) -> None:
    with pytest.raises(CommandFailedError, match=text):
        run(host, f"{STANDARD} {command}", **arguments)
