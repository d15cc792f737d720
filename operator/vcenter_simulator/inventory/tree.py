"""The inventory: every managed object of the tree, and the hosts behind them."""

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from vcenter_simulator.fleet.documents import DistributedSwitchDocument, FleetDocument
from vcenter_simulator.fleet.expanding import expanded, with_hosts, with_portgroups
from vcenter_simulator.fleet.host_documents import HostDocument
from vcenter_simulator.fleet.reading import uuid_of
from vcenter_simulator.fleet.writing import write_host
from vcenter_simulator.host.behaviour import Behaviour
from vcenter_simulator.host.releases import V8, Release
from vcenter_simulator.host.requests import DistributedSwitchFacts
from vcenter_simulator.inventory.changes import ChangeJournal
from vcenter_simulator.inventory.compute_leaves import COMPUTE_VIEWS, EFFECTIVE_FIELDS, POOL_VIEWS
from vcenter_simulator.inventory.container_leaves import Node
from vcenter_simulator.inventory.growing import ROOT, Growth
from vcenter_simulator.inventory.host_leaves import (
    HOST,
    HOST_LEAVES_OF,
    METHOD_EXECUTER,
    NETWORK_SYSTEM,
    NIC_MANAGER,
    TYPE_MANAGER,
    network_leaves_of,
    nic_manager_leaves_of,
)
from vcenter_simulator.inventory.hosts import Connection, HostRecord
from vcenter_simulator.inventory.macs import MacSource
from vcenter_simulator.inventory.moids import MoidSource
from vcenter_simulator.inventory.naming import Names, Placed
from vcenter_simulator.inventory.storage_leaves import (
    ISCSI_MANAGER,
    STORAGE_SYSTEM,
    VSAN_SYSTEM,
    storage_leaves_of,
    vsan_leaves_of,
)
from vcenter_simulator.projection.options import OPTION_MANAGER
from vcenter_simulator.properties.published import PublishedObject
from vcenter_simulator.soap.references import Reference

if TYPE_CHECKING:
    from vcenter_simulator.inventory.distributed import DistributedSwitch


