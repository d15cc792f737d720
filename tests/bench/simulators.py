"""Our simulator beside govmomi's vcsim: the same reads, calls and changes of as many hosts, on the same machine."""

from __future__ import annotations

import json
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bench.deliveries import DELIVERED, changed_adapters, tasks_on_hosts
from bench.fleets import fleet_of
from bench.simulator_figures import Contestant, Rate, Read, read_all, small_calls
from testbed.catalogue import CATALOGUE
from testbed.simulator import Simulator
from testbed.vcsim import Vcsim

if TYPE_CHECKING:
    from pathlib import Path

SMALL_CALLS = 4000

_READS = 3


@dataclass(frozen=True)
class Figures:
    """All of one simulator."""

    ready_s: float
    ready_cpu_s: float
    ready_mb: float
    reads: list[Read]
    """The first is cold."""
    read_mb: float
    """In memory after them."""
    calls: dict[str, Rate]
    tasks: dict[int, float | None]
    adapters: dict[int, float | None]


def measure_ours(folder: Path, hosts: int, *, adapters: int) -> Figures:
    """Measure our simulator with so many adapters on every host, two to four."""
    folder.mkdir()
    fleet = folder / "fleet.json"
    fleet.write_text(json.dumps(fleet_of(hosts, adapters)))
    simulator = Simulator(folder, fleet=fleet)
    begun = time.monotonic()
    with simulator:
        ready = time.monotonic() - begun
        address = simulator.address
        contestant = Contestant(
            address.server, address.ca_file, address.username, address.password, simulator.process.pid
        )
        return _measure(contestant, ready, with_adapters=True)


def measure_vcsim(folder: Path, hosts: int) -> Figures:
    """Measure vcsim. It changes no adapters, so nobody waits for any."""
    vcsim = Vcsim(CATALOGUE["vcsim"].binary, folder, hosts=hosts)
    begun = time.monotonic()
    vcsim.start(within=60 + hosts / 5)
    try:
        ready = time.monotonic() - begun
        contestant = Contestant(vcsim.server, vcsim.ca_file, vcsim.username, vcsim.password, vcsim.process.pid)
        return _measure(contestant, ready, with_adapters=False)
    finally:
        vcsim.process.kill()  # it may be busy for minutes with what nobody waits for any more


def _measure(contestant: Contestant, ready_s: float, *, with_adapters: bool) -> Figures:
    ready_cpu, ready_mb = contestant.cpu_s(), contestant.resident_mb()
    reads = read_all(contestant, _READS)
    read_mb = contestant.resident_mb()
    rates = small_calls(contestant, SMALL_CALLS)
    adapters = changed_adapters(contestant) if with_adapters else dict.fromkeys(DELIVERED)
    return Figures(ready_s, ready_cpu, ready_mb, reads, read_mb, rates, tasks_on_hosts(contestant), adapters)
