"""Whether kopf is watching everything, as seen from the requests that it makes."""

import asyncio

from vmk_operator.kube.desired import DesiredCache
from vmk_operator.kube.resources import Resource


class StreamState:
    """Lives on the engine's loop.

    kopf has no hook for "the list is complete" or "listing anew", but its requests say both: a list after a watch
    was established means that the watch could not be continued, so changes may have been missed.
    """

    def __init__(self, cache: DesiredCache) -> None:
        self._cache = cache
        self._watched: set[Resource] = set()
        self.live = asyncio.Event()
        """Set while every one of our resources is being watched."""
        self.interrupted = asyncio.Event()
        """Set from a gap until everything is watched again."""

    def watching(self, resource: Resource) -> None:
        """The API server accepted a watch."""
        self._watched.add(resource)
        if self._watched == set(Resource):
            self.interrupted.clear()
            self.live.set()

    def listing(self, resource: Resource) -> None:
        """A list was asked for: whatever was watched of this resource so far has an end."""
        if resource in self._watched:
            self._watched.discard(resource)
            self._gap()

    def ended(self) -> None:
        """The watching as a whole came to an end."""
        self._watched.clear()
        self._gap()

    @property
    def unwatched(self) -> tuple[Resource, ...]:
        """Resources that are not watched at present."""
        return tuple(resource for resource in Resource if resource not in self._watched)

    def _gap(self) -> None:
        self.live.clear()
        self.interrupted.set()
        self._cache.gap()
