"""What the hosts of a vCenter are like, counted."""

from collections.abc import Mapping
from dataclasses import dataclass

from vmk_operator.planner.traits import Trait


@dataclass(frozen=True, slots=True)
class Hosts:
    """Some hosts."""

    count: int
    first: tuple[str, ...]
    """Names of the first few."""

    def __str__(self) -> str:
        """Count and name them for people, in bounded length."""
        unnamed = ", …" if self.count > len(self.first) else ""
        return f"{self.count} {'host' if self.count == 1 else 'hosts'} ({', '.join(self.first)}{unnamed})"


@dataclass(frozen=True, slots=True)
class FleetCluster:
    """One cluster."""

    name: str
    traits: Mapping[Trait, Hosts]


@dataclass(frozen=True, slots=True)
class Fleet:
    """All hosts of a vCenter."""

    traits: Mapping[Trait, Hosts]
    clusters: tuple[FleetCluster, ...]
    """In the order of their names."""
