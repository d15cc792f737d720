"""The writes that a plan is made of.

A step carries the complete sub-object that is sent, merged from desired and observed, so that the encoder only
translates. One step is one change, and one vCenter call but for those that only esxcli makes.
"""

from dataclasses import dataclass
from ipaddress import IPv6Interface

from vmk_operator.model.host import Attachment, DnsState, Ipv4State, RouteConfig, StaticRoute, VsanPort
from vmk_operator.model.identity import ObjectKey


@dataclass(frozen=True, slots=True)
class Ipv6Change:
    """What becomes of an adapter's IPv6: both switches, and of the addresses by hand those that come and go.

    Addresses are written one by one, each with an operation (reference/vsphere.md 2.5); the others stay.
    """

    auto: bool | None
    """``None``: left to vSphere, in a creation only."""
    dhcp: bool | None
    """As *auto*."""
    add: tuple[IPv6Interface, ...] = ()
    remove: tuple[IPv6Interface, ...] = ()


@dataclass(frozen=True, slots=True)
class CreateAdapter:
    """``AddVirtualNic``. The host picks the device."""

    netstack: str
    attachment: Attachment
    ipv4: Ipv4State
    """With DHCP it has no address."""
    mtu: int | None
    """In bytes; ``None``: left to vSphere."""
    routes: RouteConfig | None = None
    """Gateways of its own; ``None``: those of the stack."""
    ipv6: Ipv6Change | None = None
    """``None``: left to vSphere."""


@dataclass(frozen=True, slots=True)
class UpdateAdapter:
    """``UpdateVirtualNic``. Its IP configuration is required (reference/vsphere.md 2.1), changed or not."""

    device: str
    ipv4: Ipv4State
    """As it shall be, as a whole; with DHCP it has no address."""
    mtu: int | None = None
    """In bytes; ``None``: not sent."""
    attachment: Attachment | None = None
    """Where it shall be plugged in; ``None``: not sent."""
    routes: RouteConfig | None = None
    """Gateways of its own, as a whole; ``None``: not sent."""
    ipv6: Ipv6Change | None = None
    """``None``: not sent."""


@dataclass(frozen=True, slots=True)
class RemoveAdapter:
    """``RemoveVirtualNic``."""

    device: str


@dataclass(frozen=True, slots=True)
class SelectService:
    """``SelectVnicForNicType``."""

    device: str
    service: str


@dataclass(frozen=True, slots=True)
class DeselectService:
    """``DeselectVnicForNicType``."""

    device: str
    service: str


@dataclass(frozen=True, slots=True)
class UpdateVsan:
    """``UpdateVsan_Task``: vSAN's services are chosen by its own configuration, for all adapters at once."""

    device: str
    gained: frozenset[str]
    """Services of vSAN that *device* is to carry."""
    lost: frozenset[str]
    """Those that it is to carry no more; others stay as they are."""
    ports: tuple[VsanPort, ...]
    """The adapters of vSAN's configuration as it shall be, all of them."""


@dataclass(frozen=True, slots=True)
class RouteChanges:
    """Static routes to remove and, after that, to add; every other one stays."""

    add: frozenset[StaticRoute] = frozenset()
    remove: frozenset[StaticRoute] = frozenset()


@dataclass(frozen=True, slots=True)
class UpdateNetstack:
    """``UpdateNetworkConfig`` with one ``netStackSpec`` edit: only what is not ``None`` is sent."""

    key: str
    routes: RouteConfig | None = None
    dns: DnsState | None = None
    max_connections: int | None = None
    congestion_control: str | None = None
    route_changes: RouteChanges | None = None


@dataclass(frozen=True, slots=True)
class CreateNetstack:
    """``esxcli network ip netstack add``: the API makes no stacks (reference/vsphere.md 1.4)."""

    key: str


@dataclass(frozen=True, slots=True)
class RemoveNetstack:
    """``esxcli network ip netstack remove``, of a custom stack without adapters."""

    key: str


ApiStep = CreateAdapter | UpdateAdapter | RemoveAdapter | SelectService | DeselectService | UpdateVsan | UpdateNetstack
EsxcliStep = CreateNetstack | RemoveNetstack
Step = ApiStep | EsxcliStep


@dataclass(frozen=True, slots=True)
class FieldChange:
    """One managed field that a step changes, as text for people and for ``status``."""

    field: str
    """In the words of the CRD, for example ``mtu`` or ``gateway.ipv4``."""
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class PlannedStep:
    """A step, whom it serves, and what it says to people."""

    step: Step
    owner: ObjectKey
    changes: tuple[FieldChange, ...]
    disruptive: bool
    """May interrupt traffic; decided by the planner's one table."""
    text: str
    """One line for ``status.plan`` and the log, for example ``set mtu of vmk3 from 1500 to 9000``."""
    approval: str | None = None
    """Id of the plan that a person approved; only that approval lets the step run. ``None``: it needs none."""
    restores: bool = False
    """It puts back what a failed replacement removed, and runs although the object is halted for that."""
