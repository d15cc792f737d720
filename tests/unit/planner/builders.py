"""Hosts, objects and statuses in one line each; whatever a test does not name is unremarkable."""

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from ipaddress import IPv4Address, IPv4Interface, IPv6Address, IPv6Interface, ip_address, ip_network
from typing import Any

from vmk_operator.api.v1alpha1 import (
    Binding,
    Gateway,
    Ipv4,
    Ipv4Mode,
    Ipv6,
    Metadata,
    VmkAdapter,
    VmkAdapterStatus,
    VmkNetstack,
    VmkNetstackStatus,
)
from vmk_operator.api.v1alpha1.objects import FINALIZER
from vmk_operator.model.host import (
    DEFAULT_NETSTACK,
    SYSTEM_NETSTACKS,
    AdapterState,
    Attachment,
    Cluster,
    Connection,
    DistributedAttachment,
    DistributedPortGroup,
    DistributedSwitch,
    DnsState,
    HostState,
    Ipv4State,
    Ipv6State,
    NetstackState,
    NetworkState,
    OpaqueAttachment,
    OpaqueNetwork,
    RouteConfig,
    StandardAttachment,
    StandardPortGroup,
    StaticRoute,
    VsanPort,
    is_custom,
)
from vmk_operator.model.identity import HostRef
from vmk_operator.model.precautions import Precautions
from vmk_operator.model.vcenter import Policy
from vmk_operator.planner.planning import plan_host
from vmk_operator.planner.snapshot import Absence, HostSnapshot, ManagedObject, Status, Subject
from vmk_operator.planner.surroundings import NOTHING_KNOWN, Surroundings
from vmk_operator.planner.verdict import HostPlan, Verdict

NOON = datetime(2026, 3, 1, 12, 0, 0, tzinfo=UTC)
HOST, UUID, MOID = "esx01.example.com", "4c4c4544-0001", "host-30"
MANAGEMENT, BACKUP, STORAGE = "Management Network", "Backup-40", "Storage-50"
SWITCH_UUID, SWITCH, FABRIC = "50 2a", "DSwitch", "dpg-vmotion"
ON_FABRIC = DistributedAttachment(SWITCH_UUID, "dvportgroup-7")
SEGMENT = OpaqueNetwork("5a9c-0001", "nsx.LogicalSwitch", "Segment-60")
ON_SEGMENT = OpaqueAttachment(SEGMENT.network_id, SEGMENT.network_type)
IN_SEGMENT = {"opaque": {"id": SEGMENT.network_id}}
"""As a spec says it."""
GOLD = Cluster("domain-c8", "Gold")
SERVICES = ("management", "vmotion", "vSphereProvisioning", "vSphereBackupNFC", "vsan")
"""What every host offers; others, as the witness's, where a test has an adapter for them."""


def later(seconds: float) -> datetime:
    return NOON + timedelta(seconds=seconds)


def mac_of(device: str) -> str:
    return f"00:50:56:6a:00:{int(device.removeprefix('vmk')):02x}"


def six(*addresses: str, auto: bool = False, dhcp: bool = False) -> Ipv6State:
    """IPv6 of an adapter, with these addresses by hand."""
    return Ipv6State(auto, dhcp, tuple(sorted(IPv6Interface(one) for one in addresses)))


NO_IPV6 = six()


def vmk(
    device: str,
    address: str | None = None,
    *,
    on: str | Attachment | None = BACKUP,
    netstack: str = DEFAULT_NETSTACK,
    mtu: int = 1500,
    mac: str | None = None,
    dhcp: bool = False,
    gateway: str | None = None,
    ipv6: Ipv6State | None = NO_IPV6,
    ipv6_gateway: str | None = None,
    system_owned: bool = False,
) -> AdapterState:
    """An adapter of the host, on a standard port group if *on* is a name."""
    return AdapterState(
        device=device,
        mac=mac or mac_of(device),
        netstack=netstack,
        attachment=StandardAttachment(on) if isinstance(on, str) else on,
        mtu=mtu,
        ipv4=Ipv4State(dhcp=dhcp, address=None if address is None else IPv4Interface(address)),
        ipv6=ipv6,
        routes=RouteConfig(
            None if gateway is None else IPv4Address(gateway),
            None if ipv6_gateway is None else IPv6Address(ipv6_gateway),
        ),
        system_owned=system_owned,
    )


VMK0 = vmk("vmk0", "10.0.10.11/24", on=MANAGEMENT)
"""Carries management, on every host unless a test says otherwise."""


def route(network: str, gateway: str) -> StaticRoute:
    return StaticRoute(ip_network(network), ip_address(gateway))


