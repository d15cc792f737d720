"""What the hosts of one vCenter need to know of each other: whose address is whose, and what clusters have in common.

An index fed by what the inventory shows and what objects declare, kept by changes: planning one host looks up what
concerns it, and a change wakes the hosts that share what changed, and no others.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping

from vmk_operator.engine.clusters import Clusters
from vmk_operator.model.identity import HostRef
from vmk_operator.model.vcenter import FleetAdvice
from vmk_operator.planner.footprint import Footprint
from vmk_operator.planner.surroundings import Address, Rival, Sighting, Surroundings


class Claims:
    """The index, and which host is being given which address right now.

    Two objects on two hosts can't both take one address: who does is decided by what both know (the older object), and
    the address is promised to its host in the same breath as its plan is made, before the first step is sent. What is
    promised counts like what is there, until a later plan of that host no longer asks for it.
    """

    def __init__(
        self,
        *,
        read: Callable[[HostRef], Footprint | None],
        wake: Callable[[HostRef], None],
        advice_changed: Callable[[], None],
    ) -> None:
        """Know nothing yet.

        Args:
            read: tells what the others need to know of a host as it is now; ``None``: there is none.
            wake: has a host looked at.
            advice_changed: hears that ``advice`` may be another now.
        """
        self._advice_changed = advice_changed
        self._read = read
        self._wake = wake
        self._footprints: dict[HostRef, Footprint] = {}
        self._sharers: defaultdict[Address, set[HostRef]] = defaultdict(set)
        self._clusters = Clusters(changed=advice_changed)
        self._promised: dict[HostRef, frozenset[Address]] = {}
        self._stale: set[HostRef] = set()

    # Kept by changes

    def begin(self, hosts: Iterable[HostRef]) -> None:
        """Read everything anew, for whom every host is looked at anyway."""
        for host in {*self._footprints, *hosts}:
            self._take_in(host)
        self._stale.clear()

    def changed(self, host: HostRef) -> None:
        """Note that *host* or its objects may be different; they are read before the next plan of anybody."""
        self._stale.add(host)

    def refresh(self) -> None:
        """Take in what changed, and wake the hosts that share it."""
        while self._stale:
            host = self._stale.pop()
            for sharer in self._take_in(host):
                self._wake(sharer)

    def clear(self) -> None:
        """Forget everything."""
        self._footprints.clear()
        self._sharers.clear()
        self._clusters = Clusters(changed=self._advice_changed)
        self._promised.clear()
        self._stale.clear()

    def _take_in(self, host: HostRef) -> set[HostRef]:
        """Read one host anew and name the others that share what is different about it."""
        before, now = self._footprints.pop(host, None), self._read(host)
        if now is not None:
            self._footprints[host] = now
        if before == now:
            return set()
        concerned = self._clusters.update(host, before, now)
        for address in _different(before, now):
            sharers = self._sharers[address]
            concerned |= sharers
            if now is not None and address in now.addresses:
                sharers.add(host)
            else:
                sharers.discard(host)
            if not sharers:
                del self._sharers[address]
        return {one for one in concerned - {host} if one in self._footprints and self._footprints[one].has_objects}

    # What a plan needs

    def around(self, host: HostRef) -> Surroundings:
        """Tell what is known around *host*, everything that changed so far included."""
        self.refresh()
        own = self._footprints.get(host)
        if own is None:
            return Surroundings()
        shared = [address for address in own.addresses if len(self._sharers[address]) > 1]
        return Surroundings(
            sightings={one: seen for one in shared if (seen := tuple(self._sightings(one, host)))},
            rivals={one: found for one in shared if (found := tuple(self._rivals(one, host)))},
            promised=self._promised.get(host, frozenset()),
            neighbourhood=self._clusters.around(host, own.cluster),
        )

    def _sightings(self, address: Address, host: HostRef) -> Iterator[Sighting]:
        for _, other in self._others(address, host):
            seat = other.seats.get(address)
            if seat is not None:
                yield Sighting(other.host, seat.device, seat.segment)

    def _rivals(self, address: Address, host: HostRef) -> Iterator[Rival]:
        for ref, other in self._others(address, host):
            has_it = address in other.seats or address in self._promised.get(ref, frozenset())
            for claim in other.claims.get(address, ()):
                # An object that goes claims nothing but what it still has.
                if has_it or not claim.deleting:
                    yield Rival(claim.key, other.host, claim.seniority, claim.segment, has_it)

    def _others(self, address: Address, host: HostRef) -> list[tuple[HostRef, Footprint]]:
        found = [(ref, self._footprints[ref]) for ref in self._sharers[address] if ref != host]
        return sorted(found, key=lambda one: (one[1].host, one[0]))

    def advice(self) -> tuple[FleetAdvice, ...]:
        """Tell what is worth knowing about all hosts."""
        return self._clusters.advice()

    # Promises

    def promise(self, host: HostRef, addresses: frozenset[Address]) -> None:
        """Let *host* be given *addresses* now, or none any more; who would like one of them hears of it."""
        before = self._promised.pop(host, frozenset())
        if addresses:
            self._promised[host] = addresses
        for address in before ^ addresses:
            for sharer in self._sharers.get(address, set()) - {host}:
                self._wake(sharer)

    def promised(self, host: HostRef) -> frozenset[Address]:
        """Name what *host* is being given."""
        return self._promised.get(host, frozenset())


def _different(before: Footprint | None, now: Footprint | None) -> Iterator[Address]:
    """Name the addresses about which there is something new."""
    old, new = _by_address(before), _by_address(now)
    return (address for address in old.keys() | new.keys() if old.get(address) != new.get(address))


def _by_address(footprint: Footprint | None) -> Mapping[Address, object]:
    if footprint is None:
        return {}
    # The others name the host in their sentences.
    return {one: (footprint.host, footprint.seats.get(one), footprint.claims.get(one)) for one in footprint.addresses}
