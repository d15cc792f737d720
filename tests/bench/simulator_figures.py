"""What a simulator of vCenter costs: reads of everything, and small calls."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING

import psutil

from bench import vsphere_calls as calls
from bench.raw_soap import RawSoap

if TYPE_CHECKING:
    from pathlib import Path

CONNECTIONS = 4
"""Clients at once, for small calls."""


@dataclass(frozen=True)
class Contestant:
    """A server under test."""

    server: str
    ca_file: Path
    username: str
    password: str
    pid: int

    def connect(self) -> RawSoap:
        """Log in on a connection of its own."""
        connection = RawSoap(self.server, self.ca_file)
        connection.call(calls.login(self.username, self.password))
        return connection

    def cpu_s(self) -> float:
        """CPU seconds that it has used."""
        times = psutil.Process(self.pid).cpu_times()
        return float(times.user + times.system)

    def resident_mb(self) -> float:
        """Megabytes in memory."""
        return float(psutil.Process(self.pid).memory_info().rss / 1e6)


@dataclass(frozen=True)
class Read:
    """A read of all hosts."""

    megabytes: float
    first_byte_s: float
    last_byte_s: float
    cpu_s: float
    """The server's."""


@dataclass(frozen=True)
class Rate:
    """Many small calls."""

    per_s: float
    cpu_us: float
    """The server's, for one."""


def read_all(contestant: Contestant, times: int) -> list[Read]:
    """Read the network paths of all hosts some times, the first time cold."""
    with contestant.connect() as connection:
        view = calls.returned(connection.call(calls.all_hosts()).body)
        request = connection.prepared(calls.read(view, *calls.NETWORK_PATHS))
        return [_timed_read(contestant, connection, request) for _ in range(times)]


def small_calls(contestant: Contestant, number: int) -> dict[str, Rate]:
    """Send CurrentTime, and QueryNetConfig of one host, over some connections at once."""
    with contestant.connect() as connection:
        view = calls.returned(connection.call(calls.all_hosts()).body)
        managers = connection.call(calls.read(view, "configManager.virtualNicManager")).body
        query = calls.query_net_config(calls.referred_in(managers, "HostVirtualNicManager")[0])
        return {
            name: _rate(contestant, connection.cookie, request, number)
            for name, request in (("CurrentTime", calls.CURRENT_TIME), ("QueryNetConfig", query))
        }


def _timed_read(contestant: Contestant, connection: RawSoap, request: bytes) -> Read:
    used = contestant.cpu_s()
    answer = connection.send(request)
    return Read(len(answer.body) / 1e6, answer.first_byte_s, answer.last_byte_s, contestant.cpu_s() - used)


def _rate(contestant: Contestant, cookie: bytes, request: str, number: int) -> Rate:
    clients = [RawSoap(contestant.server, contestant.ca_file, cookie) for _ in range(CONNECTIONS)]

    def send(client: RawSoap) -> None:
        with client:
            prepared = client.prepared(request)
            for _ in range(number // CONNECTIONS):
                client.send(prepared)

    used, begun = contestant.cpu_s(), time.monotonic()
    with ThreadPoolExecutor(CONNECTIONS) as threads:
        list(threads.map(send, clients))
    return Rate(number / (time.monotonic() - begun), (contestant.cpu_s() - used) / number * 1e6)