def stack(
    key: str,
    *,
    gateway: str | None = None,
    ipv6_gateway: str | None = None,
    dns: DnsState | None = None,
    static_routes: Mapping[str, str] | None = None,
    max_connections: int | None = 11000,
    running_max_connections: int | None = None,
    congestion_control: str | None = "newreno",
    owner: str | None = None,
) -> NetstackState:
    """A stack; *static_routes* are network to gateway."""
    return NetstackState(
        key=key,
        routes=RouteConfig(
            None if gateway is None else IPv4Address(gateway),
            None if ipv6_gateway is None else IPv6Address(ipv6_gateway),
        ),
        dns=dns or DnsState(),
        static_routes=frozenset(route(network, via) for network, via in (static_routes or {}).items()),
        max_connections=max_connections,
        running_max_connections=running_max_connections,
        congestion_control=congestion_control,
        owner=owner,
    )


def esx(
    *adapters: AdapterState,
    stacks: Sequence[NetstackState] = (),
    services: Mapping[str, Sequence[str]] | None = None,
    management: Sequence[str] = ("vmk0",),
    opaque: Sequence[str] = (),
    name: str = HOST,
    uuid: str = UUID,
    ipv6: bool | None = True,
    connection: Connection = Connection.CONNECTED,
    cluster: Cluster | None = GOLD,
    in_maintenance: bool = False,
    management_server: str | None = "10.0.10.5",
) -> HostState:
    """A host with vmk0 for management and vCenter's connection, the given adapters and services, opaque networks."""
    present = (VMK0, *adapters) if not any(one.device == "vmk0" for one in adapters) else adapters
    selected = {"management": management, **(services or {})}
    edited = {one.key: one for one in stacks}
    keys = (*SYSTEM_NETSTACKS, *(key for key in edited if key not in SYSTEM_NETSTACKS))
    used = {one.netstack for one in present}
    implied = {
        "vmotion": [one.device for one in present if one.netstack == "vmotion"],
        "vSphereProvisioning": [one.device for one in present if one.netstack == "vSphereProvisioning"],
    }
    return HostState(
        ref=HostRef("vc-1", MOID),
        name=name,
        uuid=uuid,
        connection=connection,
        in_maintenance=in_maintenance,
        management_server=None if management_server is None else ip_address(management_server),
        cluster=cluster,
        network=NetworkState(
            adapters=present,
            netstacks=tuple(
                NetstackState(
                    key=key,
                    routes=known.routes,
                    dns=known.dns,
                    static_routes=known.static_routes,
                    max_connections=known.max_connections,
                    running_max_connections=(known.running_max_connections if key in used or is_custom(key) else None),
                    congestion_control=known.congestion_control,
                    active=key in used or is_custom(key),
                    owner=known.owner,
                )
                for key in keys
                for known in (edited.get(key, stack(key)),)
            ),
            services=tuple(
                (service, frozenset([*selected.get(service, ()), *implied.get(service, ())]))
                for service in dict.fromkeys((*SERVICES, *selected))
            ),
            standard_port_groups=(
                StandardPortGroup(MANAGEMENT, "vSwitch0", 1500),
                StandardPortGroup(BACKUP, "vSwitch1", 9000),
                StandardPortGroup(STORAGE, "vSwitch1", 9000),
            ),
            distributed_switches=(
                DistributedSwitch(
                    SWITCH_UUID,
                    SWITCH,
                    9000,
                    (
                        DistributedPortGroup("dvportgroup-7", FABRIC),
                        DistributedPortGroup("dvportgroup-8", "dpg-backup"),
                    ),
                ),
            ),
            opaque_networks=(SEGMENT, *(OpaqueNetwork(one, "nsx.network", f"Segment {one}") for one in opaque)),
            ipv6_enabled=ipv6,
            vsan_ports=vsan_ports(vsan=selected.get("vsan", ()), witness=selected.get("vsanWitness", ())),
        ),
    )


def vsan_ports(*, vsan: Sequence[str] = (), witness: Sequence[str] = ()) -> tuple[VsanPort, ...]:
    """The list of vSAN's own configuration, with the adapters that carry each kind of traffic."""
    carriers = {"vsan": vsan, "witness": witness}
    devices = sorted({*vsan, *witness}, key=lambda one: (len(one), one))
    traffic = {device: frozenset(kind for kind, on in carriers.items() if device in on) for device in devices}
    return tuple(VsanPort(device, traffic[device]) for device in devices)


def network_of(host: HostState) -> NetworkState:
    assert host.network is not None
    return host.network


def _metadata(name: str, kind: str, age: int, **given: Any) -> Metadata:
    return Metadata(
        **{
            "name": name,
            "namespace": "infra",
            "uid": f"{kind}-{name}",
            "generation": 1,
            # The larger the age, the older the object.
            "creation_timestamp": NOON - timedelta(hours=age),
            **given,
        }
    )


