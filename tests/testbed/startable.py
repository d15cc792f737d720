"""What is started when a `with` block begins and stopped when it ends, however it ends."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from types import TracebackType


class Startable(ABC):
    """A server, or several of them."""

    @abstractmethod
    def start(self) -> None:
        """Start it and wait until it serves.

        Raises:
            StartError: it did not.
        """

    @abstractmethod
    def stop(self) -> object:
        """Stop it."""

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()
