"""Raw objects are understood, or it is said in one sentence why not; statuses are written as Kubernetes does."""

from datetime import UTC, datetime, timedelta, timezone

from unit.kube.samples import adapter, bound, vcenter
from vmk_operator.api.v1alpha1 import Advisory, ObservedAdapter, VCenter, VmkAdapterStatus
from vmk_operator.kube.backoff import Backoff, EndlessBackoffs
from vmk_operator.kube.invalid_spec import invalid_spec_status
from vmk_operator.kube.parsing import parse
from vmk_operator.kube.resources import Resource, Target
from vmk_operator.kube.serialise import serialise
from vmk_operator.kube.vcenter_config import vcenter_config
from vmk_operator.model.vcenter import Policy

NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)


def test_an_object_is_addressed_as_the_api_server_does() -> None:
    seen = parse(Resource.ADAPTERS, adapter(version=42))
    assert seen.target.path == "/apis/vmkernel.dev/v1alpha1/namespaces/team/vmkadapters/a"
    assert str(seen.target) == "VmkAdapter team/a"
    assert seen.version == 42
    assert Target.vcenter("lab", "v1").path == "/apis/vmkernel.dev/v1alpha1/vcenters/lab"


def test_a_spec_that_is_not_understood_is_one_sentence_with_the_path_and_keeps_the_status() -> None:
    seen = parse(Resource.ADAPTERS, adapter(spec={"jumbo": True, "mtu": "many"}, status=bound()))
    assert seen.object is None
    assert seen.complaint.startswith("This operator's release does not understand spec.")
    assert seen.complaint.endswith("(and 1 more).")
    assert isinstance(seen.status, VmkAdapterStatus)
    assert seen.status.binding is not None


def test_a_status_of_another_release_does_not_hide_the_object() -> None:
    seen = parse(Resource.ADAPTERS, adapter(spec={"jumbo": True}, status={"binding": "elsewhere"}))
    assert seen.status == VmkAdapterStatus()


def test_the_status_of_a_spec_that_is_not_understood_is_stalled_and_stable() -> None:
    seen = parse(Resource.ADAPTERS, adapter(spec={"jumbo": True}, status=bound()))
    first = invalid_spec_status(seen, NOW)
    assert {each.type: each.status for each in first.conditions} == {
        "Ready": "False",
        "Reconciling": "False",
        "Stalled": "True",
        "Drifted": "Unknown",
        "Paused": "False",
    }
    assert isinstance(first, VmkAdapterStatus)
    assert first.binding is not None
    again = parse(Resource.ADAPTERS, adapter(version=2, spec={"jumbo": True}, status=serialise(first)))
    assert invalid_spec_status(again, NOW + timedelta(hours=1)) == first


def test_a_vcenter_becomes_what_the_engine_needs() -> None:
    body = vcenter(
        spec={
            "allowedNamespaces": {"from": "Names", "names": ["a", "b"]},
            "managementPolicy": "Observe",
            "repairDelay": "1h30m",
            "resyncPeriod": "90s",
            "tls": {"insecureSkipVerify": True},
            "rollout": {"maxConcurrentHosts": 2},
        },
        annotations={"vmkernel.dev/reconcile-requested-at": "t"},
        deletionTimestamp="2026-03-01T13:00:00Z",
    )
    config = vcenter_config(VCenter.model_validate(body))
    assert config.allowed_namespaces == frozenset({"a", "b"})
    assert config.policy is Policy.OBSERVE
    assert (config.repair_delay_s, config.resync_period_s) == (5400.0, 90.0)
    assert (config.insecure_skip_verify, config.ca_bundle) == (True, None)
    assert (config.max_concurrent_hosts, config.reconcile_requested_at, config.deleting) == (2, "t", True)


def test_a_duration_that_is_none_makes_a_vcenter_not_understood() -> None:
    seen = parse(Resource.VCENTERS, vcenter(spec={"repairDelay": "soon"}))
    assert seen.object is None
    assert "'soon' is not a duration" in seen.complaint


def test_a_status_is_written_in_utc_to_the_second_and_without_what_is_not_set() -> None:
    moment = datetime(2026, 3, 1, 13, 0, 0, 999999, tzinfo=timezone(timedelta(hours=1)))
    observed = ObservedAdapter(netstack="vmotion", port_group="p", mtu=1500)
    status = VmkAdapterStatus(since=moment, observed=observed, advisories=(Advisory(reason="R", message="m"),))
    assert serialise(status) == {
        "since": "2026-03-01T12:00:00Z",
        "observed": {"netstack": "vmotion", "portGroup": "p", "mtu": 1500, "addresses": [], "services": []},
        "advisories": [{"reason": "R", "message": "m"}],
    }


def test_pauses_double_up_to_a_limit_and_start_anew_after_a_success() -> None:
    backoff = Backoff(first_s=0.5, most_s=3.0)
    assert [backoff.next() for _ in range(5)] == [0.5, 1.0, 2.0, 3.0, 3.0]
    backoff.reset()
    assert backoff.next() == 0.5


def test_the_pauses_for_kopf_can_be_read_again_for_every_request() -> None:
    pauses = EndlessBackoffs()
    assert [pause for pause, _ in zip(pauses, range(3), strict=False)] == [1.0, 2.0, 4.0]
    assert next(iter(pauses)) == 1.0
