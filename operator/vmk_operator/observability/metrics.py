"""Every metric of the operator. Names and labels are API: people alert on them, so they are never renamed.

Objects and vCenters are rendered from the engine's snapshot at each scrape, so what is deleted vanishes; what
happened is counted as it happens. No label carries an address, a uid, a message or anything else without bound.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Histogram,
    ProcessCollector,
    disable_created_metrics,
    generate_latest,
)
from prometheus_client.core import GaugeMetricFamily, InfoMetricFamily, Metric
from prometheus_client.registry import Collector

from vmk_operator.model.telemetry import EngineSnapshot, ObjectReport, VCenterTelemetry
from vmk_operator.model.vcenter import VCenterState
from vmk_operator.observability.exposition import ObjectFamily, ObjectText, Sample, escaped

# Another series for each that is counted, of use to nobody who scrapes every minute.
disable_created_metrics()  # type: ignore[no-untyped-call]  # the library left this one without types

_FAST_S = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)
_SLOW_S = (0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0, 300.0, 1800.0)
_CALL_S = (0.005, 0.01, 0.05, 0.1, 0.5, 1.0, 5.0, 30.0, 120.0)


def _ready(report: ObjectReport) -> Iterator[Sample]:
    for status in ("True", "False", "Unknown"):
        yield f',status="{status}"', int(report.ready == status)


def _drift_since(report: ObjectReport) -> Iterator[Sample]:
    if report.drift_since_s is not None:
        yield "", report.drift_since_s


def _drift_fields(report: ObjectReport) -> Iterator[Sample]:
    for name in report.drift_fields:
        yield f',field="{escaped(name)}"', 1


OBJECT_FAMILIES = (
    ObjectFamily(
        "vmk_object_ready",
        "Condition Ready: 1 for the status that it has, 0 for the two others. Three series an object.",
        _ready,
    ),
    ObjectFamily(
        "vmk_object_stalled",
        "1: a person must act; vmk_object_info has the reason.",
        lambda report: (("", int(report.stalled)),),
    ),
    ObjectFamily(
        "vmk_object_drifted",
        "1: the host differs from what is declared, or from what it was put to.",
        lambda report: (("", int(report.drifted)),),
    ),
    ObjectFamily(
        "vmk_object_drift_since_timestamp_seconds",
        "Unix time at which the oldest present drift began. Absent while there is none.",
        _drift_since,
    ),
    ObjectFamily(
        "vmk_object_drift_field",
        "1 for each field that has drifted, in the words of the CRD. Absent while there is none.",
        _drift_fields,
    ),
    ObjectFamily(
        "vmk_object_info",
        "Always 1; reason is that of the condition Ready.",
        lambda report: ((f',reason="{escaped(report.reason)}"', 1),),
    ),
)


class Metrics:
    """All metrics of one process. Implements ``engine.ports.Telemetry``."""

    def __init__(self, *, version: str) -> None:
        self._objects = ObjectText(OBJECT_FAMILIES)
        self._registry = CollectorRegistry(auto_describe=False)
        ProcessCollector(registry=self._registry)
        self._version = version
        self._drift = Counter(
            "vmk_drift_detected_total",
            "Fields that turned out to be changed by somebody else.",
            ("kind", "field"),
            registry=self._registry,
        )
        self._seen = Histogram(
            "vmk_change_seen_seconds",
            "From receiving a host's change to having the new status of its objects.",
            buckets=_FAST_S,
            registry=self._registry,
        )
        self._repaired = Histogram(
            "vmk_drift_repaired_seconds",
            "From seeing a drift to having verified its repair.",
            buckets=_SLOW_S,
            registry=self._registry,
        )
        self._steps = Counter(
            "vmk_steps_total",
            "Writes to hosts, by what was done and how it ended.",
            ("vcenter", "verb", "result"),
            registry=self._registry,
        )
        self._step_s = Histogram(
            "vmk_step_duration_seconds",
            "Time of one write to a host, its verification included.",
            ("vcenter", "verb"),
            buckets=_SLOW_S,
            registry=self._registry,
        )
        self._calls = Counter(
            "vmk_vcenter_calls_total",
            "Requests to a vCenter, by method and outcome.",
            ("vcenter", "method", "outcome"),
            registry=self._registry,
        )
        self._call_s = Histogram(
            "vmk_vcenter_call_duration_seconds",
            "Time of one request to a vCenter. WaitForUpdatesEx is the long poll: it waits by design.",
            ("vcenter", "method"),
            buckets=_CALL_S,
            registry=self._registry,
        )

    def step_finished(self, vcenter: str, *, verb: str, result: str, seconds: float) -> None:
        """Count one step that ended."""
        self._steps.labels(vcenter, verb, result).inc()
        self._step_s.labels(vcenter, verb).observe(seconds)

    def drift_seen(self, *, kind: str, field: str) -> None:
        """Count a field that was changed by somebody else."""
        self._drift.labels(kind, field).inc()

    def change_seen(self, seconds: float) -> None:
        """Note how long a host's change took to become status."""
        self._seen.observe(seconds)

    def repaired(self, seconds: float) -> None:
        """Note how long a drift stood before its repair was verified."""
        self._repaired.observe(seconds)

    def call_finished(self, vcenter: str, method: str, outcome: str, seconds: float) -> None:
        """Count one request to a vCenter."""
        self._calls.labels(vcenter, method, outcome).inc()
        self._call_s.labels(vcenter, method).observe(seconds)

    def render(self, snapshot: EngineSnapshot) -> bytes:
        """Answer one scrape, in the text format 0.0.4."""
        gauges = _Gauges(self._version, snapshot.vcenters)
        return generate_latest(self._registry) + generate_latest(gauges) + self._objects.of(snapshot)


