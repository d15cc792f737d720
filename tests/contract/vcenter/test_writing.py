"""Steps as calls: they happen, they are seen, and what became of them is never guessed."""

import asyncio
import time
from ipaddress import IPv4Address, IPv4Interface

import pytest

from contract.vcenter.lab import HOST, Watcher, connected, inject, on_every_release, watching
from vcenter_simulator.running import Running, start
from vcenter_simulator.vcenter import Settings
from vmk_operator.errors import (
    AmbiguousWriteError,
    BlockedError,
    HostAwayError,
    SessionLostError,
    TransientError,
    VmkOperatorError,
)
from vmk_operator.model.host import (
    DistributedAttachment,
    Ipv4State,
    NetstackState,
    RouteConfig,
    StandardAttachment,
    VsanMulticast,
    VsanPort,
)
from vmk_operator.model.identity import HostRef
from vmk_operator.model.step import (
    CreateAdapter,
    DeselectService,
    RemoveAdapter,
    SelectService,
    Step,
    UpdateAdapter,
    UpdateNetstack,
    UpdateVsan,
)
from vmk_operator.vcenter.connection import Connection

ON_VSAN, NONE = frozenset({"vsan"}), frozenset[str]()
STATIC = Ipv4State(dhcp=False, address=IPv4Interface("10.0.40.11/24"))
NEW = CreateAdapter("vmotion", StandardAttachment("Backup-40"), STATIC, 9000)
VMK1 = Ipv4State(dhcp=False, address=IPv4Interface("10.1.0.11/24"))
"""As the simulator's esx01 has it."""
ELSEWHERE = Ipv4State(dhcp=False, address=IPv4Interface("10.1.0.99/25"))


async def execute(watcher: Watcher, step: Step, *, timeout_s: float = 5) -> str | None:
    return await watcher.connection.execute(watcher.host().ref, step, timeout_s=timeout_s)


def has(watcher: Watcher, device: str) -> bool:
    return watcher.network().adapter(device) is not None


def stack(watcher: Watcher, key: str) -> NetstackState:
    found = watcher.network().netstack(key)
    assert found is not None
    return found


@on_every_release
async def test_an_adapter_on_a_standard_port_group_is_created_with_all_that_was_asked(watcher: Watcher) -> None:
    device = await execute(watcher, NEW)
    assert device == "vmk2"
    await watcher.until(lambda: has(watcher, "vmk2"), what="the new adapter")
    made = watcher.adapter("vmk2")
    assert made.netstack == "vmotion"
    assert made.attachment == StandardAttachment("Backup-40")
    assert made.ipv4 == STATIC
    assert made.mtu == 9000
    await watcher.until(lambda: stack(watcher, "vmotion").active, what="the active stack")
    assert (await watcher.connection.read_host(watcher.host().ref)) == watcher.host()


@on_every_release
async def test_an_adapter_on_a_distributed_port_group_is_created_there(watcher: Watcher) -> None:
    (switch,) = watcher.network().distributed_switches
    group = next(one for one in switch.port_groups if one.name == "dpg-vmotion")
    attachment = DistributedAttachment(switch.uuid, group.key)
    await execute(watcher, CreateAdapter("vmotion", attachment, STATIC, None))
    await watcher.until(lambda: has(watcher, "vmk2"), what="the new adapter")
    assert watcher.adapter("vmk2").attachment == attachment
    assert watcher.adapter("vmk2").mtu == 1500


@on_every_release
@pytest.mark.parametrize(
    ("step", "mtu", "address"),
    [
        (UpdateAdapter("vmk1", VMK1, mtu=1400), 1400, "10.1.0.11/24"),
        (UpdateAdapter("vmk1", ELSEWHERE), 1500, "10.1.0.99/25"),
        (UpdateAdapter("vmk1", ELSEWHERE, mtu=1400), 1400, "10.1.0.99/25"),
    ],
)
async def test_an_update_changes_what_it_names_and_leaves_the_rest(
    watcher: Watcher, step: UpdateAdapter, mtu: int, address: str
) -> None:
    before = watcher.adapter("vmk1")
    assert await execute(watcher, step) is None
    await watcher.until(lambda: watcher.adapter("vmk1") != before, what="the update")
    after = watcher.adapter("vmk1")
    assert (after.mtu, str(after.ipv4.address)) == (mtu, address)
    assert (after.attachment, after.netstack, after.mac) == (before.attachment, before.netstack, before.mac)
    assert watcher.network().devices_with("vmotion") == {"vmk1"}


@on_every_release
async def test_an_adapter_is_removed(watcher: Watcher) -> None:
    await execute(watcher, RemoveAdapter("vmk1"))
    await watcher.until(lambda: not has(watcher, "vmk1"), what="one adapter fewer")
    assert has(watcher, "vmk0")


@on_every_release
async def test_services_are_selected_and_deselected(watcher: Watcher) -> None:
    await execute(watcher, SelectService("vmk0", "vmotion"))
    await watcher.until(lambda: "vmk0" in watcher.network().devices_with("vmotion"), what="the selection")
    await execute(watcher, DeselectService("vmk1", "vmotion"))
    await watcher.until(lambda: watcher.network().devices_with("vmotion") == {"vmk0"}, what="the deselection")


