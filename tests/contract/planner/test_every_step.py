"""What the planner foresees of each kind of step is what a host becomes, and what it refuses a host refuses."""

from collections.abc import AsyncIterator
from dataclasses import replace
from ipaddress import IPv4Address, IPv4Interface, IPv4Network, IPv6Address, IPv6Interface, IPv6Network
from typing import Any

import pytest

from contract.planner.host import NOT_SENT, SimulatedHost, comparable, simulated_host
from vcenter_simulator.host.behaviour import Choice, DefaultStackService
from vmk_operator.model.host import (
    DEFAULT_NETSTACK,
    Attachment,
    DistributedAttachment,
    DnsState,
    Ipv4State,
    NetworkState,
    OpaqueAttachment,
    RouteConfig,
    StandardAttachment,
    StaticRoute,
    VsanMulticast,
    VsanPort,
)
from vmk_operator.model.step import (
    CreateAdapter,
    CreateNetstack,
    DeselectService,
    Ipv6Change,
    RemoveAdapter,
    RemoveNetstack,
    RouteChanges,
    SelectService,
    Step,
    UpdateAdapter,
    UpdateNetstack,
    UpdateVsan,
)
from vmk_operator.planner.effect import apply, created_device, is_visible

ON_VSAN, NONE = frozenset({"vsan"}), frozenset[str]()
BACKUP = StandardAttachment("Backup-40")
ADDRESS = IPv4Interface("10.0.40.11/24")
STATIC = Ipv4State(dhcp=False, address=ADDRESS)
VMK1_ADDRESS = Ipv4State(dhcp=False, address=IPv4Interface("10.0.30.11/24"))
NO_ADDRESS = Ipv4State(dhcp=False, address=None)
DHCP = Ipv4State(dhcp=True, address=None)
DNS = DnsState(domain_name="example.com", servers=("10.0.50.53", "fd00:50::53"), search_domains=("b.com", "a.com"))
A6, B6, SHORTER = (IPv6Interface(text) for text in ("fd00:40::11/64", "fd00:40::12/64", "fd00:40::11/48"))
OWN_IPV6 = RouteConfig(None, IPv6Address("fd00:40::1"))
OWN = RouteConfig(IPv4Address("10.0.40.1"))


def on(portgroup: str, address: str | None = None, **fields: Any) -> dict[str, Any]:
    """An adapter on a standard port group, or on one of the distributed switch if it is called dpg-…."""
    place = {"distributed": {"switch": "DSwitch", "name": portgroup}}
    port_group = place if portgroup.startswith("dpg-") else {"standard": portgroup}
    return {"portGroup": port_group, "ipv4": {"address": address}, **fields}


VMK1 = on("Storage-30", "10.0.30.11/24", services=["vmotion"])
VMK2 = on("dpg-vmotion", "10.0.50.11/24", netstack="vmotion")
ROUTED = {**on("Storage-30"), "ipv4": {"address": "10.0.30.11/24", "gateway": "10.0.30.1"}}
SIX_ON_VMOTION = {**VMK2, "ipv6": {"addresses": ["fd00:40::11/64"]}}
SIX = {**on("Storage-30"), "ipv6": {"addresses": ["fd00:40::11/64"], "auto": True}}
EIGHT = StaticRoute(IPv4Network("10.8.0.0/16"), IPv4Address("10.0.50.8"))
EIGHT_ELSEWHERE = StaticRoute(IPv4Network("10.8.0.0/16"), IPv4Address("10.0.50.9"))
NINE = StaticRoute(IPv4Network("10.9.0.0/16"), IPv4Address("10.0.50.9"))
ROUTES = {
    "routes": {
        "vmotion": [
            {"network": "10.7.0.0/16", "gateway": "10.0.50.7"},
            {"network": "10.8.0.0/16", "gateway": "10.0.50.8"},
        ]
    }
}
NINE6 = StaticRoute(IPv6Network("fd00:9::/48"), IPv6Address("fd00:40::9"))
NINE6_ELSEWHERE = StaticRoute(IPv6Network("fd00:9::/48"), IPv6Address("fd00:40::8"))
ROUTES6 = {"routes": {"vmotion": [{"network": "fd00:9::/48", "gateway": "fd00:40::8"}]}}
ON_STORAGE = {**VMK2, "netstack": "storage"}
NEEDED = {"custom": ["storage"]}
LEASED_ON_VMOTION = {**on("Storage-30", netstack="vmotion"), "ipv4": {"dhcp": True, "address": "10.0.30.99/24"}}
LEASED6_ON_VMOTION = {**on("Storage-30", netstack="vmotion"), "ipv6": {"dhcp": True}}
BOTH_LEASED = {"vmk2": LEASED_ON_VMOTION, "vmk3": {**LEASED_ON_VMOTION, "portGroup": {"standard": "Backup-40"}}}
FROM_VMK2 = {"dns": {"vmotion": {"dhcp": True, "device": "vmk2"}}}
NAMED = DnsState(host_name="esx99", domain_name="example.com", servers=("10.0.0.53",))
LEASED = {**on("Storage-30"), "ipv4": {"dhcp": True, "address": "10.0.30.99/24"}}


