"""Random hosts with random objects: a small world, so that they collide, with hostile values among them."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from ipaddress import IPv6Interface, ip_address, ip_network
from typing import Any

from hypothesis import strategies as st

from property.planner.choice import among, one_in, some_of
from unit.planner.builders import (
    BACKUP,
    FABRIC,
    HOST,
    IN_SEGMENT,
    MANAGEMENT,
    MOID,
    NOON,
    ON_FABRIC,
    ON_SEGMENT,
    SERVICES,
    STORAGE,
    SWITCH,
    SWITCH_UUID,
    UUID,
    forged,
    mac_of,
    netstack,
    network_of,
    six,
    vmk,
    vsan_ports,
)
from unit.planner.builders import adapter as adapter_object
from unit.planner.builders import esx as host_of
from unit.planner.builders import stack as stack_of
from vmk_operator.api.reasons import Reason
from vmk_operator.api.v1alpha1 import (
    Applied,
    Binding,
    Dns,
    Drift,
    Halt,
    Repair,
    Route,
    VmkAdapterStatus,
    VmkNetstackStatus,
)
from vmk_operator.api.v1alpha1.objects import FINALIZER, VmkAdapter
from vmk_operator.api.v1alpha1.placement import ManagementPolicy
from vmk_operator.model.host import (
    SYSTEM_NETSTACKS,
    AdapterState,
    Attachment,
    Connection,
    DistributedAttachment,
    DnsState,
    HostState,
    LearnedAddress,
    OpaqueAttachment,
    StandardAttachment,
)
from vmk_operator.model.vcenter import Policy
from vmk_operator.planner.snapshot import Absence, ManagedObject, Status, Subject

DEVICES = tuple(f"vmk{number}" for number in (1, 2, 3, 4, 5, 7, 10))
MOST_ADAPTERS = 8
ADDRESSES = ("10.0.40.11/24", "10.0.40.12/24", "10.0.40.13/16", "10.0.50.11/24", "10.0.10.11/24")
GATEWAYS = ("10.0.40.1", "10.0.50.1", "172.16.0.1")
IPV6_ADDRESSES = ("fd00:40::11/64", "fd00:40::12/64", "fd00:40::12/48", "fd00:50::11/64")
IPV6_GATEWAYS = ("fd00:40::1", "fd00:99::1", "fe80::1")
ROUTES = {
    "10.8.0.0/16": "10.0.40.9",
    "10.9.0.0/16": "10.0.40.254",
    "10.7.0.0/16": "10.0.50.254",
    "fd00:9::/64": "fd00:40::254",
    "fd00:8::/48": "fd00:50::254",
}
OFFERED = (*SERVICES, "vsanWitness")
FIELDS = (
    "device",
    "netstack",
    "portGroup",
    "mtu",
    "ipv4.mode",
    "ipv4.address",
    "ipv6.dhcp",
    "ipv6.addresses",
    "services",
    "gateway.ipv4",
    "maxConnections",
    "dns.fromAdapter",
    "routes[10.9.0.0/16]",
    "routes[fd00:9::/64]",
)
HOSTILE = st.text(max_size=12) | st.sampled_from(["None", "vMotion", "10.0.40.0/24", "::/0", "0x10/8", "vmk1 "])

NAIVE = datetime(2026, 3, 1, 12, 0, 0)  # noqa: DTZ001 - Kubernetes never writes one, and it must not hurt
Place = str | tuple[str, str] | dict[str, Any]
PLACES: dict[Attachment | None, Place] = {
    StandardAttachment(BACKUP): BACKUP,
    StandardAttachment(STORAGE): STORAGE,
    StandardAttachment(MANAGEMENT): MANAGEMENT,
    ON_FABRIC: (SWITCH, FABRIC),
    ON_SEGMENT: IN_SEGMENT,
}
"""Where adapters are, as a spec says it."""
ANYWHERE: tuple[Place, ...] = (
    BACKUP,
    BACKUP,
    STORAGE,
    (SWITCH, FABRIC),
    (SWITCH, "dpg-backup"),
    IN_SEGMENT,
    "?",
    {"opaque": {"id": "?"}},
)

anywhere = st.sampled_from(ANYWHERE)
CUSTOM = "storage"
stacks = st.sampled_from((*SYSTEM_NETSTACKS, CUSTOM))
attachments = st.sampled_from(
    [
        BACKUP,
        BACKUP,
        STORAGE,
        MANAGEMENT,
        ON_FABRIC,
        ON_FABRIC,
        DistributedAttachment(SWITCH_UUID, "?"),
        ON_SEGMENT,
        OpaqueAttachment("?", "nsx.LogicalSwitch"),
        None,
    ]
)


_dns = st.builds(
    DnsState,
    dhcp=st.booleans(),
    host_name=st.sampled_from(["", "esx01"]),
    domain_name=st.sampled_from(["", "a.com"]),
    servers=st.sampled_from([(), ("10.0.40.53",)]),
    device=st.none() | st.sampled_from(DEVICES),
    ipv6_device=among(None, None, *DEVICES),
).map(lambda dns: dns if dns.dhcp else replace(dns, device=None, ipv6_device=None))


_ipv6_addresses = st.lists(st.sampled_from(IPV6_ADDRESSES), unique_by=lambda text: text.split("/")[0], max_size=2)
_ipv6 = st.one_of(
    st.just(six()),
    st.builds(lambda by_hand, auto, dhcp: six(*by_hand, auto=auto, dhcp=dhcp), _ipv6_addresses, *[st.booleans()] * 2),
    st.just(replace(six(auto=True), learned=(LearnedAddress(IPv6Interface("fd00:40::11/64"), "linklayer"),))),
)


def _routes_in_force(key: str, adapters: list[AdapterState]) -> st.SearchStrategy[dict[str, str]]:
    """Routes through gateways that an adapter of the stack reaches: a host shows no others."""
    on_stack = [one for one in adapters if one.netstack == key]
    fours = [one.ipv4.address for one in on_stack if one.ipv4.address is not None]
    sixes = [address for one in on_stack if one.ipv6 is not None for address in one.ipv6.addresses]
    subnets = [*(str(one.network) for one in fours), *(str(one.network) for one in sixes)]
    pairs = [(network, via) for network in ROUTES for via in set(ROUTES.values()) if (":" in network) == (":" in via)]
    reached = sorted(pair for pair in pairs if any(ip_address(pair[1]) in ip_network(one) for one in subnets))
    return st.lists(st.sampled_from(reached), max_size=3).map(dict) if reached else st.just({})


_has_ipv6 = st.sampled_from([True] * 6 + [False, None])


@st.composite
def hosts(draw: st.DrawFn) -> HostState:
    """A host that vCenter shows, with a management adapter or without anybody knowing which it is."""
    has_ipv6 = draw(_has_ipv6)
    adapters = [
        vmk(
            device,
            draw(among(None, None, None, None, *ADDRESSES)),
            on=draw(attachments),
            netstack=draw(stacks),
            mtu=draw(among(1500, 9000)),
            dhcp=draw(one_in(4)),
            gateway=draw(among(None, None, *GATEWAYS)),
            ipv6=draw(_ipv6) if has_ipv6 else None,
            ipv6_gateway=draw(among(None, None, None, *IPV6_GATEWAYS)),
            system_owned=draw(one_in(20)),
        )
        for device in draw(some_of(*DEVICES, least=1, most=MOST_ADAPTERS - 1))
    ]
    on_default = [one.device for one in adapters if one.netstack == "defaultTcpipStack"]
    selected = {service: draw(some_of(*on_default)) for service in OFFERED}
    management = draw(among(*[("vmk0",)] * 5, (), ("vmk0", "vmk1")))
    used = {CUSTOM} if any(one.netstack == CUSTOM for one in adapters) else set()
    edited = [
        stack_of(
            key,
            gateway=draw(among(None, None, None, *GATEWAYS)),
            ipv6_gateway=draw(among(None, None, "fe80::1", "fd00:40::1")),
            dns=draw(st.none() | _dns),
            static_routes=draw(_routes_in_force(key, adapters)),
            max_connections=draw(among(None, 11000, 12000)),
            running_max_connections=draw(among(None, 11000)),
            congestion_control=draw(among(None, "newreno", "cubic")),
            owner=draw(among(*[None] * 7, "NSX")),
        )
        for key in sorted({*draw(some_of(*SYSTEM_NETSTACKS, CUSTOM)), *used})
    ]
    host = host_of(
        *adapters,
        stacks=edited,
        services={**selected, "management": management},
        uuid=draw(among(*[UUID] * 7, "another machine")),
        ipv6=has_ipv6,
    )
    return _half_known(host, draw) if draw(one_in(5)) else host


def _half_known(host: HostState, draw: st.DrawFn) -> HostState:
    network = network_of(host)
    return replace(
        host,
        network=replace(
            network,
            adapters=() if draw(one_in(4)) else network.adapters,
            services=tuple(one for one in network.services if draw(st.booleans())),
            standard_port_groups=tuple(replace(one, mtu=None) for one in network.standard_port_groups),
            distributed_switches=() if draw(st.booleans()) else network.distributed_switches,
            opaque_networks=() if draw(st.booleans()) else network.opaque_networks,
            netstacks=tuple(one for one in network.netstacks if not draw(one_in(4))),
            vsan_ports=draw(among(None, (), network.vsan_ports, vsan_ports(vsan=["vmk99"]))),
        ),
    )


def _metadata(draw: st.DrawFn, *, hostile: bool) -> dict[str, object]:
    leaves = draw(one_in(4))
    annotations: dict[str, str] = {}
    if draw(one_in(6)):
        annotations["vmkernel.dev/reconcile-requested-at"] = draw(HOSTILE)
    if leaves and draw(one_in(5)):
        annotations["vmkernel.dev/force-finalize"] = draw(HOSTILE) if hostile else "true"
    return {
        "deletion_timestamp": NOON if leaves else None,
        "finalizers": () if draw(one_in(3)) else (FINALIZER,),
        "annotations": annotations,
        "generation": draw(among(1, 2)),
    }


_own_gateways = st.sampled_from([None, None, *({"gateway": text} for text in (*GATEWAYS, "None"))])
_ADAPTER_FIELDS: Mapping[str, tuple[int, st.SearchStrategy[Any]]] = {
    "ipv4": (4, st.sampled_from([{"mode": "DHCP"}, {"mode": "None"}, {"mode": "None", "gateway": "None"}])),
    "ipv6": (
        2,
        st.fixed_dictionaries(
            {},
            optional={
                "acceptRouterAdvertisements": st.booleans(),
                "dhcp": st.booleans(),
                "addresses": _ipv6_addresses,
                "gateway": st.sampled_from([*IPV6_GATEWAYS, "None"]),
            },
        ),
    ),
    "mtu": (2, st.sampled_from([1280, 1500, 9000])),
    "services": (3, st.lists(st.sampled_from(OFFERED), unique=True, max_size=2)),
    "adoptDevice": (12, st.sampled_from((*DEVICES, "vmk0"))),
    "deletionPolicy": (1, st.sampled_from(["Delete", "Delete", "Delete", "Orphan"])),
    "managementPolicy": (8, st.just("Observe")),
}
"""What an object may declare besides: it does so once in so many times."""
_ADAPTER_POISON: Mapping[str, st.SearchStrategy[Any]] = {
    "netstack": HOSTILE,
    "mtu": st.integers(),
    "ipv4": HOSTILE,
    "ipv6": HOSTILE,
    "adopt_device": HOSTILE,
    "services": st.lists(HOSTILE, max_size=40).map(tuple),
    "host": HOSTILE,
}


@st.composite
def adapter_objects(draw: st.DrawFn, name: str, near: AdapterState | None, *, hostile: bool) -> VmkAdapter:
    """An object that is about *near* but for what it wants changed, or about anything at all."""
    place = PLACES.get(near.attachment) if near is not None else None
    address = str(near.ipv4.address) if near is not None and near.ipv4.address is not None else None
    item = adapter_object(
        name,
        draw(among(address, address, *ADDRESSES)),
        on=place or draw(anywhere),
        netstack=near.netstack if near is not None and place else draw(stacks),
        own=draw(_own_gateways),
        age=draw(among(0, 1, 2, 3)),
        metadata=_metadata(draw, hostile=hostile),
        **{field: draw(values) for field, (odds, values) in _ADAPTER_FIELDS.items() if draw(one_in(odds))},
    )
    if not hostile:
        return item
    fields = draw(some_of(*_ADAPTER_POISON, most=3))
    result: VmkAdapter = forged(item, **{field: draw(_ADAPTER_POISON[field]) for field in fields})
    return result


_NETSTACK_FIELDS: Mapping[str, st.SearchStrategy[Any]] = {
    "gateway": st.fixed_dictionaries(
        {},
        optional={
            "ipv4": st.sampled_from([*GATEWAYS, "None"]),
            "ipv6": st.sampled_from([*IPV6_GATEWAYS, "None"]),
        },
    ),
    "dns": st.sampled_from(
        [
            {"servers": ["10.0.40.53"]},
            {"servers": [], "domainName": "a.com"},
            {"hostName": "esx99"},
            {},
            *({"fromAdapter": f"object-{number}"} for number in range(4)),
        ]
    ),
    "routes": st.lists(st.sampled_from(sorted(ROUTES)), unique=True).map(
        lambda networks: [{"network": one, "gateway": ROUTES[one]} for one in networks]
    ),
    "maxConnections": st.sampled_from([11000, 12000]),
    "congestionControl": st.sampled_from(["newreno", "cubic"]),
    "deletionPolicy": st.just("Delete"),
}

_NETSTACK_POISON: Mapping[str, st.SearchStrategy[Any]] = {
    "netstack": HOSTILE,
    "gateway": HOSTILE,
    "max_connections": st.integers(),
    "congestion_control": HOSTILE,
    "dns": st.builds(Dns.model_construct, host_name=HOSTILE) | st.builds(Dns.model_construct, from_adapter=HOSTILE),
    "routes": st.lists(st.builds(Route.model_construct, network=HOSTILE, gateway=HOSTILE), max_size=2).map(tuple),
}


@st.composite
def netstack_objects(draw: st.DrawFn, name: str, *, hostile: bool) -> ManagedObject:
    spec = {field: draw(values) for field, values in _NETSTACK_FIELDS.items() if draw(st.booleans())}
    item = netstack(
        name, key=draw(stacks), age=draw(among(0, 1, 2, 3)), metadata=_metadata(draw, hostile=hostile), **spec
    )
    if not hostile:
        return item
    fields = draw(some_of(*_NETSTACK_POISON, most=2))
    result: ManagedObject = forged(item, **{field: draw(_NETSTACK_POISON[field]) for field in fields})
    return result


def _binding(draw: st.DrawFn, device: str) -> Binding:
    mac = draw(among(*[mac_of(device)] * 5, "00:50:56:00:00:01", None))
    uuid = draw(among(*[UUID] * 5, "another machine"))
    return Binding(device=device, mac=mac, host_id=MOID, host_uuid=uuid, host_name=HOST)


_own_routes = st.lists(st.sampled_from(sorted(ROUTES)), unique=True).map(
    lambda networks: tuple(Applied(field=f"routes[{one}]", value=ROUTES[one]) for one in networks)
)
_own = st.tuples(_own_routes, st.sampled_from([(), (Applied(field="netstack", value=CUSTOM),)])).map(
    lambda parts: parts[0] + parts[1]
)


_texts = st.lists(st.tuples(st.sampled_from(FIELDS) | HOSTILE, HOSTILE, HOSTILE), max_size=5)
"""A field and two values."""


@st.composite
def statuses(draw: st.DrawFn, item: ManagedObject, near: AdapterState | None, *, hostile: bool) -> Status:
    """What an earlier look, an earlier release or a restored backup may have left."""
    kind = VmkAdapterStatus if isinstance(item, VmkAdapter) else VmkNetstackStatus
    device = near.device if near is not None else draw(among(None, None, *DEVICES))
    is_bound = isinstance(item, VmkAdapter) and device is not None and not draw(one_in(3))
    binding = _binding(draw, device) if is_bound and device is not None else None
    if not hostile:
        return kind(binding=binding, applied=draw(_own) if kind is VmkNetstackStatus else ())
    moment = NOON - timedelta(seconds=draw(st.integers(0, 900)))
    return kind(
        binding=binding,
        applied=tuple(Applied(field=f, value=v) for f, v, _ in draw(_texts)),
        drift=tuple(Drift(field=f, desired=d, observed=o, since=moment) for f, d, o in draw(_texts)),
        drift_history=tuple(
            Repair(field=f, desired=d, observed=o, since=moment, repaired_at=draw(among(moment, NAIVE)))
            for f, d, o in draw(_texts)
        ),
        halt=draw(st.none() | _halts),
        observed_generation=draw(st.none() | st.just(1)),
    )


_halts = st.builds(
    lambda reason, message: Halt(reason=reason, message=message, generation=1, observed_fingerprint=message),
    st.sampled_from([*Reason, "FromTheFuture"]),
    HOSTILE,
)


@dataclass(frozen=True)
class World:
    """A host and its objects."""

    host: HostState
    subjects: list[Subject]


@st.composite
def worlds(draw: st.DrawFn, *, hostile: bool = False) -> World:
    """A host with up to six objects, most of them about something that is there."""
    host = draw(hosts())
    subjects = []
    for number in range(draw(st.integers(1, 6))):
        adapters = network_of(host).adapters
        # Seldom the first: it carries management, and nothing of it may be changed.
        near = draw(st.sampled_from([None, *adapters, *adapters[1:]]))
        item: ManagedObject
        if draw(one_in(4)):
            item = draw(netstack_objects(f"object-{number}", hostile=hostile))
        else:
            item = draw(adapter_objects(f"object-{number}", near, hostile=hostile))
        policy = draw(among(*[Policy.ENFORCE] * 6, Policy.OBSERVE, Policy.PAUSED))
        if item.spec.management_policy is ManagementPolicy.OBSERVE:
            policy = Policy.OBSERVE
        subjects.append(Subject(item, draw(statuses(item, near, hostile=hostile)), policy))
    return World(host, subjects)


View = tuple[HostState | Absence, list[Subject]]


@st.composite
def views(draw: st.DrawFn) -> View:
    """Hostile objects, and a host that may not be seen at all."""
    world = draw(worlds(hostile=True))
    away = replace(world.host, connection=draw(among(*Connection)))
    absence = Absence(draw(among(*Reason)), draw(HOSTILE))
    shown: list[HostState | Absence] = [world.host, world.host, away, replace(away, network=None), absence]
    return draw(st.sampled_from(shown)), world.subjects
