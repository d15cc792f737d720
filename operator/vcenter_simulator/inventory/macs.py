"""MACs for adapters and network cards that nobody gave one."""

from collections.abc import Iterator

from vcenter_simulator.fleet.documents import FleetDocument

_PREFIX = "00:50:56:6"
"""VMware's range for generated ones."""


class MacSource:
    """Gives MACs, none of them twice."""

    def __init__(self) -> None:
        self._last = 0

    def get(self) -> str:
        """Return a MAC that was not given before and is not in a loaded fleet."""
        self._last += 1
        number = self._last
        return f"{_PREFIX}{number >> 16 & 15:x}:{number >> 8 & 255:02x}:{number & 255:02x}"

    def keep_clear_of(self, fleet: FleetDocument) -> None:
        """Never give one that *fleet* has: a dumped fleet has those of another simulator."""
        taken = (mac for mac in _macs(fleet) if mac.lower().startswith(_PREFIX))
        self._last = max((self._last, *(int(mac.replace(":", "")[-5:], 16) for mac in taken)))


def _macs(fleet: FleetDocument) -> Iterator[str]:
    for center in fleet.datacenters:
        for host in (*center.hosts, *(host for cluster in center.clusters for host in cluster.hosts)):
            yield from (mac for mac in host.pnics.values() if mac is not None)
            yield from (adapter.mac for adapter in host.adapters.values() if adapter.mac is not None)
