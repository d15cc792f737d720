"""Everything that a simulated vCenter has, and what of it changed: of what nobody names, not a bit may."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from testbed.simulator import Simulator

Change = tuple[Any, Any]
"""What was there and what is there now; ``None``: nothing."""


class WholeFleet:
    """Tells what changed since it was asked last."""

    def __init__(self, simulator: Simulator) -> None:
        """Begin with the fleet as it is."""
        self._simulator = simulator
        self._before = self._look()

    def changes(self) -> dict[str, Change]:
        """Return every value that is another one than last time, by its place.

        A place is that of the fleet file; within a host it begins with its short name, ``esx01.adapters.vmk1.mtu``.
        What came or went is one value, with all that is in it.
        """
        before, self._before = self._before, self._look()
        return {".".join(path): change for path, change in _differences(before, self._before, ())}

    def _look(self) -> dict[str, Any]:
        state: dict[str, Any] = self._simulator.control("GET", "/state")
        hosts: dict[str, Any] = {}
        for datacenter in state["datacenters"]:
            for group in (datacenter, *datacenter["clusters"]):
                hosts |= {host["name"].partition(".")[0]: host for host in group.pop("hosts")}
        return {**state, **hosts}


def _differences(before: Any, after: Any, path: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], Change]]:
    if before == after:
        return
    if isinstance(before, dict) and isinstance(after, dict):
        for key in _keys(before, after):
            yield from _differences(before.get(key), after.get(key), (*path, key))
    else:
        yield path, (before, after)


def _keys(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[str]:
    return list(dict.fromkeys((*before, *after)))
