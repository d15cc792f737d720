"""`python -m testbed`: build the servers, run a command beside everything."""

from __future__ import annotations

import shutil
import tempfile
import time
from pathlib import Path
from typing import Annotated, NoReturn

import typer
from rich.console import Console

from testbed.build import build as build_servers
from testbed.build import ensure_control_plane
from testbed.catalogue import CATALOGUE, CONTROL_PLANE, TOOLS
from testbed.command import Interrupted, ending_in_order, run_command
from testbed.errors import TestbedError
from testbed.lab import Extent, Lab, search_path

app = typer.Typer(add_completion=False, no_args_is_help=True, help=__doc__, pretty_exceptions_enable=False)
console = Console(stderr=True)

_EXIT_BROKEN = 125  # as docker run and env: what the command was to run in failed, not the command
_EXIT_NO_COMMAND = 127


@app.command()
def build(
    names: Annotated[list[str] | None, typer.Argument(help=f"Any of {', '.join(CATALOGUE)}.")] = None,
    *,
    tools: Annotated[bool, typer.Option("--tools", help="All that is no part of a control plane.")] = False,
) -> None:
    """Build what is not in the cache yet; without names, the servers of a control plane."""
    wanted = [*(names or ()), *(sorted(TOOLS) if tools else ())] or CONTROL_PLANE
    with ending_in_order():
        try:
            build_servers(wanted, console)
        except TestbedError as error:
            _give_up(error)
        for name in wanted:
            console.print(f"{name}: {CATALOGUE[name].binary}", highlight=False, soft_wrap=True)


@app.command()
def run(
    command: Annotated[
        list[str], typer.Argument(metavar="-- CMD...", help="What to run beside it.", show_default=False)
    ],
    *,
    hosts: Annotated[int, typer.Option(min=1, help="ESXi hosts of each vCenter.")] = 3,
    clusters: Annotated[int, typer.Option(min=1, help="Clusters of each vCenter.")] = 1,
    vcenters: Annotated[int, typer.Option(min=1, help="Simulated vCenters.")] = 1,
    replicas: Annotated[int, typer.Option(min=1, help="Processes of the operator.")] = 1,
    operator: Annotated[bool, typer.Option("--operator/--no-operator", help="Run the operator.")] = True,
    simulator: Annotated[bool, typer.Option("--simulator/--no-simulator", help="Run the vCenters.")] = True,
    deploy: Annotated[bool, typer.Option("--deploy/--no-deploy", help="Apply deploy/; the operator needs it.")] = True,
    emulated_version: Annotated[str | None, typer.Option(help="Kubernetes version to behave as, such as 1.33.")] = None,
) -> None:
    """Start everything, run CMD with the addresses in its environment, stop everything; exit as CMD does."""
    extent = Extent(
        hosts=hosts,
        clusters=clusters,
        vcenters=vcenters if simulator else 0,
        replicas=replicas if operator else 0,
        deploy=deploy,
        emulated_version=emulated_version,
    )
    with ending_in_order():
        folder = Path(tempfile.mkdtemp(prefix="vmk-testbed-"))
        try:
            code = _run(command, folder, extent)
        except TestbedError as error:
            _tell_logs(folder)
            _give_up(error)
        except Interrupted:
            shutil.rmtree(folder)
            raise
        if code == 0:
            shutil.rmtree(folder)
        else:
            _tell_logs(folder)
    raise typer.Exit(code)


def _run(command: list[str], folder: Path, extent: Extent) -> int:
    if shutil.which(command[0], path=search_path(folder)) is None:
        console.print(f"{command[0]}: no such command", highlight=False)
        shutil.rmtree(folder)
        raise typer.Exit(_EXIT_NO_COMMAND)
    ensure_control_plane(console)
    begun = time.monotonic()
    with Lab(folder, extent) as lab:
        console.print(f"Everything is up after {time.monotonic() - begun:.1f} s", style="dim", highlight=False)
        return run_command(command, lab.environment())


def _tell_logs(folder: Path) -> None:
    console.print(f"The logs of this run are in {folder}", highlight=False, soft_wrap=True)


def _give_up(error: TestbedError) -> NoReturn:
    console.print(f"[red]{type(error).__name__}[/]: ", end="")
    console.print(str(error), markup=False, highlight=False, soft_wrap=True)
    raise typer.Exit(_EXIT_BROKEN)
