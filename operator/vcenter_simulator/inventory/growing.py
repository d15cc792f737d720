"""A fleet document to the objects of a tree. It looks at the whole document before anything is put in use."""

from collections.abc import Callable
from dataclasses import dataclass

from pyVmomi import vim

from vcenter_simulator.fleet.documents import DatacenterDocument, FleetDocument
from vcenter_simulator.fleet.errors import DocumentError
from vcenter_simulator.fleet.host_documents import HostDocument
from vcenter_simulator.fleet.reading import read_host, uuid_of
from vcenter_simulator.host.releases import V8, Release
from vcenter_simulator.host.state import HostState
from vcenter_simulator.inventory.compute_leaves import CLUSTER, COMPUTE_RESOURCE, RESOURCE_POOL, ROOT_POOL_NAME
from vcenter_simulator.inventory.container_leaves import DATACENTER, FOLDER, Node
from vcenter_simulator.inventory.distributed import DistributedPortgroup, DistributedSwitch, Member
from vcenter_simulator.inventory.moids import MoidSource
from vcenter_simulator.inventory.plugging import seat
from vcenter_simulator.inventory.switch_leaves import PORTGROUP, SWITCH
from vcenter_simulator.properties.leaves import Leaves
from vcenter_simulator.properties.published import PublishedObject
from vcenter_simulator.soap.references import Reference

ROOT = Reference("Folder", "group-d1")
"""The root folder has the same id in every vCenter."""

# A datacenter's folders: property, name, prefix of the id, types that may be in it.
_PARTS = (
    ("vmFolder", "vm", "group-v", (vim.Folder, vim.VirtualMachine)),
    ("hostFolder", "host", "group-h", (vim.Folder, vim.ComputeResource)),
    ("datastoreFolder", "datastore", "group-s", (vim.Folder, vim.Datastore)),
    ("networkFolder", "network", "group-n", (vim.Folder, vim.Network, vim.DistributedVirtualSwitch)),
)


@dataclass(frozen=True, slots=True)
class GrownHost:
    """A host with the ids of its objects and its place."""

    state: HostState
    connection: str
    reference: Reference
    network_system: Reference
    nic_manager: Reference
    parent: Reference


