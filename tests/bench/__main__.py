"""`python -m bench`: start what is measured, measure, print tables, stop everything."""

import tempfile
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from bench.change_seen import measure
from bench.planner_cost import measure_planner
from bench.simulator_table import simulator_table
from bench.simulators import measure_ours, measure_vcsim
from testbed.build import build, ensure_control_plane

app = typer.Typer(add_completion=False, help=__doc__, pretty_exceptions_enable=False)


PLANNED_FLEETS = (100, 1000)
"""Hosts of the fleets in which one is planned."""


class Part(StrEnum):
    """What can be measured by itself."""

    OPERATOR = "operator"
    SIMULATOR = "simulator"
    PLANNER = "planner"


@app.command()
def bench(
    parts: Annotated[list[Part] | None, typer.Argument(help="What to measure; everything without.")] = None,
    *,
    hosts: Annotated[int, typer.Option(min=1, help="ESXi hosts of the operator's lab; four objects each.")] = 50,
    changes: Annotated[int, typer.Option(min=1, help="Changes made by hand, one after the other.")] = 50,
    simulated_hosts: Annotated[
        int, typer.Option(min=1 + 10 + 100, help="Hosts of the simulator, and of vcsim beside it.")
    ] = 1000,
) -> None:
    """Print what the planner, the operator and the simulator are measured by."""
    console = Console()
    if parts is None or Part.PLANNER in parts:
        _measure_planner(console)
    with tempfile.TemporaryDirectory(prefix="vmk-bench-") as folder:
        if parts is None or Part.OPERATOR in parts:
            _measure_operator(console, Path(folder), hosts, changes)
        if parts is None or Part.SIMULATOR in parts:
            _measure_simulator(console, Path(folder), simulated_hosts)


def _measure_planner(console: Console) -> None:
    table = Table("figure", *(f"{hosts} hosts" for hosts in PLANNED_FLEETS), "bar", title="planner")
    figures = [measure_planner(hosts) for hosts in PLANNED_FLEETS]
    table.add_row(
        f"CPU to plan one host with {figures[0].objects} objects, median",
        *(f"{each.plan_ms:.2f} ms" for each in figures),
        "≤ 1 ms",
    )
    table.add_row(
        "one changed address → hosts planned",
        *(
            f"{len(each.planned)} ({', '.join(name.partition('.')[0] for name in each.planned[:4])})"
            for each in figures
        ),
        "2: those that share it",
    )
    table.add_row("one changed address → plans", *(str(each.plans) for each in figures), "2")
    Console(width=max(console.width, 120)).print(table)


def _measure_operator(console: Console, folder: Path, hosts: int, changes: int) -> None:
    ensure_control_plane(console)
    figures = measure(folder, hosts=hosts, changes=changes)
    table = Table("figure", "median", "p99", "bar", title=f"{changes} changes by hand, {hosts} hosts")
    table.add_row("change → seen in the API server", *figures.seconds(figures.seen), "median < 0.5 s")
    table.add_row("change → repaired and verified", *figures.seconds(figures.repaired), "")
    console.print(table)
    console.print("vCenter calls per change, the colleague's own included:")
    for method, count in sorted(figures.calls.items(), key=lambda entry: -entry[1]):
        console.print(f"  {method:28} {count / changes:6.2f}")


def _measure_simulator(console: Console, folder: Path, hosts: int) -> None:
    build(["vcsim"], console)
    four = measure_ours(folder / "four", hosts, adapters=4)
    one = measure_ours(folder / "one", hosts, adapters=1)
    vcsim = measure_vcsim(folder / "vcsim", hosts)
    # In a file or a pipe as well: eighty columns would break every line of it.
    Console(width=max(console.width, 120)).print(simulator_table(hosts, four, one, vcsim))


if __name__ == "__main__":
    app()
