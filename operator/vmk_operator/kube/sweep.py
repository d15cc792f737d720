"""Our own full list, held against the cache: kopf never reports what vanished while it was not looking."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import structlog

from vmk_operator.engine.ports import Clock
from vmk_operator.errors import TransientError
from vmk_operator.kube.backoff import Backoff
from vmk_operator.kube.client import ApiServer, ApiStatusError
from vmk_operator.kube.desired import DesiredCache
from vmk_operator.kube.resources import Resource
from vmk_operator.kube.stream_state import StreamState

_PAGE = 500
_AT_A_TIME = 50
"""Objects that are taken in before other work gets its turn."""

_log = structlog.get_logger(__name__)


class Sweep:
    """Confirms the cache after every gap of the watch, and every *interval_s* besides."""

    def __init__(
        self, api: ApiServer, cache: DesiredCache, state: StreamState, clock: Clock, *, interval_s: float = 600.0
    ) -> None:
        self._api = api
        self._cache = cache
        self._state = state
        self._clock = clock
        self._interval_s = interval_s

    async def run(self) -> None:
        """Sweep until cancelled."""
        backoff = Backoff(first_s=0.5, most_s=30.0)
        while True:
            await self._state.live.wait()
            gaps = self._cache.gaps
            try:
                dropped = await self.once()
            except (TransientError, ApiStatusError) as error:
                _log.warning("sweep.failed", error=str(error))
                await self._clock.sleep(backoff.next())
                continue
            backoff.reset()
            self._cache.confirm(gaps)
            _log.debug("sweep.done", synced=self._cache.synced, dropped=dropped)
            await self._until_due(gaps)

    async def once(self) -> int:
        """List everything once; answer how many objects turned out to be gone.

        Raises:
            TransientError, ApiStatusError: the list was not finished; what was read of it is kept.
        """
        return sum([await self._list(resource) for resource in Resource])

    async def _list(self, resource: Resource) -> int:
        self._cache.begin_list()
        listed: set[str] = set()
        count = 0
        async for body in self._items(resource):
            listed.add(body["metadata"]["uid"])
            self._cache.absorb(resource, body)
            count += 1
            if count % _AT_A_TIME == 0:
                await asyncio.sleep(0)
        dropped = self._cache.end_list(resource, listed)
        if dropped:
            _log.info("sweep.found_vanished", resource=str(resource), count=dropped)
        return dropped

    async def _items(self, resource: Resource) -> AsyncIterator[dict[str, Any]]:
        query = {"limit": str(_PAGE)}
        while True:
            page = await self._api.get(resource.path, query)
            for body in page["items"]:
                yield body
            following = page["metadata"].get("continue")
            if not following:
                return
            query["continue"] = following

    async def _until_due(self, gaps: int) -> None:
        """Wait for the interval to pass, or for a gap."""
        due = self._clock.monotonic() + self._interval_s
        while self._cache.gaps == gaps and (left := due - self._clock.monotonic()) > 0:
            interrupted = asyncio.ensure_future(self._state.interrupted.wait())
            pause = asyncio.ensure_future(self._clock.sleep(left))
            try:
                await asyncio.wait({interrupted, pause}, return_when=asyncio.FIRST_COMPLETED)
            finally:
                interrupted.cancel()
                pause.cancel()
