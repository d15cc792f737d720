"""Waiting for a task of vCenter, which answers a call long before it is done."""

import asyncio
from collections.abc import Mapping
from contextlib import suppress
from typing import Any

from vmk_operator.errors import AmbiguousWriteError, VmkOperatorError
from vmk_operator.vcenter.faults import map_fault, unknown_fault
from vmk_operator.vcenter.settings import Timings
from vmk_operator.vcenter.transport import SoapClient
from vmk_operator.vcenter.vmomi import vim, vmodl

_collector = vmodl.query.PropertyCollector
_STATE, _ERROR = "info.state", "info.error"
_SUCCEEDED, _FAILED = "success", "error"


class TaskWatch:
    """Waits for tasks through one session. Every task gets a property collector of its own: a poll is one at a time."""

    def __init__(self, client: SoapClient, property_collector: Any, timings: Timings) -> None:
        self._client = client
        self._property_collector = property_collector
        self._timings = timings

    async def finish(self, task: Any, *, method: str, timeout_s: float) -> None:
        """Wait until the task that a write began has ended well.

        Args:
            task: the managed object.
            method: WSDL name of the write, for messages.
            timeout_s: for all of the waiting, in seconds.

        Raises:
            AmbiguousWriteError: nobody can tell how it ended, or whether it has.
            VmkOperatorError: it failed; as ``SoapClient.call``.
        """
        try:
            async with asyncio.timeout(timeout_s):
                told = await self._wait(task)
        except TimeoutError as error:
            raise _undecided(method, f"its task has not ended within {timeout_s:g} seconds.") from error
        except VmkOperatorError as error:
            raise _undecided(method, f"its task can't be followed: {error}") from error
        if told[_STATE] == _SUCCEEDED:
            return
        fault = told.get(_ERROR)
        if fault is None:
            raise unknown_fault("no fault", "its task does not tell why", method=method)
        raise map_fault(fault, method=method, write=True)

    async def _wait(self, task: Any) -> Mapping[str, Any]:
        """Return what the task tells once it has ended."""
        call_s = self._timings.call_s
        collector = await self._client.call(self._property_collector, "CreatePropertyCollector", deadline_s=call_s)
        try:
            await self._client.call(collector, "CreateFilter", _filter(task), False, deadline_s=call_s)  # noqa: FBT003 - positional on the wire
            told: dict[str, Any] = {}
            version = ""
            while told.get(_STATE) not in (_SUCCEEDED, _FAILED):
                page = await self._page(collector, version)
                if page is not None:
                    version = page.version
                    told |= {change.name: change.val for change in _changes(page)}
            return told
        finally:
            with suppress(VmkOperatorError):
                await self._client.call(collector, "Destroy", deadline_s=self._timings.close_s)

    async def _page(self, collector: Any, version: str) -> Any:
        wait_s = self._timings.poll_s
        options = _collector.WaitOptions(maxWaitSeconds=wait_s)
        deadline_s = wait_s + self._timings.page_s
        return await self._client.call(collector, "WaitForUpdatesEx", version, options, deadline_s=deadline_s)


def _filter(task: Any) -> Any:
    return _collector.FilterSpec(
        objectSet=[_collector.ObjectSpec(obj=task)],
        propSet=[_collector.PropertySpec(type=vim.Task, all=False, pathSet=[_STATE, _ERROR])],
    )


def _changes(page: Any) -> list[Any]:
    return [change for update in page.filterSet for one in update.objectSet for change in one.changeSet]


def _undecided(method: str, why: str) -> AmbiguousWriteError:
    return AmbiguousWriteError(f"{method} may or may not have happened: {why}")
