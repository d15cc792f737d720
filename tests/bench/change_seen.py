"""How long until the API server tells of a change made by hand, and until it is undone."""

from __future__ import annotations

import os
import statistics
import time
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

from fleet import OBJECTS_PER_HOST, host_names
from fleet.lab import NAMESPACE, declare_fleet, fleet_lab, wait_converged
from testbed.colleague import colleague
from testbed.watching import following

if TYPE_CHECKING:
    from pathlib import Path

    from testbed.kubectl import Kubectl


@dataclass(frozen=True)
class Figures:
    """Seconds of every change, and the vCenter calls of all of them."""

    seen: list[float]
    repaired: list[float]
    calls: dict[str, int]

    @staticmethod
    def seconds(values: list[float]) -> tuple[str, str]:
        """Return median and 99th percentile as text."""
        last = max(values) if len(values) < 2 else statistics.quantiles(values, n=100, method="inclusive")[98]
        return f"{statistics.median(values):.3f} s", f"{last:.3f} s"


def measure(folder: Path, *, hosts: int, changes: int) -> Figures:
    """Converge a fleet, then change the MTU of one adapter after the other in a session of our own."""
    with fleet_lab(folder, hosts=hosts) as (lab, kubectl):
        declare_fleet(kubectl, hosts)
        wait_converged(kubectl, hosts * OBJECTS_PER_HOST, within=300)
        simulator = lab.simulators[0]
        address = simulator.address
        names = [host_names(hosts)[index % hosts] for index in range(changes)]
        seen, repaired = [], []
        os.environ["KUBECONFIG"] = str(lab.control_plane.kubeconfig)
        with (
            colleague(address.server, address.username, address.password, str(address.ca_file)) as somebody,
            following("vmkadapters", NAMESPACE) as follower,
        ):
            devices = {host: _device(kubectl, host) for host in names}
            for host, device in devices.items():
                somebody.mtu(host, device)  # so that what is timed below is the change alone
            simulator.control("DELETE", "/calls")
            for index, host in enumerate(names):
                name = f"{host.partition('.')[0]}-vmotion"
                rounds = index // hosts  # every pass over the fleet adds a repair to each object's history
                begun = time.monotonic()
                somebody.set_mtu(host, devices[host], 1500)
                told, _ = follower.first(f"the drift of {name}", partial(_tells, name, rounds), since=begun)
                mended, _ = follower.first(f"the repair of {name}", partial(_mended, name, rounds), since=begun)
                seen.append(told)
                repaired.append(mended)
            calls: dict[str, int] = simulator.control("GET", "/calls")
        return Figures(seen, repaired, calls)


def _device(kubectl: Kubectl, host: str) -> str:
    device: str = kubectl.get_json("vmkadapters", f"{host.partition('.')[0]}-vmotion")["status"]["binding"]["device"]
    return device


def _tells(name: str, repairs: int, obj: dict[str, Any]) -> bool:
    status = obj["status"]
    return obj["metadata"]["name"] == name and (bool(status.get("drift")) or _repairs(status) > repairs)


def _mended(name: str, repairs: int, obj: dict[str, Any]) -> bool:
    status = obj["status"]
    return obj["metadata"]["name"] == name and not status.get("drift") and _repairs(status) > repairs


def _repairs(status: dict[str, Any]) -> int:
    return len(status.get("driftHistory", []))
