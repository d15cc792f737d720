"""Which hosts have a trait, kept by changes, in the order of their names."""

import bisect
from collections.abc import Iterator, Mapping

from vmk_operator.model.identity import HostRef
from vmk_operator.planner.fleet import Hosts
from vmk_operator.planner.traits import Trait

NamedRef = tuple[str, HostRef]
"""A host, to be sorted by its name."""


class Roster:
    """The hosts of a cluster, or of a whole vCenter, by trait."""

    def __init__(self) -> None:
        self._hosts: dict[Trait, list[NamedRef]] = {}

    def add(self, trait: Trait, host: NamedRef) -> None:
        """Note that *host* has *trait*."""
        bisect.insort(self._hosts.setdefault(trait, []), host)

    def remove(self, trait: Trait, host: NamedRef) -> None:
        """Note that *host* has not *trait* any more."""
        hosts = self._hosts[trait]
        del hosts[bisect.bisect_left(hosts, host)]
        if not hosts:
            del self._hosts[trait]

    def others_having(self, trait: Trait, host: HostRef, *, at_most: int) -> tuple[HostRef, ...] | None:
        """Name the hosts but *host* that have *trait*, unless they are more than *at_most*."""
        hosts = self._hosts.get(trait, [])
        if len(hosts) > at_most + 1:
            return None
        others = tuple(ref for _, ref in hosts if ref != host)
        return others if len(others) <= at_most else None

    def of_others(self, host: HostRef) -> Iterator[Trait]:
        """Name the traits that any other than *host* has."""
        return (trait for trait, hosts in self._hosts.items() if len(hosts) > 1 or hosts[0][1] != host)

    def summary(self, *, names: int) -> Mapping[Trait, Hosts]:
        """Count the hosts of every trait, and name the first few."""
        return {
            trait: Hosts(len(hosts), tuple(name for name, _ in hosts[:names])) for trait, hosts in self._hosts.items()
        }
