"""Snapshots that the engine hands to ``observability``: facts, already counted, never a live reference."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from vmk_operator.model.identity import ObjectKey
from vmk_operator.model.vcenter import VCenterReport


@dataclass(frozen=True, slots=True)
class ObjectReport:
    """One object, as its status says."""

    key: ObjectKey
    vcenter: str
    host: str
    ready: Literal["True", "False", "Unknown"]
    reason: str
    stalled: bool
    drifted: bool
    drift_fields: tuple[str, ...]
    drift_since_s: float | None
    """Unix time at which the oldest present drift began."""


@dataclass(frozen=True, slots=True)
class VCenterTelemetry:
    """One vCenter, beside its report."""

    report: VCenterReport
    leading: bool
    """This replica holds the Lease."""
    observed_age_s: float | None
    """Seconds since the inventory stream answered last; ``None``: never."""
    queue_depth: int
    hosts_busy: int
    """Hosts that hold a slot."""


@dataclass(frozen=True, slots=True)
class EngineSnapshot:
    """Everything the engine knows, for one scrape."""

    revision: int
    """Grows whenever *objects* changes, so that rendered text can be kept until then."""
    objects: Mapping[ObjectKey, ObjectReport]
    vcenters: tuple[VCenterTelemetry, ...]
