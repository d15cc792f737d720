"""How long changes take to a client that waits for them."""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING

from bench import vsphere_calls as calls

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from bench.raw_soap import RawSoap
    from bench.simulator_figures import Contestant

DELIVERED = (1, 10, 100)
"""Hosts that are changed, one after the other as fast as the server lets."""

PATIENCE_S = 30.0
"""How long a delivery is waited for: a server that needs longer is not worth the time."""

_WAIT_S = 5


def tasks_on_hosts(contestant: Contestant) -> dict[int, float | None]:
    """Time the delivery of hosts that get a task: the one change of a host that vcsim tells its watchers of.

    Returns:
        By how many they are, the seconds from the first change until a client that watches all hosts knows the last;
        ``None`` when it takes longer than anybody waits.
    """
    return _deliveries(contestant, (*calls.NETWORK_PATHS, "recentTask"), lambda host, _: calls.disconnect(host))


def changed_adapters(contestant: Contestant) -> dict[int, float | None]:
    """Time the delivery of hosts with one adapter changed, as :func:`tasks_on_hosts`."""
    return _deliveries(contestant, calls.NETWORK_PATHS, lambda _, system: calls.set_mtu(system, "vmk0", 1400))


def _deliveries(
    contestant: Contestant, paths: Sequence[str], change: Callable[[str, str], str]
) -> dict[int, float | None]:
    told: dict[int, float | None] = dict.fromkeys(DELIVERED)
    with contestant.connect() as watching, contestant.connect() as changing:
        view = calls.returned(watching.call(calls.all_hosts()).body)
        systems = watching.call(calls.read(view, "configManager.networkSystem")).body
        hosts = list(zip(calls.hosts_in(systems), calls.referred_in(systems, "HostNetworkSystem"), strict=True))
        watching.call(calls.watch(view, *paths))
        version = _enter(watching, len(hosts))
        for count in DELIVERED:
            chosen, hosts = hosts[:count], hosts[count:]
            requests = [change(*one) for one in chosen]
            delivery = _Delivery(watching, changing, requests, {host for host, _ in chosen})
            try:
                told[count], version = delivery.run(version)
            except TimeoutError:
                break
    return told


def _enter(watching: RawSoap, hosts: int) -> str:
    """Take in that all hosts are there; return the version after that."""
    version, left = "", hosts
    while left > 0:
        answer = watching.call(calls.wait(version, _WAIT_S)).body
        version = calls.version_in(answer)
        left -= len(calls.hosts_in(answer))
    return version


class _Delivery:
    """Changes by one client, which another one waits for."""

    def __init__(self, watching: RawSoap, changing: RawSoap, requests: Sequence[str], expected: set[str]) -> None:
        self._watching = watching
        self._changing = changing
        self._requests = requests
        self._expected = expected

    def run(self, version: str) -> tuple[float, str]:
        """Make the changes; return the seconds until all are known, and the version then.

        Raises:
            TimeoutError: it takes too long.
        """
        changes = threading.Thread(target=self._change)
        begun = time.monotonic()
        changes.start()
        try:
            while self._expected:
                left = begun + PATIENCE_S - time.monotonic()
                if left <= 0:
                    raise TimeoutError
                answer = self._watching.call(calls.wait(version, _WAIT_S), within=left).body
                version = calls.version_in(answer) or version
                self._expected.difference_update(calls.hosts_in(answer))
            return time.monotonic() - begun, version
        finally:
            changes.join()

    def _change(self) -> None:
        for request in self._requests:
            self._changing.call(request, within=PATIENCE_S)
