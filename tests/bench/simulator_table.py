"""The figures of the simulators as a table, each of ours beside vcsim's and its bar."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.table import Table

from bench.deliveries import DELIVERED, PATIENCE_S

if TYPE_CHECKING:
    from bench.simulators import Figures


def simulator_table(hosts: int, four: Figures, one: Figures, vcsim: Figures) -> Table:
    """Lay out the figures.

    Args:
        hosts: of each.
        four: ours with four adapters on every host.
        one: ours with one, as vcsim's hosts have.
        vcsim: vcsim's.
    """
    table = Table("figure", "4 adapters", "1 adapter", "vcsim, 1", "ratio of 1 to 1", "bar", title=f"{hosts} hosts")
    rows: list[tuple[str, list[float | None], str, str]] = [
        ("ready", [each.ready_s for each in (four, one, vcsim)], "s", "≤ 2 s"),
        ("ready, CPU", [each.ready_cpu_s for each in (four, one, vcsim)], "s", ""),
        ("memory when ready", [each.ready_mb for each in (four, one, vcsim)], "MB", "≤ 400 MB"),
        ("memory after full reads", [each.read_mb for each in (four, one, vcsim)], "MB", ""),
        ("full read, size", [each.reads[0].megabytes for each in (four, one, vcsim)], "MB", ""),
    ]
    for name, index in (("cold", 0), ("warm", -1)):
        reads = [each.reads[index] for each in (four, one, vcsim)]
        rows += [
            (f"{name} full read, first byte", [read.first_byte_s for read in reads], "s", ""),
            (f"{name} full read, last byte", [read.last_byte_s for read in reads], "s", ""),
            (f"{name} full read, CPU", [read.cpu_s for read in reads], "s", "≤ vcsim"),
            (f"{name} full read, CPU per MB", [read.cpu_s / read.megabytes * 1000 for read in reads], "ms", "≤ vcsim"),
        ]
    for call in four.calls:
        rates = [each.calls[call] for each in (four, one, vcsim)]
        rows += [
            (f"{call}, per second", [rate.per_s for rate in rates], "", "≥ 1500"),
            (f"{call}, CPU", [rate.cpu_us for rate in rates], "µs", ""),
        ]
    for count in DELIVERED:
        tasks = [each.tasks[count] for each in (four, one, vcsim)]
        rows.append((f"tasks on {count} hosts → told", tasks, "s", "≤ 1 s"))
    for count in DELIVERED:
        adapters = [each.adapters[count] for each in (four, one)]
        rows.append((f"adapters of {count} hosts changed → told", [*adapters, None], "s", "≤ 1 s"))
    for name, values, unit, bar in rows:
        is_delivery = name.endswith("told")
        shown = [_figure(value, unit, is_delivery=is_delivery) for value in values]
        if name.startswith("adapters"):
            shown[-1] = "has no such call"
        table.add_row(name, *shown, _ratio(values[1], values[2]), bar)
    return table


def _figure(value: float | None, unit: str, *, is_delivery: bool) -> str:
    if value is None:
        return f"> {PATIENCE_S:.0f} s" if is_delivery else "-"
    return f"{value:.3g} {unit}".strip() if value < 1000 else f"{value:.0f} {unit}".strip()


def _ratio(ours: float | None, theirs: float | None) -> str:
    if ours is None or not theirs:
        return ""
    return f"{ours / theirs:.2g}"
