"""Distributed port groups that come, change and go while clients watch."""

from collections.abc import Iterable

from vcenter_simulator.host.refusals import Refusal, invalid_argument, not_supported, resource_in_use
from vcenter_simulator.inventory.container_leaves import Node
from vcenter_simulator.inventory.distributed import FEWEST_PORTS, DistributedPortgroup, DistributedSwitch
from vcenter_simulator.inventory.portgroup_settings import PortgroupSpec, overlaid
from vcenter_simulator.inventory.switch_leaves import PORTGROUP
from vcenter_simulator.inventory.tree import Inventory
from vcenter_simulator.properties.published import PublishedObject
from vcenter_simulator.soap.references import Reference, managed_reference


def add_portgroups(inventory: Inventory, switch_moid: str, specs: Iterable[PortgroupSpec]) -> list[Reference]:
    """Add port groups to a distributed switch: all of them, or none.

    Raises:
        Refusal: DuplicateName, InvalidName.
    """
    wanted = list(specs)
    names = [spec.name or "" for spec in wanted]
    for number, name in enumerate(names):
        _check_name(inventory, switch_moid, name, others=names[:number])
    return [_add(inventory, inventory.nodes[switch_moid], name, spec) for name, spec in zip(names, wanted, strict=True)]


def change_portgroup(inventory: Inventory, moid: str, spec: PortgroupSpec) -> None:
    """Change what *spec* has of a port group.

    Raises:
        Refusal: ConcurrentAccess when the client has read an older configuration, NotSupported for the port group of
            the uplinks, DuplicateName, InvalidName, InvalidArgument for fewer ports than are in use.
    """
    node = inventory.nodes[moid]
    group, switch = _own(node)
    if spec.version is not None and spec.version != str(group.version):
        raise Refusal(
            "ConcurrentAccess", "The object or item referred to has been modified by somebody else meanwhile."
        )
    if spec.name is not None and spec.name != group.name:
        _check_name(inventory, switch.moid, spec.name)
    if spec.ports is not None:
        switch.resize(group, spec.ports)
    _set(group, spec)
    node.name = group.name
    inventory.publish(moid, PORTGROUP.top_level)
    inventory.publish(switch.moid, ("summary", "config"))


def remove_portgroup(inventory: Inventory, moid: str) -> None:
    """Remove a port group.

    Raises:
        Refusal: ResourceInUse while an adapter is on it, NotSupported for the port group of the uplinks.
    """
    node = inventory.nodes[moid]
    group, switch = _own(node)
    if group.held:
        raise resource_in_use(group.name)
    inventory.moids.forget(*_place(inventory, switch, group.name))
    del switch.portgroups[moid]
    del inventory.nodes[moid]
    del inventory.objects[moid]
    for one in _networks_around(inventory, switch):
        one.networks[:] = [network for network in one.networks if network.moid != moid]
    folder = _folder(inventory, switch)
    folder.children.remove(node.reference)
    inventory.journal.record(moid, ())
    _tell(inventory, switch, folder)


def _add(inventory: Inventory, switch_node: Node, name: str, spec: PortgroupSpec) -> Reference:
    switch = switch_node.switch
    if switch is None:
        raise TypeError(f"{switch_node.name} is no distributed switch")
    reference = Reference(PORTGROUP.kind_name, inventory.moids.get(*_place(inventory, switch, name)))
    group = DistributedPortgroup(reference.moid, name)
    switch.portgroups[reference.moid] = group
    switch.resize(group, FEWEST_PORTS if spec.ports is None else spec.ports)
    _set(group, spec)
    folder = _folder(inventory, switch)
    node = Node(
        name,
        reference,
        parent=folder.reference,
        hosts=list(switch_node.hosts),
        switch=switch,
        portgroup=group,
        switch_reference=switch_node.reference,
    )
    inventory.nodes[reference.moid] = node
    inventory.objects[reference.moid] = PublishedObject(PORTGROUP, reference.moid, node, is_volatile=True)
    folder.children.append(reference)
    for one in _networks_around(inventory, switch):
        one.networks.append(reference)
    inventory.journal.record(reference.moid, PORTGROUP.top_level)
    _tell(inventory, switch, folder)
    return reference


def _set(group: DistributedPortgroup, spec: PortgroupSpec) -> None:
    group.version += 1
    group.name = group.name if spec.name is None else spec.name
    group.vlan = group.vlan if spec.vlan is None else spec.vlan
    group.description = group.description if spec.description is None else spec.description
    if spec.port_policy is not None:
        group.port_policy = (
            spec.port_policy if group.port_policy is None else overlaid(group.port_policy, spec.port_policy)
        )
    if spec.policy is not None:
        group.policy = spec.policy


def _own(node: Node) -> tuple[DistributedPortgroup, DistributedSwitch]:
    if node.portgroup is None or node.switch is None:
        raise TypeError(f"{node.name} is no distributed port group")
    if node.portgroup.is_uplink:
        raise not_supported(f"The port group {node.name} of a switch's uplinks stays as it is in the simulator.")
    return node.portgroup, node.switch


def _check_name(inventory: Inventory, switch_moid: str, name: str, others: Iterable[str] = ()) -> None:
    if not 0 < len(name) <= 80:  # noqa: PLR2004 - what vCenter allows for the names of entities
        raise Refusal("InvalidName", f"The name '{name}' is invalid.", name=name)
    switch = inventory.nodes[switch_moid].switch
    folder = _folder(inventory, switch) if switch is not None else None
    for child in folder.children if folder is not None else ():
        if inventory.nodes[child.moid].name == name:
            text = f"The name '{name}' already exists."
            raise Refusal("DuplicateName", text, name=name, object=managed_reference(child))
    if name in others:
        raise invalid_argument("spec.name", f"Two of the port groups are called '{name}'.")


def _place(inventory: Inventory, switch: DistributedSwitch, name: str) -> tuple[str, ...]:
    """Where a fleet document has the port group, so that it keeps its id when the fleet is dumped and loaded."""
    _, center = _networks_around(inventory, switch)
    return "dvportgroup", center.name, switch.name, name


def _folder(inventory: Inventory, switch: DistributedSwitch) -> Node:
    parent = inventory.nodes[switch.moid].parent
    if parent is None:
        raise TypeError(f"{switch.name} is in no folder")
    return inventory.nodes[parent.moid]


def _networks_around(inventory: Inventory, switch: DistributedSwitch) -> list[Node]:
    """The switch's node and its datacenter's; clusters share their datacenter's list."""
    folder = _folder(inventory, switch)
    center = inventory.nodes[folder.parent.moid] if folder.parent is not None else folder
    return [inventory.nodes[switch.moid], center]


def _tell(inventory: Inventory, switch: DistributedSwitch, folder: Node) -> None:
    """Publish everything in which port groups are listed."""
    _, center = _networks_around(inventory, switch)
    sharing = [node.reference.moid for node in inventory.nodes.values() if node.networks is center.networks]
    for moid in (*sharing, *switch.members):
        inventory.publish(moid, ("network",))
    inventory.publish(folder.reference.moid, ("childEntity",))
    inventory.publish(switch.moid, ("portgroup", "summary", "config"))
    inventory.journal.record_structure()