def adapter(
    name: str = "backup",
    address: str | None = None,
    *,
    on: str | tuple[str, str] | Mapping[str, Any] = BACKUP,
    netstack: str = DEFAULT_NETSTACK,
    own: Mapping[str, str] | None = None,
    age: int = 1,
    metadata: Mapping[str, Any] | None = None,
    **spec: Any,
) -> VmkAdapter:
    """A VmkAdapter on a standard port group, (switch, port group) or anything else; *own* is more of its IPv4."""
    port_group: Mapping[str, Any]
    match on:
        case str():
            port_group = {"standard": on}
        case tuple():
            port_group = {"distributed": {"switch": on[0], "name": on[1]}}
        case _:
            port_group = on
    ipv4 = {} if address is None else {"ipv4": {"mode": "Static", "address": address, **(own or {})}}
    return VmkAdapter.model_validate(
        {
            "metadata": _metadata(name, "adapter", age, **(metadata or {})),
            "spec": {
                "vcenter": "lab",
                "host": HOST,
                "netstack": netstack,
                "portGroup": port_group,
                **ipv4,
                **spec,
            },
        }
    )


def netstack(
    name: str = "vmotion", *, key: str = "vmotion", age: int = 1, metadata: Mapping[str, Any] | None = None, **spec: Any
) -> VmkNetstack:
    return VmkNetstack.model_validate(
        {
            "metadata": _metadata(name, "netstack", age, **(metadata or {})),
            "spec": {"vcenter": "lab", "host": HOST, "netstack": key, **spec},
        }
    )


def seniority_of(age: int) -> float:
    """When an object of that age was created, as ages are compared."""
    return (NOON - timedelta(hours=age)).timestamp()


def forged(item: ManagedObject, **spec: Any) -> Any:
    """An object whose spec the API server and the models would have refused; addresses and gateways as text."""
    made: Mapping[str, Callable[[str], Any]] = {
        "ipv4": lambda text: Ipv4.model_construct(mode=Ipv4Mode.STATIC, address=text),
        "ipv6": lambda text: Ipv6.model_construct(addresses=(text,)),
        "gateway": lambda text: Gateway.model_construct(ipv4=text),
    }
    values = {name: made[name](value) if name in made else value for name, value in spec.items()}
    return item.model_copy(update={"spec": item.spec.model_copy(update=values)})


def deleted(*, finalized: bool = True, **given: Any) -> dict[str, Any]:
    """Metadata of an object that somebody deleted."""
    return {"deletion_timestamp": NOON, "finalizers": (FINALIZER,) if finalized else (), **given}


def binding(device: str | None, *, mac: str | None = None, uuid: str = UUID, name: str = HOST) -> Binding:
    return Binding(
        device=device,
        mac=mac or (None if device is None else mac_of(device)),
        host_id=MOID,
        host_uuid=uuid,
        host_name=name,
    )


def bound(item: ManagedObject, device: str | None = None, *, policy: Policy = Policy.ENFORCE, **status: Any) -> Subject:
    """An object whose status binds it to *device*."""
    return told(item, policy=policy, binding=binding(device), **status)


def told(item: ManagedObject, *, policy: Policy = Policy.ENFORCE, **status: Any) -> Subject:
    """An object with a status."""
    kind = VmkAdapterStatus if isinstance(item, VmkAdapter) else VmkNetstackStatus
    return Subject(item, kind(**status), policy)


def new(item: ManagedObject, *, policy: Policy = Policy.ENFORCE) -> Subject:
    """An object that nobody looked at yet."""
    return told(item, policy=policy)


SAFE = Precautions(iscsi_bound=frozenset(), rollback=True)
"""Nothing is bound to iSCSI, and vCenter takes back what cuts a host off."""


def plan(
    host: HostState | Absence,
    *subjects: Subject,
    around: Surroundings = NOTHING_KNOWN,
    precautions: Precautions | None = SAFE,
) -> HostPlan:
    return plan_host(HostSnapshot(subjects, host, around, precautions))


def judge(
    host: HostState | Absence,
    subject: Subject,
    *others: Subject,
    around: Surroundings = NOTHING_KNOWN,
    precautions: Precautions | None = SAFE,
) -> Verdict:
    """The verdict on the first of the objects."""
    return plan(host, subject, *others, around=around, precautions=precautions).verdicts[subject.object.key]


def texts(result: HostPlan | Verdict) -> list[str]:
    return [planned.text for planned in result.steps]


def reason_of(verdict: Verdict) -> str | None:
    return None if verdict.blocked is None else verdict.blocked.reason.value


def differing(verdict: Verdict) -> dict[str, tuple[str, str]]:
    """Field to (desired, observed)."""
    return {one.field: (one.desired, one.observed) for one in verdict.differences}


def condition_of(status: Status, kind: str) -> tuple[str, str]:
    """Status and reason of a condition."""
    found = status.condition(kind)
    assert found is not None, f"{kind} is missing"
    return found.status, found.reason
