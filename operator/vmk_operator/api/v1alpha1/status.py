"""Status of VmkNetstack and VmkAdapter: a pure function of spec, observation, outcomes, previous status and now."""

from datetime import datetime
from typing import Annotated

from vmk_operator.api.base import StatusModel
from vmk_operator.api.bounds import CutTo
from vmk_operator.api.conditions import Condition, Conditions

Word = Annotated[str, CutTo(64)]
"""A reason, a key, an id, a field."""
Text = Annotated[str, CutTo(256)]
"""A name or a value."""
Sentence = Annotated[str, CutTo(1024)]


class Binding(StatusModel):
    """Which thing on which host this object is about. Durable: written before the next step."""

    device: Word | None = None
    """Device of the adapter, for example vmk3. Not set for a stack."""
    mac: Word | None = None
    """MAC of the adapter: the same device with another MAC is another adapter."""
    host_id: Word
    """vCenter's id of the host, for example host-30; it survives a rename."""
    host_uuid: Word
    """Hardware UUID; another one means that the host was rebuilt, and the binding is dropped."""
    host_name: Text
    """Present name of the host in vCenter's inventory."""


class ObservedAddress(StatusModel):
    """An address that the adapter has."""

    address: Word
    """With prefix length."""
    origin: Word
    """Static, DHCP, RouterAdvertisement or Other."""


class ObservedAdapter(StatusModel):
    """What the host has, whether declared or not."""

    netstack: Word
    """vSphere's key of the TCP/IP stack the adapter is on."""
    port_group: Text
    """Name of the standard port group, or switch/port group."""
    mtu: int
    """In bytes."""
    addresses: Annotated[tuple[ObservedAddress, ...], CutTo(24)] = ()
    """The addresses that the adapter has, but for its link-local one."""
    gateway: Word | None = None
    """IPv4 default gateway of the adapter's own, over that of its stack."""
    ipv6_gateway: Word | None = None
    """IPv6 default gateway of the adapter's own, over that of its stack."""
    services: Annotated[tuple[Word, ...], CutTo(32)] = ()
    """Services that the adapter carries; on a dedicated stack those that the stack implies."""


class ObservedNetstack(StatusModel):
    """What the host has, whether declared or not."""

    active: bool
    """At least one adapter is on the stack."""
    gateway: Word | None = None
    """IPv4 default gateway."""
    ipv6_gateway: Word | None = None
    """IPv6 default gateway, set or advertised."""
    dns_servers: Annotated[tuple[Word, ...], CutTo(8)] = ()
    """Addresses of the DNS servers, wherever they come from."""
    dns_device: Word | None = None
    """The adapter whose DHCP lease brings the stack's DNS, for example vmk3; not set where DNS is set by hand."""
    host_name: Word | None = None
    """Name of the host without its domain, as this stack has it."""
    routes: Annotated[tuple[Word, ...], CutTo(64)] = ()
    """Static routes, whoever made them, for example 10.9.0.0/16 via 10.0.40.254."""
    max_connections: int | None = None
    """Requested limit of sockets."""
    running_max_connections: int | None = None
    """Limit of sockets in force: where it is not the requested one, that takes effect when the host restarts."""
    congestion_control: Word | None = None
    """TCP congestion control algorithm."""


class ReplacedIpv6(StatusModel):
    """IPv6 of an adapter that was removed."""

    accept_router_advertisements: bool
    """Whether it took addresses from router advertisements."""
    dhcp: bool
    """Whether it took addresses from DHCPv6."""
    addresses: Annotated[tuple[Word, ...], CutTo(16)] = ()
    """The addresses that were given by hand, with prefix length."""


class Applied(StatusModel):
    """A value that was once seen on the host as declared: what tells drift from pending."""

    field: Word
    """Path of the field in spec, for example mtu or gateway.ipv4; a route is routes[10.9.0.0/16]."""
    value: Text
    """The declared value, as text."""


class Drift(StatusModel):
    """A managed field that somebody else changed (Enforce), or that differs (Observe)."""

    field: Word
    """Path of the field in spec, for example mtu or gateway.ipv4."""
    desired: Text
    """The declared value."""
    observed: Text
    """The value on the host."""
    since: datetime
    """When the difference was first seen."""


class Repair(StatusModel):
    """A drift that is over: evidence that outlives the repair."""

    field: Word
    """Path of the field in spec, for example mtu or gateway.ipv4."""
    desired: Text
    """The declared value."""
    observed: Text
    """The value that was on the host."""
    since: datetime
    """When the difference was first seen."""
    repaired_at: datetime
    """When the declared value was seen on the host again."""


