"""The cache shows the newest version of every object, wakes whom it concerns, and knows when it may be trusted."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pytest

from unit.kube.samples import adapter, bound, vcenter
from vmk_operator.kube.desired import DesiredCache
from vmk_operator.kube.resources import Resource

if TYPE_CHECKING:
    from vmk_operator.kube.parsing import Seen

ADAPTERS, VCENTERS = Resource.ADAPTERS, Resource.VCENTERS


@dataclass
class Woken:
    vcenters: list[str] = field(default_factory=list)
    hosts: list[tuple[str, str, str | None]] = field(default_factory=list)

    def vcenter_changed(self, name: str) -> None:
        self.vcenters.append(name)

    def object_changed(self, *, vcenter: str, host_name: str, host_id: str | None) -> None:
        self.hosts.append((vcenter, host_name, host_id))

    def secret_changed(self, name: str) -> None:
        raise AssertionError(name)


@pytest.fixture
def woken() -> Woken:
    return Woken()


@pytest.fixture
def cache(woken: Woken) -> DesiredCache:
    made = DesiredCache()
    made.subscribe(woken)
    return made


def names(cache: DesiredCache, host: str = "esx01.example.com", host_id: str | None = None) -> list[str]:
    return [each.metadata.name for each in cache.on_host("lab", name=host, host_id=host_id)]


def test_an_unbound_object_is_found_by_the_name_of_its_host_in_any_case(cache: DesiredCache) -> None:
    cache.feed(ADAPTERS, adapter(host="ESX01.Example.com"))
    assert names(cache) == ["a"]
    assert names(cache, host="esx02.example.com") == []
    assert cache.on_host("other", name="esx01.example.com", host_id=None) == ()


def test_a_bound_object_is_found_by_the_id_of_its_host_alone(cache: DesiredCache) -> None:
    cache.feed(ADAPTERS, adapter(status=bound("host-30")))
    assert names(cache, host="renamed.example.com", host_id="host-30") == ["a"]
    assert names(cache) == []
    assert [each.metadata.name for each in cache.of_vcenter("lab")] == ["a"]


def test_an_object_moves_in_the_index_when_it_is_bound(cache: DesiredCache, woken: Woken) -> None:
    cache.feed(ADAPTERS, adapter())
    woken.hosts.clear()
    cache.feed(ADAPTERS, adapter(version=2, status=bound("host-30")))
    assert names(cache) == []
    assert names(cache, host_id="host-30") == ["a"]
    assert woken.hosts == []


@pytest.mark.parametrize(
    "change",
    [
        {"generation": 2},
        {"deletionTimestamp": "2026-03-01T13:00:00Z"},
        {"finalizers": ["vmkernel.dev/host-cleanup"]},
        {"annotations": {"vmkernel.dev/paused": "true"}},
        {"annotations": {"vmkernel.dev/reconcile-requested-at": "now"}},
        {"annotations": {"vmkernel.dev/force-finalize": "true"}},
        {"annotations": {"vmkernel.dev/silence": "MtuUnequal"}},
    ],
)
def test_what_concerns_the_engine_wakes_the_host(cache: DesiredCache, woken: Woken, change: dict[str, Any]) -> None:
    cache.feed(ADAPTERS, adapter())
    woken.hosts.clear()
    cache.feed(ADAPTERS, adapter(version=2, **change))
    assert woken.hosts == [("lab", "esx01.example.com", None)]


@pytest.mark.parametrize(
    "change",
    [
        {"status": {"observedGeneration": 1}},
        {"annotations": {"example.com/other": "true"}},
        {"labels": {"team": "network"}},
        {"managedFields": [{"manager": "kubectl"}]},
    ],
)
def test_what_does_not_concern_the_engine_wakes_nobody(
    cache: DesiredCache, woken: Woken, change: dict[str, Any]
) -> None:
    cache.feed(ADAPTERS, adapter())
    woken.hosts.clear()
    cache.feed(ADAPTERS, adapter(version=2, **change))
    assert woken.hosts == []


def test_an_object_that_follows_a_rename_wakes_both_places(cache: DesiredCache, woken: Woken) -> None:
    cache.feed(ADAPTERS, adapter())
    woken.hosts.clear()
    cache.feed(ADAPTERS, adapter(version=2, generation=2, host="esx09.example.com"))
    assert woken.hosts == [("lab", "esx01.example.com", None), ("lab", "esx09.example.com", None)]
    assert names(cache) == []


def test_a_deleted_object_wakes_its_host_and_is_gone(cache: DesiredCache, woken: Woken) -> None:
    cache.feed(ADAPTERS, adapter(status=bound()))
    woken.hosts.clear()
    cache.feed(ADAPTERS, adapter(version=2), deleted=True)
    assert cache.of_vcenter("lab") == ()
    assert woken.hosts == [("lab", "esx01.example.com", "host-30")]


def test_an_older_version_never_replaces_a_newer_one(cache: DesiredCache, woken: Woken) -> None:
    cache.feed(ADAPTERS, adapter(version=10, spec={"mtu": 9000}))
    woken.hosts.clear()
    cache.feed(ADAPTERS, adapter(version=9, generation=7, spec={"mtu": 1500}))
    (shown,) = cache.of_vcenter("lab")
    assert shown.spec.mtu == 9000  # type: ignore[union-attr]  # it is an adapter
    assert woken.hosts == []


def test_an_object_created_anew_replaces_its_namesake_even_if_its_deletion_was_missed(cache: DesiredCache) -> None:
    cache.feed(ADAPTERS, adapter(uid="old", version=1))
    cache.feed(ADAPTERS, adapter(uid="new", version=5))
    cache.feed(ADAPTERS, adapter(uid="old", version=3, generation=2))
    assert [each.metadata.uid for each in cache.of_vcenter("lab")] == ["new"]
    cache.feed(ADAPTERS, adapter(uid="old", version=4), deleted=True)
    assert [each.metadata.uid for each in cache.of_vcenter("lab")] == ["new"]


def test_a_spec_that_is_not_understood_is_hidden_from_the_engine_and_reported(
    cache: DesiredCache, woken: Woken
) -> None:
    reported: list[Seen] = []
    cache.subscribe_invalid(reported.append)
    cache.feed(ADAPTERS, adapter(status=bound()))
    woken.hosts.clear()
    cache.feed(ADAPTERS, adapter(version=2, generation=2, spec={"jumbo": True}, status=bound()))
    assert cache.of_vcenter("lab") == ()
    assert woken.hosts == [("lab", "esx01.example.com", "host-30")]
    assert "spec.jumbo" in reported[0].complaint
    cache.feed(ADAPTERS, adapter(version=3, generation=3, status=bound()))
    assert names(cache, host_id="host-30") == ["a"]
    assert len(reported) == 1


def test_a_vcenter_is_shown_as_what_was_decided_and_told_by_name(cache: DesiredCache, woken: Woken) -> None:
    cache.feed(VCENTERS, vcenter(annotations={"vmkernel.dev/paused": "true", "vmkernel.dev/silence": "A, B"}))
    assert cache.vcenters()["lab"].paused == "true"
    assert cache.vcenters()["lab"].silenced == {"A", "B"}
    cache.feed(
        VCENTERS, vcenter(version=2, annotations={"vmkernel.dev/paused": "true", "vmkernel.dev/silence": "A, B"})
    )
    assert woken.vcenters == ["lab"]
    cache.feed(VCENTERS, vcenter(version=3), deleted=True)
    assert cache.vcenters() == {}
    assert woken.vcenters == ["lab", "lab"]


def test_a_full_list_adds_what_is_missing_and_drops_what_vanished(cache: DesiredCache, woken: Woken) -> None:
    cache.feed(ADAPTERS, adapter("vanished", uid="u1"))
    cache.feed(VCENTERS, vcenter())
    woken.hosts.clear()
    cache.begin_list()
    cache.absorb(ADAPTERS, adapter("missed", uid="u2"))
    assert cache.end_list(ADAPTERS, {"u2"}) == 1
    assert names(cache) == ["missed"]
    assert len(woken.hosts) == 2
    assert "lab" in cache.vcenters()


def test_a_full_list_does_not_undo_what_the_watch_said_meanwhile(cache: DesiredCache) -> None:
    cache.feed(ADAPTERS, adapter("deleted", uid="u1", version=1))
    cache.feed(ADAPTERS, adapter("changed", uid="u2", version=1))
    cache.begin_list()
    cache.feed(ADAPTERS, adapter("deleted", uid="u1", version=5), deleted=True)
    cache.feed(ADAPTERS, adapter("changed", uid="u2", version=6, spec={"mtu": 9000}))
    cache.feed(ADAPTERS, adapter("created", uid="u3", version=7))
    cache.absorb(ADAPTERS, adapter("deleted", uid="u1", version=1))
    cache.absorb(ADAPTERS, adapter("changed", uid="u2", version=1))
    cache.end_list(ADAPTERS, {"u1", "u2"})
    assert names(cache) == ["changed", "created"]
    changed = cache.on_host("lab", name="esx01.example.com", host_id=None)[0]
    assert changed.spec.mtu == 9000  # type: ignore[union-attr]  # it is an adapter


def test_a_full_list_is_the_truth_after_the_cluster_was_restored_from_a_backup(cache: DesiredCache) -> None:
    cache.feed(ADAPTERS, adapter(version=900, spec={"mtu": 9000}))
    cache.begin_list()
    cache.absorb(ADAPTERS, adapter(version=100, spec={"mtu": 1500}))
    cache.end_list(ADAPTERS, {"u1"})
    (shown,) = cache.of_vcenter("lab")
    assert shown.spec.mtu == 1500  # type: ignore[union-attr]  # it is an adapter


def test_a_confirmation_counts_only_without_a_gap_since_it_began(cache: DesiredCache) -> None:
    gaps = cache.gaps
    cache.gap()
    cache.confirm(gaps)
    assert not cache.synced
    cache.confirm(cache.gaps)
    assert cache.synced
    cache.gap()
    assert not cache.synced


def test_a_confirmation_wakes_everybody_once_because_some_waited_for_it(cache: DesiredCache, woken: Woken) -> None:
    cache.feed(ADAPTERS, adapter())
    cache.feed(VCENTERS, vcenter())
    woken.hosts.clear()
    woken.vcenters.clear()
    cache.confirm(cache.gaps)
    cache.confirm(cache.gaps)
    assert woken.hosts == [("lab", "esx01.example.com", None)]
    assert woken.vcenters == ["lab"]
