"""Status of VmkNetstack and VmkAdapter: a pure function of spec, observation, outcomes, previous status and now."""

from datetime import datetime

from vmk_operator.api.base import StatusModel
from vmk_operator.api.conditions import Condition


class Binding(StatusModel):
    """Which thing on which host this object is about. Durable: written before the next step."""

    device: str | None = None
    """Device of the adapter, for example vmk3. Not set for a stack."""
    mac: str | None = None
    host_id: str
    """vCenter's id of the host, for example host-30; it survives a rename."""
    host_uuid: str
    """Hardware UUID; another one means that the host was rebuilt, and the binding is dropped."""
    host_name: str
    """Present name of the host in vCenter's inventory."""


class ObservedAddress(StatusModel):
    """An address that the adapter has."""

    address: str
    """With prefix length."""
    origin: str
    """Static or DHCP."""


class ObservedAdapter(StatusModel):
    """What the host has, whether declared or not."""

    netstack: str
    port_group: str
    """Name of the standard port group, or switch/port group."""
    mtu: int
    addresses: tuple[ObservedAddress, ...] = ()
    services: tuple[str, ...] = ()
    """Services that the adapter carries; on a dedicated stack those that the stack implies."""


class ObservedNetstack(StatusModel):
    """What the host has, whether declared or not."""

    active: bool
    """At least one adapter is on the stack."""
    gateway: str | None = None
    """IPv4 default gateway."""
    max_connections: int | None = None
    congestion_control: str | None = None


class Applied(StatusModel):
    """A value that was once seen on the host as declared: what tells drift from pending."""

    field: str
    value: str


class Drift(StatusModel):
    """A managed field that somebody else changed (Enforce), or that differs (Observe)."""

    field: str
    desired: str
    observed: str
    since: datetime


class Repair(StatusModel):
    """A drift that is over: evidence that outlives the repair."""

    field: str
    desired: str
    observed: str
    since: datetime
    repaired_at: datetime


class PlanStatus(StatusModel):
    """What Enforce would do but may not yet; in Observe, what Enforce would do."""

    since: datetime
    waits_for: str | None = None
    """Slot or RepairDelay; not set in Observe."""
    steps: tuple[str, ...]


class Advisory(StatusModel):
    """Something worth knowing that stops nothing."""

    reason: str
    message: str


class Halt(StatusModel):
    """Why no further attempt is made until the spec, the host or reconcile-requested-at changes."""

    reason: str
    message: str
    generation: int
    observed_fingerprint: str
    """Hash of what was observed when the attempts stopped."""


class PlacedStatus(StatusModel):
    """What VmkNetstack and VmkAdapter have in common."""

    observed_generation: int | None = None
    conditions: tuple[Condition, ...] = ()
    since: datetime | None = None
    """When the present reason of Ready began."""
    binding: Binding | None = None
    applied: tuple[Applied, ...] = ()
    drift: tuple[Drift, ...] = ()
    drift_history: tuple[Repair, ...] = ()
    """The last five repaired."""
    plan: PlanStatus | None = None
    advisories: tuple[Advisory, ...] = ()
    halt: Halt | None = None
    last_handled_reconcile_at: str | None = None
    """The value of the annotation vmkernel.dev/reconcile-requested-at that was acted upon last."""

    def condition(self, kind: str) -> Condition | None:
        """Find the condition of that type."""
        return next((c for c in self.conditions if c.type == kind), None)


class VmkAdapterStatus(PlacedStatus):
    """Observed state of one VMkernel adapter."""

    observed: ObservedAdapter | None = None


class VmkNetstackStatus(PlacedStatus):
    """Observed state of one TCP/IP stack."""

    observed: ObservedNetstack | None = None
