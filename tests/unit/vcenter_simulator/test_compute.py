"""Clusters and their resource pools."""

from typing import Any

import pytest

from unit.vcenter_simulator.builders import NAME, inventory
from vcenter_simulator.inventory.hosts import Connection
from vcenter_simulator.inventory.tree import Inventory

CLUSTER = "/Datacenter/host/Cluster-1"
POOL = f"{CLUSTER}/Resources"


@pytest.fixture
def tree() -> Inventory:
    return inventory(3)


def read(tree: Inventory, path: str, name: str) -> Any:
    return tree.objects[tree.names.find(path) or ""].read(name)


def test_every_cluster_has_a_resource_pool_below_it(tree: Inventory) -> None:
    assert read(tree, POOL, "owner")._moId == tree.names.find(CLUSTER)
    assert read(tree, CLUSTER, "resourcePool")._moId == tree.names.find(POOL)


def test_a_cluster_has_what_its_hosts_have(tree: Inventory) -> None:
    summary = read(tree, CLUSTER, "summary")

    assert (summary.numHosts, summary.numEffectiveHosts, summary.numCpuCores) == (3, 3, 96)
    assert summary.totalMemory == 3 * read(tree, f"{CLUSTER}/{NAME}", "hardware.memorySize")
    assert read(tree, POOL, "config.cpuAllocation.limit") == summary.effectiveCpu


def test_a_host_that_is_away_lends_nothing(tree: Inventory) -> None:
    before = tree.journal.sequence

    tree.hosts[NAME].connect(Connection.DISCONNECTED)

    summary = read(tree, CLUSTER, "summary")
    assert (summary.numHosts, summary.numEffectiveHosts) == (3, 2)
    assert read(tree, POOL, "runtime.memory.maxUsage") == 2 * read(tree, f"{CLUSTER}/{NAME}", "hardware.memorySize")
    assert {tree.names.find(CLUSTER), tree.names.find(POOL)} <= {one.moid for one in tree.journal.since(before)}
