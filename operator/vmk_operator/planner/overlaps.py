"""Which adapters of a host share a subnet with another one of their stack; found once for all objects of the host."""

from collections.abc import Iterator, Mapping

from vmk_operator.model.host import AdapterState, NetworkState
from vmk_operator.planner.traits import Subnet, subnets_of

_Range = tuple[int, int, int, Subnet]
"""IP version, first and last address as numbers, and the subnet that they are of."""


def overlaps_of(network: NetworkState) -> Mapping[str, tuple[tuple[AdapterState, Subnet], ...]]:
    """Name, by device, the adapters of the same stack that overlap with it, each with the subnet of its own."""
    ranges = [(adapter, [_range(one) for one in subnets_of(adapter)]) for adapter in network.adapters]
    found: dict[str, list[tuple[AdapterState, Subnet]]] = {}
    for index, (one, of_one) in enumerate(ranges):
        for other, of_other in ranges[index + 1 :]:
            if one.netstack != other.netstack:
                continue
            for mine, theirs in _overlapping(of_one, of_other):
                found.setdefault(one.device, []).append((other, mine))
                found.setdefault(other.device, []).append((one, theirs))
    return {device: tuple(sorted(pairs, key=_order)) for device, pairs in found.items()}


def overlap(one: Subnet, other: Subnet) -> bool:
    """Tell whether two subnets have an address in common."""
    return next(_overlapping([_range(one)], [_range(other)]), None) is not None


def _range(subnet: Subnet) -> _Range:
    return subnet.version, int(subnet.network_address), int(subnet.broadcast_address), subnet


def _overlapping(ones: list[_Range], others: list[_Range]) -> Iterator[tuple[Subnet, Subnet]]:
    for version, first, last, one in ones:
        for other_version, other_first, other_last, other in others:
            if version == other_version and first <= other_last and other_first <= last:
                yield one, other


def _order(pair: tuple[AdapterState, Subnet]) -> tuple[str, str]:
    return pair[0].device, str(pair[1])
