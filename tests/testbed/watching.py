"""Follows objects by a watch, so that a measured time is the API server's, not a poll's."""

import os
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from kubernetes import client, config, watch
from urllib3.exceptions import ProtocolError

from testbed.errors import DeadlineError

GROUP, VERSION = "vmkernel.dev", "v1alpha1"
SECONDS_TO_END = 10.0


class Follower:
    """What a watch has seen, with the moment it was seen."""

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
        self, what: str, matches: Callable[[dict[str, Any]], bool], *, since: float, within: float = 30.0
    ) -> tuple[float, dict[str, Any]]:
        """Wait for the first event after *since* (monotonic seconds) that matches, for *within* seconds.

        Returns:
            Seconds from *since* until it was seen, and the object.

        Raises:
            DeadlineError: none came in time.
        """
        with self._news:
            found = self._news.wait_for(lambda: self._find(matches, since), timeout=within)
        if not found:
            raise DeadlineError(f"waited {within:g} s for the API server to show {what}")
        return found

    def latest(self) -> dict[str, Any]:
        """Return the object that was seen last; inside ``following`` there is one."""
        with self._news:
            return self._seen[-1][1]

    def _find(self, matches: Callable[[dict[str, Any]], bool], since: float) -> tuple[float, dict[str, Any]] | None:
        return next(((at - since, obj) for at, obj in self._seen if at >= since and matches(obj)), None)


@contextmanager
def following(plural: str, namespace: str, name: str | None = None) -> Iterator[Follower]:
    """Watch one object, or all of a kind, of the cluster of KUBECONFIG, for the length of the block."""
    config.load_kube_config(os.environ["KUBECONFIG"])
    follower = Follower()
    stream = watch.Watch()
    left = threading.Event()
    api = client.CustomObjectsApi()

    def follow() -> None:
        where = (GROUP, VERSION, namespace, plural)
        only = f"metadata.name={name}" if name else ""
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
        thread.join(timeout=SECONDS_TO_END)
