"""Reads what the other hosts of a vCenter need to know of one, from the inventory and the objects as they are now."""

from collections.abc import Iterable

from vmk_operator.engine.facts import SiteFacts
from vmk_operator.engine.placement import NamedHost, Placement
from vmk_operator.model.identity import HostRef
from vmk_operator.planner.footprint import Footprint, footprint


class Footprints:
    """While the vCenter is not observed there are none."""

    def __init__(self, facts: SiteFacts, placement: Placement) -> None:
        self._facts = facts
        self._placement = placement

    def hosts(self) -> Iterable[HostRef]:
        """Name every host."""
        connection = self._facts.connection
        return () if connection is None or not self._facts.live else connection.inventory.hosts()

    def find(self, named: NamedHost) -> HostRef | None:
        """Find the host that objects name."""
        connection, identity = self._facts.connection, self._facts.identity
        if connection is None or identity is None or not self._facts.live:
            return None
        return self._placement.resolve(named, connection.inventory, identity.instance_uuid)

    def read(self, ref: HostRef) -> Footprint | None:
        """Read one; objects of a namespace that may not use this vCenter claim nothing."""
        connection, config = self._facts.connection, self._facts.config
        host = None if connection is None else connection.inventory.host(ref)
        if host is None:
            return None
        objects = self._placement.objects_of(host)
        return footprint(host, [thing for thing in objects if config.allows(thing.metadata.namespace)])
