"""The hosts of one vCenter, kept by changes. No I/O: ``stream`` brings the changes."""

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import TypeVar

from vmk_operator.model.host import Cluster, DistributedSwitch, HostState
from vmk_operator.model.identity import HostRef
from vmk_operator.vcenter.compose import distributed_switch, host_state
from vmk_operator.vcenter.elements import share
from vmk_operator.vcenter.facts import ClusterFacts, HostFacts, PortGroupFacts, SwitchFacts
from vmk_operator.vcenter.leaves import CLUSTER, HOST, SWITCH, Facts
from vmk_operator.vcenter.updates import ObjectChange

F = TypeVar("F", bound=Facts)


class Inventory:
    """Facts by managed object id, and the host states made of them."""

    def __init__(self, vcenter: str) -> None:
        self._vcenter = vcenter
        self._complete = False
        self._host_facts: dict[str, HostFacts] = {}
        self._cluster_facts: dict[str, ClusterFacts] = {}
        self._switch_facts: dict[str, SwitchFacts] = {}
        self._port_group_facts: dict[str, PortGroupFacts] = {}
        self._switches: dict[str, DistributedSwitch] = {}
        self._members: dict[str, frozenset[str]] = {}
        self._switches_of_host: dict[str, set[str]] = {}
        self._hosts: dict[HostRef, HostState] = {}
        self._by_name: dict[str, HostRef] = {}

    @property
    def complete(self) -> bool:
        """The first read is whole and the stream is live."""
        return self._complete

    def host(self, ref: HostRef) -> HostState | None:
        """Find a host by its reference."""
        return self._hosts.get(ref)

    def find(self, name: str) -> HostState | None:
        """Find a host by its inventory name; case does not matter, as in DNS."""
        ref = self._by_name.get(name.lower())
        return None if ref is None else self._hosts.get(ref)

    def hosts(self) -> Mapping[HostRef, HostState]:
        """All hosts; the view changes with the inventory."""
        return MappingProxyType(self._hosts)

    def facts(self, moid: str) -> HostFacts | None:
        """What vCenter told about one host."""
        return self._host_facts.get(moid)

    def compose(self, ref: HostRef, facts: HostFacts) -> HostState:
        """Join facts that were read elsewhere with the cluster and distributed switches of that host as known here."""
        switches = [self._switches[one] for one in self._switches_of_host.get(ref.moid, ())]
        return host_state(
            ref, facts, share(tuple(sorted(switches, key=lambda one: one.name))), share(self._cluster(facts.parent))
        )

    def _cluster(self, moid: str | None) -> Cluster | None:
        facts = None if moid is None else self._cluster_facts.get(moid)
        return None if moid is None or facts is None else Cluster(moid, facts.name)

    def set_live(self, *, live: bool) -> None:
        """Note whether the stream keeps this inventory up to date."""
        self._complete = live

    def apply(self, changes: Iterable[ObjectChange], *, anew: bool = False) -> frozenset[HostRef]:
        """Take in *changes* and name the hosts that are new, gone or look different.

        Args:
            changes: in the order in which vCenter told them.
            anew: they are all there is: what they lack is gone.
        """
        hosts: set[str] = set()
        clusters: set[str] = set()
        switches: set[str] = set()
        if anew:
            hosts |= self._host_facts.keys()
            switches |= self._switch_facts.keys()
            self._host_facts, self._cluster_facts = {}, {}
            self._switch_facts, self._port_group_facts = {}, {}
        for change in changes:
            if change.kind == HOST:
                _take_in(self._host_facts, change)
                hosts.add(change.moid)
            elif change.kind == CLUSTER:
                _take_in(self._cluster_facts, change)
                clusters.add(change.moid)
            elif change.kind == SWITCH:
                _take_in(self._switch_facts, change)
                switches.add(change.moid)
            else:
                switches |= self._switch_of_port_group(change.moid)
                _take_in(self._port_group_facts, change)
                switches |= self._switch_of_port_group(change.moid)
        if clusters:
            hosts.update(moid for moid, facts in self._host_facts.items() if facts.parent in clusters)
        for switch in switches:
            hosts |= self._rebuild_switch(switch)
        return self._rebuild_hosts(hosts)

    def _switch_of_port_group(self, moid: str) -> set[str]:
        facts = self._port_group_facts.get(moid)
        return set() if facts is None or facts.switch is None else {facts.switch}

    def _rebuild_switch(self, moid: str) -> frozenset[str]:
        """Make the switch anew and name the hosts that see a difference."""
        facts = self._switch_facts.get(moid)
        members = frozenset() if facts is None else facts.members
        before = self._members.pop(moid, frozenset())
        for host in before - members:
            self._switches_of_host[host].discard(moid)
        for host in members:
            self._switches_of_host.setdefault(host, set()).add(moid)
        old = self._switches.pop(moid, None)
        if facts is None:
            return before
        new = distributed_switch(facts, (one for one in self._port_group_facts.values() if one.switch == moid))
        self._members[moid] = members
        self._switches[moid] = old if old == new and old is not None else new
        return before ^ members if old == new else before | members

    def _rebuild_hosts(self, moids: Iterable[str]) -> frozenset[HostRef]:
        changed: dict[HostRef, HostState | None] = {}
        for moid in moids:
            ref = HostRef(self._vcenter, moid)
            facts = self._host_facts.get(moid)
            state = None if facts is None else self.compose(ref, facts)
            if state != self._hosts.get(ref):
                changed[ref] = state
        # All old names before all new ones: two hosts may have swapped theirs.
        for ref in changed:
            old = self._hosts.pop(ref, None)
            if old is not None and self._by_name.get(old.name.lower()) == ref:
                del self._by_name[old.name.lower()]
        for state in changed.values():
            if state is not None:
                self._hosts[state.ref] = state
                self._by_name[state.name.lower()] = state.ref
        return frozenset(changed)


def _take_in(store: dict[str, F], change: ObjectChange) -> None:
    if change.gone:
        store.pop(change.moid, None)
    else:
        store[change.moid] = change.applied_to(store.get(change.moid))
