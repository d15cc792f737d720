"""Verdicts on mutants that no test notices, and need not: what they change makes no difference."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

import yaml

from mutation.mutants import Mutant

FILE = Path(__file__).with_name("verdicts.yaml")


@dataclass(frozen=True, slots=True)
class Verdict:
    """Why a mutant may live."""

    where: str
    """Module and function."""
    was: str
    now: str
    why: str


class Verdicts:
    """All verdicts, looked up by what a mutant changes."""

    def __init__(self, verdicts: Iterable[Verdict]) -> None:
        self._by_change: Mapping[tuple[str, str, str], Verdict] = {(v.where, v.was, v.now): v for v in verdicts}

    def on(self, mutant: Mutant) -> Verdict | None:
        """Find the verdict on *mutant*."""
        return self._by_change.get((f"{mutant.module}.{mutant.function}", mutant.was, mutant.now))

    def stale(self, mutants: Iterable[Mutant]) -> list[Verdict]:
        """Name the verdicts on modules of *mutants* that are on none of those which survived."""
        known = list(mutants)
        modules = {mutant.module for mutant in known}
        used = {self.on(mutant) for mutant in known if not mutant.is_killed}
        return [
            verdict
            for verdict in self._by_change.values()
            if verdict.where.rpartition(".")[0] in modules and verdict not in used
        ]


def read_verdicts() -> Verdicts:
    """Read the file of verdicts."""
    return Verdicts(Verdict(**entry) for entry in yaml.safe_load(FILE.read_text()) or ())
