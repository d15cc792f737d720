"""The few facts from outside a host that planning it needs, gathered beforehand: no rule walks the fleet."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from ipaddress import IPv4Address, IPv6Address
from typing import Any

from vmk_operator.model.identity import ObjectKey
from vmk_operator.planner.moments import Seniority
from vmk_operator.planner.segments import Segment
from vmk_operator.planner.traits import ServiceMtu, ServiceStack, ServiceSubnets, Subnet, Trait

Address = IPv4Address | IPv6Address


@dataclass(frozen=True, slots=True)
class Sighting:
    """An adapter of another host that has an address."""

    host: str
    device: str
    segment: Segment | None


@dataclass(frozen=True, slots=True)
class Rival:
    """An object on another host that declares an address."""

    key: ObjectKey
    host: str
    seniority: Seniority
    segment: Segment | None
    has_it: bool
    """Its host has the address, or is being given it right now."""


@dataclass(frozen=True, slots=True)
class Neighbourhood:
    """What the other hosts of the cluster are like."""

    cluster: str
    """Its name."""
    mtus: Mapping[str, frozenset[int]] = field(default_factory=dict)
    """With which MTUs they carry which service."""
    stacks: Mapping[str, frozenset[str]] = field(default_factory=dict)
    """On which TCP/IP stacks they carry which service."""
    subnets: Mapping[str, frozenset[frozenset[Subnet]]] = field(default_factory=dict)
    """In which subnets they carry which service; those of one host, on one stack, are together."""


def neighbourhood(cluster: str, traits: Iterable[Trait]) -> Neighbourhood:
    """Arrange what the others are like by service, once for all objects of a host."""
    mtus, stacks, subnets = (defaultdict[str, set[Any]](set) for _ in range(3))
    for trait in traits:
        match trait:
            case ServiceMtu(service, mtu):
                mtus[service].add(mtu)
            case ServiceStack(service, stack):
                stacks[service].add(stack)
            case ServiceSubnets(service, _, together):
                subnets[service].add(together)
            case _:
                pass  # nothing that hosts of a cluster should have in common
    return Neighbourhood(cluster, *({one: frozenset(of) for one, of in by.items()} for by in (mtus, stacks, subnets)))


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What is known about the rest of the host's vCenter; as made here, nothing is."""

    sightings: Mapping[Address, tuple[Sighting, ...]] = field(default_factory=dict)
    """Of the addresses that this host has or its objects declare, those that other hosts have as well."""
    rivals: Mapping[Address, tuple[Rival, ...]] = field(default_factory=dict)
    """Of the same addresses, those that objects on other hosts declare as well."""
    promised: frozenset[Address] = frozenset()
    """Addresses that this host is being given right now: nobody else comes first for them any more."""
    neighbourhood: Neighbourhood | None = None
    """``None``: the host is in no cluster."""
    silenced: frozenset[str] = frozenset()
    """Reasons of advice that nobody wants to read in the whole vCenter."""


NOTHING_KNOWN = Surroundings()
