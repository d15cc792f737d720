"""The last computed status of every object: what the next one is computed from, and what a scrape is told."""

from collections.abc import Mapping
from types import MappingProxyType

from vmk_operator.model.drift import field_of_spec
from vmk_operator.model.identity import ObjectKey
from vmk_operator.model.telemetry import ObjectReport
from vmk_operator.planner.snapshot import ManagedObject, Status, replaced_of


class StatusBook:
    """Status by object. The watch's echo of what we wrote comes later, and is not consulted once we have our own."""

    def __init__(self) -> None:
        self._statuses: dict[ObjectKey, Status] = {}
        self._persisted: dict[ObjectKey, Status] = {}
        self._reports: dict[ObjectKey, ObjectReport] = {}
        self._shown: Mapping[ObjectKey, ObjectReport] = MappingProxyType({})
        self._shown_revision = 0
        self._revision = 0

    @property
    def revision(self) -> int:
        """A number that grows with every change of ``reports``."""
        return self._revision

    def reports(self) -> Mapping[ObjectKey, ObjectReport]:
        """One report per object, as of now; the same mapping until something changes."""
        if self._shown_revision != self._revision:
            self._shown = MappingProxyType(dict(self._reports))
            self._shown_revision = self._revision
        return self._shown

    def previous(self, subject: ManagedObject) -> Status:
        """Tell the last computed status; what the object carries when this process computed none yet."""
        return self._statuses.get(subject.key, subject.status)

    def record(self, subject: ManagedObject, status: Status) -> None:
        """Remember a computed status."""
        key = subject.key
        self._statuses[key] = status
        report = _report(subject, status)
        if self._reports.get(key) != report:
            self._reports[key] = report
            self._revision += 1

    def persisted(self, key: ObjectKey, status: Status) -> None:
        """Note that the API server has this status."""
        self._persisted[key] = status

    def is_durable(self, subject: ManagedObject, status: Status) -> bool:
        """Tell whether what a restart needs of *status* is known to be in the API server."""
        kept = (subject.status, self._persisted.get(subject.key, subject.status))
        return any(_durable(one) == _durable(status) for one in kept)

    def forget(self, key: ObjectKey) -> None:
        """Drop an object that is gone, or that another replica looks after now."""
        self._statuses.pop(key, None)
        self._persisted.pop(key, None)
        if self._reports.pop(key, None) is not None:
            self._revision += 1


def _durable(status: Status) -> tuple[object, ...]:
    """Everything that the next process must find.

    Which device is ours, why nothing is tried, which approval is spent, and what was removed.
    """
    return status.binding, status.halt, status.last_approved_plan, replaced_of(status)


def _report(subject: ManagedObject, status: Status) -> ObjectReport:
    ready, stalled, drifted = (status.condition(kind) for kind in ("Ready", "Stalled", "Drifted"))
    return ObjectReport(
        key=subject.key,
        vcenter=subject.spec.vcenter,
        host=subject.spec.host,
        ready=ready.status if ready else "Unknown",
        reason=ready.reason if ready else "",
        stalled=stalled is not None and stalled.status == "True",
        drifted=drifted is not None and drifted.status == "True",
        drift_fields=tuple(dict.fromkeys(field_of_spec(drift.field) for drift in status.drift)),
        drift_since_s=min((drift.since.timestamp() for drift in status.drift), default=None),
    )
