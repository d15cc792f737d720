"""What is asked of a vCenter before something that a host hangs by is changed, and only then."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Precautions:
    """Facts that no stream brings. ``None``: it can't be told, and counts as the worse answer."""

    iscsi_bound: frozenset[str] | None = None
    """Adapters that the host's iSCSI is bound to. Source: reference/vsphere.md 6."""
    rollback: bool | None = None
    """vCenter takes back a change that cuts a host off. Source: reference/vsphere.md 6."""


NOT_ASKED = Precautions()
