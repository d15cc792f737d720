"""Whether everything is watched is read off the requests that kopf makes."""

import pytest

from vmk_operator.kube.desired import DesiredCache
from vmk_operator.kube.resources import Resource
from vmk_operator.kube.stream_state import StreamState


@pytest.fixture
def cache() -> DesiredCache:
    return DesiredCache()


@pytest.fixture
def state(cache: DesiredCache) -> StreamState:
    return StreamState(cache)


def watch_all(state: StreamState) -> None:
    for resource in Resource:
        state.listing(resource)
        state.watching(resource)


def test_it_is_live_once_every_resource_is_watched(state: StreamState, cache: DesiredCache) -> None:
    state.watching(Resource.VCENTERS)
    assert not state.live.is_set()
    assert set(state.unwatched) == {Resource.NETSTACKS, Resource.ADAPTERS}
    watch_all(state)
    assert state.live.is_set()
    assert not state.interrupted.is_set()
    assert cache.gaps == 1  # VCenters were listed again


def test_a_watch_that_goes_on_is_no_gap(state: StreamState, cache: DesiredCache) -> None:
    watch_all(state)
    before = cache.gaps
    state.watching(Resource.ADAPTERS)
    assert cache.gaps == before
    assert state.live.is_set()


def test_a_list_after_a_watch_is_a_gap(state: StreamState, cache: DesiredCache) -> None:
    watch_all(state)
    cache.confirm(cache.gaps)
    state.listing(Resource.ADAPTERS)
    assert not state.live.is_set()
    assert state.interrupted.is_set()
    assert not cache.synced


def test_the_end_of_kopf_is_a_gap(state: StreamState, cache: DesiredCache) -> None:
    watch_all(state)
    before = cache.gaps
    state.ended()
    assert cache.gaps == before + 1
    assert set(state.unwatched) == set(Resource)