class Inventory:
    """What a vCenter manages.

    Args:
        journal: told about every change that vCenter sees.
        behaviour: the named switches.
        read_lag: seconds until vCenter sees a write by itself.
        release: what vCenter and its hosts are.
    """

    def __init__(self, journal: ChangeJournal, *, behaviour: Behaviour, read_lag: float, release: Release = V8) -> None:
        self.journal = journal
        self.objects: dict[str, PublishedObject] = {}
        self.nodes: dict[str, Node] = {}
        self.hosts: dict[str, HostRecord] = {}
        """By inventory name."""
        self.switches: dict[str, DistributedSwitch] = {}
        """By UUID."""
        self._behaviour = behaviour
        self._read_lag = read_lag
        self.release = release
        self.moids = MoidSource()
        self._hosts_by_moid: dict[str, HostRecord] = {}
        self._document = FleetDocument()
        self._macs = MacSource()

    def find_host(self, moid: str) -> HostRecord | None:
        """Find the host that *moid* is, or is the network system or virtual NIC manager of."""
        return self._hosts_by_moid.get(moid)

    def find_entity(self, moid: str) -> HostRecord | Node | None:
        """Find the entity that *moid* is, or the host that it belongs to."""
        return self._hosts_by_moid.get(moid) or self.nodes.get(moid)

    @property
    def structure(self) -> int:
        """Grows when objects come, go or move."""
        return self.journal.structure

    def has(self, moid: str) -> bool:
        """Say whether *moid* is an entity or belongs to a host."""
        return moid in self.nodes or moid in self._hosts_by_moid

    def entity_of(self, moid: str) -> str:
        """Return the entity that decides who may do what with *moid*: of services it is the root folder."""
        host = self._hosts_by_moid.get(moid)
        if host is not None:
            return host.reference.moid
        return moid if moid in self.nodes else ROOT.moid

    def parent_of(self, moid: str) -> str | None:
        """Return the entity above *moid*."""
        host = self._hosts_by_moid.get(moid)
        node = self.nodes.get(moid)
        parent = host.parent if host is not None else node.parent if node is not None else None
        return None if parent is None else parent.moid

    def switch_moid(self, uuid: str) -> str | None:
        """Find the distributed switch with *uuid*."""
        switch = self.switches.get(uuid)
        return None if switch is None else switch.moid

    @property
    def names(self) -> Names:
        """What the entities are called, and where they are."""
        hosts = {host.reference.moid: Placed(host.name, host.parent) for host in self.hosts.values()}
        return Names(self.nodes, hosts)

    def new_mac(self) -> str:
        """Return a MAC that no adapter was given before."""
        return self._macs.get()

    def descendants(self, moid: str) -> Iterator[Reference]:
        """Return everything below *moid*, each object before what is below it."""
        node = self.nodes.get(moid)
        if node is None:
            return
        for child in (*node.parts.values(), *node.children):
            yield child
            yield from self.descendants(child.moid)

    def children(self, moid: str) -> Iterator[Reference]:
        """Return what is directly below *moid*."""
        node = self.nodes.get(moid)
        return iter(()) if node is None else iter((*node.parts.values(), *node.children))

    def lineage(self, moid: str) -> Iterator[HostRecord | Node]:
        """Return an entity and everything above it; nothing when *moid* is not in the inventory."""
        entity = self.find_entity(moid)
        while entity is not None:
            yield entity
            entity = self.find_entity(entity.parent.moid) if entity.parent is not None else None

    def set_recent_tasks(self, moid: str, tasks: tuple[Reference, ...]) -> None:
        """Let an entity show the tasks that worked on it a short time ago."""
        entity = self.find_entity(moid)
        if entity is not None:
            entity.recent_tasks = tasks
            self.publish(moid, ("recentTask",))

    def facts(self) -> Mapping[str, DistributedSwitchFacts]:
        """What hosts may know of the distributed switches, by UUID."""
        return {uuid: switch.facts for uuid, switch in self.switches.items()}

    def grow(self, document: FleetDocument) -> Growth:
        """Make the objects that *document* describes, without putting them in use.

        Raises:
            DocumentError: when it contradicts itself.
        """
        document = expanded(document)
        self._macs.keep_clear_of(document)
        return Growth(document, self.moids, self.new_mac, self.release)

    def load(self, document: FleetDocument) -> None:
        """Make the inventory what *document* describes; clients see objects come, go and change.

        Raises:
            DocumentError: when it contradicts itself; nothing has changed then.
        """
        self.take(self.grow(document))

    def take(self, growth: Growth) -> None:
        """Put in use what :meth:`grow` has made."""
        self.switches.clear()
        self.switches.update(growth.switches)
        self.nodes = growth.nodes
        self.objects = growth.objects
        self._document = growth.document
        old, self.hosts, self._hosts_by_moid = self.hosts, {}, {}
        for grown in growth.hosts:
            record = old.get(grown.state.name) or HostRecord(
                grown.state,
                reference=grown.reference,
                network_system=grown.network_system,
                nic_manager=grown.nic_manager,
                switches=self.switches,
                behaviour=self._behaviour,
                read_lag=self._read_lag,
                listener=self._note,
            )
            record.parent = grown.parent
            self.nodes[grown.parent.moid].members.append(record)
            self.hosts[record.name] = record
            for leaves, reference in (
                (HOST, grown.reference),
                (NETWORK_SYSTEM, grown.network_system),
                (NIC_MANAGER, grown.nic_manager),
                (METHOD_EXECUTER, record.method_executer),
                (TYPE_MANAGER, record.type_manager),
                (OPTION_MANAGER, record.advanced_options),
                (VSAN_SYSTEM, record.vsan_system),
                (STORAGE_SYSTEM, record.storage_system),
                (ISCSI_MANAGER, record.iscsi_manager),
            ):
                self._hosts_by_moid[reference.moid] = record
                self.objects[reference.moid] = PublishedObject(leaves, reference.moid, record)
            record.replace(grown.state, Connection(grown.connection))
        for moid, published in self.objects.items():
            self.journal.record(moid, published.leaves.top_level)
        self.journal.record_structure()

    def dump(self) -> FleetDocument:
        """Describe the inventory as it is, whether or not vCenter has seen it."""
        facts = self.facts()

        def described(hosts: list[HostDocument], _: object) -> list[HostDocument]:
            records = [self.hosts[host.name] for host in hosts]
            return [write_host(one.actual, facts, connection=one.connection.value) for one in records]

        return with_hosts(with_portgroups(self._document, self._portgroups), described)

    def _portgroups(self, described: DistributedSwitchDocument) -> dict[str, int]:
        """Return the names and VLANs of a switch's port groups, whoever made them."""
        switch = self.switches[described.uuid or uuid_of(described.name)]
        return {group.name: group.vlan for group in switch.portgroups.values()}

    def _note(self, record: HostRecord, fields: frozenset[str]) -> None:
        views = (
            (record.reference, {leaf for name in fields for leaf in HOST_LEAVES_OF[name]}),
            (record.network_system, network_leaves_of(fields)),
            (record.nic_manager, nic_manager_leaves_of(fields)),
            (record.vsan_system, vsan_leaves_of(fields)),
            (record.storage_system, storage_leaves_of(fields)),
            (record.advanced_options, {"setting"} if "options" in fields else set()),
        )
        for reference, leaves in views:
            if leaves:
                self.publish(reference.moid, sorted(leaves))

        if fields & EFFECTIVE_FIELDS and record.parent is not None:
            together = self.nodes[record.parent.moid]
            self.publish(together.reference.moid, COMPUTE_VIEWS)
            self.publish(together.parts["resourcePool"].moid, POOL_VIEWS)

    def publish(self, moid: str, leaves: Sequence[str]) -> None:
        """Tell everybody that the *leaves* of an object may have other values."""
        published = self.objects.get(moid)
        if published is not None:
            published.forget(leaves)
            self.journal.record(moid, leaves)