@pytest.fixture
async def host() -> AsyncIterator[SimulatedHost]:
    async with simulated_host() as made:
        yield made


ON_SEGMENT = {"portGroup": {"opaque": "seg-2"}, "ipv4": {"address": "10.0.30.11/24"}}
VSAN = on(
    "vMotion-Old",
    "10.0.60.11/24",
    services=["vsan", "vsanWitness"],
    vsanMulticast={"upstream": "224.1.2.3", "downstream": "224.2.3.4"},
)
VSAN_PORT = VsanPort("vmk3", frozenset({"vsan", "witness"}), VsanMulticast("224.1.2.3", "224.2.3.4"))
VSAN_WITNESS_PORT = replace(VSAN_PORT, traffic=frozenset({"witness"}))
WITNESS = VsanPort("vmk1", frozenset({"witness"}))
SEGMENT = OpaqueAttachment("seg-1", "nsx.LogicalSwitch")


DONE: list[tuple[Step, dict[str, Any]]] = [
    (CreateAdapter(DEFAULT_NETSTACK, BACKUP, STATIC, 9000), {}),
    (CreateAdapter(DEFAULT_NETSTACK, BACKUP, STATIC, None), {"vmk1": on("Storage-30"), "vmk3": VMK2}),
    (CreateAdapter("vmotion", BACKUP, STATIC, 9000), {"vmk1": VMK1}),
    (CreateAdapter(DEFAULT_NETSTACK, BACKUP, DHCP, None), {}),
    (CreateAdapter("vmotion", BACKUP, NO_ADDRESS, None), {}),
    (CreateAdapter(DEFAULT_NETSTACK, BACKUP, STATIC, None, OWN), {}),
    (CreateAdapter("vmotion", BACKUP, STATIC, None), {"vmk2": VMK2}),
    (CreateAdapter("vSphereProvisioning", BACKUP, STATIC, None), {"vmk1": VMK1}),
    (UpdateAdapter("vmk1", VMK1_ADDRESS, mtu=9000), {"vmk1": VMK1}),
    (UpdateAdapter("vmk1", STATIC), {"vmk1": VMK1}),
    (UpdateAdapter("vmk1", STATIC, mtu=1280), {"vmk1": VMK1}),
    (UpdateAdapter("vmk1", NO_ADDRESS, mtu=9000), {"vmk1": on("Storage-30")}),
    (UpdateAdapter("vmk1", DHCP, mtu=9000), {"vmk1": LEASED}),
    (UpdateAdapter("vmk1", STATIC), {"vmk1": LEASED}),
    (UpdateAdapter("vmk2", STATIC), {"vmk2": VMK2}),
    (UpdateAdapter("vmk1", DHCP), {"vmk1": VMK1}),
    (UpdateAdapter("vmk1", NO_ADDRESS), {"vmk1": VMK1}),
    (UpdateAdapter("vmk1", NO_ADDRESS), {"vmk1": LEASED}),
    (UpdateAdapter("vmk1", STATIC, routes=OWN), {"vmk1": VMK1}),
    (UpdateAdapter("vmk1", STATIC, routes=RouteConfig()), {"vmk1": ROUTED}),
    (UpdateAdapter("vmk1", NO_ADDRESS, routes=RouteConfig()), {"vmk1": ROUTED}),
    (CreateAdapter(DEFAULT_NETSTACK, BACKUP, STATIC, None, None, Ipv6Change(auto=None, dhcp=None, add=(A6, B6))), {}),
    (CreateAdapter("vmotion", BACKUP, NO_ADDRESS, None, OWN_IPV6, Ipv6Change(auto=True, dhcp=True, add=(A6,))), {}),
    (UpdateAdapter("vmk1", VMK1_ADDRESS, ipv6=Ipv6Change(auto=False, dhcp=False, add=(A6, B6))), {"vmk1": VMK1}),
    (UpdateAdapter("vmk1", VMK1_ADDRESS, ipv6=Ipv6Change(auto=True, dhcp=True)), {"vmk1": VMK1}),
    (UpdateAdapter("vmk1", NO_ADDRESS, ipv6=Ipv6Change(auto=False, dhcp=False, remove=(A6,))), {"vmk1": SIX}),
    (UpdateAdapter("vmk1", NO_ADDRESS, ipv6=Ipv6Change(auto=False, dhcp=True, add=(B6,))), {"vmk1": SIX}),
    (
        UpdateAdapter("vmk1", NO_ADDRESS, ipv6=Ipv6Change(auto=True, dhcp=False, add=(SHORTER,), remove=(A6,))),
        {"vmk1": SIX},
    ),
    (UpdateAdapter("vmk1", NO_ADDRESS, routes=OWN_IPV6), {"vmk1": SIX}),
    (UpdateAdapter("vmk1", NO_ADDRESS, routes=RouteConfig(None, IPv6Address("fe80::1"))), {"vmk1": SIX}),
    (UpdateAdapter("vmk1", DHCP, attachment=BACKUP), {"vmk1": LEASED}),
    (UpdateAdapter("vmk1", STATIC, mtu=9000, attachment=BACKUP), {"vmk1": VMK1}),
    (UpdateAdapter("vmk2", STATIC, attachment=BACKUP), {"vmk2": VMK2}),
    (CreateAdapter("vmotion", SEGMENT, STATIC, 9000), {}),
    (UpdateAdapter("vmk1", VMK1_ADDRESS, attachment=SEGMENT), {"vmk1": VMK1}),
    (UpdateAdapter("vmk2", STATIC, attachment=SEGMENT), {"vmk2": VMK2}),
    (UpdateAdapter("vmk1", VMK1_ADDRESS, attachment=SEGMENT), {"vmk1": ON_SEGMENT}),
    (UpdateAdapter("vmk1", VMK1_ADDRESS, attachment=BACKUP), {"vmk1": ON_SEGMENT}),
    (RemoveAdapter("vmk1"), {"vmk1": VMK1, "vmk2": on("Backup-40")}),
    (RemoveAdapter("vmk2"), {"vmk1": on("Storage-30"), "vmk2": VMK2}),
    (SelectService("vmk1", "management"), {"vmk1": VMK1}),
    (SelectService("vmk1", "vSphereProvisioning"), {"vmk1": on("Storage-30"), "vmk2": VMK2}),
    (DeselectService("vmk1", "vmotion"), {"vmk1": VMK1}),
    (UpdateVsan("vmk1", ON_VSAN, NONE, (VsanPort("vmk1"),)), {"vmk1": VMK1}),
    (UpdateVsan("vmk1", ON_VSAN, NONE, (VsanPort("vmk1"), VSAN_PORT)), {"vmk1": VMK1, "vmk3": VSAN}),
    (UpdateVsan("vmk1", frozenset({"vsanWitness"}), NONE, (WITNESS, VSAN_PORT)), {"vmk1": VMK1, "vmk3": VSAN}),
    (UpdateVsan("vmk3", NONE, ON_VSAN, (VSAN_WITNESS_PORT,)), {"vmk3": VSAN}),
    (UpdateVsan("vmk3", NONE, ON_VSAN, ()), {"vmk1": VMK1, "vmk3": VSAN}),
    (RemoveAdapter("vmk3"), {"vmk1": VMK1, "vmk3": VSAN}),
    (CreateAdapter(DEFAULT_NETSTACK, BACKUP, STATIC, None), {"vmk3": VSAN}),
    (UpdateNetstack("vmotion", RouteConfig(IPv4Address("10.0.50.1"))), {"vmk2": VMK2}),
    (UpdateNetstack("vmotion", RouteConfig(None, IPv6Address("fd00:40::1"))), {"vmk2": SIX_ON_VMOTION}),
    (UpdateNetstack("vmotion", RouteConfig(None, IPv6Address("fe80::1"))), {"vmk2": VMK2}),
    (
        UpdateNetstack("vmotion", RouteConfig(IPv4Address("10.0.50.1"), IPv6Address("fd00:40::1"))),
        {"vmk2": SIX_ON_VMOTION},
    ),
    (UpdateNetstack(DEFAULT_NETSTACK, RouteConfig(), None, 12000, "cubic"), {}),
    (UpdateNetstack("vmotion", dns=DNS), {"vmk2": VMK2}),
    (UpdateNetstack("vmotion", RouteConfig(IPv4Address("10.0.50.1")), DNS, 500, "cubic"), {"vmk2": VMK2}),
    (UpdateNetstack("vmotion", dns=DnsState(dhcp=True, device="vmk2")), {"vmk2": LEASED_ON_VMOTION}),
    (UpdateNetstack("vmotion", dns=DnsState(dhcp=True, device="vmk2")), {"vmk2": LEASED6_ON_VMOTION}),
    (UpdateNetstack("vmotion", dns=DNS), {"vmk2": LEASED_ON_VMOTION, **FROM_VMK2}),
    (UpdateNetstack("vmotion", dns=DnsState(dhcp=True, device="vmk3")), {**BOTH_LEASED, **FROM_VMK2}),
    (UpdateNetstack(DEFAULT_NETSTACK, dns=NAMED), {}),
    (UpdateNetstack("vmotion", max_connections=500), {}),
    (UpdateNetstack("vmotion", max_connections=500), {"vmk2": VMK2}),
    (UpdateNetstack("vmotion", route_changes=RouteChanges(add=frozenset({NINE, EIGHT}))), {"vmk2": VMK2}),
    (UpdateNetstack("vmotion", route_changes=RouteChanges(add=frozenset({NINE}))), {"vmk2": VMK2, **ROUTES}),
    (UpdateNetstack("vmotion", route_changes=RouteChanges(remove=frozenset({EIGHT}))), {"vmk2": VMK2, **ROUTES}),
    (
        UpdateNetstack(
            "vmotion",
            RouteConfig(IPv4Address("10.0.50.1")),
            route_changes=RouteChanges(add=frozenset({EIGHT_ELSEWHERE, NINE}), remove=frozenset({EIGHT})),
        ),
        {"vmk2": VMK2, **ROUTES},
    ),
    (UpdateNetstack("vmotion", route_changes=RouteChanges(add=frozenset({NINE, NINE6}))), {"vmk2": SIX_ON_VMOTION}),
    (
        UpdateNetstack(
            "vmotion", route_changes=RouteChanges(add=frozenset({NINE6}), remove=frozenset({NINE6_ELSEWHERE}))
        ),
        {"vmk2": SIX_ON_VMOTION, **ROUTES6},
    ),
    (
        UpdateAdapter("vmk2", STATIC, ipv6=Ipv6Change(auto=False, dhcp=False, remove=(A6,))),
        {"vmk2": SIX_ON_VMOTION, **ROUTES6},
    ),
    (UpdateAdapter("vmk2", STATIC), {"vmk2": VMK2, **ROUTES}),
    (UpdateAdapter("vmk2", DHCP), {"vmk2": VMK2, **ROUTES}),
    (RemoveAdapter("vmk2"), {"vmk1": on("Storage-30"), "vmk2": VMK2, **ROUTES}),
    (CreateNetstack("storage"), {"vmk2": VMK2}),
    (CreateAdapter("storage", BACKUP, STATIC, 9000), NEEDED),
    (
        UpdateNetstack("storage", RouteConfig(IPv4Address("10.0.50.1")), DNS, 500, "cubic"),
        {"vmk2": ON_STORAGE, **NEEDED},
    ),
    (RemoveAdapter("vmk2"), {"vmk2": ON_STORAGE, **NEEDED}),
    (RemoveNetstack("storage"), {"vmk2": VMK2, **NEEDED}),
]