class Growth:
    """Everything that a document describes.

    Raises:
        DocumentError: when it contradicts itself.
    """

    def __init__(
        self, document: FleetDocument, moids: MoidSource, new_mac: Callable[[], str], release: Release = V8
    ) -> None:
        self.document = document
        self.nodes: dict[str, Node] = {}
        self.objects: dict[str, PublishedObject] = {}
        self.switches: dict[str, DistributedSwitch] = {}
        self.hosts: list[GrownHost] = []
        self._moids = moids
        self._new_mac = new_mac
        self._claimed: set[str] = set()
        self._release = release
        root = self._add(FOLDER, Node("Datacenters", ROOT, child_types=(vim.Folder, vim.Datacenter)))
        for datacenter in document.datacenters:
            self._datacenter(datacenter, root)
        self._number_ports()

    def _datacenter(self, document: DatacenterDocument, root: Node) -> None:
        name = document.name
        self._claim(f"datacenter {name}")
        center = self._add(DATACENTER, Node(name, Reference("Datacenter", self._moids.get("datacenter", name))), root)
        for prop, folder_name, prefix, types in _PARTS:
            reference = Reference("Folder", self._moids.get(prefix, name))
            folder = Node(folder_name, reference, center.reference, child_types=types)
            self._add(FOLDER, folder)
            center.parts[prop] = reference
        members = self._switches(document, center)
        host_folder = self.nodes[center.parts["hostFolder"].moid]
        for cluster in document.clusters:
            self._claim(f"cluster {name}/{cluster.name}")
            moid = self._moids.get("domain-c", name, cluster.name)
            node = Node(cluster.name, Reference(CLUSTER.kind_name, moid), networks=center.networks)
            self._add(CLUSTER, node, host_folder)
            self._resource_pool(node)
            for host in cluster.hosts:
                self._host(host, node, members)
        for host in document.hosts:
            moid = self._moids.get("domain-s", name, host.name)
            node = Node(host.name, Reference(COMPUTE_RESOURCE.kind_name, moid), networks=center.networks)
            self._add(COMPUTE_RESOURCE, node, host_folder)
            self._resource_pool(node)
            self._host(host, node, members)

    def _resource_pool(self, owner: Node) -> None:
        reference = Reference(RESOURCE_POOL.kind_name, self._moids.get("resgroup", owner.reference.moid))
        owner.parts["resourcePool"] = reference
        self._add(RESOURCE_POOL, Node(ROOT_POOL_NAME, reference, owner.reference, members=owner.members))

    def _switches(self, document: DatacenterDocument, center: Node) -> dict[str, list[Node]]:
        """Add the distributed switches; return, by UUID, the nodes that list the hosts of each."""
        folder = self.nodes[center.parts["networkFolder"].moid]
        members: dict[str, list[Node]] = {}
        for described in document.distributed_switches:
            uuid = described.uuid or uuid_of(described.name)
            self._claim(f"distributed switch {uuid}")
            self._claim(f"distributed switch {document.name}/{described.name}")
            moid = self._moids.get("dvs", document.name, described.name)
            switch = DistributedSwitch(moid, uuid, described.name, described.mtu, release=self._release)
            self.switches[uuid] = switch
            node = Node(described.name, Reference(SWITCH.kind_name, moid), switch=switch)
            self._add(SWITCH, node, folder)
            members[uuid] = [node]
            for group_name, vlan in described.port_groups.items():
                key = self._moids.get("dvportgroup", document.name, described.name, group_name)
                switch.portgroups[key] = DistributedPortgroup(key, group_name, vlan)
            uplinks = f"{described.name}-DVUplinks-{moid.removeprefix('dvs-')}"
            key = self._moids.get("dvportgroup", document.name, described.name, uplinks)
            switch.uplinks = DistributedPortgroup(key, uplinks, is_uplink=True)
            for group in switch.all_portgroups:
                reference = Reference(PORTGROUP.kind_name, group.key)
                below = Node(group.name, reference, switch=switch, portgroup=group, switch_reference=node.reference)
                self._add(PORTGROUP, below, folder)
                node.networks.append(reference)
                center.networks.append(reference)
                members[uuid].append(below)
        return members

    def _number_ports(self) -> None:
        """Give port groups and uplinks their ports, now that it is known which numbers the document itself uses."""
        for switch in self.switches.values():
            switch.fill()
        joining = [(host, membership) for host in self.hosts for membership in host.state.memberships]
        for _, membership in joining:
            switch = self.switches[membership.switch_uuid]
            switch.uplinks_per_host = max(switch.uplinks_per_host, len(membership.uplinks))
        for host, membership in joining:
            member = Member(host.state.name, membership.uplinks)
            self.switches[membership.switch_uuid].join(host.reference.moid, member)

    def _host(self, document: HostDocument, parent: Node, members: dict[str, list[Node]]) -> None:
        self._claim(f"host {document.name}")
        facts = {uuid: self.switches[uuid].facts for uuid in members}
        state = seat(read_host(document, facts, self._new_mac, self._release), self.switches)
        moid = self._moids.get("host", document.name)
        reference = Reference("HostSystem", moid)
        number = moid.removeprefix("host-")
        self.hosts.append(
            GrownHost(
                state,
                document.connection_state,
                reference,
                Reference("HostNetworkSystem", f"networkSystem-{number}"),
                Reference("HostVirtualNicManager", f"virtualNicManager-{number}"),
                parent.reference,
            )
        )
        parent.children.append(reference)
        for member in state.memberships:
            for node in members[member.switch_uuid]:
                node.hosts.append(reference)

    def _add(self, leaves: Leaves, node: Node, parent: Node | None = None) -> Node:
        if parent is not None:
            node.parent = parent.reference
            parent.children.append(node.reference)
        self.nodes[node.reference.moid] = node
        # Port groups grow when somebody takes a port, and nobody is told.
        is_volatile = leaves in (SWITCH, PORTGROUP)
        self.objects[node.reference.moid] = PublishedObject(leaves, node.reference.moid, node, is_volatile=is_volatile)
        return node

    def _claim(self, name: str) -> None:
        if name in self._claimed:
            raise DocumentError(f"There are two of the {name}.")
        self._claimed.add(name)
