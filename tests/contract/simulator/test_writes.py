from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from pyVmomi import vim, vmodl

from contract.simulator.client import NAME, Client, control, stack_edit, static, vcenter
from vcenter_simulator.host.behaviour import Choice, DefaultStackService
from vcenter_simulator.running import Running

Call = Callable[[Client], Any]
MTU = vim.host.VirtualNic.Specification(mtu=1400)


def test_an_adapter_is_created_changed_and_removed(client: Client) -> None:
    network = client.network()

    device = network.AddVirtualNic("Backup-40", static("10.0.40.11", mtu=9000))
    created = client.adapters()[device]
    network.UpdateVirtualNic(device, MTU)
    changed = client.adapters()[device]
    network.RemoveVirtualNic(device)

    assert device == "vmk2"
    assert (created.portgroup, created.spec.mtu, created.spec.ip.ipAddress) == ("Backup-40", 9000, "10.0.40.11")
    assert created.spec.netStackInstanceKey == "defaultTcpipStack"
    assert (changed.spec.mtu, changed.spec.ip.ipAddress) == (1400, "10.0.40.11")
    assert device not in client.adapters()


def test_an_adapter_on_a_distributed_port_group_gets_a_port(client: Client) -> None:
    port = client.portgroup("dpg-backup")

    device = client.network().AddVirtualNic("", static("10.0.60.11", distributedVirtualPort=port, mtu=9000))

    nic = client.adapters()[device]
    assert nic.portgroup == ""
    assert nic.port is None
    assert nic.spec.distributedVirtualPort.portgroupKey == port.portgroupKey
    assert nic.spec.distributedVirtualPort.portKey is not None
    assert nic.spec.distributedVirtualPort.connectionCookie is not None


def test_a_removed_adapter_comes_back_with_the_same_name_and_another_mac(client: Client) -> None:
    network = client.network()
    devices, macs = set(), set()
    for _ in range(2):
        device = network.AddVirtualNic("Backup-40", static("10.0.40.11"))
        devices.add(device)
        macs.add(client.adapters()[device].spec.mac)
        network.RemoveVirtualNic(device)

    assert devices == {"vmk2"}
    assert len(macs) == 2


def test_a_specification_that_was_read_back_changes_nothing(client: Client) -> None:
    before = client.adapters()

    client.network().UpdateVirtualNic("vmk1", before["vmk1"].spec)

    assert str(client.adapters()) == str(before)


def test_services_are_selected_and_deselected(client: Client) -> None:
    manager = client.nic_manager()

    manager.SelectVnic("vmotion", "vmk0")
    both = client.services()["vmotion"]
    manager.DeselectVnic("vmotion", "vmk1")

    assert both == ["vmk0", "vmk1"]
    assert client.services()["vmotion"] == ["vmk0"]
    assert [str(one) for one in manager.QueryNetConfig("vmotion").selectedVnic] == [
        "vmotion.key-vim.host.VirtualNic-vmk0"
    ]


@pytest.mark.parametrize(
    ("choice", "left"), [(DefaultStackService.OFF, ["vmk2"]), (DefaultStackService.SHADOWED, ["vmk1", "vmk2"])]
)
def test_a_dedicated_stack_implies_its_service(choice: DefaultStackService, left: list[str]) -> None:
    with vcenter(default_stack_service=choice) as (_, client):
        port = client.portgroup("dpg-vmotion")
        spec = static("10.0.40.11", distributedVirtualPort=port, netStackInstanceKey="vmotion", mtu=9000)

        client.network().AddVirtualNic("", spec)

        assert client.services()["vmotion"] == left
        running = client.get(client.host(), "runtime.networkRuntimeInfo.netStackInstanceRuntimeInfo")
        assert {one.netStackInstanceKey: list(one.vmknicKeys) for one in running} == {
            "defaultTcpipStack": ["vmk0", "vmk1"],
            "vmotion": ["vmk2"],
        }


@pytest.mark.parametrize("choice", list(Choice))
def test_an_inactive_stack_can_be_edited_or_not(choice: Choice) -> None:
    edit = stack_edit("vmotion", ipRouteConfig=vim.host.IpRouteConfig(defaultGateway="10.0.40.1"))
    with vcenter(edit_inactive_stack=choice) as (_, client):
        if choice is Choice.ACCEPT:
            client.network().UpdateNetworkConfig(edit, "modify")
            assert client.netstack("vmotion").ipRouteConfig.defaultGateway == "10.0.40.1"
        else:
            with pytest.raises(vim.fault.HostConfigFault, match="not active"):
                client.network().UpdateNetworkConfig(edit, "modify")


