"""The few facts from outside a host that planning it needs, gathered beforehand: no rule walks the fleet."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What is known about the rest of the host's vCenter; as made here, nothing is."""


NOTHING_KNOWN = Surroundings()