class PlanStatus(StatusModel):
    """What Enforce would do but may not yet; in Observe, what Enforce would do."""

    id: Word
    """What the annotation vmkernel.dev/approve has to say to let exactly this plan run once: it stands for the
    object, the host, the adapter, the values present and wanted, and since."""
    since: datetime
    """When this plan was first made."""
    waits_for: Word | None = None
    """Approval, MaintenanceMode, Slot or RepairDelay; not set in Observe."""
    steps: Annotated[tuple[Text, ...], CutTo(32)]
    """The steps in their order, one line each."""


class Replaced(StatusModel):
    """An adapter that was removed for another one to take its place, as it was. Durable: written before that."""

    device: Word
    """Its device, for example vmk3."""
    netstack: Word
    """vSphere's key of the TCP/IP stack it was on."""
    standard_port_group: Text | None = None
    """Name of the port group of a standard switch it was on."""
    switch_uuid: Word | None = None
    """UUID of the distributed switch it was on."""
    port_group_key: Word | None = None
    """Key of the distributed port group it was on."""
    opaque_network: Text | None = None
    """Id of the opaque network it was on."""
    opaque_type: Word | None = None
    """Type of that network, in vSphere's words."""
    mtu: int
    """In bytes."""
    ipv4: Word
    """Its address with prefix length, or DHCP or None."""
    gateway: Word | None = None
    """IPv4 default gateway of its own."""
    ipv6: ReplacedIpv6 | None = None
    """Its IPv6 as it was set; not set where the host did not tell."""
    ipv6_gateway: Word | None = None
    """IPv6 default gateway of its own."""
    services: Annotated[tuple[Word, ...], CutTo(32)] = ()
    """The services that were selected for it."""
    alike: Annotated[tuple[Word, ...], CutTo(32)] = ()
    """MACs of the other adapters that could be taken for it: one that is none of them is this one, put back."""


class Advisory(StatusModel):
    """Something worth knowing that stops nothing."""

    reason: Word
    """A stable CamelCase word."""
    message: Sentence
    """A sentence for people."""


Advisories = Annotated[tuple[Advisory, ...], CutTo(16)]


class Halt(StatusModel):
    """Why no further attempt is made until the spec, the host or reconcile-requested-at changes."""

    reason: Word
    """A stable CamelCase word."""
    message: Sentence
    """A sentence for people."""
    generation: int
    """The generation of the spec that was attempted."""
    observed_fingerprint: Text
    """Hash of what was observed when the attempts stopped."""


class PlacedStatus(StatusModel):
    """What VmkNetstack and VmkAdapter have in common."""

    observed_generation: int | None = None
    """The generation of the spec that this status is about."""
    conditions: Conditions = ()
    """Ready, Reconciling, Stalled, Drifted and Paused, as kstatus reads them."""
    since: datetime | None = None
    """When the present reason of Ready began."""
    binding: Binding | None = None
    """Which thing on which host this object is about."""
    applied: Annotated[tuple[Applied, ...], CutTo(32)] = ()
    """The values that were once seen on the host as declared."""
    drift: Annotated[tuple[Drift, ...], CutTo(32)] = ()
    """The managed fields that differ from what is declared."""
    drift_history: Annotated[tuple[Repair, ...], CutTo(5)] = ()
    """The last five repaired."""
    plan: PlanStatus | None = None
    """What would be done but may not be done yet."""
    last_approved_plan: Word | None = None
    """Id of the plan that an approval let run last; that approval is spent."""
    advisories: Advisories = ()
    """What is worth knowing and stops nothing."""
    halt: Halt | None = None
    """Why no further attempt is made."""
    last_handled_reconcile_at: Text | None = None
    """The value of the annotation vmkernel.dev/reconcile-requested-at that was acted upon last."""

    def condition(self, kind: str) -> Condition | None:
        """Find the condition of that type."""
        return next((c for c in self.conditions if c.type == kind), None)


class VmkAdapterStatus(PlacedStatus):
    """Observed state of one VMkernel adapter."""

    observed: ObservedAdapter | None = None
    """What the host has, whether declared or not."""
    replaced: Replaced | None = None
    """The adapter that an approved replacement removed, until the new one is there: what it had and nobody declared
    is taken over, and if no new one can be created it is put back."""


class VmkNetstackStatus(PlacedStatus):
    """Observed state of one TCP/IP stack."""

    applied: Annotated[tuple[Applied, ...], CutTo(160)] = ()
    """The values that were once seen on the host as declared: as many as an adapter has, 64 declared routes, and as
    many that are still to be taken away. A route in it is ours to take away; of one that is not, nobody can tell whose
    it is."""
    observed: ObservedNetstack | None = None
    """What the host has, whether declared or not."""
