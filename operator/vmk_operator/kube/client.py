"""Requests to the API server: raw JSON over ``kubernetes.aio``, every one with a deadline."""

import asyncio
import json
from collections.abc import AsyncIterator, Mapping, Sequence
from types import TracebackType
from typing import Any, Self
from urllib.parse import urlencode

import aiohttp
from kubernetes.aio import client

from vmk_operator.errors import TransientError, VmkOperatorError
from vmk_operator.kube.access import Access

Body = dict[str, Any]
Operations = Sequence[Mapping[str, Any]]
"""A JSON patch."""

_POOL = 48
_REQUEST_TIMEOUT_S = 15.0
_CONNECT_TIMEOUT_S = 5.0
_WATCH_SILENCE_S = 150.0
"""The server sends a bookmark every minute, yet the first of an idle watch was seen after two; silent for longer, a
watch is dead."""
_DECODE_IN_THREAD_BYTES = 262_144
_UNAUTHORIZED = 401
_USER_AGENT = "vmk-operator"


class ApiStatusError(VmkOperatorError):
    """The API server answered, and not with what was asked for."""

    def __init__(self, status: int, message: str, *, retry_after_s: float | None = None) -> None:
        """Keep the HTTP *status* and the server's own message."""
        super().__init__(message)
        self.status = status
        self.retry_after_s = retry_after_s

    @property
    def passing(self) -> bool:
        """The same request may succeed later. A 401 or 403 may be a role or token on its way."""
        return self.status in {401, 403, 408, 429} or self.status >= 500  # noqa: PLR2004 - HTTP's own numbers


class ApiServer:
    """A bounded pool of connections to one API server. Use as an async context manager."""

    def __init__(self, access: Access) -> None:
        self._access = access
        self._client: Any = None  # the client's methods carry no types

    async def __aenter__(self) -> Self:
        """Prepare TLS; nothing is sent yet."""
        configuration = self._access.configuration
        configuration.connection_pool_maxsize = _POOL
        # In a thread, because it reads certificate files.
        self._client = await asyncio.to_thread(client.ApiClient, configuration)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close every connection."""
        if self._client is not None:
            await self._client.close()
            self._client = None

    async def get(self, path: str, query: Mapping[str, str] | None = None, *, timeout_s: float | None = None) -> Body:
        """Read an object or a list.

        Raises (as every method here):
            TransientError: no answer, or none in time; the request may have been executed.
            ApiStatusError: an answer other than success.
        """
        return await self._request("GET", path, query, timeout_s=timeout_s)

    async def create(self, path: str, body: Body, *, timeout_s: float | None = None) -> Body:
        """Create an object in the collection *path*."""
        return await self._request("POST", path, body=body, timeout_s=timeout_s)

    async def replace(self, path: str, body: Body, *, timeout_s: float | None = None) -> Body:
        """Replace an object; its resourceVersion must still be the present one."""
        return await self._request("PUT", path, body=body, timeout_s=timeout_s)

    async def patch(self, path: str, operations: Operations, *, timeout_s: float | None = None) -> Body:
        """Apply a JSON patch."""
        return await self._request("PATCH", path, body=list(operations), timeout_s=timeout_s)

    async def watch(self, path: str, query: Mapping[str, str]) -> AsyncIterator[Body]:
        """Yield events until the server ends the stream."""
        timeout = aiohttp.ClientTimeout(sock_connect=_CONNECT_TIMEOUT_S, sock_read=_WATCH_SILENCE_S)
        try:
            answer = await self._send("GET", path, query, None, timeout)
            async with answer.response as response:
                if not response.ok:
                    raise _status_error(response, await answer.read())
                while line := await response.content.readline():
                    yield json.loads(line)
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            raise TransientError(f"the watch of {path} broke: {error!r}") from error

    async def _request(
        self,
        method: str,
        path: str,
        query: Mapping[str, str] | None = None,
        *,
        body: Body | list[Mapping[str, Any]] | None = None,
        timeout_s: float | None = None,
    ) -> Body:
        limit = timeout_s if timeout_s is not None else _REQUEST_TIMEOUT_S
        timeout = aiohttp.ClientTimeout(total=limit, sock_connect=min(limit, _CONNECT_TIMEOUT_S))
        try:
            # Around everything: aiohttp's own total does not cover the wait for credentials.
            async with asyncio.timeout(limit):
                answer = await self._send(method, path, query, body, timeout)
                raw: bytes = await answer.read()
        except TimeoutError as error:
            raise TransientError(f"the API server did not answer {method} {path} within {limit:g} s") from error
        except (aiohttp.ClientError, OSError) as error:
            raise TransientError(f"the API server could not be reached for {method} {path}: {error!r}") from error
        if not answer.response.ok:
            raise _status_error(answer.response, raw)
        if len(raw) > _DECODE_IN_THREAD_BYTES:
            decoded: Body = await asyncio.to_thread(json.loads, raw)
        else:
            decoded = json.loads(raw)
        return decoded

    async def _send(
        self,
        method: str,
        path: str,
        query: Mapping[str, str] | None,
        body: Body | list[Mapping[str, Any]] | None,
        timeout: aiohttp.ClientTimeout,  # noqa: ASYNC109 - aiohttp's settings, handed on; the deadline is the caller's
    ) -> Any:
        """Send once, and once more if a 401 turns out to be an outdated token."""
        if self._client is None:
            raise TransientError("the connection to the API server is closed")
        url = self._access.server + path + (f"?{urlencode(query)}" if query else "")
        while True:
            authorization = await self._access.authorization()
            headers = {"User-Agent": _USER_AGENT, "Accept": "application/json"}
            if authorization:
                headers["Authorization"] = authorization
            if isinstance(body, list):
                headers["Content-Type"] = "application/json-patch+json"
            answer = await self._client.call_api(method, url, headers, body=body, _request_timeout=timeout)
            if answer.status != _UNAUTHORIZED or not await self._access.renewed(authorization):
                return answer
            answer.response.release()


def _status_error(response: aiohttp.ClientResponse, raw: bytes) -> ApiStatusError:
    """Turn a failed answer into an exception with the server's own words."""
    text = raw.decode(errors="replace")
    try:
        message = str(json.loads(text)["message"])
    except (ValueError, KeyError, TypeError):
        message = text[:256] or str(response.reason)
    try:
        retry_after_s = float(response.headers["Retry-After"])
    except (KeyError, ValueError):
        retry_after_s = None
    return ApiStatusError(response.status, message, retry_after_s=retry_after_s)
