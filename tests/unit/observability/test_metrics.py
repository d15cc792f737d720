import time
from collections.abc import Iterable
from typing import TYPE_CHECKING, Literal

import pytest
from prometheus_client.parser import text_string_to_metric_families

from vmk_operator.model.identity import Kind, ObjectKey
from vmk_operator.model.telemetry import EngineSnapshot, ObjectReport, VCenterTelemetry
from vmk_operator.model.vcenter import VCenterReport, VCenterState
from vmk_operator.observability.metrics import Metrics

if TYPE_CHECKING:
    from vmk_operator.engine import ports

OBJECT = {
    "kind": "VmkAdapter",
    "namespace": "team-a",
    "name": "esx01-vmotion",
    "vcenter": "lab",
    "host": "esx01.example.com",
}


def reported(
    name: str = "esx01-vmotion",
    *,
    ready: Literal["True", "False", "Unknown"] = "True",
    reason: str = "Converged",
    stalled: bool = False,
    drift_fields: tuple[str, ...] = (),
    drift_since_s: float | None = None,
    host: str = "esx01.example.com",
) -> ObjectReport:
    return ObjectReport(
        key=ObjectKey(Kind.ADAPTER, "team-a", name, f"uid-of-{name}"),
        vcenter="lab",
        host=host,
        ready=ready,
        reason=reason,
        stalled=stalled,
        drifted=bool(drift_fields),
        drift_fields=drift_fields,
        drift_since_s=drift_since_s,
    )


def vcenter(
    state: VCenterState = VCenterState.CONNECTED, *, leading: bool = True, observed_age_s: float | None = 0.5
) -> VCenterTelemetry:
    return VCenterTelemetry(
        report=VCenterReport(name="lab", uid="u", generation=1, state=state, message="", hosts=3),
        leading=leading,
        observed_age_s=observed_age_s,
        queue_depth=2,
        hosts_busy=1,
    )


def snapshot(*reports: ObjectReport, revision: int = 1, vcenters: Iterable[VCenterTelemetry] = ()) -> EngineSnapshot:
    return EngineSnapshot(
        revision=revision, objects={report.key: report for report in reports}, vcenters=tuple(vcenters)
    )


class Scraper:
    """Reads what Prometheus would read, with Prometheus' own parser."""

    def __init__(self, shown: EngineSnapshot | None = None) -> None:
        self.shown = shown or snapshot()
        self.metrics = Metrics(version="1.2.3")

    def scrape(self) -> bytes:
        return self.metrics.render(self.shown)

    def samples(self, name: str) -> list[tuple[dict[str, str], float]]:
        families = text_string_to_metric_families(self.scrape().decode())
        return [
            (sample.labels, sample.value) for family in families for sample in family.samples if sample.name == name
        ]

    def value(self, name: str, **labels: str) -> float | None:
        found = [value for given, value in self.samples(name) if labels.items() <= given.items()]
        assert len(found) < 2, f"{name} {labels} is ambiguous"
        return found[0] if found else None


@pytest.mark.parametrize("ready", ["True", "False", "Unknown"])
def test_readiness_has_a_series_for_each_status_so_that_unknown_is_never_read_as_false(
    ready: Literal["True", "False", "Unknown"],
) -> None:
    scraper = Scraper(snapshot(reported(ready=ready)))

    assert {labels["status"]: value for labels, value in scraper.samples("vmk_object_ready")} == {
        status: float(status == ready) for status in ("True", "False", "Unknown")
    }


def test_an_object_is_labelled_with_what_people_search_for_and_nothing_without_bound() -> None:
    scraper = Scraper(snapshot(reported()))

    assert scraper.samples("vmk_object_stalled") == [(OBJECT, 0.0)]


def test_the_reason_is_on_the_info_series_alone() -> None:
    scraper = Scraper(snapshot(reported(ready="False", reason="NoSuchHost", stalled=True)))

    assert scraper.samples("vmk_object_info") == [({**OBJECT, "reason": "NoSuchHost"}, 1.0)]
    assert scraper.value("vmk_object_stalled") == 1


def test_drift_says_since_when_and_which_fields() -> None:
    scraper = Scraper(snapshot(reported(drift_fields=("mtu", "ipv4.address"), drift_since_s=1_700_000_000.25)))

    assert scraper.value("vmk_object_drifted") == 1
    assert scraper.value("vmk_object_drift_since_timestamp_seconds") == 1_700_000_000.25
    assert {labels["field"] for labels, _ in scraper.samples("vmk_object_drift_field")} == {"mtu", "ipv4.address"}


def test_without_drift_there_is_a_zero_and_no_date() -> None:
    scraper = Scraper(snapshot(reported()))

    assert scraper.value("vmk_object_drifted") == 0
    assert scraper.samples("vmk_object_drift_since_timestamp_seconds") == []


