"""Kubernetes Events about our objects: best effort, never in the way of anything."""

import asyncio
import hashlib
import secrets
from collections import OrderedDict
from typing import NamedTuple

import structlog

from vmk_operator.engine.ports import Clock
from vmk_operator.errors import TransientError
from vmk_operator.kube.client import ApiServer, ApiStatusError, Body
from vmk_operator.kube.resources import API_VERSION, Target
from vmk_operator.kube.serialise import rfc3339
from vmk_operator.model.identity import ObjectKey

CONTROLLER = "vmkernel.dev/vmk-operator"
_REPEAT_AFTER_S = 600.0
"""The same thing about the same object is said again only after this long."""
_QUEUE = 1000
_MESSAGE_LIMIT = 1024
"""Characters that the API server takes."""
_NAME_LIMIT = 200
_INSTANCE_LIMIT = 128
_REQUEST_S = 5.0

_log = structlog.get_logger(__name__)


class _Said(NamedTuple):
    uid: str
    reason: str
    digest: bytes


class KubeEvents:
    """Implements ``engine.ports.EventRecorder`` with core/v1 Events."""

    def __init__(self, api: ApiServer, clock: Clock, *, identity: str) -> None:
        self._api = api
        self._clock = clock
        self._identity = identity[:_INSTANCE_LIMIT]
        self._queue: asyncio.Queue[tuple[Target, Body]] = asyncio.Queue(_QUEUE)
        self._said: OrderedDict[_Said, float] = OrderedDict()
        self._trouble = ""

    def record(self, key: ObjectKey, *, warning: bool, reason: str, message: str) -> None:
        """Emit one Event about an object, unless it was said lately."""
        digest = hashlib.blake2b(message.encode(), digest_size=8).digest()
        if not self._news(_Said(key.uid, reason, digest)):
            return
        target = Target.of(key)
        try:
            self._queue.put_nowait((target, self._event(target, warning=warning, reason=reason, message=message)))
        except asyncio.QueueFull:
            self._complain(f"{_QUEUE} Events are waiting already")

    async def run(self) -> None:
        """Send what is recorded until cancelled."""
        while True:
            target, event = await self._queue.get()
            path = f"/api/v1/namespaces/{target.namespace}/events"
            try:
                await self._api.create(path, event, timeout_s=_REQUEST_S)
            except (TransientError, ApiStatusError) as error:
                self._complain(str(error))
            else:
                self._trouble = ""
            finally:
                self._queue.task_done()

    async def flush(self, *, timeout_s: float) -> None:
        """Give what is waiting a last chance."""
        try:
            await asyncio.wait_for(self._queue.join(), timeout_s)
        except TimeoutError:
            self._complain("the operator stops before all Events were sent")

    def _news(self, said: _Said) -> bool:
        now = self._clock.monotonic()
        while self._said and next(iter(self._said.values())) <= now - _REPEAT_AFTER_S:
            self._said.popitem(last=False)
        if said in self._said:
            return False
        self._said[said] = now
        return True

    def _event(self, target: Target, *, warning: bool, reason: str, message: str) -> Body:
        now = rfc3339(self._clock.now())
        return {
            "apiVersion": "v1",
            "kind": "Event",
            "metadata": {
                "namespace": target.namespace,
                "name": f"{target.name[:_NAME_LIMIT]}.{secrets.token_hex(8)}",
            },
            "type": "Warning" if warning else "Normal",
            "reason": reason,
            "message": message if len(message) <= _MESSAGE_LIMIT else message[: _MESSAGE_LIMIT - 1] + "…",
            "count": 1,
            "firstTimestamp": now,
            "lastTimestamp": now,
            "source": {"component": CONTROLLER},
            "reportingComponent": CONTROLLER,
            "reportingInstance": self._identity,
            "involvedObject": {
                "apiVersion": API_VERSION,
                "kind": target.resource.kind,
                "namespace": target.namespace,
                "name": target.name,
                "uid": target.uid,
            },
        }

    def _complain(self, trouble: str) -> None:
        """Log once per trouble: an Event that is lost is no reason to fill the log."""
        if trouble != self._trouble:
            _log.warning("events.not_recorded", error=trouble)
        self._trouble = trouble
