"""An object of ours as a user declares it, declares it otherwise, reads it and deletes it."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING, Any

from testbed.objects import RECONCILE, Object, is_gone, is_ready, says
from testbed.waiting import wait_until

if TYPE_CHECKING:
    from collections.abc import Callable

    from testbed.kubectl import Kubectl

_PLURALS = {"VmkAdapter": "vmk", "VmkNetstack": "vns"}
_numbers = itertools.count(1)


class Declared:
    """One object, with all that is declared of it."""

    def __init__(self, kubectl: Kubectl, manifest: Object) -> None:
        """Take what is declared first; nothing is applied yet."""
        self._kubectl = kubectl
        self._manifest = manifest
        self.name: str = manifest["metadata"]["name"]
        self.what = (_PLURALS[manifest["kind"]], self.name)

    @property
    def device(self) -> str:
        """The adapter that it is bound to."""
        device: str = self.read()["status"]["binding"]["device"]
        return device

    def read(self) -> Object:
        """Return the object as it is."""
        return self._kubectl.get_json(*self.what)

    def declare(self, **fields: Any) -> Object:
        """Apply it with these fields declared otherwise, ``None`` un-declares one, and wait until it is Ready."""
        self.apply(**fields)
        return self.until(is_ready)

    def apply(self, **fields: Any) -> None:
        """Apply it with these fields declared otherwise; ``None`` un-declares one."""
        spec = {**self._manifest["spec"], **fields}
        self._manifest["spec"] = {field: value for field, value in spec.items() if value is not None}
        self._kubectl.apply(self._manifest)

    def until(self, predicate: Callable[[Object], bool]) -> Object:
        """Wait until the object is so, and return it."""
        return self._kubectl.wait_until(predicate, *self.what)

    def until_repaired(self, field: str, *, observed: str) -> Object:
        """Wait until somebody's change of a field was undone and all is well; return what the history says of it."""

        def repairs(state: Object) -> list[Object]:
            history = state["status"].get("driftHistory", [])
            return [one for one in history if (one["field"], one["observed"]) == (field, observed)]

        return repairs(self.until(lambda state: bool(repairs(state)) and is_ready(state)))[-1]

    def until_observed(self, *fields: str) -> dict[str, tuple[str, str]]:
        """Wait until exactly these fields differ under Observe; return what is (desired, observed) of each."""

        def drift(state: Object) -> dict[str, tuple[str, str]]:
            return {one["field"]: (one["desired"], one["observed"]) for one in state["status"].get("drift", [])}

        def is_told(state: Object) -> bool:
            return says(state, "Ready", "True", "Observed") and drift(state).keys() == {*fields}

        return drift(self.until(is_told))

    def look_again(self) -> Object:
        """Ask for another look, and return what it found."""
        asked = f"look-{next(_numbers)}"
        self._kubectl.run("annotate", *self.what, f"{RECONCILE}={asked}", "--overwrite")
        return self.until(lambda state: state["status"].get("lastHandledReconcileAt") == asked and is_ready(state))

    def row(self) -> dict[str, str]:
        """Return what `kubectl get -o wide` prints of it, by column."""
        head, line = self._kubectl.run("get", *self.what, "--output", "wide").splitlines()
        names = head.split()
        starts = [head.index(name) for name in names]
        return {
            name: line[start:end].strip() for name, start, end in zip(names, starts, [*starts[1:], None], strict=True)
        }

    def delete(self) -> None:
        """Delete it and wait until it is gone."""
        self._kubectl.run("delete", *self.what, "--timeout=20s")
        wait_until(lambda: is_gone(self._kubectl, *self.what), what=f"the end of {self.name}")
