"""The few facts from outside a host that planning it needs, gathered beforehand: no rule walks the fleet."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from ipaddress import IPv4Address, IPv6Address

from vmk_operator.model.identity import ObjectKey
from vmk_operator.planner.moments import Seniority
from vmk_operator.planner.segments import Segment
from vmk_operator.planner.traits import Trait

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
    traits: frozenset[Trait]


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