def test_a_deleted_object_vanishes() -> None:
    scraper = Scraper(snapshot(reported("kept"), reported("deleted"), revision=1))
    scraper.scrape()

    scraper.shown = snapshot(reported("kept"), revision=2)

    assert [labels["name"] for labels, _ in scraper.samples("vmk_object_info")] == ["kept"]


def test_the_text_of_the_objects_is_kept_until_the_revision_changes() -> None:
    scraper = Scraper(snapshot(reported(ready="True"), revision=1))
    scraper.scrape()

    scraper.shown = snapshot(reported(ready="False"), revision=1)
    assert scraper.value("vmk_object_ready", status="True") == 1

    scraper.shown = snapshot(reported(ready="False"), revision=2)
    assert scraper.value("vmk_object_ready", status="True") == 0


def test_a_host_with_an_odd_name_does_not_break_the_scrape() -> None:
    odd = 'esx"01\\lab\n'

    scraper = Scraper(snapshot(reported(host=odd)))

    assert [labels["host"] for labels, _ in scraper.samples("vmk_object_info")] == [odd]


def test_a_scrape_with_4000_objects_takes_a_fifth_of_a_second_of_cpu_and_next_to_nothing_the_second_time() -> None:
    scraper = Scraper(snapshot(*(reported(f"object-{number}") for number in range(4000))))

    first, second = _cpu_s(scraper), _cpu_s(scraper)

    assert first < 0.2
    assert second < first / 4


def _cpu_s(scraper: Scraper) -> float:
    started = time.thread_time()
    scraper.scrape()
    return time.thread_time() - started


def test_a_vcenter_has_one_for_its_state_and_zero_for_every_other() -> None:
    scraper = Scraper(snapshot(vcenters=[vcenter(VCenterState.LOGIN_REJECTED)]))

    states = {labels["state"]: value for labels, value in scraper.samples("vmk_vcenter_state")}

    assert states == {state.value: float(state is VCenterState.LOGIN_REJECTED) for state in VCenterState}
    assert scraper.value("vmk_vcenter_connected", vcenter="lab") == 0


def test_a_connected_vcenter_shows_age_queue_and_lease() -> None:
    scraper = Scraper(snapshot(vcenters=[vcenter()]))

    assert scraper.value("vmk_vcenter_connected", vcenter="lab") == 1
    assert scraper.value("vmk_vcenter_observation_age_seconds", vcenter="lab") == 0.5
    assert scraper.value("vmk_vcenter_hosts", vcenter="lab") == 3
    assert scraper.value("vmk_queue_depth", vcenter="lab") == 2
    assert scraper.value("vmk_hosts_busy", vcenter="lab") == 1
    assert scraper.value("vmk_leader", vcenter="lab") == 1


def test_a_vcenter_never_observed_has_no_age_rather_than_a_young_one() -> None:
    scraper = Scraper(snapshot(vcenters=[vcenter(observed_age_s=None)]))

    assert scraper.samples("vmk_vcenter_observation_age_seconds") == []


def test_the_release_is_told() -> None:
    assert Scraper().value("vmk_build_info", version="1.2.3") == 1


def test_what_happens_is_counted() -> None:
    scraper = Scraper()
    telemetry: ports.Telemetry = scraper.metrics

    telemetry.step_finished("lab", verb="UpdateAdapter", result="Done", seconds=0.2)
    telemetry.drift_seen(kind="VmkAdapter", field="mtu")
    telemetry.change_seen(0.02)
    telemetry.repaired(1.5)
    scraper.metrics.call_finished("lab", "UpdateVirtualNic", "ok", 0.15)

    assert scraper.value("vmk_steps_total", vcenter="lab", verb="UpdateAdapter", result="Done") == 1
    assert scraper.value("vmk_step_duration_seconds_count", vcenter="lab", verb="UpdateAdapter") == 1
    assert scraper.value("vmk_drift_detected_total", kind="VmkAdapter", field="mtu") == 1
    assert scraper.value("vmk_change_seen_seconds_sum") == 0.02
    assert scraper.value("vmk_drift_repaired_seconds_sum") == 1.5
    assert scraper.value("vmk_vcenter_calls_total", vcenter="lab", method="UpdateVirtualNic", outcome="ok") == 1
    assert scraper.value("vmk_vcenter_call_duration_seconds_count", method="UpdateVirtualNic") == 1


def test_no_series_says_when_a_counter_was_created() -> None:
    scraper = Scraper()
    scraper.metrics.drift_seen(kind="VmkAdapter", field="mtu")

    assert b"_created" not in scraper.scrape()


def test_every_family_of_ours_is_explained_and_has_our_prefix() -> None:
    scraper = Scraper(snapshot(reported(), vcenters=[vcenter()]))

    families = list(text_string_to_metric_families(scraper.scrape().decode()))

    assert all(family.documentation for family in families)
    assert {family.name.split("_")[0] for family in families} == {"vmk", "process"}
    assert len({family.name for family in families}) == len(families)