def vsan(*ports: VsanPort) -> UpdateVsan:
    """Choose vmk1 beside the adapters that have vSAN already."""
    return UpdateVsan("vmk1", ON_VSAN, NONE, ports)


OF_WITNESS = VsanPort("vmk0", frozenset({"witness"}), VsanMulticast("224.1.2.3", "224.2.3.4"))


@on_every_release
async def test_vsan_is_chosen_for_all_adapters_at_once_and_seen_by_the_stream(watcher: Watcher) -> None:
    assert watcher.network().vsan_ports == ()
    await execute(watcher, vsan(OF_WITNESS, VsanPort("vmk1")))
    await watcher.until(lambda: watcher.network().vsan_ports == (OF_WITNESS, VsanPort("vmk1")), what="the choice")
    assert watcher.network().devices_with("vsan") == {"vmk1"}
    assert watcher.network().devices_with("vsanWitness") == {"vmk0"}
    assert (await watcher.connection.read_host(watcher.host().ref)) == watcher.host()

    await execute(watcher, UpdateVsan("vmk1", NONE, ON_VSAN, (OF_WITNESS,)))
    await watcher.until(lambda: watcher.network().vsan_ports == (OF_WITNESS,), what="the choice taken back")
    assert watcher.network().devices_with("vsan") == frozenset()


async def test_a_task_that_fails_is_told_with_its_reason_and_named_as_vsphere_does(watcher: Watcher) -> None:
    with pytest.raises(BlockedError, match=r"UpdateVsan_Task was refused: .*no VMkernel adapter 'vmk9'"):
        await execute(watcher, vsan(VsanPort("vmk1"), VsanPort("vmk9")))
    assert watcher.network().vsan_ports == ()


async def test_a_task_that_takes_longer_than_it_may_has_happened_or_not() -> None:
    async with (
        start(hosts=2, settings=Settings(write_latency=30)) as simulator,
        connected(simulator) as connection,
        watching(connection) as watcher,
    ):
        with pytest.raises(AmbiguousWriteError, match=r"UpdateVsan_Task may or .* has not ended within 0\.[0-9]+ sec"):
            await execute(watcher, vsan(VsanPort("vmk1")), timeout_s=0.5)


async def test_a_task_that_nobody_can_follow_has_happened_or_not(simulator: Running, watcher: Watcher) -> None:
    inject(simulator, method="CreatePropertyCollector", action="close", count=1)
    with pytest.raises(AmbiguousWriteError, match="UpdateVsan_Task may or may not have happened: its task can't be"):
        await execute(watcher, vsan(VsanPort("vmk1")))
    await watcher.until(lambda: watcher.network().vsan_ports == (VsanPort("vmk1"),), what="that it has")


@on_every_release
async def test_a_stack_keeps_what_an_edit_does_not_name(watcher: Watcher) -> None:
    await execute(watcher, NEW)
    await execute(watcher, UpdateNetstack("vmotion", routes=RouteConfig(IPv4Address("10.0.40.1"))))
    await execute(watcher, UpdateNetstack("vmotion", max_connections=500, congestion_control="cubic"))
    await watcher.until(lambda: stack(watcher, "vmotion").max_connections == 500, what="the settings of the stack")
    edited = stack(watcher, "vmotion")
    assert edited.routes == RouteConfig(IPv4Address("10.0.40.1"))
    assert edited.congestion_control == "cubic"


async def test_an_unset_gateway_in_an_edit_of_the_routes_is_a_removal(watcher: Watcher) -> None:
    await execute(watcher, NEW)
    await execute(watcher, UpdateNetstack("vmotion", routes=RouteConfig(IPv4Address("10.0.40.1"))))
    await watcher.until(lambda: stack(watcher, "vmotion").routes != RouteConfig(), what="the gateway")
    await execute(watcher, UpdateNetstack("vmotion", routes=RouteConfig()))
    await watcher.until(lambda: stack(watcher, "vmotion").routes == RouteConfig(), what="no gateway")


@on_every_release
async def test_the_hosts_name_and_dns_survive_an_edit_of_the_default_stack(
    simulator: Running, watcher: Watcher
) -> None:
    def dns() -> object:
        return simulator.control.dump().datacenters[0].clusters[0].hosts[0].netstacks["defaultTcpipStack"].dns

    before = dns()
    await execute(watcher, UpdateNetstack("defaultTcpipStack", max_connections=12000))
    await watcher.until(lambda: stack(watcher, "defaultTcpipStack").max_connections == 12000, what="the edit")
    assert dns() == before


STEPS: list[Step] = [
    NEW,
    UpdateAdapter("vmk1", VMK1, mtu=1400),
    RemoveAdapter("vmk1"),
    SelectService("vmk0", "vmotion"),
    DeselectService("vmk1", "vmotion"),
    UpdateNetstack("defaultTcpipStack", max_connections=12000),
]


