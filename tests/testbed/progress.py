"""Telling people what is being built, how long it takes and how far it is."""

from __future__ import annotations

import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, Protocol

from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rich.console import Console

SECONDS_BETWEEN_LINES = 15.0


class Meter(Protocol):
    """What one build reports to."""

    def stage(self, what: str, *, total: int | None = None) -> None:
        """Begin a stage, with the number of its parts where that is known."""

    def advance(self) -> None:
        """One more part is under way."""


class _Bar:
    """A bar that is redrawn in place, for terminals."""

    def __init__(self, progress: Progress, title: str) -> None:
        self._progress, self._title = progress, title
        self._task = progress.add_task(title, total=None)

    def stage(self, what: str, *, total: int | None = None) -> None:
        self._progress.update(self._task, description=f"{self._title}: {what}", completed=0)
        self._progress.tasks[self._progress.task_ids.index(self._task)].total = total

    def advance(self) -> None:
        self._progress.advance(self._task)


class _Lines:
    """A line every now and then, for logs."""

    def __init__(self, console: Console, title: str) -> None:
        self._console, self._title = console, title
        self._begun = self._said = time.monotonic()
        self._what, self._done = "", 0
        self._total: int | None = None

    def stage(self, what: str, *, total: int | None = None) -> None:
        self._what, self._done, self._total = what, 0, total
        self._say()

    def advance(self) -> None:
        self._done += 1
        if time.monotonic() - self._said >= SECONDS_BETWEEN_LINES:
            self._say()

    def _say(self) -> None:
        self._said = time.monotonic()
        far = f" {self._done}/{self._total}" if self._total else f" {self._done}" if self._done else ""
        self._console.print(
            f"{self._title}: {self._what}{far}, {self._said - self._begun:.0f} s so far", highlight=False
        )


@contextmanager
def meter(console: Console, title: str) -> Iterator[Meter]:
    """Show one build: as a bar on a terminal, as a line now and then elsewhere."""
    if not console.is_terminal:
        yield _Lines(console, title)
        return
    columns = (TextColumn("{task.description}"), BarColumn(bar_width=24), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console) as progress:
        yield _Bar(progress, title)
