from dataclasses import replace

import pytest

from unit.vcenter_simulator.builders import MAC, empty_host, ipv4, managed_host, on_switch, spec, surroundings
from vcenter_simulator.host.adapters import add_adapter, remove_adapter, update_adapter, with_adapter
from vcenter_simulator.host.behaviour import Choice
from vcenter_simulator.host.leases import ipv4_lease
from vcenter_simulator.host.refusals import Refusal
from vcenter_simulator.host.requests import AdapterSpec, DistributedPort, Gateway
from vcenter_simulator.host.state import HostState, Ipv4, StandardAttachment


def add(state: HostState, wanted: AdapterSpec, **switches: Choice) -> HostState:
    return add_adapter(state, wanted, surroundings(**switches), mac=MAC)[0]


def update(state: HostState, device: str, wanted: AdapterSpec, **switches: Choice) -> HostState:
    return update_adapter(state, device, wanted, surroundings(**switches))


def test_a_new_adapter_takes_the_lowest_free_number() -> None:
    state = managed_host()
    for portgroup, address in (("Storage-30", "10.0.30.11"), ("Backup-40", "10.0.40.11")):
        state = add(state, spec(portgroup=portgroup, ipv4=ipv4(address)))
    state = remove_adapter(state, "vmk1")

    state = add(state, spec(portgroup="Storage-30", ipv4=ipv4("10.0.30.12")))

    assert [one.device for one in state.adapters] == ["vmk0", "vmk1", "vmk2"]
    assert state.by_device["vmk1"].ipv4.address == "10.0.30.12"


def test_what_a_new_adapter_is_not_told_it_takes_from_vsphere() -> None:
    adapter = add(empty_host(), spec()).by_device["vmk0"]

    assert (adapter.mtu, adapter.netstack, adapter.tso, adapter.mac) == (1500, "defaultTcpipStack", True, MAC)
    assert adapter.services == frozenset()
    assert adapter.key == "key-vim.host.VirtualNic-vmk0"


def test_an_update_changes_what_it_names_and_nothing_else() -> None:
    state = add(managed_host(), spec(mtu=9000, gateway=Gateway("10.0.40.1")))

    changed = update(state, "vmk1", AdapterSpec(mtu=8000)).by_device["vmk1"]

    before = state.by_device["vmk1"]
    assert changed.mtu == 8000
    assert (changed.ipv4, changed.gateway, changed.attachment, changed.mac) == (
        before.ipv4,
        before.gateway,
        before.attachment,
        before.mac,
    )


def test_an_empty_route_configuration_takes_the_own_gateway_away() -> None:
    state = add(managed_host(), spec(gateway=Gateway("10.0.40.1")))

    assert update(state, "vmk1", AdapterSpec(gateway=Gateway(None))).by_device["vmk1"].gateway is None


def test_an_adapter_moves_between_standard_and_distributed_switches() -> None:
    state = add(managed_host(), spec())

    moved = update(state, "vmk1", AdapterSpec(distributed=on_switch()))
    back = update(moved, "vmk1", AdapterSpec(portgroup="Storage-30"))

    assert str(moved.by_device["vmk1"].attachment).startswith("DistributedAttachment")
    assert "Storage-30" in str(back.by_device["vmk1"].attachment)


def test_dhcp_drops_a_sent_address_because_it_is_a_reflection() -> None:
    state = add(empty_host(), spec(ipv4=Ipv4(dhcp=True, address="10.0.40.9", netmask="255.255.255.0")))

    assert state.by_device["vmk0"].ipv4 == ipv4_lease(StandardAttachment("Backup-40"), MAC)


def test_an_adapter_that_stays_with_dhcp_keeps_its_lease() -> None:
    state = add(empty_host(), spec(ipv4=Ipv4(dhcp=True)))
    leased = replace(state.by_device["vmk0"], ipv4=Ipv4(dhcp=True, address="10.0.40.9", netmask="255.255.255.0"))

    after = update(with_adapter(state, leased), "vmk0", AdapterSpec(mtu=9000, ipv4=Ipv4(dhcp=True)))

    assert after.by_device["vmk0"] == replace(leased, mtu=9000)


def test_an_adapter_may_have_no_ipv4_at_all() -> None:
    assert add(empty_host(), spec(ipv4=Ipv4())).by_device["vmk0"].ipv4 == Ipv4()


