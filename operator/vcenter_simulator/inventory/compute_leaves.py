"""What clusters and resource pools publish: what their hosts have together, of which no virtual machine uses any."""

from collections.abc import Mapping
from typing import Any

from pyVmomi import vim

from vcenter_simulator.inventory.container_leaves import ENTITY, Node, part
from vcenter_simulator.inventory.hosts import Connection, HostRecord
from vcenter_simulator.projection.hardware import CORES, CPU_HZ, MEMORY_BYTES, THREADS
from vcenter_simulator.properties.leaves import Leaves, Reader
from vcenter_simulator.soap.references import managed_reference, reference_array, typed_array

ROOT_POOL_NAME = "Resources"
"""What the pool that every cluster and standalone host has is called in every vCenter."""

CPU_MHZ = CPU_HZ // 1_000_000 * CORES
"""Of one host, as vCenter adds them up."""

NORMAL_CPU_SHARES, NORMAL_MEMORY_SHARES = 4_000, 163_840
"""Of a resource pool (API reference, SharesInfo)."""

EFFECTIVE_FIELDS = frozenset({"connection", "in_maintenance"})
"""What decides whether a host's resources can be used."""

COMPUTE_VIEWS = ("summary",)
POOL_VIEWS = ("config", "runtime", "summary")
"""The leaves that change with it."""


def _is_effective(host: HostRecord) -> bool:
    return host.connection is Connection.CONNECTED and not host.seen.in_maintenance


def _effective(node: Node) -> int:
    return sum(map(_is_effective, node.members))


def _summary(node: Node) -> Any:
    hosts, effective = len(node.members), _effective(node)
    return vim.ComputeResource.Summary(
        totalCpu=hosts * CPU_MHZ,
        totalMemory=hosts * MEMORY_BYTES,
        numCpuCores=hosts * CORES,
        numCpuThreads=hosts * THREADS,
        effectiveCpu=effective * CPU_MHZ,
        effectiveMemory=effective * (MEMORY_BYTES >> 20),
        numHosts=hosts,
        numEffectiveHosts=effective,
        overallStatus="green",
    )


def _allocation(amount: int, shares: int) -> Any:
    return vim.ResourceAllocationInfo(
        reservation=amount,
        expandableReservation=True,
        limit=amount,
        shares=vim.SharesInfo(shares=shares, level="normal"),
    )


def _pool_config(node: Node) -> Any:
    effective = _effective(node)
    return vim.ResourceConfigSpec(
        entity=managed_reference(node.reference),
        cpuAllocation=_allocation(effective * CPU_MHZ, NORMAL_CPU_SHARES),
        memoryAllocation=_allocation(effective * (MEMORY_BYTES >> 20), NORMAL_MEMORY_SHARES),
    )


def _usage(capacity: int) -> Any:
    return vim.ResourcePool.ResourceUsage(
        reservationUsed=0,
        reservationUsedForVm=0,
        unreservedForPool=capacity,
        unreservedForVm=capacity,
        overallUsage=0,
        maxUsage=capacity,
    )


def _pool_runtime(node: Node) -> Any:
    effective = _effective(node)
    return vim.ResourcePool.RuntimeInfo(
        cpu=_usage(effective * CPU_MHZ), memory=_usage(effective * MEMORY_BYTES), overallStatus="green"
    )


def _pool_summary(node: Node) -> Any:
    return vim.ResourcePool.Summary(name=node.name, config=_pool_config(node), runtime=_pool_runtime(node))


_COMPUTE: Mapping[str, Reader] = {
    **ENTITY,
    "host": lambda node: reference_array(vim.HostSystem, node.children),
    "resourcePool": part("resourcePool"),
    "network": lambda node: reference_array(vim.Network, node.networks),
    "datastore": lambda _: typed_array(vim.Datastore),
    "summary": _summary,
}

CLUSTER = Leaves(vim.ClusterComputeResource, _COMPUTE)

COMPUTE_RESOURCE = Leaves(vim.ComputeResource, _COMPUTE)

RESOURCE_POOL = Leaves(
    vim.ResourcePool,
    {
        **ENTITY,
        "owner": lambda node: managed_reference(node.parent),
        "config": _pool_config,
        "runtime": _pool_runtime,
        "summary": _pool_summary,
        "resourcePool": lambda _: typed_array(vim.ResourcePool),
        "vm": lambda _: typed_array(vim.VirtualMachine),
    },
)
