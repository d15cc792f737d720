"""`python -m mutation`: break the planner in every way mutmut knows, and tell which breakages no unit test notices."""

import os
import tempfile
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from mutation.mutants import Mutant, read_mutants
from mutation.tree import PLANNER, MutmutError, plant, run
from mutation.verdicts import Verdicts, read_verdicts

app = typer.Typer(add_completion=False, help=__doc__, pretty_exceptions_enable=False)


@app.command()
def mutate(
    parts: Annotated[
        list[str] | None, typer.Argument(help="Modules or folders below planner/, as in rules/mtu; all without.")
    ] = None,
    *,
    workers: Annotated[int, typer.Option(min=1, help="Mutants tested at a time.")] = os.cpu_count() or 1,
) -> None:
    """Print the score of every module and each mutant that survived; fail if one has no verdict."""
    console = Console(soft_wrap=True, highlight=False)
    with tempfile.TemporaryDirectory(prefix="vmk-mutation-") as folder:
        tree = Path(folder)
        plant(tree, parts or ())
        try:
            run(tree, workers)
        except MutmutError as error:
            console.print(str(error), markup=False)
            raise typer.Exit(2) from error
        mutants = list(read_mutants(tree, PLANNER))
    verdicts = read_verdicts()
    console.print(_table(mutants, verdicts))
    raise typer.Exit(_tell_survivors(console, mutants, verdicts))


def _table(mutants: Sequence[Mutant], verdicts: Verdicts) -> Table:
    table = Table("module", "mutants", "killed", "equivalent", "survived", "score")
    by_module: dict[str, list[Mutant]] = defaultdict(list)
    for mutant in mutants:
        by_module[mutant.module].append(mutant)
    for module, found in (*by_module.items(), ("all", list(mutants))):
        killed = sum(one.is_killed for one in found)
        equivalent = sum(verdicts.on(one) is not None for one in found if not one.is_killed)
        survived = len(found) - killed - equivalent
        score = f"{100 * killed / (len(found) - equivalent):.1f} %" if len(found) > equivalent else ""
        table.add_row(module, str(len(found)), str(killed), str(equivalent), str(survived), score)
    return table


def _tell_survivors(console: Console, mutants: Sequence[Mutant], verdicts: Verdicts) -> int:
    """Print what survived, and verdicts that nothing needs any more; return the exit code."""
    loose = [one for one in mutants if not one.is_killed and verdicts.on(one) is None]
    for one in loose:
        console.print(f"\nsurvived: {one.module}.{one.function}", markup=False)
        for sign, text in (("-", one.was), ("+", one.now)):
            console.print("\n".join(f"  {sign} {line}" for line in text.splitlines()), markup=False)
    stale = verdicts.stale(mutants)
    for verdict in stale:
        console.print(f"\nno such survivor any more: {verdict.where}\n  {verdict.was}\n  {verdict.now}", markup=False)
    return 1 if loose or stale else 0


if __name__ == "__main__":
    app()
