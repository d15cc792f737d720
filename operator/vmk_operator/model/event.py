"""Reasons of the Kubernetes Events that no condition has. They are API: documented, never renamed.

The comment beside each is its documentation.
"""

import enum


class EventReason(enum.StrEnum):
    """Reasons of Events about changes."""

    # Besides these, an Event may carry the reason of a condition that became Stalled, or of a step that is retried
    DRIFT_DETECTED = "DriftDetected"  # Somebody else changed a managed field.
    DRIFT_REPAIRED = "DriftRepaired"  # It is as declared again.
    CHANGED = "Changed"  # The operator did a step on the host.