@pytest.mark.parametrize(
    ("wanted", "fault", "parameter"),
    [
        (AdapterSpec(ipv4=ipv4("10.0.40.11")), "InvalidArgument", "portgroup"),
        (spec(portgroup="Nowhere"), "InvalidArgument", "portgroup"),
        (spec(portgroup="Backup-40", distributed=on_switch()), "InvalidArgument", "nic.distributedVirtualPort"),
        (
            spec(distributed=DistributedPort("other", "pg-1")),
            "InvalidArgument",
            "nic.distributedVirtualPort.switchUuid",
        ),
        (spec(distributed=on_switch("pg-9")), "InvalidArgument", "nic.distributedVirtualPort.portgroupKey"),
        (spec(netstack="vsan"), "NotFound", None),
        (AdapterSpec(portgroup="Backup-40"), "InvalidArgument", "nic.ip"),
        (spec(mtu=1279), "InvalidArgument", "nic.mtu"),
        (spec(mtu=9001), "InvalidArgument", "nic.mtu"),
        (spec(ipv4=ipv4("10.0.40")), "InvalidArgument", "nic.ip.ipAddress"),
        (spec(ipv4=ipv4("10.0.40.0")), "InvalidArgument", "nic.ip.ipAddress"),
        (spec(ipv4=ipv4("10.0.40.255")), "InvalidArgument", "nic.ip.ipAddress"),
        (spec(ipv4=ipv4("224.0.0.1")), "InvalidArgument", "nic.ip.ipAddress"),
        (spec(ipv4=ipv4("10.0.40.11", "255.0.255.0")), "InvalidArgument", "nic.ip.subnetMask"),
        (spec(ipv4=Ipv4(address="10.0.40.11")), "InvalidArgument", "nic.ip.subnetMask"),
        (spec(ipv4=ipv4("10.0.0.11")), "HostConfigFault", None),
        (spec(gateway=Gateway("10.0.41.1")), "HostConfigFault", None),
        (spec(gateway=Gateway("here")), "InvalidArgument", "nic.ipRouteSpec.ipRouteConfig"),
        (spec(portgroup="Management Network"), "AlreadyExists", None),
    ],
)
def test_what_a_host_refuses_it_refuses_with_the_documented_fault(
    wanted: AdapterSpec, fault: str, parameter: str | None
) -> None:
    state = managed_host()

    with pytest.raises(Refusal) as refused:
        add(state, wanted)

    assert refused.value.fault == fault
    assert refused.value.details.get("invalidProperty") == parameter


@pytest.mark.parametrize(
    ("wanted", "parameter"),
    [
        (AdapterSpec(netstack="vmotion"), "nic.netStackInstanceKey"),
        (AdapterSpec(mac="00:50:56:60:00:99"), "nic.mac"),
    ],
)
def test_stack_and_mac_can_not_be_changed(wanted: AdapterSpec, parameter: str) -> None:
    with pytest.raises(Refusal) as refused:
        update(add(managed_host(), spec()), "vmk1", wanted)

    assert refused.value.details == {"invalidProperty": parameter}


def test_what_was_read_back_may_be_sent_again() -> None:
    state = add(managed_host(), spec())
    read = state.by_device["vmk1"]

    again = AdapterSpec(portgroup="Backup-40", netstack=read.netstack, mac=read.mac.upper(), mtu=1500, ipv4=read.ipv4)

    assert update(state, "vmk1", again) == state


@pytest.mark.parametrize("call", [remove_adapter, lambda state, device: update(state, device, AdapterSpec(mtu=1500))])
def test_an_unknown_device_is_not_found(call: object) -> None:
    assert callable(call)
    with pytest.raises(Refusal) as refused:
        call(managed_host(), "vmk9")

    assert refused.value.fault == "NotFound"


def test_a_second_adapter_on_a_standard_port_group_is_a_matter_of_the_switch() -> None:
    state = add(managed_host(), spec())
    second = spec(ipv4=ipv4("10.0.40.12"))

    with pytest.raises(Refusal, match="Backup-40"):
        add(state, second, second_adapter_on_standard_portgroup=Choice.REFUSE)
    assert len(add(state, second, second_adapter_on_standard_portgroup=Choice.ACCEPT).adapters) == 3


def test_a_distributed_port_group_carries_several_adapters() -> None:
    state = add(empty_host(), spec(distributed=on_switch()))

    assert len(add(state, spec(distributed=on_switch(), ipv4=ipv4("10.0.40.12"))).adapters) == 2


def test_an_mtu_above_the_switch_is_a_matter_of_the_switch() -> None:
    wanted = spec(portgroup="Management Network", mtu=9000)

    with pytest.raises(Refusal, match="above the 1500 of its switch"):
        add(empty_host(), wanted, mtu_above_switch=Choice.REFUSE)
    assert add(empty_host(), wanted, mtu_above_switch=Choice.ACCEPT).by_device["vmk0"].mtu == 9000


def test_an_update_without_ip_is_a_matter_of_the_switch() -> None:
    state = add(empty_host(), spec())

    with pytest.raises(Refusal, match=r"nic\.ip"):
        update(state, "vmk0", AdapterSpec(mtu=1400), update_without_ip=Choice.REFUSE)
    assert update(state, "vmk0", AdapterSpec(mtu=1400), update_without_ip=Choice.ACCEPT).by_device["vmk0"].mtu == 1400


def test_a_host_has_256_adapters_at_most() -> None:
    state = empty_host()
    for number in range(256):
        state = add(state, spec(distributed=on_switch(), ipv4=ipv4(f"10.1.{number}.1")))

    with pytest.raises(Refusal, match="256"):
        add(state, spec(distributed=on_switch(), ipv4=ipv4("10.2.0.1")))
