"""What the other hosts of a vCenter need to know of one: its addresses, what its objects claim, and what it is like."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from vmk_operator.api.v1alpha1 import VmkAdapter
from vmk_operator.model.host import AdapterState, Cluster, HostState
from vmk_operator.model.identity import ObjectKey
from vmk_operator.model.step import CreateAdapter, PlannedStep, UpdateAdapter
from vmk_operator.planner.intent import read_adapter
from vmk_operator.planner.moments import Seniority
from vmk_operator.planner.resolution import resolve_port_group
from vmk_operator.planner.scene import seniority
from vmk_operator.planner.segments import Segment, segment_of
from vmk_operator.planner.snapshot import ManagedObject
from vmk_operator.planner.surroundings import Address
from vmk_operator.planner.traits import Trait, traits_of
from vmk_operator.planner.verdict import Blocked


@dataclass(frozen=True, slots=True)
class Seat:
    """Where an address of the host is."""

    device: str
    segment: Segment | None


@dataclass(frozen=True, slots=True)
class AddressClaim:
    """An object that declares an address for the host."""

    key: ObjectKey
    seniority: Seniority
    segment: Segment | None
    deleting: bool


@dataclass(frozen=True, slots=True)
class Footprint:
    """One host in the eyes of the others."""

    host: str
    """Its name."""
    cluster: Cluster | None
    seats: Mapping[Address, Seat]
    claims: Mapping[Address, tuple[AddressClaim, ...]]
    traits: frozenset[Trait]
    has_objects: bool
    """It is planned, so what happens around it matters."""

    @property
    def addresses(self) -> frozenset[Address]:
        """Every address that it has or shall have."""
        return frozenset((*self.seats, *self.claims))


def footprint(host: HostState, objects: Iterable[ManagedObject]) -> Footprint:
    """Read what concerns the others off a host and its objects; unknown networking has none."""
    things = tuple(objects)
    return Footprint(
        host=host.name,
        cluster=host.cluster,
        seats=dict(_seats(host)),
        claims=_claims(host, things),
        traits=frozenset() if host.network is None else traits_of(host.network),
        has_objects=bool(things),
    )


def addresses_of(adapter: AdapterState) -> frozenset[Address]:
    """Name the addresses of *adapter*, wherever they come from.

    Link-local ones are no claim: every host may have 169.254.0.2 towards its own baseboard controller.
    """
    return frozenset(one.ip for one in adapter.interfaces if not one.ip.is_link_local)


def addresses_given(steps: Iterable[PlannedStep]) -> frozenset[Address]:
    """Name the addresses that the host has once *steps* are done, as far as the steps say."""
    writes = [one.step for one in steps if isinstance(one.step, CreateAdapter | UpdateAdapter)]
    ipv4 = (one.ipv4.address for one in writes)
    ipv6 = (address for one in writes if one.ipv6 is not None for address in one.ipv6.add)
    return frozenset(one.ip for one in (*ipv4, *ipv6) if one is not None)


def _seats(host: HostState) -> Iterator[tuple[Address, Seat]]:
    for adapter in () if host.network is None else host.network.adapters:
        seat = Seat(adapter.device, segment_of(adapter.attachment, host.cluster))
        for address in addresses_of(adapter):
            yield address, seat


def _claims(host: HostState, objects: Iterable[ManagedObject]) -> Mapping[Address, tuple[AddressClaim, ...]]:
    claims = defaultdict[Address, list[AddressClaim]](list)
    for item in objects:
        intent = read_adapter(item.spec) if isinstance(item, VmkAdapter) else None
        if not isinstance(item, VmkAdapter) or intent is None or isinstance(intent, Blocked):
            continue
        claim = AddressClaim(item.key, seniority(item), _segment(item, host), item.metadata.deleting)
        for address in intent.addresses:
            if not address.is_link_local:
                claims[address].append(claim)
    return {address: tuple(sorted(found, key=lambda one: one.seniority)) for address, found in claims.items()}


def _segment(item: VmkAdapter, host: HostState) -> Segment | None:
    where = None if host.network is None else resolve_port_group(item.spec.port_group, host.network, host.name)
    return None if where is None or isinstance(where, Blocked) else segment_of(where, host.cluster)
