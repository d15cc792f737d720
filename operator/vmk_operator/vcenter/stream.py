"""Keeps the inventory of one vCenter live: one long poll, and a full read behind it whenever asked."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import suppress
from typing import Any

import structlog

from vmk_operator.errors import BugError, VmkOperatorError
from vmk_operator.model.vcenter import InventoryDelta
from vmk_operator.vcenter.faults import GoneError, StaleCollectorError
from vmk_operator.vcenter.feed import Changes, Feed
from vmk_operator.vcenter.inventory import Inventory
from vmk_operator.vcenter.leaves import WATCHED_TYPES
from vmk_operator.vcenter.session import Services
from vmk_operator.vcenter.settings import Timings
from vmk_operator.vcenter.transport import SoapClient

_log = structlog.get_logger(__name__)


class InventoryStream:
    """Feeds one inventory. Only whoever iterates ``deltas`` changes it."""

    def __init__(self, client: SoapClient, services: Services, inventory: Inventory, timings: Timings) -> None:
        self._client = client
        self._services = services
        self._inventory = inventory
        self._timings = timings
        self._view: Any = None
        self._feed: Feed | None = None
        self._fresh: tuple[Feed, Changes] | None = None
        self._fresh_ready = asyncio.Event()
        self._resyncing = asyncio.Lock()

    async def deltas(self) -> AsyncGenerator[InventoryDelta, None]:
        """Yield after every answer of the long poll, also of one that says that nothing happened.

        Raises:
            VmkOperatorError: as ``SoapClient.call``; the stream is over.
        """
        if self._feed is not None:
            raise BugError("The inventory stream of one connection is iterated once.")
        self._feed = await self._open_feed()
        try:
            yield self._merged(await _everything(self._feed), anew=True)
            while True:
                yield await self._next(self._feed)
        finally:
            self._inventory.set_live(live=False)

    async def resync(self) -> None:
        """Read everything by a new filter, while the old one goes on, and hand it to whoever iterates.

        Raises:
            VmkOperatorError: as ``SoapClient.call``; the old filter stays.
        """
        async with self._resyncing:
            feed = await self._open_feed()
            try:
                changes = await _everything(feed)
            except BaseException:
                await feed.close()
                raise
            unclaimed, self._fresh = self._fresh, (feed, changes)
            self._fresh_ready.set()
            if unclaimed is not None:
                await unclaimed[0].close()

    async def close(self) -> None:
        """Destroy filters and view."""
        feeds = [self._feed, self._fresh[0] if self._fresh is not None else None]
        for feed in feeds:
            if feed is not None:
                await feed.close()
        if self._view is not None:
            with suppress(VmkOperatorError):
                await self._client.call(self._view, "Destroy", deadline_s=self._timings.close_s)

    async def _open_feed(self) -> Feed:
        if self._view is None:
            self._view = await self._client.call(
                self._services.view_manager,
                "CreateContainerView",
                self._services.root_folder,
                list(WATCHED_TYPES),
                True,  # noqa: FBT003 - recursive; positional on the wire
                deadline_s=self._timings.call_s,
            )
        return await Feed.open(self._client, self._services.property_collector, self._view, self._timings)

    async def _next(self, feed: Feed) -> InventoryDelta:
        try:
            changes = await self._poll(feed)
        except StaleCollectorError:
            return self._merged(await _everything(feed), anew=True)
        except GoneError:
            self._feed = await self._open_feed()
            return self._merged(await _everything(self._feed), anew=True)
        if self._fresh is None:
            return self._merged(changes)
        return await self._swap(feed)

    async def _poll(self, feed: Feed) -> Changes:
        """Wait for changes, or until a fresh feed takes over; then the answer no longer matters."""
        poll = asyncio.create_task(feed.read(wait_s=self._timings.poll_s))
        taken_over = asyncio.create_task(self._fresh_ready.wait())
        try:
            await asyncio.wait((poll, taken_over), return_when=asyncio.FIRST_COMPLETED)
            return () if taken_over.done() else poll.result() or ()
        finally:
            poll.cancel()
            taken_over.cancel()
            await asyncio.gather(poll, taken_over, return_exceptions=True)

    async def _swap(self, old: Feed) -> InventoryDelta:
        """Go on with the fresh feed.

        It is asked once more after the old one has stopped: else the state could go back to what the fresh one saw
        before the last change that the old one has told.
        """
        if self._fresh is None:
            raise BugError("There is no fresh feed to go on with.")
        self._feed, changes = self._fresh
        self._fresh = None
        self._fresh_ready.clear()
        await old.close()
        return self._merged(changes + (await self._feed.read(wait_s=0) or ()), anew=True)

    def _merged(self, changes: Changes, *, anew: bool = False) -> InventoryDelta:
        for change in changes:
            for problem in change.problems:
                _log.warning("vCenter tells what is not understood", object=change.moid, problem=problem)
        changed = self._inventory.apply(changes, anew=anew)
        self._inventory.set_live(live=True)
        return InventoryDelta(changed, complete=True)


async def _everything(feed: Feed) -> Changes:
    feed.start_over()
    return await feed.read(wait_s=0) or ()
