"""How long until the API server tells of a change made by hand, and until it is undone."""

from __future__ import annotations

import queue
import statistics
import threading
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from kubernetes import client, config, watch

from demo.colleague import colleague
from fleet import OBJECTS_PER_HOST, host_names
from fleet.lab import NAMESPACE, declare_fleet, fleet_lab, wait_converged

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

CHANGE_DEADLINE_S = 30.0


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
        events = _adapter_events(str(lab.control_plane.kubeconfig))
        with colleague(address.server, address.username, address.password, str(address.ca_file)) as somebody:
            simulator.control("DELETE", "/calls")
            for index, host in enumerate(names):
                name = f"{host.partition('.')[0]}-vmotion"
                rounds = index // hosts  # every pass over the fleet adds a repair to each object's history
                device = kubectl.get_json("vmkadapters", name)["status"]["binding"]["device"]
                begun = time.monotonic()
                somebody.set_mtu(host, device, 1500)
                seen.append(_until(events, name, begun, lambda s, r=rounds: bool(s.get("drift")) or _repairs(s) > r))
                repaired.append(_until(events, name, begun, lambda s, r=rounds: not s.get("drift") and _repairs(s) > r))
            calls: dict[str, int] = simulator.control("GET", "/calls")
        return Figures(seen, repaired, calls)


def _adapter_events(kubeconfig: str) -> queue.SimpleQueue[tuple[float, dict[str, Any]]]:
    """Follow all adapters; a daemon thread feeds the queue until the process ends."""
    config.load_kube_config(kubeconfig)
    events: queue.SimpleQueue[tuple[float, dict[str, Any]]] = queue.SimpleQueue()
    api = client.CustomObjectsApi()

    def follow() -> None:
        where = ("vmkernel.dev", "v1alpha1", NAMESPACE, "vmkadapters")
        for event in watch.Watch().stream(api.list_namespaced_custom_object, *where):
            events.put((time.monotonic(), event["object"]))

    threading.Thread(target=follow, name="watch vmkadapters", daemon=True).start()
    return events


def _until(
    events: queue.SimpleQueue[tuple[float, dict[str, Any]]],
    name: str,
    begun: float,
    matches: Callable[[dict[str, Any]], bool],
) -> float:
    """Return the seconds from *begun* to the first later event of that object whose status matches."""
    while True:
        at, obj = events.get(timeout=CHANGE_DEADLINE_S)
        if obj["metadata"]["name"] == name and at >= begun and matches(obj["status"]):
            events.put((at, obj))  # the same event may answer the next question, too
            return at - begun


def _repairs(status: dict[str, Any]) -> int:
    return len(status.get("driftHistory", []))
