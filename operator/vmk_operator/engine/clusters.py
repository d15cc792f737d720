"""What the hosts of every cluster, and of the whole vCenter, are like."""

from collections import defaultdict
from collections.abc import Callable

from vmk_operator.engine.roster import Roster
from vmk_operator.model.host import Cluster
from vmk_operator.model.identity import HostRef
from vmk_operator.model.vcenter import FleetAdvice
from vmk_operator.planner.advice import advise_fleet
from vmk_operator.planner.fleet import Fleet, FleetCluster
from vmk_operator.planner.footprint import Footprint
from vmk_operator.planner.surroundings import Neighbourhood, neighbourhood
from vmk_operator.planner.traits import Trait

_NAMED = 3
"""Hosts of a trait that are named to people."""

Entry = tuple[Cluster | None, Trait, str]
"""A cluster, or ``None`` for the whole vCenter; a trait; the name of a host that has it."""


class Clusters:
    """Traits of hosts by cluster, kept by changes."""

    def __init__(self, *, changed: Callable[[], None]) -> None:
        """Know nothing yet; *changed* is called whenever ``advice`` may have become another."""
        self._changed = changed
        self._rosters: defaultdict[Cluster | None, Roster] = defaultdict(Roster)
        self._members: defaultdict[Cluster, set[HostRef]] = defaultdict(set)
        self._advice: tuple[FleetAdvice, ...] | None = None

    def update(self, host: HostRef, before: Footprint | None, now: Footprint | None) -> set[HostRef]:
        """Take in a difference of *host*, and name the hosts for which their neighbourhood is another now."""
        self._move(host, before, now)
        old, new = _entries(before), _entries(now)
        for cluster, trait, name in old - new:
            self._rosters[cluster].remove(trait, (name, host))
        for cluster, trait, name in new - old:
            self._rosters[cluster].add(trait, (name, host))
        if old != new:
            self._advice = None
            self._changed()
        concerned = set[HostRef]()
        for cluster, trait in _places(old) ^ _places(new):
            if cluster is None:
                continue
            others = self._rosters[cluster].others_having(trait, host, at_most=1)
            if others == ():
                concerned |= self._members[cluster]  # for all of them it is a trait of others, or no longer
            elif others is not None:
                concerned.update(others)  # which have it: for this one, another one has it as well, or no longer
        return concerned

    def around(self, host: HostRef, cluster: Cluster | None) -> Neighbourhood | None:
        """Tell what the other hosts of *cluster* are like."""
        if cluster is None:
            return None
        return neighbourhood(cluster.name, self._rosters[cluster].of_others(host))

    def advice(self) -> tuple[FleetAdvice, ...]:
        """Tell what is worth knowing about all hosts; asked again without a change between, it costs nothing."""
        if self._advice is None:
            self._advice = advise_fleet(self._fleet())
        return self._advice

    def _fleet(self) -> Fleet:
        clusters = sorted(self._members, key=lambda one: (one.name, one.id))
        return Fleet(
            traits=self._rosters[None].summary(names=_NAMED),
            clusters=tuple(FleetCluster(one.name, self._rosters[one].summary(names=_NAMED)) for one in clusters),
        )

    def _move(self, host: HostRef, before: Footprint | None, now: Footprint | None) -> None:
        if before is not None and before.cluster is not None:
            self._members[before.cluster].discard(host)
            if not self._members[before.cluster]:
                del self._members[before.cluster]
        if now is not None and now.cluster is not None:
            self._members[now.cluster].add(host)


def _entries(footprint: Footprint | None) -> frozenset[Entry]:
    if footprint is None:
        return frozenset()
    groups = {None, footprint.cluster}
    return frozenset((group, trait, footprint.host) for group in groups for trait in footprint.traits)


def _places(entries: frozenset[Entry]) -> set[tuple[Cluster | None, Trait]]:
    return {(cluster, trait) for cluster, trait, _ in entries}
