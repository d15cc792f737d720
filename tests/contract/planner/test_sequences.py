"""Any sequence of steps, on any host, comes out as the planner's simulation foresees it."""

from collections.abc import AsyncIterator, Iterable
from dataclasses import replace
from ipaddress import IPv4Address, IPv4Interface, IPv4Network, IPv6Address, IPv6Interface, IPv6Network
from typing import Any

import pytest
from hypothesis import HealthCheck, given, note, settings
from hypothesis import strategies as st

from contract.planner.host import SimulatedHost, comparable, simulated_host
from vcenter_simulator.host.behaviour import Choice
from vmk_operator.model.host import (
    SYSTEM_NETSTACKS,
    AdapterState,
    Attachment,
    DistributedAttachment,
    DnsState,
    Ipv4State,
    Ipv6State,
    NetworkState,
    OpaqueAttachment,
    RouteConfig,
    StandardAttachment,
    StaticRoute,
)
from vmk_operator.model.step import (
    CreateAdapter,
    CreateNetstack,
    DeselectService,
    RemoveAdapter,
    RemoveNetstack,
    RouteChanges,
    SelectService,
    Step,
    UpdateAdapter,
    UpdateNetstack,
)
from vmk_operator.planner.effect import apply, created_device, is_visible
from vmk_operator.planner.ipv6 import NOTHING, ipv6_change
from vmk_operator.planner.vsan import TRAFFIC, vsan_step

MOST_STEPS = 10
DEVICES = tuple(f"vmk{number}" for number in range(5))
ADDRESSES = tuple(IPv4Interface(text) for text in ("10.0.40.11/24", "10.0.40.12/25", "10.0.50.13/16", "10.0.60.14/24"))
GATEWAYS = tuple(IPv4Address(text) for text in ("10.0.40.1", "10.0.50.1", "10.0.60.1"))
IPV6_ADDRESSES = tuple(IPv6Interface(text) for text in ("fd00:40::11/64", "fd00:40::12/64", "fd00:50::13/48"))
IPV6_GATEWAYS = tuple(IPv6Address(text) for text in ("fd00:40::1", "fd00:50::1", "fe80::1"))
STATIC_ROUTES = frozenset(
    {
        *(StaticRoute(IPv4Network(f"10.{number}.0.0/16"), via) for number, via in enumerate(GATEWAYS, start=101)),
        *(StaticRoute(IPv6Network(f"fd00:{number}::/48"), via) for number, via in enumerate(IPV6_GATEWAYS[:2])),
    }
)
"""One network for each gateway: a host keeps a route that is out of force, and takes no second one to its network."""
DHCP = Ipv4State(dhcp=True, address=None)
NO_ADDRESS = Ipv4State(dhcp=False, address=None)
NO_MANAGEMENT = DeselectService("vmk0", "management")
"""With vmk0 for management, no other step can cut the host off."""

CUSTOM = ("storage", "backup")
keys = st.sampled_from([*SYSTEM_NETSTACKS, *SYSTEM_NETSTACKS, *CUSTOM, "nsx"])
devices = st.sampled_from(DEVICES)
mtus = st.none() | st.sampled_from([1280, 1500, 9000])
# Not vSAN's (UpdateVsan_Task is for those), and none that only one adapter may carry: no object can declare them.
services = st.sampled_from(["management", "vmotion", "vSphereProvisioning", "vSphereBackupNFC", "no such service"])


def made(lease: str) -> st.SearchStrategy[dict[str, Any]]:
    """An adapter that is there before the first step."""
    return st.sampled_from(
        [
            {"portGroup": {"standard": "Storage-30"}, "ipv4": {"dhcp": True, "address": lease}},
            {"portGroup": {"distributed": {"switch": "DSwitch", "name": "dpg-backup"}}, "ipv4": {"dhcp": True}},
            {"portGroup": {"opaque": "seg-1"}},
            {"portGroup": {"standard": "vMotion-Old"}, "services": ["vmotion", "vSphereBackupNFC"], "mtu": 1400},
        ]
    )


made_before = st.fixed_dictionaries({}, optional={"vmk1": made("10.0.30.98/24"), "vmk2": made("10.0.30.99/24")})


@pytest.fixture
async def host() -> AsyncIterator[SimulatedHost]:
    """A host that refuses nothing which a rule of the planner keeps from being planned, and which may be allowed."""
    async with simulated_host(
        second_adapter_on_standard_portgroup=Choice.ACCEPT, mtu_above_switch=Choice.ACCEPT
    ) as made:
        yield made


