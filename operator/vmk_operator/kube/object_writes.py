"""The two writes on our objects: the whole status, and our finalizer. Both test that it is still the same object."""

from collections.abc import Mapping
from typing import Any, NoReturn

from vmk_operator.api.v1alpha1.objects import FINALIZER
from vmk_operator.errors import BugError, TransientError
from vmk_operator.kube.client import ApiServer, ApiStatusError, Body
from vmk_operator.kube.desired import DesiredCache
from vmk_operator.kube.resources import Target

_NOT_FOUND = 404
_CONFLICT = 409
_UNPROCESSABLE = 422
_ATTEMPTS = 5
"""At a finalizer that others change at the same time."""


class GoneError(Exception):
    """The object is gone; one of its name may exist, but it is another."""


class ObjectWrites:
    """Stateless but for the cache, which every answer is fed into: it then knows what the API server has."""

    def __init__(self, api: ApiServer, cache: DesiredCache) -> None:
        self._api = api
        self._cache = cache

    async def status(self, target: Target, status: Mapping[str, Any]) -> None:
        """Replace the status.

        Raises:
            TransientError: it may or may not have been written; writing it again is harmless.
            GoneError: the object is gone, and so it is from the cache.
            BugError: the API server refuses this status for good.
        """
        operations = [_same(target), {"op": "add", "path": "/status", "value": status}]
        try:
            answer = await self._api.patch(f"{target.path}/status", operations)
        except ApiStatusError as error:
            await self._explain(target, error)
        else:
            self._cache.feed(target.resource, answer)

    async def add_finalizer(self, target: Target) -> None:
        """Put our finalizer on; idempotent. Raises as ``status``."""
        await self._finalize(target, wanted=True)

    async def release_finalizer(self, target: Target) -> None:
        """Take our finalizer off; idempotent. Raises as ``status``."""
        await self._finalize(target, wanted=False)

    async def _finalize(self, target: Target, *, wanted: bool) -> None:
        for _ in range(_ATTEMPTS):
            body = await self._read(target)
            present: list[str] = body["metadata"].get("finalizers", [])
            if (FINALIZER in present) is wanted:
                return
            if wanted and "deletionTimestamp" in body["metadata"]:
                raise TransientError(f"{target} is being deleted and takes no finalizer any more")
            try:
                answer = await self._api.patch(target.path, _finalizer_patch(target, body, present))
            except ApiStatusError as error:
                if error.status not in {_CONFLICT, _UNPROCESSABLE}:
                    await self._explain(target, error)
                continue  # changed since it was read
            gone = "deletionTimestamp" in answer["metadata"] and not answer["metadata"].get("finalizers")
            self._cache.feed(target.resource, answer, deleted=gone)
            return
        raise TransientError(f"the finalizer of {target} could not be changed: others keep changing the object")

    async def _read(self, target: Target) -> Body:
        """Read the object; feed the cache with it."""
        try:
            body = await self._api.get(target.path)
        except ApiStatusError as error:
            if error.status == _NOT_FOUND:
                self._cache.forget(target)
                raise GoneError(f"{target} is gone") from error
            raise TransientError(str(error), retry_after_s=error.retry_after_s) from error
        if body["metadata"]["uid"] != target.uid:
            self._cache.forget(target)
            raise GoneError(f"{target} was deleted and created anew")
        self._cache.feed(target.resource, body)
        return body

    async def _explain(self, target: Target, error: ApiStatusError) -> NoReturn:
        """Raise what a refused write means."""
        if error.passing:
            raise TransientError(str(error), retry_after_s=error.retry_after_s) from error
        if error.status in {_NOT_FOUND, _UNPROCESSABLE}:
            await self._read(target)  # a 422 is said both of another uid and of a status that breaks the schema
        if error.status in {_NOT_FOUND, _CONFLICT}:
            raise TransientError(str(error)) from error
        raise BugError(f"the API server refuses what we write on {target}: {error}") from error


def _same(target: Target) -> dict[str, Any]:
    return {"op": "test", "path": "/metadata/uid", "value": target.uid}


def _finalizer_patch(target: Target, body: Body, present: list[str]) -> list[dict[str, Any]]:
    version = body["metadata"]["resourceVersion"]
    unchanged = {"op": "test", "path": "/metadata/resourceVersion", "value": version}
    change: dict[str, Any]
    if FINALIZER in present:
        change = {"op": "remove", "path": f"/metadata/finalizers/{present.index(FINALIZER)}"}
    elif present:
        change = {"op": "add", "path": "/metadata/finalizers/-", "value": FINALIZER}
    else:
        change = {"op": "add", "path": "/metadata/finalizers", "value": [FINALIZER]}
    return [_same(target), unchanged, change]
