"""One property collector with the one filter that shows the whole inventory."""

from collections.abc import Mapping
from contextlib import suppress
from typing import Any, Self

from vmk_operator.errors import VmkOperatorError
from vmk_operator.vcenter.faults import CanceledError, GoneError, StaleCollectorError
from vmk_operator.vcenter.leaves import filter_of_objects, filter_of_view
from vmk_operator.vcenter.settings import Timings
from vmk_operator.vcenter.transport import SoapClient
from vmk_operator.vcenter.updates import ObjectChange, UpdateSet, object_page, update_set
from vmk_operator.vcenter.vmomi import vmodl

PAGE = 100
"""Objects in one answer."""

_collector = vmodl.query.PropertyCollector

Changes = tuple[ObjectChange, ...]


class Feed:
    """Reads everything, then waits for changes. A collector of its own, so that destroying it ends its poll."""

    def __init__(self, client: SoapClient, collector: Any, timings: Timings) -> None:
        self._client = client
        self._collector = collector
        self._timings = timings
        self._version = ""

    @classmethod
    async def open(cls, client: SoapClient, property_collector: Any, view: Any, timings: Timings) -> Self:
        """Create collector and filter.

        Raises:
            VmkOperatorError: as ``SoapClient.call``.
        """
        collector = await client.call(property_collector, "CreatePropertyCollector", deadline_s=timings.call_s)
        feed = cls(client, collector, timings)
        try:
            # No partial updates: a changed property comes whole, and arrays without keys have no parts to name.
            await client.call(collector, "CreateFilter", filter_of_view(view), False, deadline_s=timings.call_s)  # noqa: FBT003 - positional on the wire
        except BaseException:
            await feed.close()
            raise
        return feed

    def start_over(self) -> None:
        """Let the next read be of everything."""
        self._version = ""

    async def read(self, *, wait_s: int) -> Changes | None:
        """Return what changed, all pages of it; ``None``: nothing did.

        Args:
            wait_s: how long the server may wait for a change, in seconds; 0: not at all.

        Raises:
            StaleCollectorError: start over.
            VmkOperatorError: as ``SoapClient.call``.
        """
        try:
            page = await self._page(wait_s)
        except CanceledError:
            # Nobody ends our poll but the end of our session; if it was that, the next call is told so.
            page = await self._page(0)
        if page is None:
            return None
        changes = [*page.changes]
        while page.truncated:
            page = await self._page(0)
            if page is None:
                break
            changes += page.changes
        return await self._clarified(tuple(changes))

    async def close(self) -> None:
        """Destroy the collector and with it the filter; what is gone or out of reach is as good as destroyed."""
        with suppress(VmkOperatorError):
            await self._client.call(self._collector, "Destroy", deadline_s=self._timings.close_s)

    async def _page(self, wait_s: int) -> UpdateSet | None:
        options = _collector.WaitOptions(maxWaitSeconds=wait_s, maxObjectUpdates=PAGE)
        page = await self._client.read(
            self._collector,
            "WaitForUpdatesEx",
            self._version,
            options,
            decode=update_set,
            deadline_s=wait_s + self._timings.page_s,
        )
        if page is not None:
            self._version = page.version
        return page

    async def _clarified(self, changes: Changes) -> Changes:
        unclear = {change.moid: change.kind for change in changes if change.unclear}
        if not unclear:
            return changes
        try:
            return changes + await read_objects(self._client, self._collector, unclear, self._timings)
        except GoneError as error:
            raise StaleCollectorError(f"An object went while it was read: {error}") from error


async def read_objects(
    client: SoapClient, property_collector: Any, references: Mapping[str, str], timings: Timings
) -> Changes:
    """Read objects, given as managed object id to the name of its kind, directly.

    Raises:
        GoneError: one of them does not exist.
        VmkOperatorError: as ``SoapClient.call``.
    """
    options = _collector.RetrieveOptions(maxObjects=PAGE)
    page = await client.read(
        property_collector,
        "RetrievePropertiesEx",
        [filter_of_objects(references)],
        options,
        decode=object_page,
        deadline_s=timings.page_s,
    )
    changes = page.changes
    while page.token is not None:
        page = await client.read(
            property_collector,
            "ContinueRetrievePropertiesEx",
            page.token,
            decode=object_page,
            deadline_s=timings.page_s,
        )
        changes += page.changes
    return changes
