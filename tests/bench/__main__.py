"""`python -m bench`: start a lab with a fleet, measure, print a table, stop everything."""

import tempfile
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from bench.change_seen import measure
from testbed.build import ensure_control_plane

app = typer.Typer(add_completion=False, help=__doc__, pretty_exceptions_enable=False)


@app.command()
def bench(
    *,
    hosts: Annotated[int, typer.Option(min=1, help="ESXi hosts; four objects each.")] = 50,
    changes: Annotated[int, typer.Option(min=1, help="Changes made by hand, one after the other.")] = 50,
) -> None:
    """Print what the operator is measured by."""
    console = Console()
    ensure_control_plane(console)
    with tempfile.TemporaryDirectory(prefix="vmk-bench-") as folder:
        figures = measure(Path(folder), hosts=hosts, changes=changes)
    table = Table("figure", "median", "p99", "bar", title=f"{changes} changes by hand, {hosts} hosts")
    table.add_row("change → seen in the API server", *figures.seconds(figures.seen), "median < 0.5 s")
    table.add_row("change → repaired and verified", *figures.seconds(figures.repaired), "")
    console.print(table)
    console.print("vCenter calls per change, the colleague's own included:")
    for method, count in sorted(figures.calls.items(), key=lambda entry: -entry[1]):
        console.print(f"  {method:28} {count / changes:6.2f}")


if __name__ == "__main__":
    app()