@pytest.mark.parametrize(("step", "adapters"), DONE)
async def test_a_host_becomes_what_was_foreseen(host: SimulatedHost, step: Step, adapters: dict[str, Any]) -> None:
    before = await host.become(**adapters)

    assert await host.execute(step) is None

    after = await host.network()
    assert comparable(after) == comparable(apply(step, before))
    assert after != before
    assert is_visible(step, before, after)


REFUSED: list[tuple[Step, str]] = [
    (UpdateNetstack("vmotion", dns=DnsState(dhcp=True, device="vmk9")), "NotFound"),
    (UpdateNetstack("vmotion", dns=DnsState(dhcp=True, device="vmk1")), "NotFound"),
    (UpdateNetstack("vmotion", dns=DnsState(dhcp=True, device="vmk2")), "InvalidArgument"),
    (CreateAdapter("nsx", BACKUP, STATIC, None), "NotFound"),
    (UpdateAdapter("vmk9", STATIC), "NotFound"),
    (RemoveAdapter("vmk9"), "NotFound"),
    (SelectService("vmk9", "vmotion"), "InvalidArgument"),
    (SelectService("vmk1", "no such service"), "InvalidArgument"),
    (SelectService("vmk1", "vmotion"), "HostConfigFault"),
    (SelectService("vmk2", "management"), "HostConfigFault"),
    (DeselectService("vmk9", "vmotion"), "InvalidArgument"),
    (DeselectService("vmk2", "vmotion"), "HostConfigFault"),
    (DeselectService("vmk1", "management"), "InvalidArgument"),
    (UpdateVsan("vmk9", ON_VSAN, NONE, (VsanPort("vmk1"), VsanPort("vmk9"))), "InvalidArgument"),
    (UpdateVsan("vmk2", ON_VSAN, NONE, (VsanPort("vmk2"),)), "HostConfigFault"),
    (UpdateNetstack("nsx", max_connections=500), "NotFound"),
    (RemoveNetstack("vmotion"), NOT_SENT),
]


