"""Inventory paths, such as ``/Datacenter/host/Cluster-1``: the names from below the root folder down to an entity."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from vcenter_simulator.inventory.container_leaves import Node
from vcenter_simulator.inventory.growing import ROOT, Growth
from vcenter_simulator.soap.references import Reference


@dataclass(frozen=True, slots=True)
class Placed:
    """A host's name and what it is in."""

    name: str
    parent: Reference | None


@dataclass(frozen=True, slots=True)
class Names:
    """The names of all entities.

    Args:
        nodes: the entities but for the hosts, by id.
        hosts: the hosts, by id.
    """

    nodes: Mapping[str, Node]
    hosts: Mapping[str, Placed]

    def find(self, path: str) -> str | None:
        """Find the entity at *path*: names with slashes between, where a slash in a name is written ``%2f``."""
        at = ROOT.moid
        for name in (_unescaped(one) for one in path.split("/") if one):
            found = self.child(at, name)
            if found is None:
                return None
            at = found
        return at

    def child(self, moid: str, name: str) -> str | None:
        """Find the entity of that *name* directly below another one."""
        return next((one for one in self._below(moid) if self._at(one).name == name), None)

    def path_of(self, moid: str) -> str:
        """Return the path of an entity; the root folder's is ``/``."""
        names: list[str] = []
        at = moid
        while at != ROOT.moid:
            placed = self._at(at)
            names.append(_escaped(placed.name))
            at = placed.parent.moid if placed.parent is not None else ROOT.moid
        return "/" + "/".join(reversed(names))

    def _below(self, moid: str) -> Iterator[str]:
        node = self.nodes.get(moid)
        if node is not None:
            yield from (one.moid for one in (*node.parts.values(), *node.children))

    def _at(self, moid: str) -> Node | Placed:
        node = self.nodes.get(moid)
        return node if node is not None else self.hosts[moid]


def names_in(growth: Growth) -> Names:
    """Return the names in what was grown and is not in use yet."""
    hosts = {host.reference.moid: Placed(host.state.name, host.parent) for host in growth.hosts}
    return Names(growth.nodes, hosts)


def _escaped(name: str) -> str:
    return name.replace("%", "%25").replace("/", "%2f").replace("\\", "%5c")


def _unescaped(name: str) -> str:
    return name.replace("%2f", "/").replace("%5c", "\\").replace("%25", "%")