@pytest.mark.parametrize("action", ["close", "reset", "halfBody", "http503"])
@pytest.mark.parametrize("step", STEPS, ids=lambda step: type(step).__name__)
async def test_a_write_whose_answer_is_lost_is_ambiguous_and_did_happen(
    simulator: Running, watcher: Watcher, step: Step, action: str
) -> None:
    before = watcher.network()
    inject(simulator, host=HOST, action=action, when="after", count=1)
    with pytest.raises(AmbiguousWriteError, match="may or may not have happened"):
        await execute(watcher, step)
    await watcher.until(lambda: watcher.network() != before, what="the effect")
    assert sum(simulator.control.calls(HOST).values()) == 1


async def test_a_write_that_is_not_answered_in_time_is_ambiguous(simulator: Running, watcher: Watcher) -> None:
    inject(simulator, method="AddVirtualNic", action="hang", when="after")
    started = time.monotonic()
    with pytest.raises(AmbiguousWriteError, match=r"did not answer within 0\.3 seconds"):
        await execute(watcher, NEW, timeout_s=0.3)
    assert time.monotonic() - started < 2
    await watcher.until(lambda: has(watcher, "vmk2"), what="the adapter that was created all the same")


async def test_a_write_to_a_vcenter_that_is_not_there_did_not_happen() -> None:
    async with start(hosts=1) as simulator:
        connection = connected(simulator)
        made = await connection.__aenter__()
        await anext(made.stream())
        (ref,) = made.inventory.hosts()
    with pytest.raises(TransientError):
        await made.execute(ref, RemoveAdapter("vmk1"), timeout_s=2)
    await connection.__aexit__(None, None, None)


@pytest.mark.parametrize(
    ("fault", "expected"),
    [
        ("HostConfigFault", TransientError),
        ("PlatformConfigFault", TransientError),
        ("TaskInProgress", TransientError),
        ("NotFound", TransientError),
        ("InvalidArgument", BlockedError),
        ("AlreadyExists", BlockedError),
        ("NotSupported", BlockedError),
        ("InvalidState", BlockedError),
        ("NoPermission", BlockedError),
        ("NetworkDisruptedAndConfigRolledBack", BlockedError),
        ("HostNotConnected", HostAwayError),
        ("HostNotReachable", HostAwayError),
        ("HostCommunication", AmbiguousWriteError),
        ("NotAuthenticated", SessionLostError),
        ("FileLocked", TransientError),
    ],
)
async def test_a_fault_is_told_as_what_it_means_with_the_hosts_own_words(
    simulator: Running, watcher: Watcher, fault: str, expected: type[VmkOperatorError]
) -> None:
    inject(simulator, method="RemoveVirtualNic", fault=fault, text="because of the test")
    with pytest.raises(expected, match="RemoveVirtualNic") as caught:
        await execute(watcher, RemoveAdapter("vmk1"))
    if fault not in ("NoPermission", "NotAuthenticated"):
        assert "because of the test" in str(caught.value)
    assert has(watcher, "vmk1")


async def test_a_disconnected_host_refuses_writes_as_being_away(simulator: Running, watcher: Watcher) -> None:
    simulator.control.set_connection(HOST, "disconnected")
    with pytest.raises(HostAwayError):
        await execute(watcher, RemoveAdapter("vmk1"))


async def test_a_second_adapter_on_a_standard_port_group_is_refused_in_the_hosts_words(watcher: Watcher) -> None:
    taken = CreateAdapter("vmotion", StandardAttachment("vMotion-Old"), STATIC, None)
    with pytest.raises(BlockedError, match=r"AddVirtualNic was refused: .*already exists") as caught:
        await execute(watcher, taken)
    assert caught.value.reason == "Refused"


async def test_a_host_that_is_not_in_the_inventory_is_not_written_to(
    simulator: Running, connection: Connection, watcher: Watcher
) -> None:
    stranger = HostRef(watcher.host().ref.vcenter, "host-999")
    with pytest.raises(TransientError, match="host-999"):
        await connection.execute(stranger, RemoveAdapter("vmk1"), timeout_s=5)
    assert simulator.control.journal() == []


async def test_a_refresh_lets_vcenter_see_what_it_was_not_told() -> None:
    settings = Settings(read_lag=3600)
    async with start(hosts=1, settings=settings) as simulator, connected(simulator) as connection:
        stream = connection.stream()
        await anext(stream)
        (ref,) = connection.inventory.hosts()
        await connection.execute(ref, UpdateAdapter("vmk1", VMK1, mtu=1400), timeout_s=5)
        assert (await connection.read_host(ref)) == connection.inventory.host(ref)
        await connection.refresh(ref)
        network = (await connection.read_host(ref)).network
        assert network is not None
        assert [one.mtu for one in network.adapters] == [1500, 1400]
        await stream.aclose()


async def test_writes_go_on_while_the_long_poll_waits(watcher: Watcher) -> None:
    async with asyncio.timeout(5):
        for mtu in (1400, 1300, 1280):
            await execute(watcher, UpdateAdapter("vmk1", VMK1, mtu=mtu))
    await watcher.until(lambda: watcher.adapter("vmk1").mtu == 1280, what="the last write")
