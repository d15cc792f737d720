"""Managed object ids."""


class MoidSource:
    """Gives ids; an object that is loaded again keeps the one that it had."""

    def __init__(self) -> None:
        self._given: dict[tuple[str, ...], str] = {}
        self._last = 1

    def get(self, prefix: str, *path: str) -> str:
        """Return the id, for example ``host-17``, of the object at *path*."""
        key = (prefix, *path)
        if key not in self._given:
            self._last += 1
            # As vCenter has them: host-17, but domain-c17 and group-h17.
            self._given[key] = f"{prefix}{'' if '-' in prefix else '-'}{self._last}"
        return self._given[key]

    def forget(self, prefix: str, *path: str) -> None:
        """Let the next object at *path* be another one; whatever was there is gone."""
        self._given.pop((prefix, *path), None)
