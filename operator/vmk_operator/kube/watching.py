"""Keeps kopf watching: waits for the CRDs, starts it, and starts it again whenever it ends."""

import asyncio
from typing import Any

import structlog

from vmk_operator.api.v1alpha1 import GROUP, VERSION
from vmk_operator.engine.ports import Clock
from vmk_operator.errors import TransientError
from vmk_operator.kube.access import Access
from vmk_operator.kube.backoff import Backoff
from vmk_operator.kube.client import ApiServer, ApiStatusError
from vmk_operator.kube.desired import DesiredCache
from vmk_operator.kube.kopf_life import KopfLife
from vmk_operator.kube.resources import Resource
from vmk_operator.kube.stream_state import StreamState

_POLL_S = 1.0
_CHECK_S = 10.0
_PATIENCE_S = 120.0
"""Without all watches after this long, kopf may have missed a kind when it started, and would never notice."""
_STOP_TIMEOUT_S = 10.0
_LONG_LIFE_S = 60.0
"""A life that lasted this long was a good one: the next back-off starts from the beginning."""
_NOT_FOUND = 404

_log = structlog.get_logger(__name__)


class Watching:
    """Supervises kopf and hands its events to the cache."""

    def __init__(self, access: Access, api: ApiServer, cache: DesiredCache, clock: Clock) -> None:
        self._access = access
        self._api = api
        self._cache = cache
        self._clock = clock
        self._missing: tuple[str, ...] = tuple(resource.crd for resource in Resource)
        self._trouble = ""
        self.state = StreamState(cache)
        """What ``Sweep`` waits for."""

    def readiness(self) -> tuple[str, ...]:
        """Say what is missing until the cache can be relied upon, one sentence each; empty: nothing."""
        if self._trouble:
            return (self._trouble,)
        if self._missing:
            return tuple(f"CustomResourceDefinition {crd} is not established" for crd in self._missing)
        if unwatched := self.state.unwatched:
            return tuple(f"{resource} are not watched yet" for resource in unwatched)
        return () if self._cache.synced else ("the list of all objects is not confirmed yet",)

    async def run(self) -> None:
        """Watch until cancelled; then stop kopf, bounded in time."""
        backoff = Backoff(first_s=0.5, most_s=30.0)
        while True:
            await self._established()
            begun = self._clock.monotonic()
            ended = await self._live()
            if self._clock.monotonic() - begun > _LONG_LIFE_S:
                backoff.reset()
            pause = backoff.next()
            _log.warning("watching.kopf_ended", error=repr(ended), seconds=pause)
            await self._clock.sleep(pause)

    async def _live(self) -> BaseException | None:
        life = KopfLife(self._access, self)
        try:
            return await self._until_ended(life)
        finally:
            if not life.ended.done():
                await life.stop(timeout_s=_STOP_TIMEOUT_S)
            self.state.ended()

    async def _until_ended(self, life: KopfLife) -> BaseException | None:
        watched = self._clock.monotonic()
        while not life.ended.done():
            await asyncio.wait({life.ended}, timeout=_CHECK_S)
            if self.state.live.is_set():
                watched = self._clock.monotonic()
            elif self._clock.monotonic() - watched > _PATIENCE_S:
                return TimeoutError(f"no complete watch for {_PATIENCE_S:g} s")
        return life.ended.result()

    async def _established(self) -> None:
        """Wait until the API server serves all of our kinds; kopf would not notice one that comes later."""
        while True:
            missing = await self._find_missing()
            if missing != self._missing and missing:
                _log.warning("watching.crds_missing", missing=missing)
            self._missing = missing
            if not missing and not self._trouble:
                return
            await self._clock.sleep(_POLL_S)

    async def _find_missing(self) -> tuple[str, ...]:
        # Discovery lists a resource exactly while its CRD is Established, and everybody may read it.
        try:
            served = await self._api.get(f"/apis/{GROUP}/{VERSION}")
        except ApiStatusError as error:
            self._trouble = "" if error.status == _NOT_FOUND else str(error)
            return tuple(resource.crd for resource in Resource)
        except TransientError as error:
            self._trouble = str(error)
            return self._missing
        self._trouble = ""
        names = {each["name"] for each in served["resources"]}
        return tuple(resource.crd for resource in Resource if resource not in names)

    # StreamSink

    def event(self, resource: Resource, body: dict[str, Any], *, deleted: bool) -> None:
        """Hand an event to the cache."""
        self._cache.feed(resource, body, deleted=deleted)

    def listing(self, resource: Resource) -> None:
        """Note that kopf lists."""
        self.state.listing(resource)

    def watching(self, resource: Resource) -> None:
        """Note that kopf watches."""
        self.state.watching(resource)