@pytest.mark.parametrize("choice", list(Choice))
def test_a_standard_port_group_carries_a_second_adapter_or_not(choice: Choice) -> None:
    with vcenter(second_adapter_on_standard_portgroup=choice) as (_, client):
        network = client.network()
        network.AddVirtualNic("Backup-40", static("10.0.40.11"))
        if choice is Choice.ACCEPT:
            assert network.AddVirtualNic("Backup-40", static("10.0.40.12")) == "vmk3"
        else:
            with pytest.raises(vim.fault.AlreadyExists) as refused:
                network.AddVirtualNic("Backup-40", static("10.0.40.12"))
            assert refused.value.name == "Backup-40"


def test_a_stack_edit_replaces_sub_objects_whole_and_leaves_the_others(client: Client) -> None:
    before = client.netstack("defaultTcpipStack")

    client.network().UpdateNetworkConfig(
        stack_edit("defaultTcpipStack", requestedMaxNumberOfConnections=12000, congestionControlAlgorithm="cubic"),
        "modify",
    )
    changed = client.netstack("defaultTcpipStack")
    client.network().UpdateNetworkConfig(
        stack_edit("defaultTcpipStack", ipRouteConfig=vim.host.IpRouteConfig()), "modify"
    )

    assert (changed.requestedMaxNumberOfConnections, changed.congestionControlAlgorithm) == (12000, "cubic")
    assert changed.ipRouteConfig.defaultGateway == before.ipRouteConfig.defaultGateway == "10.0.0.1"
    assert str(changed.dnsConfig) == str(before.dnsConfig)
    assert client.netstack("defaultTcpipStack").ipRouteConfig.defaultGateway is None


def test_a_stack_that_was_read_back_changes_nothing(client: Client) -> None:
    before = client.netstack("defaultTcpipStack")
    spec = vim.host.NetworkConfig.NetStackSpec(netStackInstance=before, operation="edit")

    client.network().UpdateNetworkConfig(vim.host.NetworkConfig(netStackSpec=[spec]), "modify")

    assert str(client.netstack("defaultTcpipStack")) == str(before)


def add(portgroup: str, spec: Any) -> Call:
    return lambda client: client.network().AddVirtualNic(portgroup, spec)


def update(device: str, spec: Any) -> Call:
    return lambda client: client.network().UpdateVirtualNic(device, spec)


def stacks(config: Any, mode: str = "modify") -> Call:
    return lambda client: client.network().UpdateNetworkConfig(config, mode)


NEAR = static("10.0.4.1")
FAR = vim.host.IpRouteConfig(defaultGateway="10.99.0.1")
IPV6_AND_MORE = vim.host.NetworkConfig(ipV6Enabled=False, ipRouteConfig=FAR)
IN_STACK = static("10.1.0.11", netStackInstanceKey="vmotion")
IN_UNKNOWN_STACK = static("10.0.4.1", netStackInstanceKey="vsan")