@pytest.mark.parametrize(("step", "fault"), REFUSED)
async def test_what_was_foreseen_to_be_refused_is_refused(host: SimulatedHost, step: Step, fault: str) -> None:
    before = await host.become(vmk1=on("Storage-30"), vmk2=VMK2)
    assert apply(step, before) == before

    assert await host.execute(step) == fault
    assert await host.network() == before


async def test_an_implied_service_may_be_selected_and_stays_as_it_is(host: SimulatedHost) -> None:
    before = await host.become(vmk2=VMK2)
    step = SelectService("vmk2", "vmotion")

    assert await host.execute(step) is None
    assert await host.network() == before == apply(step, before)


@pytest.mark.parametrize("mtu", [None, 9000])
async def test_a_created_adapter_is_found_under_the_device_that_vcenter_answered(
    host: SimulatedHost, mtu: int | None
) -> None:
    before = await host.become(vmk1=on("Storage-30"), vmk3=VMK2)
    step = CreateAdapter("vmotion", distributed(before, "dpg-backup"), STATIC, mtu)

    await host.execute(step)

    made = created_device(step, before, await host.network())
    assert made is not None
    assert made.device == "vmk2"


async def test_where_a_shadowed_service_stays_visible_nothing_else_is_foreseen_wrongly() -> None:
    async with simulated_host(default_stack_service=DefaultStackService.SHADOWED) as host:
        before = await host.become(vmk1=VMK1)
        step = CreateAdapter("vmotion", BACKUP, STATIC, None)

        assert await host.execute(step) is None

        after, foreseen = await host.network(), apply(step, before)
        assert foreseen.devices_with("vmotion") == {"vmk2"}
        assert after.devices_with("vmotion") == {"vmk1", "vmk2"}
        assert is_visible(step, before, after)
        assert comparable(without_vmotion(after)) == comparable(without_vmotion(foreseen))


@pytest.mark.parametrize(("step", "adapters"), [row for row in DONE if isinstance(row[0], UpdateAdapter)])
async def test_no_update_of_an_adapter_leaves_out_the_ip_configuration(
    step: UpdateAdapter, adapters: dict[str, Any]
) -> None:
    async with simulated_host(update_without_ip=Choice.REFUSE) as host:
        await host.become(**adapters)

        assert await host.execute(step) is None


@pytest.mark.parametrize("step", [CreateNetstack("storage"), RemoveNetstack("nsx")])
async def test_a_stack_that_is_there_is_not_made_again_and_one_that_is_not_is_not_removed(
    host: SimulatedHost, step: Step
) -> None:
    before = await host.become(custom=["storage"])

    assert await host.execute(step) is None
    assert await host.network() == before == apply(step, before)


def distributed(network: NetworkState, name: str) -> Attachment:
    (switch,) = network.distributed_switches
    key = next(group.key for group in switch.port_groups if group.name == name)
    return DistributedAttachment(switch.uuid, key)


def without_vmotion(network: NetworkState) -> NetworkState:
    return replace(network, services=tuple((name, devices) for name, devices in network.services if name != "vmotion"))
