"""What stands in a Lease, and when it may be taken over. Pure."""

import copy
from collections.abc import Hashable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from vmk_operator.kube.client import Body

SESSION_ANNOTATION = "vmkernel.dev/session-key"
"""The vCenter session of whoever writes, so that a successor can end it."""


@dataclass(frozen=True, slots=True)
class LeaseTimes:
    """Seconds. The holder stops *duration_s* - *valid_s* before anybody else may begin."""

    duration_s: float = 15.0
    """After which an unrenewed Lease may be taken over."""
    valid_s: float = 10.0
    """For which the holder trusts a renewal, counted from before it was sent."""
    retry_s: float = 2.0
    """Between renewals, and between attempts to get hold of it."""
    request_s: float = 3.0
    """For one request."""


class LeaseRecord:
    """A Lease as last seen, and since when by our own clock it has not changed."""

    def __init__(self, body: Body, seen_at: float, previous: "LeaseRecord | None" = None) -> None:
        self._body = body
        self.unchanged_since: float = seen_at
        """On our own clock."""
        if previous is not None and previous.fingerprint == self.fingerprint:
            self.unchanged_since = previous.unchanged_since

    @property
    def _spec(self) -> dict[str, Any]:
        spec: dict[str, Any] = self._body.get("spec") or {}
        return spec

    @property
    def fingerprint(self) -> Hashable:
        """Changes with every renewal; the wall-clock times in it are compared with one another, never with ours."""
        spec = self._spec
        return spec.get("holderIdentity"), spec.get("renewTime"), spec.get("leaseTransitions")

    @property
    def holder(self) -> str | None:
        """Whoever holds it, or held it last without releasing it."""
        return self._spec.get("holderIdentity") or None

    @property
    def session(self) -> str | None:
        """The recorded vCenter session."""
        annotations = self._body["metadata"].get("annotations") or {}
        return annotations.get(SESSION_ANNOTATION) or None

    def free(self, identity: str, now: float, default_duration_s: float) -> bool:
        """Tell whether *identity* may take it: nobody has it, or its holder has been silent for too long."""
        if self.holder in {None, identity}:
            return True
        promised = self._spec.get("leaseDurationSeconds") or default_duration_s
        return now - self.unchanged_since >= promised

    def taken(self, identity: str, times: LeaseTimes) -> Body:
        """Answer the Lease with *identity* as its new holder."""
        body = copy.deepcopy(self._body)
        spec = body.setdefault("spec", {})
        if spec.get("holderIdentity") != identity:
            spec["leaseTransitions"] = (spec.get("leaseTransitions") or 0) + 1
            spec["acquireTime"] = _now()
        spec |= {"holderIdentity": identity, "leaseDurationSeconds": int(times.duration_s), "renewTime": _now()}
        return body

    def with_session(self, session_key: str) -> Body:
        """Answer the Lease with *session_key* recorded."""
        body = copy.deepcopy(self._body)
        annotations = body["metadata"].get("annotations") or {}
        body["metadata"]["annotations"] = annotations | {SESSION_ANNOTATION: session_key}
        return body

    def released(self) -> Body:
        """Answer the Lease without a holder, free at once for the next; the recorded session stays for it to end."""
        body = copy.deepcopy(self._body)
        body["spec"] |= {"holderIdentity": "", "leaseDurationSeconds": 1, "renewTime": _now()}
        return body


def new_lease(namespace: str, name: str, identity: str, times: LeaseTimes) -> Body:
    """Answer a Lease that does not exist yet."""
    return {
        "apiVersion": "coordination.k8s.io/v1",
        "kind": "Lease",
        "metadata": {"namespace": namespace, "name": name, "labels": {"app.kubernetes.io/managed-by": "vmk-operator"}},
        "spec": {
            "holderIdentity": identity,
            "leaseDurationSeconds": int(times.duration_s),
            "acquireTime": _now(),
            "renewTime": _now(),
            "leaseTransitions": 0,
        },
    }


def _now() -> str:
    # For people and for other clients; nobody here reads a wall clock out of a Lease.
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
