"""What the scenarios ask, and how they say that the two do not agree."""

from __future__ import annotations

from typing import Any

from pyVmomi import vim

from contract.simulator.client import PC, over
from referees.vcsim.vcenters import Client, VCenter, results

NOW = PC.WaitOptions(maxWaitSeconds=0)
SOON = PC.WaitOptions(maxWaitSeconds=10)
WHOLE = False
"""Updates carry whole values."""
NOBODY = vim.HostSystem("host-99999")


def differs(vcenter: VCenter, seen: object, *, ours: object, vcsim: object) -> None:
    """Pin what each of the two does: if one of them changes, the row in docs/simulator.md is wrong."""
    assert seen == (ours if vcenter.is_ours else vcsim)


def about(managed: Any, *paths: str, kind: Any = None, **spec: Any) -> Any:
    """Return a filter over one object."""
    return PC.FilterSpec(
        objectSet=[PC.ObjectSpec(obj=managed, **spec)],
        propSet=[PC.PropertySpec(type=kind or type(managed), pathSet=list(paths))],
    )


def retrieve(client: Client, *specs: Any) -> list[tuple[Any, dict[str, Any]]]:
    """Return what filters lead to."""
    return results(client.collector.RetrievePropertiesEx(list(specs), PC.RetrieveOptions()))


def watch(client: Client, *paths: str) -> tuple[Any, Any]:
    """Watch all hosts with a collector of the test's own; return it and its filter."""
    collector = client.collector.CreatePropertyCollector()
    return collector, collector.CreateFilter(over(client.view(vim.HostSystem), vim.HostSystem, *paths), WHOLE)


def changes(update: Any) -> list[tuple[str, list[str]]]:
    """Return the kind of change and the changed properties of every object in an update."""
    if update is None:
        return []
    return sorted((one.kind, [change.name for change in one.changeSet]) for one in update.filterSet[0].objectSet)


def port_group(client: Client, name: str, *, switch: str | None = None, vlan: int = 7) -> Any:
    """Return a port group of the first host's first switch, if no other one is named."""
    at = switch or client.get(client.hosts[0], "config.network.vswitch")[0].name
    return vim.host.PortGroup.Specification(name=name, vlanId=vlan, vswitchName=at, policy=vim.host.NetworkPolicy())
