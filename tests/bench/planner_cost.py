"""What planning one host costs in a fleet, and whom one changed address has planned."""

from __future__ import annotations

import asyncio
import logging
import statistics
import time
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from ipaddress import IPv4Address, IPv4Interface
from typing import TYPE_CHECKING, Any
from unittest.mock import patch

import structlog

from component.world import World, host
from unit.planner.builders import BACKUP, FABRIC, MANAGEMENT, ON_FABRIC, STORAGE, SWITCH, adapter, netstack, stack, vmk
from vmk_operator.engine import subjects
from vmk_operator.model.host import Cluster, HostState, NetworkState
from vmk_operator.model.identity import HostRef
from vmk_operator.planner.planning import plan_host

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from vmk_operator.planner.snapshot import HostSnapshot, ManagedObject
    from vmk_operator.planner.verdict import HostPlan

HOSTS_PER_CLUSTER = 50
MEASURED, CHANGED, SHARING = 1, 2, 3
"""Numbers of the host that has 12 objects, of the one whose address changes, and of the one that has that address."""
_SAMPLES, _PLANS_PER_SAMPLE = 101, 10
_STORAGE = 6
"""Adapters of a host besides those for management, vMotion, Provisioning and backup."""


@dataclass(frozen=True)
class PlannerFigures:
    """Of one fleet."""

    hosts: int
    objects: int
    """Of the host that is planned."""
    plan_ms: float
    """Median CPU time of one plan, its surroundings at hand."""
    planned: list[str]
    """Hosts that are planned because one address of one host changed."""
    plans: int
    """How often, all of them together."""


def measure_planner(hosts: int) -> PlannerFigures:
    """Converge a fleet of *hosts* with the real engine, then give one host the address of another by hand."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
    return asyncio.run(_measure(hosts))


async def _measure(hosts: int) -> PlannerFigures:
    snapshots: list[HostSnapshot] = []

    def noted(snapshot: HostSnapshot) -> HostPlan:
        snapshots.append(snapshot)
        return plan_host(snapshot)

    with patch.object(subjects, "plan_host", noted):
        async with _converged(hosts) as world:
            snapshot = next(one for one in reversed(snapshots) if _name(one) == _host_name(MEASURED))
            snapshots.clear()
            world.vcenter.edit(HostRef("vc-1", f"host-{CHANGED}"), _with_address_of_another)
            await world.clock.advance(60)
    names = [_name(one) for one in snapshots]
    return PlannerFigures(hosts, len(snapshot.subjects), _cpu_ms(snapshot), sorted(set(names)), len(names))


@asynccontextmanager
async def _converged(hosts: int) -> AsyncIterator[World]:
    world = World()
    world.vcenter.add(*(_host(number) for number in range(1, hosts + 1)))
    things = [*_twelve_objects(), *(_vmotion_on(number) for number in range(2, hosts + 1))]
    world.kube.apply(*things)
    await world.start()
    try:
        await world.clock.until(lambda: all(world.status(one).conditions for one in things), within_s=60)
        behind = [str(one.key) for one in things if not world.converged(one)]
        if behind:
            raise RuntimeError(f"The fleet was to be as declared from the start, but for: {', '.join(behind[:8])}")
        yield world
    finally:
        await world.stop()


def _cpu_ms(snapshot: HostSnapshot) -> float:
    samples = []
    for _ in range(_SAMPLES):
        begun = time.process_time()
        for _ in range(_PLANS_PER_SAMPLE):
            plan_host(snapshot)
        samples.append((time.process_time() - begun) / _PLANS_PER_SAMPLE * 1000)
    return statistics.median(samples)


def _host(number: int) -> HostState:
    return host(
        number,
        vmk("vmk0", _address(0, number), on=MANAGEMENT),
        vmk("vmk1", _address(1, number), on=ON_FABRIC, netstack="vmotion", mtu=9000),
        vmk("vmk2", _address(2, number), on=ON_FABRIC, netstack="vSphereProvisioning"),
        vmk("vmk3", _address(3, number), on=BACKUP),
        *(vmk(f"vmk{index}", _address(index, number), on=STORAGE) for index in range(4, 4 + _STORAGE)),
        stacks=[stack("vmotion", gateway="10.1.255.254")],
        services={"vSphereBackupNFC": ["vmk3"]},
        cluster=Cluster(f"domain-c{number // HOSTS_PER_CLUSTER}", f"Cluster-{number // HOSTS_PER_CLUSTER}"),
    )


def _twelve_objects() -> list[ManagedObject]:
    on: dict[str, Any] = {"host": _host_name(MEASURED)}
    return [
        _vmotion_on(MEASURED),
        adapter("provisioning", _address(2, 1), on=(SWITCH, FABRIC), netstack="vSphereProvisioning", **on),
        adapter("backup", _address(3, 1), services=["vSphereBackupNFC"], **on),
        *(
            adapter(f"storage-{index}", _address(index, 1), on=STORAGE, mtu=1500, **on)
            for index in range(4, 4 + _STORAGE)
        ),
        netstack("vmotion", gateway={"ipv4": "10.1.255.254"}, maxConnections=11000, **on),
        netstack("provisioning", key="vSphereProvisioning", congestionControl="newreno", **on),
        netstack("default", key="defaultTcpipStack", maxConnections=11000, **on),
    ]


def _vmotion_on(number: int) -> ManagedObject:
    policy = "Enforce" if number == MEASURED else "Observe"
    on: dict[str, Any] = {"on": (SWITCH, FABRIC), "host": _host_name(number), "netstack": "vmotion", "mtu": 9000}
    return adapter(f"vmotion-{number}", _address(1, number), **on, managementPolicy=policy)


def _with_address_of_another(network: NetworkState) -> NetworkState:
    theirs = IPv4Interface(_address(1, SHARING))
    adapters = tuple(
        replace(one, ipv4=replace(one.ipv4, address=theirs)) if one.device == "vmk1" else one
        for one in network.adapters
    )
    return replace(network, adapters=adapters)


def _address(network: int, number: int) -> str:
    return f"{IPv4Address(f'10.{network}.0.0') + number}/16"


def _host_name(number: int) -> str:
    return f"esx{number:02}.example.com"


def _name(snapshot: HostSnapshot) -> str:
    if not isinstance(snapshot.host, HostState):
        raise TypeError("every host of this fleet is there")
    return snapshot.host.name