REFUSED: list[tuple[str, Call, type[Exception]]] = [
    ("add to an unknown stack", add("Backup-40", IN_UNKNOWN_STACK), vim.fault.NotFound),
    ("add to an unknown port group", add("Nowhere", NEAR), vmodl.fault.InvalidArgument),
    ("add to no port group", add("", NEAR), vmodl.fault.InvalidArgument),
    ("add a bad address", add("Backup-40", static("10.0.4.300")), vmodl.fault.InvalidArgument),
    ("add an address in use", add("Backup-40", static("10.0.0.11")), vim.fault.HostConfigFault),
    ("update an unknown device", update("vmk9", MTU), vim.fault.NotFound),
    ("move to another stack", update("vmk1", IN_STACK), vmodl.fault.InvalidArgument),
    ("remove an unknown device", lambda c: c.network().RemoveVirtualNic("vmk9"), vim.fault.NotFound),
    ("unknown service", lambda c: c.nic_manager().SelectVnic("teleport", "vmk0"), vmodl.fault.InvalidArgument),
    ("vSAN", lambda c: c.nic_manager().SelectVnic("vsan", "vmk0"), vmodl.fault.NotSupported),
    ("not selected", lambda c: c.nic_manager().DeselectVnic("vmotion", "vmk0"), vmodl.fault.InvalidArgument),
    ("query unknown service", lambda c: c.nic_manager().QueryNetConfig("fly"), vmodl.fault.InvalidArgument),
    ("replace the network", stacks(stack_edit("vmotion"), "replace"), vmodl.fault.NotSupported),
    ("add a stack", stacks(stack_edit("mine", "add")), vmodl.fault.NotSupported),
    ("edit an unknown stack", stacks(stack_edit("mine")), vim.fault.NotFound),
    ("IPv6 with something else", stacks(IPV6_AND_MORE), vmodl.fault.InvalidArgument),
    ("what no host has", stacks(vim.host.NetworkConfig(consoleIpRouteConfig=FAR)), vmodl.fault.NotSupported),
    ("gateway out of reach", stacks(stack_edit("defaultTcpipStack", ipRouteConfig=FAR)), vim.fault.HostConfigFault),
    ("not simulated", lambda c: c.network().StartDpuFailover("DSwitch"), vmodl.fault.NotSupported),
]


@pytest.mark.parametrize(("call", "fault"), [one[1:] for one in REFUSED], ids=[one[0] for one in REFUSED])
def test_what_is_refused_is_refused_with_its_fault_and_changes_nothing(
    simulator: Running, client: Client, call: Call, fault: type[Exception]
) -> None:
    before = control(simulator, "GET", "/state")

    with pytest.raises(fault) as refused:
        call(client)

    assert type(refused.value) is fault
    assert getattr(refused.value, "msg", "")
    assert control(simulator, "GET", "/state") == before


@pytest.mark.parametrize(
    ("state", "fault"),
    [("disconnected", vmodl.fault.HostNotConnected), ("notResponding", vmodl.fault.HostNotReachable)],
)
def test_a_host_that_is_away_takes_no_call_and_shows_its_last_configuration(
    simulator: Running, client: Client, state: str, fault: type[Exception]
) -> None:
    network, manager = client.network(), client.nic_manager()
    control(simulator, "POST", f"/hosts/{NAME}/connection", {"state": state})

    for call in (
        lambda: network.UpdateVirtualNic("vmk1", MTU),
        network.RefreshNetworkSystem,
        lambda: manager.QueryNetConfig("vmotion"),
        lambda: manager.SelectVnic("vmotion", "vmk0"),
    ):
        with pytest.raises(fault):
            call()
    assert client.get(client.host(), "runtime.connectionState") == state
    assert sorted(client.adapters()) == ["vmk0", "vmk1"]


def test_writes_to_one_host_come_one_after_the_other_and_the_journal_has_them() -> None:
    with vcenter(hosts=2, write_latency=0.2) as (running, client):
        networks = {name: client.network(name) for name in (NAME, "esx02.example.com")}
        client.stub.poolSize = 8
        with ThreadPoolExecutor(4) as pool:
            calls = [
                pool.submit(network.UpdateVirtualNic, device, MTU)
                for network in networks.values()
                for device in ("vmk0", "vmk1")
            ]
            for call in calls:
                call.result(timeout=30)

        journal = control(running, "GET", "/journal")

    assert {(one["method"], one["user"], one["outcome"]) for one in journal} == {
        ("UpdateVirtualNic", running.username, "ok")
    }
    for name in networks:
        first, second = sorted(one["end"] for one in journal if one["host"] == name)
        assert first < second
    # All four were there together: what the host does in turn, its callers may have asked for at once.
    assert max(one["start"] for one in journal) < min(one["end"] for one in journal)


def test_a_write_is_read_late_and_at_once_after_a_refresh() -> None:
    with vcenter(read_lag=3600) as (_, client):
        network = client.network()
        network.UpdateVirtualNic("vmk1", MTU)
        before = client.adapters()["vmk1"].spec.mtu
        network.RefreshNetworkSystem()

        assert before == 1500
        assert client.adapters()["vmk1"].spec.mtu == 1400
        # The host itself is never late.
        client.nic_manager().SelectVnic("vmotion", "vmk0")
        assert len(client.nic_manager().QueryNetConfig("vmotion").selectedVnic) == 2
        assert client.services()["vmotion"] == ["vmk1"]
