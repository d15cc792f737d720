"""vSphere calls over asyncio: pyVmomi's codec on aiohttp.

pyVmomi's own stub blocks a thread and knows no deadline (reference/operators.md §9). Here every call has one and may
be cancelled at any await. Nothing is retried: what a lost answer means is the caller's to decide.
"""

import asyncio
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, Self, TypeVar
from xml.parsers.expat import ExpatError

from lxml.etree import _Element as Element

from vmk_operator.errors import VmkOperatorError
from vmk_operator.vcenter.channel import Channel, Request
from vmk_operator.vcenter.envelope import SOAP, UnreadableAnswerError, fault_name_and_text, open_answer
from vmk_operator.vcenter.faults import CallOutcome, map_fault, outcome_of, unknown_fault
from vmk_operator.vcenter.settings import CallObserver
from vmk_operator.vcenter.versions import OLDEST, negotiate
from vmk_operator.vcenter.vmomi import Stub, vmodl

T = TypeVar("T")
Decode = Callable[[bytes, Element], T]

_DECODE_IN_THREAD_FROM = 32_768  # bytes; below, handing over costs more than decoding
_UNDESERIALISABLE = (ExpatError, TypeError, LookupError, AttributeError, ValueError)  # what pyVmomi lets through


class SoapClient:
    """Calls one vCenter over one channel, which it owns."""

    def __init__(self, channel: Channel, *, observe: CallObserver) -> None:
        self._stub = Stub(OLDEST)
        self._channel = channel
        self._observe = observe

    @property
    def server(self) -> str:
        """``host[:port]`` of the vCenter."""
        return self._channel.server

    async def negotiate(self, *, deadline_s: float) -> None:
        """Agree with the server on the newest version that both know.

        Raises:
            TransientError: no vCenter answers.
            BlockedError: CertificateRejected or UnsupportedVersion.
        """
        request = Request("GetServiceVersions", deadline_s, path="/sdk/vimServiceVersions.xml")
        with self._observed(request.name):
            document = await self._channel.exchange(request)
            self._stub.set_version(negotiate(document, server=self.server))

    async def call(self, target: Any, method: str, *args: Any, deadline_s: float, write: bool = False) -> Any:
        """Call *method* of a managed object and return pyVmomi's object.

        Args:
            target: the managed object.
            method: pyVmomi's name of the method.
            args: positional arguments; those left out are unset.
            deadline_s: for everything, in seconds.
            write: a lost answer is an AmbiguousWriteError.

        Raises:
            VmkOperatorError: as ``VCenterConnection`` promises.
        """
        info = _method_info(target, method)

        def deserialise(raw: bytes, _: Element) -> Any:
            return self._stub.result(raw, info.result)

        return await self._call(target, info, args, deserialise, deadline_s, write=write)

    async def read(self, target: Any, method: str, *args: Any, decode: Callable[[Element], T], deadline_s: float) -> T:
        """Call *method* and hand the answer to *decode* as XML, in a thread if it is long.

        Raises:
            VmkOperatorError: as ``call``; an answer that *decode* finds unreadable is a TransientError.
        """
        info = _method_info(target, method)
        return await self._call(target, info, args, lambda _, answer: decode(answer), deadline_s, write=False)

    async def post(
        self, method: str, body: bytes, *, decode: Callable[[Element], T], deadline_s: float, write: bool = False
    ) -> T:
        """Send a call that pyVmomi does not know, as a whole SOAP message, and hand the answer to *decode* as XML.

        Raises:
            VmkOperatorError: as ``call``; an answer that *decode* finds unreadable counts as lost.
        """
        return await self._send(method, body, None, lambda _, answer: decode(answer), deadline_s, write=write)

    async def aclose(self) -> None:
        """Close every connection."""
        await self._channel.aclose()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.aclose()

    async def _call(
        self, target: Any, info: Any, args: tuple[Any, ...], decode: Decode[T], deadline_s: float, *, write: bool
    ) -> T:
        body = self._stub.request(target, info, args)
        return await self._send(str(info.wsdlName), body, info.result, decode, deadline_s, write=write)

    async def _send(
        self, method: str, body: bytes, result: Any, decode: Decode[T], deadline_s: float, *, write: bool
    ) -> T:
        request = Request(method, deadline_s, body=body, soap_action=self._stub.versionId, write=write)
        with self._observed(request.name):
            raw = await self._channel.exchange(request)
            if len(raw) < _DECODE_IN_THREAD_FROM:
                return self._decoded(request, result, raw, decode)
            return await asyncio.to_thread(self._decoded, request, result, raw, decode)

    def _decoded(self, request: Request, result: Any, raw: bytes, decode: Decode[T]) -> T:
        try:
            answer = open_answer(raw)
            if answer.tag == f"{SOAP}Fault":
                raise self._fault(request, result, raw, answer)
            return decode(raw, answer)
        except (UnreadableAnswerError, *_UNDESERIALISABLE) as error:
            raise request.lost(f"{self.server} answered something unreadable: {error}") from error

    def _fault(self, request: Request, result: Any, raw: bytes, answer: Element) -> VmkOperatorError:
        try:
            fault = self._stub.result(raw, result)
        except _UNDESERIALISABLE:
            fault = None  # a type that pyVmomi does not know; the answer itself is whole
        if isinstance(fault, vmodl.MethodFault):
            return map_fault(fault, method=request.name, write=request.write)
        return unknown_fault(*fault_name_and_text(answer), method=request.name)

    @contextmanager
    def _observed(self, method: str) -> Iterator[None]:
        started = time.monotonic()
        outcome = CallOutcome.CANCELLED
        try:
            yield
            outcome = CallOutcome.OK
        except VmkOperatorError as error:
            outcome = outcome_of(error)
            raise
        finally:
            self._observe(method, outcome, time.monotonic() - started)


def wsdl_name(target: Any, method: str) -> str:
    """Return the name that vSphere's documentation has for pyVmomi's *method*."""
    return str(_method_info(target, method).wsdlName)


def _method_info(target: Any, method: str) -> Any:
    return target._GetMethodInfo(method)  # noqa: SLF001 - public in pyVmomi; the underscore avoids remote names
