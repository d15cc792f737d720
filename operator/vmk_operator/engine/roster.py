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

    def having(self, trait: Trait) -> tuple[HostRef, ...]:
        """Name the hosts that have *trait*."""
        return tuple(ref for _, ref in self._hosts.get(trait, ()))

    def of_others(self, host: HostRef) -> Iterator[Trait]:
        """Name the traits that any other than *host* has."""
        return (trait for trait, hosts in self._hosts.items() if len(hosts) > 1 or hosts[0][1] != host)

    def summary(self, *, names: int) -> Mapping[Trait, Hosts]:
        """Count the hosts of every trait, and name the first few."""
        return {
            trait: Hosts(len(hosts), tuple(name for name, _ in hosts[:names])) for trait, hosts in self._hosts.items()
        }
