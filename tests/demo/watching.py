"""Follows one object by a watch, so that the seconds that the demo prints are the API server's, not a poll's."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from kubernetes import client, config, watch
from urllib3.exceptions import ProtocolError

from demo.stage import DEADLINE_S, StoryFailedError

GROUP, VERSION = "vmkernel.dev", "v1alpha1"


class Follower:
    """What the watch of one object has seen, with the moment it was seen."""

    def __init__(self) -> None:
        """Start with nothing seen."""
        self._seen: list[tuple[float, dict[str, Any]]] = []
        self._news = threading.Condition()

    def note(self, obj: dict[str, Any]) -> None:
        """Take one event of the watch."""
        with self._news:
            self._seen.append((time.monotonic(), obj))
            self._news.notify_all()

    def first(
        self, what: str, matches: Callable[[dict[str, Any]], bool], *, since: float
    ) -> tuple[float, dict[str, Any]]:
        """Wait for the first event after *since* (monotonic seconds) that matches.

        Returns:
            Seconds from *since* until it was seen, and the object.

        Raises:
            StoryFailedError: none came in time.
        """
        with self._news:
            found = self._news.wait_for(lambda: self._find(matches, since), timeout=DEADLINE_S)
        if not found:
            raise StoryFailedError(f"the API server never showed {what}")
        return found

    def latest(self) -> dict[str, Any]:
        """Return the object as last seen; there is one inside ``following``."""
        with self._news:
            return self._seen[-1][1]

    def _find(self, matches: Callable[[dict[str, Any]], bool], since: float) -> tuple[float, dict[str, Any]] | None:
        return next(((at - since, obj) for at, obj in self._seen if at >= since and matches(obj)), None)


@contextmanager
def following(plural: str, namespace: str, name: str) -> Iterator[Follower]:
    """Watch one object for the length of the block."""
    config.load_kube_config()
    follower = Follower()
    stream = watch.Watch()
    left = threading.Event()
    api = client.CustomObjectsApi()

    def follow() -> None:
        where = (GROUP, VERSION, namespace, plural)
        only = f"metadata.name={name}"
        try:
            for event in stream.stream(api.list_namespaced_custom_object, *where, field_selector=only):
                follower.note(event["object"])
        except ProtocolError:  # how the client ends a watch that was stopped in the middle of an answer
            if not left.is_set():
                raise

    thread = threading.Thread(target=follow, name=f"watch {plural}/{name}", daemon=True)
    thread.start()
    try:
        follower.first("the object", lambda _: True, since=0)
        yield follower
    finally:
        left.set()
        stream.stop()
        thread.join(timeout=DEADLINE_S)
