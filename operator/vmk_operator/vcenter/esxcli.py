"""The command line of one host, relayed by vCenter: for what the API has no call."""

import time
from collections.abc import Callable
from typing import TypeVar

from lxml.etree import XMLSyntaxError
from lxml.etree import _Element as Element

from vmk_operator.errors import BlockedError
from vmk_operator.vcenter.esxcli_wire import (
    EXECUTE,
    RETRIEVE,
    Command,
    Failure,
    Record,
    execute_message,
    read_executer,
    read_result,
    retrieve_message,
)
from vmk_operator.vcenter.faults import REFUSED, NotOfferedError
from vmk_operator.vcenter.transport import SoapClient

UNAVAILABLE = "EsxcliUnavailable"

T = TypeVar("T")


class CommandFailedError(BlockedError):
    """The host ran the command, and the command says that it did not do its work."""


class Esxcli:
    """Runs commands on one host; all of them together have *timeout_s*."""

    def __init__(self, client: SoapClient, *, moid: str, name: str, timeout_s: float) -> None:
        self._client = client
        self._moid = moid
        self._name = name
        self._until = time.monotonic() + timeout_s

    async def query(self, *words: str, **options: str) -> tuple[Record, ...]:
        """Run a command that only reads.

        Raises:
            CommandFailedError: the command says so.
            BlockedError: reason ``EsxcliUnavailable``, or vCenter refuses to relay it.
            TransientError: no answer.
        """
        return await self._run(Command(words, options), write=False)

    async def change(self, *words: str, **options: str) -> None:
        """Run a command that changes the host.

        Raises:
            AmbiguousWriteError: it may have happened.
            VmkOperatorError: as ``query``.
        """
        await self._run(Command(words, options), write=True)

    async def _run(self, command: Command, *, write: bool) -> tuple[Record, ...]:
        try:
            executer = await self._post(RETRIEVE, retrieve_message(self._moid), read_executer, write=False)
            result = await self._post(EXECUTE, execute_message(executer, command), read_result, write=write)
        except NotOfferedError as error:
            raise self._unavailable(command, str(error)) from error
        if not isinstance(result, Failure):
            return result
        if not result.has_run:
            raise self._unavailable(command, result.text)
        raise CommandFailedError(REFUSED, f"{command.line} was refused by {self._name}: {result.text}")

    async def _post(self, method: str, body: bytes, read: Callable[[Element], T], *, write: bool) -> T:
        def decode(answer: Element) -> T:
            try:
                return read(answer)
            except XMLSyntaxError as error:
                raise ValueError(f"{method} answered no XML: {error.msg}") from error

        left_s = self._until - time.monotonic()
        return await self._client.post(method, body, decode=decode, deadline_s=left_s, write=write)

    def _unavailable(self, command: Command, said: str) -> BlockedError:
        return BlockedError(
            UNAVAILABLE,
            f"{self._name} takes no esxcli from vCenter ({said.rstrip('.')}); set its advanced option "
            "Config.HostAgent.plugins.solo.disableRemoteEsxcli to false and then the annotation "
            f"vmkernel.dev/reconcile-requested-at to the present time, or run {command.line} on the host.",
        )