@dataclass(frozen=True, slots=True)
class _Gauges(Collector):
    """The release, and every vCenter as it is now."""

    version: str
    vcenters: tuple[VCenterTelemetry, ...]

    def collect(self) -> Iterator[Metric]:
        build = InfoMetricFamily("vmk_build", "Release of the operator.")
        build.add_metric((), {"version": self.version})
        yield build
        for name, documentation, value in _VCENTER_GAUGES:
            family = GaugeMetricFamily(name, documentation, labels=("vcenter",))
            for vcenter in self.vcenters:
                measured = value(vcenter)
                if measured is not None:
                    family.add_metric((vcenter.report.name,), measured)
            yield family
        states = GaugeMetricFamily(
            "vmk_vcenter_state",
            "1 for the state that the connection is in, 0 for every other.",
            labels=("vcenter", "state"),
        )
        for vcenter in self.vcenters:
            for state in VCenterState:
                states.add_metric((vcenter.report.name, state.value), int(vcenter.report.state is state))
        yield states


_VCENTER_GAUGES: tuple[tuple[str, str, Callable[[VCenterTelemetry], float | None]], ...] = (
    (
        "vmk_vcenter_connected",
        "1: session, inventory stream and Lease are this replica's. With several replicas: max by (vcenter).",
        lambda vcenter: int(vcenter.report.state is VCenterState.CONNECTED),
    ),
    (
        "vmk_vcenter_observation_age_seconds",
        "Seconds since the inventory stream answered last. Absent before the first answer.",
        lambda vcenter: vcenter.observed_age_s,
    ),
    ("vmk_vcenter_hosts", "Hosts in the inventory.", lambda vcenter: vcenter.report.hosts),
    ("vmk_queue_depth", "Hosts that wait to be planned.", lambda vcenter: vcenter.queue_depth),
    ("vmk_hosts_busy", "Hosts that are being changed.", lambda vcenter: vcenter.hosts_busy),
    ("vmk_leader", "1: this replica holds the vCenter's Lease.", lambda vcenter: int(vcenter.leading)),
)
