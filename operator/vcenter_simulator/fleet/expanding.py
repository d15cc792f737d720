"""Fleets in short to fleets in full: a host whose name has a range stands for many hosts."""

from collections.abc import Callable, Iterator
from typing import Any

from pydantic import ValidationError

from vcenter_simulator.fleet.documents import DistributedSwitchDocument, FleetDocument
from vcenter_simulator.fleet.errors import DocumentError
from vcenter_simulator.fleet.host_documents import HostDocument
from vcenter_simulator.fleet.places import place
from vcenter_simulator.fleet.ranges import MOST, has_range, length, member
from vcenter_simulator.fleet.sentences import sentence

Path = tuple[str | int, ...]


def expanded(document: FleetDocument) -> FleetDocument:
    """Return *document* with every host by itself.

    Raises:
        DocumentError: when a range in a host is not as long as the one in its name, or there are too many hosts.
    """
    _check_number(document)
    return with_hosts(document, lambda hosts, path: list(_hosts(hosts, path)))


def with_hosts(
    document: FleetDocument, change: Callable[[list[HostDocument], Path], list[HostDocument]]
) -> FleetDocument:
    """Return *document* with every list of hosts, the clusters' and the standalone ones', as *change* makes it."""
    datacenters = [
        center.model_copy(
            update={
                "clusters": [
                    cluster.model_copy(update={"hosts": change(cluster.hosts, (*here, "clusters", index, "hosts"))})
                    for index, cluster in enumerate(center.clusters)
                ],
                "hosts": change(center.hosts, (*here, "hosts")),
            }
        )
        for here, center in ((("datacenters", number), one) for number, one in enumerate(document.datacenters))
    ]
    return document.model_copy(update={"datacenters": datacenters})


def with_portgroups(
    document: FleetDocument, change: Callable[[DistributedSwitchDocument], dict[str, int]]
) -> FleetDocument:
    """Return *document* with the port groups of every distributed switch as *change* makes them: name to VLAN."""
    datacenters = [
        center.model_copy(
            update={
                "distributed_switches": [
                    switch.model_copy(update={"port_groups": change(switch)}) for switch in center.distributed_switches
                ]
            }
        )
        for center in document.datacenters
    ]
    return document.model_copy(update={"datacenters": datacenters})


def _hosts(hosts: list[HostDocument], path: Path) -> Iterator[HostDocument]:
    for number, host in enumerate(hosts):
        if has_range(host.name):
            yield from _members(host, (*path, number))
        else:
            yield host


def _check_number(document: FleetDocument) -> None:
    """Refuse a fleet with more hosts than one range may make, however many ranges make them."""
    count = sum(_length(host, (*path, number)) for path, hosts in _lists(document) for number, host in enumerate(hosts))
    if count > MOST:
        raise DocumentError(f"There are {count:,} hosts; there may be {MOST:,}")


def _lists(document: FleetDocument) -> Iterator[tuple[Path, list[HostDocument]]]:
    for number, center in enumerate(document.datacenters):
        here = ("datacenters", number)
        for index, cluster in enumerate(center.clusters):
            yield (*here, "clusters", index, "hosts"), cluster.hosts
        yield (*here, "hosts"), center.hosts


def _length(host: HostDocument, path: Path) -> int:
    try:
        return length(host.name)
    except ValueError as error:
        raise DocumentError(f"{place((*path, 'name'))}: {error}") from None


def _members(host: HostDocument, path: Path) -> Iterator[HostDocument]:
    written = host.model_dump(by_alias=True, exclude_unset=True)
    count = _length(host, path)
    _check(written, count, path)
    for index in range(count):
        try:
            yield HostDocument.model_validate(_filled(written, index))
        except ValidationError as error:
            raise DocumentError(f"{place(path)}: {sentence(error)}") from error


def _check(value: Any, count: int, path: Path) -> None:
    if isinstance(value, dict):
        for key, below in value.items():
            _check(below, count, (*path, key))
    elif isinstance(value, list):
        for index, below in enumerate(value):
            _check(below, count, (*path, index))
    elif isinstance(value, str) and has_range(value):
        try:
            found = length(value)
        except ValueError as error:
            raise DocumentError(f"{place(path)}: {error}") from None
        if found != count:
            raise DocumentError(f"{place(path)}: the range has {found} members, the one in the host's name {count}")


def _filled(value: Any, index: int) -> Any:
    if isinstance(value, dict):
        return {key: _filled(below, index) for key, below in value.items()}
    if isinstance(value, list):
        return [_filled(below, index) for below in value]
    return member(value, index) if isinstance(value, str) else value