@settings(
    max_examples=15,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(adapters=made_before, data=st.data())
async def test_a_sequence_of_steps_ends_as_foreseen(
    host: SimulatedHost, adapters: dict[str, Any], data: st.DataObject
) -> None:
    network = await host.become(**adapters)
    for _ in range(data.draw(st.integers(1, MOST_STEPS))):
        step, before = data.draw(steps(network)), network
        fault = await host.execute(step)
        note(f"{step}: {fault or 'done'}")

        network = await host.network()
        foreseen = apply(step, before)
        may_restore = isinstance(step, CreateAdapter | UpdateAdapter)
        shown = without_restored_routes(network, foreseen) if may_restore else network
        assert comparable(shown) == comparable(foreseen)
        if fault is not None:
            assert network == before
        else:
            assert is_visible(step, before, network)
            assert not isinstance(step, CreateAdapter) or created_device(step, before, network) is not None


def steps(network: NetworkState) -> st.SearchStrategy[Step]:
    """Steps as the planner plans them, and ones that a host refuses."""
    return st.one_of(
        creations(network),
        devices.flatmap(lambda device: updates(network, device)),
        st.builds(RemoveAdapter, st.sampled_from(DEVICES[1:])),
        st.builds(CreateNetstack, st.sampled_from(CUSTOM)),
        st.builds(RemoveNetstack, st.sampled_from(CUSTOM)),
        st.builds(SelectService, devices, services),
        st.builds(DeselectService, devices, services).filter(lambda step: step != NO_MANAGEMENT),
        st.builds(
            lambda device, gained, lost: vsan_step(device, frozenset(gained), frozenset(lost - gained), network),
            devices,
            st.sets(st.sampled_from(sorted(TRAFFIC))),
            st.sets(st.sampled_from(sorted(TRAFFIC))),
        ),
        keys.flatmap(
            lambda key: st.builds(
                UpdateNetstack,
                st.just(key),
                st.none() | routes(network, key),
                st.none() | dns(network, key),
                st.none() | st.sampled_from([500, 12000]),
                st.none() | st.sampled_from(["newreno", "cubic"]),
                st.none() | route_changes(network, key),
            )
        ),
    )


def is_without_uplink(place: Attachment) -> bool:
    """The opaque switch has none, so there a host takes the adapter for management back."""
    return isinstance(place, OpaqueAttachment)


def attachments(network: NetworkState) -> st.SearchStrategy[Attachment]:
    (switch,) = network.distributed_switches
    return st.sampled_from(
        [
            *(StandardAttachment(group.name) for group in network.standard_port_groups),
            *(OpaqueAttachment(one.network_id, one.network_type) for one in network.opaque_networks),
            # What carries the uplinks carries no adapter; no object can declare it.
            *(
                DistributedAttachment(switch.uuid, group.key)
                for group in switch.port_groups
                if "DVUplinks" not in group.name
            ),
        ]
    )


def free_addresses(network: NetworkState, device: str = "") -> st.SearchStrategy[IPv4Interface]:
    """Addresses that no other adapter has: the planner never plans one a second time."""
    others = (one.ipv4.address for one in network.adapters if one.device != device)
    taken = {address.ip for address in others if address is not None}
    return st.sampled_from([one for one in ADDRESSES if one.ip not in taken] or [IPv4Interface("10.0.70.99/24")])


def dns(network: NetworkState, key: str) -> st.SearchStrategy[DnsState]:
    """DNS by hand, and from each adapter of the stack, of which a host refuses those without DHCP."""
    by_hand = st.builds(
        DnsState,
        host_name=st.sampled_from(["", "esx99"]),
        domain_name=st.sampled_from(["", "example.com"]),
        servers=st.sampled_from([(), ("10.0.40.53",), ("fd00:40::53", "10.0.40.53")]),
        search_domains=st.sampled_from([(), ("example.com", "lab.example.com")]),
    )
    on_stack = [one.device for one in network.adapters if one.netstack == key]
    return by_hand | st.sampled_from([DnsState(dhcp=True, device=one) for one in on_stack]) if on_stack else by_hand


def route_changes(network: NetworkState, key: str) -> st.SearchStrategy[RouteChanges]:
    """Routes that are not there through gateways that adapters of the stack reach, and ones that are: as planned."""
    stack = network.netstack(key)
    present = frozenset[StaticRoute]() if stack is None else stack.static_routes
    on_stack = [one for one in network.adapters if one.netstack == key]
    reached = {one for one in STATIC_ROUTES - present if any(leads_through(one, adapter) for adapter in on_stack)}
    return st.builds(RouteChanges, add=some_of(reached), remove=some_of(present))


def leads_through(route: StaticRoute, adapter: AdapterState) -> bool:
    if isinstance(route.gateway, IPv4Address):
        return reaches(adapter.ipv4, route.gateway)
    return adapter.ipv6 is not None and reaches_ipv6(adapter.ipv6, route.gateway)


def some_of(routes: Iterable[StaticRoute]) -> st.SearchStrategy[frozenset[StaticRoute]]:
    listed = sorted(routes, key=lambda one: str(one.network))
    return st.frozensets(st.sampled_from(listed)) if listed else st.just(frozenset())


def without_restored_routes(network: NetworkState, foreseen: NetworkState) -> NetworkState:
    """Leave out routes that an adapter brought back into force: what a host keeps unseen can't be foreseen."""
    known = {one.key: one.static_routes for one in foreseen.netstacks}
    return replace(
        network,
        netstacks=tuple(replace(one, static_routes=one.static_routes & known[one.key]) for one in network.netstacks),
    )


def updates(network: NetworkState, device: str) -> st.SearchStrategy[UpdateAdapter]:
    present = network.adapter(device)
    own = RouteConfig() if present is None else present.routes
    has = NOTHING if present is None or present.ipv6 is None else present.ipv6
    return st.tuples(ipv4(network, device), ipv6(network, device)).flatmap(
        lambda wanted: st.builds(
            UpdateAdapter,
            st.just(device),
            st.just(wanted[0]),
            mtus,
            st.none() | attachments(network).filter(lambda place: device != "vmk0" or not is_without_uplink(place)),
            own_routes(*wanted, own),
            st.just(None if wanted[1] == has else ipv6_change(has, wanted[1])),
        )
    )


def creations(network: NetworkState) -> st.SearchStrategy[CreateAdapter]:
    return st.tuples(ipv4(network), ipv6(network)).flatmap(
        lambda wanted: st.builds(
            CreateAdapter,
            keys,
            attachments(network),
            st.just(wanted[0]),
            mtus,
            own_routes(*wanted, RouteConfig()),
            st.just(None if wanted[1] == NOTHING else ipv6_change(NOTHING, wanted[1])),
        )
    )


def ipv6(network: NetworkState, device: str = "") -> st.SearchStrategy[Ipv6State]:
    """Any switches, and addresses that no other adapter has: the planner never plans one a second time."""
    others = [one.ipv6 for one in network.adapters if one.device != device and one.ipv6 is not None]
    taken = {address.ip for one in others for address in one.addresses}
    free = [one for one in IPV6_ADDRESSES if one.ip not in taken]
    addresses = st.lists(st.sampled_from(free), unique=True) if free else st.just([])
    return st.builds(Ipv6State, st.booleans(), st.booleans(), addresses.map(lambda chosen: tuple(sorted(chosen))))


def own_routes(ipv4: Ipv4State, ipv6: Ipv6State, present: RouteConfig) -> st.SearchStrategy[RouteConfig | None]:
    """Gateways of its own that the adapter reaches, or none sent where the present ones stay reachable."""
    fours = [None, *(gateway for gateway in GATEWAYS if reaches(ipv4, gateway))]
    sixes = [None, *(gateway for gateway in IPV6_GATEWAYS if reaches_ipv6(ipv6, gateway))]
    stays = present.ipv4_gateway in fours and present.ipv6_gateway in sixes
    sent = st.builds(RouteConfig, st.sampled_from(fours), st.sampled_from(sixes))
    return sent | st.none() if stays else sent


def reaches_ipv6(ipv6: Ipv6State, gateway: IPv6Address) -> bool:
    return gateway.is_link_local or ipv6.dhcp or ipv6.auto or any(gateway in one.network for one in ipv6.addresses)


def reaches(ipv4: Ipv4State, gateway: IPv4Address) -> bool:
    return ipv4.dhcp or (ipv4.address is not None and gateway in ipv4.address.network)


def ipv4(network: NetworkState, device: str = "") -> st.SearchStrategy[Ipv4State]:
    present = network.adapter(device)
    kept = [] if present is None else [present.ipv4.configured]
    static = free_addresses(network, device).map(lambda address: Ipv4State(dhcp=False, address=address))
    # The planner never takes the address of the only adapter for management; a host would take that back.
    none = [] if device == "vmk0" else [NO_ADDRESS]
    return st.sampled_from([*kept, DHCP, *none]) | static


def routes(network: NetworkState, key: str) -> st.SearchStrategy[RouteConfig]:
    """Gateways that adapters of the stack reach: the planner plans no other."""
    on_stack = [one for one in network.adapters if one.netstack == key]
    fours = [gateway for gateway in GATEWAYS if not on_stack or any(reaches(one.ipv4, gateway) for one in on_stack)]
    sixes = [
        # A link-local one would pass for advertised as soon as somebody listens.
        gateway
        for gateway in IPV6_GATEWAYS
        if not gateway.is_link_local
        and (not on_stack or any(one.ipv6 is not None and reaches_ipv6(one.ipv6, gateway) for one in on_stack))
    ]
    return st.builds(RouteConfig, st.sampled_from([None, *fours]), st.sampled_from([None, *sixes]))
