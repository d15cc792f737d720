"""Secrets of the operator's own namespace, followed live. Their values are never logged."""

import base64
import binascii
from collections.abc import Mapping

import structlog

from vmk_operator.engine.ports import Clock, DesiredListener
from vmk_operator.errors import BlockedError, TransientError
from vmk_operator.kube.backoff import Backoff
from vmk_operator.kube.client import ApiServer, ApiStatusError, Body
from vmk_operator.model.vcenter import Credentials, VCenterState

_KEYS = ("username", "password")
_GONE = 410
_PAGE = "500"
_WATCH_SECONDS = "300"

_Content = Mapping[str, str]
"""Our two keys, as far as they are there, still in base64; nothing else of a Secret is kept."""

_log = structlog.get_logger(__name__)


class KubeSecrets:
    """Implements ``engine.ports.CredentialSource``."""

    def __init__(self, api: ApiServer, clock: Clock, *, namespace: str) -> None:
        self._api = api
        self._clock = clock
        self._namespace = namespace
        self._path = f"/api/v1/namespaces/{namespace}/secrets"
        self._contents: dict[str, _Content] = {}
        self._listed = False
        self._listener: DesiredListener | None = None

    def subscribe(self, listener: DesiredListener) -> None:
        """Tell *listener* from now on."""
        self._listener = listener

    def readiness(self) -> tuple[str, ...]:
        """Say what is missing, one sentence each; empty: nothing."""
        return () if self._listed else (f"the Secrets of namespace {self._namespace} are not listed yet",)

    def credentials(self, secret: str) -> Credentials:
        """Answer what the Secret holds now.

        Raises:
            TransientError: the Secrets were not listed yet.
            BlockedError: reason ``NoCredentials``; the sentence names what is missing where.
        """
        if not self._listed:
            raise TransientError(f"the Secrets of namespace {self._namespace} are not listed yet")
        content = self._contents.get(secret)
        if content is None:
            raise self._missing(f"Secret {secret} does not exist in namespace {self._namespace}")
        username, password = (self._value(secret, content, key) for key in _KEYS)
        return Credentials(username, password)

    async def run(self) -> None:
        """Follow the Secrets until cancelled."""
        backoff = Backoff(first_s=0.5, most_s=30.0)
        while True:
            try:
                version = await self._list()
                backoff.reset()
                while True:
                    version = await self._watch(version)
            except (TransientError, ApiStatusError) as error:
                expired = isinstance(error, ApiStatusError) and error.status == _GONE
                pause = 0.0 if expired else backoff.next()
                if not expired:
                    _log.warning("secrets.not_followed", error=str(error), seconds=pause)
                await self._clock.sleep(pause)

    async def _list(self) -> str:
        """Read all of them; answer the version to watch from."""
        contents: dict[str, _Content] = {}
        query = {"limit": _PAGE}
        while True:
            page = await self._api.get(self._path, query)
            contents |= {body["metadata"]["name"]: _content(body) for body in page["items"]}
            following = page["metadata"].get("continue")
            if not following:
                break
            query["continue"] = following
        before, self._contents = self._contents, contents
        self._listed = True
        for name in sorted(before.keys() | contents.keys()):
            if before.get(name) != contents.get(name):
                self._tell(name)
        return str(page["metadata"]["resourceVersion"])

    async def _watch(self, version: str) -> str:
        """Follow until the server ends the stream; answer the version to go on from."""
        query = {
            "watch": "true",
            "allowWatchBookmarks": "true",
            "timeoutSeconds": _WATCH_SECONDS,
            "resourceVersion": version,
        }
        async for event in self._api.watch(self._path, query):
            body = event["object"]
            if event["type"] == "ERROR":
                raise ApiStatusError(body.get("code", 500), body.get("message", "error in the watch"))
            version = body["metadata"]["resourceVersion"]
            if event["type"] == "DELETED":
                self._change(body["metadata"]["name"], None)
            elif event["type"] != "BOOKMARK":
                self._change(body["metadata"]["name"], _content(body))
        return version

    def _change(self, name: str, content: _Content | None) -> None:
        if self._contents.get(name) == content:
            return
        if content is None:
            del self._contents[name]
        else:
            self._contents[name] = content
        self._tell(name)

    def _tell(self, name: str) -> None:
        if self._listener is not None:
            self._listener.secret_changed(name)

    def _value(self, secret: str, content: _Content, key: str) -> str:
        where = f"Secret {secret} in namespace {self._namespace}"
        if key not in content:
            raise self._missing(f"{where} has no key {key}")
        try:
            value = base64.b64decode(content[key], validate=True).decode()
        except (binascii.Error, UnicodeDecodeError):
            # Without its cause: that would carry the value into a traceback.
            raise self._missing(f"The key {key} of {where} is not UTF-8 text") from None
        if not value:
            raise self._missing(f"The key {key} of {where} is empty")
        return value

    def _missing(self, what: str) -> BlockedError:
        return BlockedError(
            VCenterState.NO_CREDENTIALS, f"{what}; a Secret with the keys username and password is needed there."
        )


def _content(body: Body) -> _Content:
    data = body.get("data") or {}
    return {key: data[key] for key in _KEYS if key in data}
