"""govc and a host's adapters, services, port groups and switches."""

from __future__ import annotations

from referees.govc.driving import HOST, Govc


def adapters(govc: Govc) -> dict[str, dict[str, object]]:
    told = govc.tells("host.vnic.info", "-host", HOST)["info"]
    return {one["device"]: one for one in told}


def mtu(govc: Govc, device: str) -> str:
    path = f'config.network.vnic["key-vim.host.VirtualNic-{device}"].spec.mtu'
    return govc.says("collect", "-s", f"/Datacenter/host/Cluster-1/{HOST}", path).strip()


def test_adapters_are_listed_with_network_address_stack_and_services(reader: Govc) -> None:
    assert reader.on_host("host.vnic.info") == [
        "Device: vmk0",
        "Network label: Management Network",
        "Switch: vSwitch0",
        "IP address: 10.0.0.11",
        "TCP/IP stack: defaultTcpipStack",
        "Enabled services: management",
        "Device: vmk1",
        "Network label: vMotion-Old",
        "Switch: vSwitch0",
        "IP address: 10.1.0.11",
        "TCP/IP stack: defaultTcpipStack",
        "Enabled services: vmotion",
    ]


def test_a_service_is_enabled_and_disabled(writer: Govc) -> None:
    writer.says("host.vnic.service", "-host", HOST, "-enable", "vSphereProvisioning", "vmk1")
    assert adapters(writer)["vmk1"]["services"] == ["vSphereProvisioning", "vmotion"]

    writer.says("host.vnic.service", "-host", HOST, "-enable=false", "vmotion", "vmk1")
    assert adapters(writer)["vmk1"]["services"] == ["vSphereProvisioning"]


def test_vsan_has_a_way_of_its_own(writer: Govc) -> None:
    writer.says("host.vnic.service", "-host", HOST, "-enable", "vsan", "vmk1")

    assert adapters(writer)["vmk1"]["services"] == ["vmotion", "vsan"]


def test_a_service_or_adapter_that_does_not_exist_is_refused(reader: Govc) -> None:
    service = reader.refuses("host.vnic.service", "-host", HOST, "sleeping", "vmk0")
    device = reader.refuses("host.vnic.service", "-host", HOST, "vmotion", "vmk9")

    assert service.startswith("ServerFaultCode: A specified parameter was not correct: nicType")
    assert device.startswith("ServerFaultCode: A specified parameter was not correct: device")


def test_the_mtu_of_an_adapter_is_changed(writer: Govc) -> None:
    writer.says("host.vnic.change", "-host", HOST, "-mtu", "1400", "vmk1")

    assert mtu(writer, "vmk1") == "1400"
    assert adapters(writer)["vmk1"]["address"] == "10.1.0.11"


def test_an_mtu_that_no_adapter_can_have_is_refused(reader: Govc) -> None:
    reason = reader.refuses("host.vnic.change", "-host", HOST, "-mtu", "9001", "vmk1")

    assert reason.startswith("ServerFaultCode: A specified parameter was not correct: nic.mtu")
    assert mtu(reader, "vmk1") == "1500"


def test_port_groups_are_listed_with_their_vlan(reader: Govc) -> None:
    told = reader.on_host("host.portgroup.info")

    at = told.index("Name: vMotion-Old")
    assert told[at + 1 : at + 4] == ["Virtual switch: vSwitch0", "VLAN ID: 20", "Active ports: 1"]


def test_standard_switches_are_listed_with_cards_and_mtu(reader: Govc) -> None:
    told = reader.on_host("host.vswitch.info")

    at = told.index("Name: vSwitch1")
    assert told[at + 1 : at + 4] == ["Portgroup: Storage-30, Backup-40", "Pnic: vmnic2, vmnic3", "MTU: 9000"]


def test_a_switch_and_a_port_group_are_added_changed_and_removed(writer: Govc) -> None:
    writer.says("host.vswitch.add", "-host", HOST, "-mtu", "9000", "vSwitch9")
    writer.says("host.portgroup.add", "-host", HOST, "-vswitch", "vSwitch9", "-vlan", "99", "Lab")
    writer.says("host.portgroup.change", "-host", HOST, "-vlan-id", "98", "Lab")

    told = writer.on_host("host.portgroup.info")
    assert told[told.index("Name: Lab") :][:3] == ["Name: Lab", "Virtual switch: vSwitch9", "VLAN ID: 98"]

    writer.says("host.portgroup.remove", "-host", HOST, "Lab")
    writer.says("host.vswitch.remove", "-host", HOST, "vSwitch9")
    assert "Name: vSwitch9" not in writer.on_host("host.vswitch.info")


def test_the_free_ports_of_a_distributed_port_group_are_listed(reader: Govc) -> None:
    ports = reader.tells("dvs.portgroup.info", "-pg", "dpg-vmotion", "DSwitch")["port"]

    assert len(ports) == 8
    assert {one["config"]["setting"]["vlan"]["vlanId"] for one in ports} == {40}
    assert all("connectee" not in one for one in ports)


def test_the_ports_of_uplinks_name_the_host_and_the_card(reader: Govc) -> None:
    ports = reader.tells("dvs.portgroup.info", "-uplinkPort", "-connected", "-active", "DSwitch")["port"]

    plugged = [one["connectee"]["nicKey"] for one in ports if one["connectee"]["type"] == "pnic"]
    assert len(ports) == len(plugged) > 0
    assert all(one.startswith("vmnic") for one in plugged)
